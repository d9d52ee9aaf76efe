"""What can be wrong with a file of residents: every kind, how grave, in words, with its remedy.

An `error` keeps the row aside; a `warning` lets it in. Words live here as templates, so that a
page may translate them; `{value}`, `{other}` and `{field}` are the only places in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
MOST_LISTED = 10_000
MOST_CHARACTERS = 120


def _(words: str) -> str:
    """Mark words for the catalogue of translations; the engine itself speaks English."""
    return words


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of issue: how grave it is, what is wrong, how to mend it."""

    severity: Severity
    problem: str
    remedy: str


KINDS: Mapping[str, Kind] = {
    "unknown_column": Kind(
        "info",
        _("The column is not one that is used here; it was not read"),
        _("Nothing need be done; rename it if it holds something that should be read"),
    ),
    "repeated_column": Kind(
        "warning",
        _("Another column before it holds the same; this one was not read"),
        _("Keep one column of this kind"),
    ),
    "few_fields": Kind(
        "warning",
        _("The row has fewer fields than the header; the rest was taken as empty"),
        _("Give the row a field, if only an empty one, for every column"),
    ),
    "many_fields": Kind(
        "error",
        _("The row has {value} fields where the header has {other}"),
        _("Put text that holds a separator between quotation marks"),
    ),
    "not_utf8": Kind(
        "warning",
        _("The row is not in UTF-8; it was read as Windows-1252"),
        _("Look at its letters with accents, and save the file as CSV UTF-8 another time"),
    ),
    "missing_value": Kind(
        "error",
        _("A value is required and the field is empty"),
        _("Fill in {field}"),
    ),
    "nik_number": Kind(
        "error",
        _("Excel has turned the NIK into a number and its last digits are lost"),
        _("Make the column Text in Excel, then type the NIK again from the card"),
    ),
    "nik_rounded": Kind(
        "error",
        _("Every NIK in the file ends in 0: Excel kept 15 digits of each and lost the last"),
        _("Export the file again from its source with the NIK as text"),
    ),
    "nik_kept_number": Kind(
        "warning",
        _("The NIK is stored as a number; its 16 digits seem whole"),
        _("Make the column Text, so that Excel cannot round it"),
    ),
    "nik_length": Kind(
        "error",
        _("A NIK has 16 digits, this has {other}"),
        _("Write the 16 digits as they stand on the identity card"),
    ),
    "nik_characters": Kind(
        "error",
        _("A NIK holds digits only, this holds other characters"),
        _("Write the 16 digits; look for a letter O or l in place of 0 or 1"),
    ),
    "nik_region": Kind(
        "error",
        _("The NIK begins with {other}, which is and was no district"),
        _("Compare the first six digits with the identity card"),
    ),
    "nik_date": Kind(
        "error",
        _("The seventh to twelfth digit of the NIK are no date"),
        _("Compare these digits with the identity card; for women the day is raised by 40"),
    ),
    "nik_serial": Kind(
        "error",
        _("The NIK ends in 0000; serials begin at 0001"),
        _("Compare the last four digits with the identity card; Excel may have lost them"),
    ),
    "nik_birth_date": Kind(
        "warning",
        _("The birth date in the NIK is another than the one given"),
        _("Check both against the birth certificate; a NIK stays when a birth date is corrected"),
    ),
    "nik_sex": Kind(
        "warning",
        _("The sex in the NIK is another than the one given"),
        _("Check both against the identity card; a NIK stays when the sex is corrected"),
    ),
    "nik_repeated": Kind(
        "error",
        _("Row {other} has the same NIK; that row was taken"),
        _("Find out whose NIK it is and keep one row for each person"),
    ),
    "row_repeated": Kind(
        "warning",
        _("Row {other} says the same of the same person; it was taken once"),
        _("Nothing need be done"),
    ),
    "kk_number": Kind(
        "error",
        _("Excel has turned the family card number into a number and its last digits are lost"),
        _("Make the column Text in Excel, then type the number again from the card"),
    ),
    "kk_kept_number": Kind(
        "warning",
        _("The family card number is stored as a number; its 16 digits seem whole"),
        _("Make the column Text, so that Excel cannot round it"),
    ),
    "kk_form": Kind(
        "error",
        _("A family card number has 16 digits"),
        _("Write the 16 digits as they stand on the family card, or leave the field empty"),
    ),
    "kk_serial": Kind(
        "error",
        _("The family card number ends in 0000; serials begin at 0001"),
        _("Compare the last four digits with the family card"),
    ),
    "kk_region": Kind(
        "warning",
        _("The family card number begins with {other}, which is and was no district"),
        _("Compare the first six digits with the family card"),
    ),
    "kk_missing": Kind(
        "warning",
        _("No family card number is given; the person is taken without a household"),
        _("Fill in the number of the family card"),
    ),
    "two_heads": Kind(
        "warning",
        _("The family has more than one head in this file"),
        _("Correct the relation to the head of family in all rows but one"),
    ),
    "name_characters": Kind(
        "error",
        _("A name holds letters, this does not"),
        _("Write the name as it stands on the identity card"),
    ),
    "name_doubtful": Kind(
        "warning",
        _("The name holds digits or unusual signs; it was taken as written"),
        _("Compare the name with the identity card"),
    ),
    "name_damaged": Kind(
        "error",
        _("The name holds a sign that stands for a letter lost in a conversion"),
        _("Type the name again from the identity card"),
    ),
    "too_long": Kind(
        "error",
        _("The text is longer than {other} characters"),
        _("Shorten the text"),
    ),
    "sex_unknown": Kind(
        "error",
        _("This is neither male nor female"),
        _("Write L or P (LAKI-LAKI, PEREMPUAN)"),
    ),
    "date_form": Kind(
        "error",
        _("This is not a date"),
        _("Write day-month-year, as 17-08-1985"),
    ),
    "date_impossible": Kind(
        "error",
        _("There is no such day in the calendar"),
        _("Correct the day or the month; dates are read as day-month-year"),
    ),
    "date_two_digits": Kind(
        "error",
        _("The year has two digits, so the century is unknown"),
        _("Write the year with four digits"),
    ),
    "date_future": Kind(
        "error",
        _("The birth date lies in the future"),
        _("Correct the year"),
    ),
    "date_too_old": Kind(
        "error",
        _("The birth date is more than 130 years ago"),
        _("Correct the year"),
    ),
    "date_very_old": Kind(
        "warning",
        _("The person would be more than 110 years old"),
        _("Check the year, and whether the person is alive"),
    ),
    "region_form": Kind(
        "error",
        _("This is not a code of the Ministry of Home Affairs"),
        _("Write the village's code as 35.10.19.2004"),
    ),
    "region_unknown": Kind(
        "error",
        _("No region has and none had this code"),
        _("Look the code up in the list of regions; other ministries use other codes"),
    ),
    "region_abolished": Kind(
        "warning",
        _("The code was abolished; {other} took its place and was written"),
        _("Nothing need be done; use the new code from now on"),
    ),
    "region_ended": Kind(
        "warning",
        _("The code was abolished and no code is known to have taken its place"),
        _("Give the code of today if there is one"),
    ),
    "region_elsewhere": Kind(
        "error",
        _("The region lies outside {other}"),
        _("Import the row where the person lives, or correct the code"),
    ),
    "region_shallow": Kind(
        "warning",
        _("The code names a district or city, not a village"),
        _("Give the village's code, so that the village office finds the person"),
    ),
    "village_unlisted": Kind(
        "warning",
        _("The villages of this district are not in the list of regions; only it was checked"),
        _("Import the list of regions with its villages, then import this file again"),
    ),
    "village_unknown": Kind(
        "error",
        _("No village of that name is in {other}"),
        _("Correct the name, or give the village's code"),
    ),
    "village_ambiguous": Kind(
        "error",
        _("Several villages bear this name: {other}"),
        _("Add a column KECAMATAN, or give the village's code"),
    ),
    "rt_form": Kind(
        "warning",
        _("RT and RW have one to three digits; it was taken as empty"),
        _("Write it as 003"),
    ),
    "choice_unknown": Kind(
        "warning",
        _("This is not one of the known values; it was taken as empty"),
        _("Use one of: {other}"),
    ),
    "relation_unknown": Kind(
        "warning",
        _("This is not a known relation to the head of family; taken as another relative"),
        _("Use one of: {other}"),
    ),
    "phone_form": Kind(
        "warning",
        _("This is not a telephone number; it was taken as empty"),
        _("Write it as 0812 3456 7890 or +62 812 3456 7890"),
    ),
    "person_deceased": Kind(
        "error",
        _("The resident with this NIK is registered as deceased"),
        _("Find out whose NIK it is; correct the life status first if it was wrong"),
    ),
    "person_elsewhere": Kind(
        "error",
        _("The NIK belongs to a resident of another region, whom this import may not change"),
        _("Let the move be registered there first, or correct the NIK"),
    ),
    "person_merged": Kind(
        "error",
        _("The NIK belongs to a record that was found to be another resident's twice and merged"),
        _("Leave the row out, or undo the merge first"),
    ),
    "card_elsewhere": Kind(
        "error",
        _("The family card belongs to a family of another region"),
        _("Let the move be registered there first, or correct the number"),
    ),
    "head_exists": Kind(
        "warning",
        _("The family has another head in the register; the person was taken as a relative"),
        _("Correct the head of family in the register, or the relation here"),
    ),
    "not_listed": Kind(
        "info",
        _("{other} more issues of the kind {value} were counted and are not listed"),
        _("Mend those listed and import the file again"),
    ),
}


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing found in a file. `row` is that of the spreadsheet, the header's row included;
    None speaks of the whole file. `field` is the heading of the column.
    """

    row: int | None
    field: str
    kind: str
    value: str = ""
    other: str = ""

    @property
    def severity(self) -> Severity:
        """`error` (the row is kept aside), `warning` (taken, but doubtful) or `info`."""
        return KINDS[self.kind].severity

    def words(self, template: str) -> str:
        """Fill the places of a template of `KINDS`, as written or translated."""
        return template.format(field=self.field, value=self.value, other=self.other)

    def as_dict(self, file: str) -> dict[str, Any]:
        """The issue as reports give it."""
        kind = KINDS[self.kind]
        return {
            "file": file, "row": self.row, "field": self.field, "value": self.value,
            "problem": self.words(kind.problem), "remedy": self.words(kind.remedy),
            "severity": kind.severity, "kind": self.kind,
        }  # fmt: skip


class IssueList:
    """Keeps at most `limit` issues of each kind, and counts them all."""

    def __init__(self, limit: int = MOST_LISTED) -> None:
        self.limit = limit
        self.kept: list[Issue] = []
        self.totals: Counter[str] = Counter()

    def add(self, issues: Iterable[Issue]) -> None:
        """Keep the issues as far as there is room, and count them."""
        for issue in issues:
            self.totals[issue.kind] += 1
            if self.totals[issue.kind] <= self.limit:
                self.kept.append(issue)

    def count_more(self, kind: str, count: int) -> None:
        """Count issues that are not listed."""
        if count:
            self.totals[kind] += count

    def room(self, kind: str) -> int:
        """How many more issues of the kind would be listed."""
        return max(0, self.limit - self.totals[kind])

    def all(self) -> tuple[Issue, ...]:
        """What was kept, by row, with a closing word on each kind that outgrew the limit."""
        beyond = [
            Issue(None, "", "not_listed", kind, str(total - self.limit))
            for kind, total in sorted(self.totals.items())
            if total > self.limit
        ]
        return (*sorted(self.kept, key=_place), *beyond)


def _place(issue: Issue) -> tuple[int, str, str]:
    return (issue.row or 0, issue.field, issue.kind)


def masked(text: str) -> str:
    """A value that may be or hold a NIK or family card number, with no more than six of its
    digits: signs that are no digits stay, for they are what is wrong with it.

    >>> masked("351019571290O004")
    '351019••••••O•••'
    """
    shown, digits = [], 0
    for sign in text[:MOST_CHARACTERS]:
        digits += sign.isdigit()
        shown.append("•" if sign.isdigit() and digits > 6 else sign)
    return "".join(shown)
