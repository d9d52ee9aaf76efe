"""What engine and actions say is wrong with a tariff, in the reader's language.

They say it in English with names and values in it. Here stand those sentences with places for
them; one that fits is told in its translation, another as it is.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from balai.kernel.problems import Fault, ProblemError
from balai.transit.views.tariff_desk.words import CELLS

SENTENCES = (
    gettext_noop("gives no price for %(mode)s, which another parameter names"),
    gettext_noop("Give the mode a price, or take it out there"),
    gettext_noop("is missing for %(mode)s, which is priced by distance"),
    gettext_noop("Give its farthest leg"),
    gettext_noop("%(code)s stands more than once"),
    gettext_noop("Give each its own"),
    gettext_noop("is not a parameter of the family %(family)s"),
    gettext_noop("Leave it out"),
    gettext_noop("Give it a value"),
    gettext_noop("%(code)s: needs either price or percent_off"),
    gettext_noop("Give one of the two"),
    gettext_noop("%(code)s: first_day is after last_day"),
    gettext_noop("Exchange them"),
    gettext_noop("step_km must be above 0"),
    gettext_noop("from must not be after to"),
    gettext_noop("Write a time over midnight as two rows"),
    gettext_noop("must map modes to values, not %(value)s"),
    gettext_noop("Give a value for each mode"),
    gettext_noop("must be a list of rows, not %(value)s"),
    gettext_noop("Give rows"),
    gettext_noop("%(each)s needs exactly %(cells)s and may have %(more)s, not %(value)s"),
    gettext_noop("%(each)s needs exactly %(cells)s, not %(value)s"),
    gettext_noop("each row"),
    gettext_noop("each mode"),
    gettext_noop("Add what is missing and leave out the rest"),
    gettext_noop("no zone %(zone)s"),
    gettext_noop("Write an IANA name such as Asia/Jakarta"),
    gettext_noop("no mode %(mode)s; one of %(choices)s"),
    gettext_noop("Write one of %(choices)s"),
    gettext_noop("must be true or false"),
    gettext_noop("must be a number of at most %(most)s"),
    gettext_noop("must be plain text of at most %(most)s characters"),
    gettext_noop("must map parameters to their figures"),
    gettext_noop("must be %(what)s, not %(value)s"),
    gettext_noop("%(cell)s must be %(what)s, not %(value)s"),
    gettext_noop("a whole number of at least %(least)s"),
    gettext_noop("a whole number of at most %(most)s"),
    gettext_noop("kilometres of 0 to 100,000"),
    gettext_noop("true or false"),
    gettext_noop("one of %(choices)s"),
    gettext_noop("a text"),
    gettext_noop('a time of day such as "05:00"'),
    gettext_noop('Write it as "05:00"'),
    gettext_noop("a day such as 2027-01-31"),
    gettext_noop("a list of modes"),
    gettext_noop("a list of %(choices)s"),
    gettext_noop("Name at least one mode"),
    gettext_noop("Name at least one day"),
    gettext_noop("Choose one"),
    gettext_noop("Choose %(choices)s"),
    gettext_noop("cannot be read as a tariff: %(error)s"),
    gettext_noop("Compare it with an existing tariff"),
    gettext_noop("Copy an existing tariff"),
    gettext_noop("needs exactly %(fields)s"),
    gettext_noop("Give the figure with its day and where it comes from"),
    gettext_noop("is nested too deeply"),
    gettext_noop("Shorten it, in plain text"),
    gettext_noop("is not JSON"),
    gettext_noop("Write it as it was"),
    gettext_noop("is no tariff"),
    gettext_noop("Name a tariff there is, or none"),
    gettext_noop("must have 1 to %(most)s rides"),
    gettext_noop("Write one ride a line, such as: brt 07:10 25 6.5"),
    gettext_noop("is before the first day, %(day)s"),
    gettext_noop("Choose a later last day"),
    gettext_noop("is the day on which %(tariff)s begins"),
    gettext_noop("Choose another first day"),
    gettext_noop("lies in the span of %(tariff)s, to %(day)s"),
    gettext_noop("Begin after that day"),
    gettext_noop("lies after %(day)s, when %(tariff)s begins"),
    gettext_noop("End before that day, or give no last day"),
    gettext_noop("is missing: the day has begun, so %(count)s journeys are priced anew"),
    gettext_noop("Say why, or choose a day to come"),
    gettext_noop("has over %(count)s characters"),
    gettext_noop("Shorten it"),
    gettext_noop("did not hold on %(day)s: %(why)s"),
    gettext_noop("Choose another day or tariff"),
    gettext_noop("does not fit the first day"),
    gettext_noop("Choose a span of 1 to %(most)s days"),
    gettext_noop("is out of bounds"),
    gettext_noop("Choose 1 to %(most)s cards"),
    gettext_noop("It stands at revision %(revision)s, %(who)s changed it."),
    gettext_noop("Read it again, and its preview."),
    gettext_noop("Who drew a tariff up does not publish it too."),
    gettext_noop("Make a preview of the version as it stands and open it."),
    gettext_noop("%(name)s is %(state)s, and must be %(wanted)s."),
    gettext_noop("%(name)s is %(state)s."),
    gettext_noop("What has begun is corrected, not taken back."),
)


def said(text: str) -> str:
    """A sentence in the reader's language, its parts too where they are sentences."""
    if not text:
        return ""
    for sentence, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found:
            parts = {key: _part(key, value) for key, value in found.groupdict().items()}
            return _(sentence) % parts if parts else _(sentence)
    return _(text)


def fault_text(fault: Fault) -> str:
    """A fault as a sentence: what is wrong, the value unless it is in it, and the mend."""
    problem, remedy = said(fault.problem), said(fault.remedy)
    value = f" ({fault.value})" if fault.value and fault.value not in problem else ""
    words = f"{problem}{value}. {remedy}".strip()
    return words if words.endswith(".") else f"{words}."


def error_texts(error: ProblemError) -> list[str]:
    """What a page says of an error: its faults, or what it tells as a whole."""
    told = [fault_text(fault) for fault in error.faults]
    return told or [said(error.detail or error.title)]


def _part(key: str, value: str) -> str:
    if key == "cell":
        return str(CELLS.get(value, value))
    return said(value) if key in ("what", "each") else value


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((each, _pattern(each)) for each in SENTENCES)


def _pattern(sentence: str) -> re.Pattern[str]:
    """The sentence with anything at its places: names are short, a last place takes the rest."""
    pieces = re.split(r"%\((\w+)\)s", sentence)
    for place in range(0, len(pieces), 2):
        pieces[place] = re.escape(pieces[place])
    for place in range(1, len(pieces), 2):
        # A cell's name is one word, so that the rest of a sentence does not pass for one.
        held = "[a-z_]+" if pieces[place] == "cell" else ".+?"
        pieces[place] = f"(?P<{pieces[place]}>{held})"
    return re.compile("".join(pieces), re.DOTALL)
