"""What the acts of settlement say when they refuse, in the reader's language."""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

WORDS = (
    gettext_noop("is missing"),
    gettext_noop("is not a code"),
    gettext_noop("Use small letters, digits and -"),
    gettext_noop("is before the first day"),
    gettext_noop("is before the contract's %(day)s"),
    gettext_noop("is outside of the contract"),
    gettext_noop("Say where the contract says so"),
    gettext_noop("is none of %(known)s"),
    gettext_noop("is not between %(least)s and %(most)s"),
    gettext_noop("is not a number such as 3459.36"),
    gettext_noop("is not a whole number"),
    gettext_noop("There is another operator with this code"),
    gettext_noop("The contract has another figure from this day"),
    gettext_noop("The route is given from that day or a later one already"),
    gettext_noop("is not of 1 to 40 letters"),
    gettext_noop("is not of 1 to 140 letters"),
    gettext_noop("is not a BIC of 8 or 11 characters"),
    gettext_noop("is not of 4 to 34 letters and digits"),
    gettext_noop("is not the number that was entered"),
    gettext_noop("Compare it with the operator's letter; refuse it if the entry is wrong"),
    gettext_noop("The account does not wait for approval"),
    gettext_noop("Another officer must decide on it"),
    gettext_noop("Who entered the account cannot approve it."),
    gettext_noop("has another bank account since the file was made"),
    gettext_noop("Withdraw the file and make it anew"),
    gettext_noop("No bank file can be made"),
    gettext_noop("No approved statement waits to be paid."),
    gettext_noop("Another officer must release it"),
    gettext_noop("Who made the bank file cannot release it."),
    gettext_noop("The bank booked a part of it already"),
    gettext_noop("Take back each payout that it did not pay."),
    gettext_noop("The bank file is past this step"),
    gettext_noop("The bank file cannot be written"),
    gettext_noop("The payout does not wait for the bank"),
    gettext_noop("The payout cannot come back"),
    gettext_noop("Ask the bank, then book it by hand on the payout's page"),
    gettext_noop("is not the account that the bank file pays from"),
    gettext_noop("is not in the city's currency"),
    gettext_noop("is not the amount of the payout, %(amount)s"),
    gettext_noop("names a payout that is not released"),
    gettext_noop("pays a payout that was withdrawn"),
    gettext_noop("pays a payout that was given up"),
    gettext_noop("pays the payout a second time"),
    gettext_noop("The day is not over"),
    gettext_noop("%(day)s is settled once it has ended."),
    gettext_noop("No operator has a route on this day"),
    gettext_noop("Give routes of %(city)s to contracts first."),
    gettext_noop("The service standard says nothing of this day"),
    gettext_noop("%(operator)s has no rate on %(day)s"),
    gettext_noop("Contract %(number)s gives no rate per km for %(day)s."),
    gettext_noop("The statement does not wait for approval"),
    gettext_noop("Another officer must approve it"),
    gettext_noop("Who settled the day cannot approve its statements."),
    gettext_noop("The statement is paid, withdrawn, or in a bank file"),
    gettext_noop("A later version stands on this one"),
    gettext_noop("Withdraw that one first."),
    gettext_noop("Only an approved statement can be disputed"),
    gettext_noop("The time for an objection is over"),
    gettext_noop("It ended on %(at)s."),
    gettext_noop("An objection waits for its answer already"),
    gettext_noop("The objection is answered already"),
    gettext_noop("is larger than 64 MB"),
    gettext_noop("Send a file a day"),
    gettext_noop("Give the vehicle's own code"),
    gettext_noop("lies outside of 2000 to 2100"),
    gettext_noop("Check the vehicle's clock"),
    gettext_noop("Check the column"),
    gettext_noop("is not a time of day"),
    gettext_noop("Write it as 07:10:00"),
    gettext_noop("is not a time"),
    gettext_noop("Write it as 2026-11-20T07:10:00+07:00"),
    gettext_noop("is not a number"),
    gettext_noop("Write it with a point, as -6.2088"),
    gettext_noop("is not a day"),
    gettext_noop("Write it as 2026-11-20"),
    gettext_noop("byte %(byte)s is no UTF-8"),
    gettext_noop("Save it as UTF-8 CSV"),
    gettext_noop("the header lacks %(columns)s"),
    gettext_noop("Columns are %(columns)s"),
    gettext_noop("Save the file as CSV anew"),
    gettext_noop("the file has no rows"),
    gettext_noop("the file holds no statement"),
    gettext_noop("Export the account's statement"),
    gettext_noop("is too large"),
    gettext_noop("At most 50 MB a file"),
    gettext_noop("holds a document type or entity"),
    gettext_noop("Export it again as plain camt.053"),
    gettext_noop("is not XML that can be read"),
    gettext_noop("Export it again as camt.053"),
    gettext_noop("is not camt.053.001.02 to 001.13"),
    gettext_noop("Ask the bank for one of these versions"),
    gettext_noop("the balance %(code)s is missing"),
    gettext_noop("Ask for a full statement"),
    gettext_noop("is not the opening balance and the entries, which make %(total)s"),
    gettext_noop("is not what the entries make, %(total)s"),
    gettext_noop("A part of it is missing or changed: export it again"),
)
"""The words of `actions.settlement` and of reading bank statements, so that the catalogue holds
them; figures in them as names."""


def said(text: str) -> str:
    """A refusal in the reader's language; what stands before its words stays, as do words that are
    not known.
    """
    for msgid, pattern in _patterns():
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            before = parts.pop("before")
            return str(before) + (_(msgid) % parts if parts else _(msgid))
    return _(text) if text else ""


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The words as patterns, the longest first: one may be the end of another."""
    found = []
    for msgid in sorted(WORDS, key=len, reverse=True):
        parts = re.split(r"%\((\w+)\)s", msgid)
        told = "".join(
            f"(?P<{part}>.+)" if number % 2 else re.escape(part)
            for number, part in enumerate(parts)
        )
        # A remark has the value before; a pattern that begins with a name has taken it already.
        head = "(?P<before>)" if msgid.startswith("%") else "(?P<before>(?:.* )?)"
        found.append((msgid, re.compile(head + told, re.DOTALL)))
    return tuple(found)
