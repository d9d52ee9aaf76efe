"""What can be wrong with a feed: every kind of issue, its severity, words and remedy.

Words live here as templates so that a page may translate them; ``{file}``, ``{row}``, ``{field}``,
``{value}`` and ``{other}`` are the only placeholders.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]


def _(words: str) -> str:
    """Mark words for the catalogue of translations; the engine itself speaks English."""
    return words


# What became of a value that could not be taken: the `other` of the kinds in FATES.
ROW_LEFT_OUT = _("the row is left out")
VALUE_EMPTIED = _("it was taken as empty")
DEFAULT_TAKEN = _("the default was taken instead")
FATES = frozenset({"bad_number", "out_of_range", "bad_date", "bad_time"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of issue: how grave it is, what is wrong, how to mend it."""

    severity: Severity
    problem: str
    remedy: str


KINDS: Mapping[str, Kind] = {
    "missing_file": Kind(
        "error",
        _("{file} is missing from the feed"),
        _("Add {file}; the standard requires it"),
    ),
    "damaged_file": Kind(
        "error",
        _("{file} could not be unpacked: {other}"),
        _("Make the zip file again and upload it anew"),
    ),
    "ignored_name": Kind(
        "warning",
        _("The zip holds a file whose name leaves its folder; it is ignored"),
        _("Pack the feed again with plain file names"),
    ),
    "nested_folder": Kind(
        "info",
        _("The files stand in the folder {value} inside the zip; they were read from there"),
        _("Pack the files themselves, not the folder around them"),
    ),
    "repeated_file": Kind(
        "warning",
        _("The zip holds {file} more than once; the first was read"),
        _("Keep one {file} in the zip"),
    ),
    "unknown_file": Kind(
        "info",
        _("{file} is not a file of GTFS; it was not read"),
        _("Nothing need be done; leave it out if it is not meant"),
    ),
    "unused_file": Kind(
        "info",
        _("{file} belongs to GTFS but is not used here; it was not read"),
        _("Nothing need be done"),
    ),
    "empty_file": Kind(
        "info",
        _("{file} is empty, without even a header"),
        _("Leave the file out, or give it a header line"),
    ),
    "no_rows": Kind(
        "warning",
        _("{file} has a header and no rows"),
        _("Add the rows; nothing can be planned without them"),
    ),
    "encoding": Kind(
        "warning",
        _("The line is not valid UTF-8; it was read as Windows-1252"),
        _("Save the file as UTF-8"),
    ),
    "utf16": Kind(
        "warning",
        _("{file} is in UTF-16; it was converted"),
        _("Save the file as UTF-8"),
    ),
    "nul_character": Kind(
        "warning",
        _("{file} holds NUL characters; they were removed"),
        _("Export the file again as plain text"),
    ),
    "unknown_column": Kind(
        "info",
        _("The column is not one that is used here; it was not read"),
        _("Nothing need be done"),
    ),
    "repeated_column": Kind(
        "warning",
        _("The header names this column more than once; the first was read"),
        _("Keep one column of this name"),
    ),
    "missing_column": Kind(
        "error",
        _("{file} lacks the column {field}; none of its rows can be used"),
        _("Add the column {field}"),
    ),
    "few_fields": Kind(
        "warning",
        _("The row has {value} fields where the header has {other}; the rest was taken as empty"),
        _("Give the row a field, if only an empty one, for every column"),
    ),
    "many_fields": Kind(
        "error",
        _("The row has {value} fields where the header has {other}; the row is left out"),
        _("Quote any text that holds a comma"),
    ),
    "unreadable_row": Kind(
        "error",
        _("A quotation mark is never closed, or a field is far too long; the row is left out"),
        _("Close the quotation mark, or double it if it is part of the text"),
    ),
    "missing_value": Kind(
        "error",
        _("A value is required and the field is empty; the row is left out"),
        _("Fill in {field}"),
    ),
    "too_long": Kind(
        "error",
        _("The identifier is longer than {other} characters; the row is left out"),
        _("Use a shorter identifier"),
    ),
    "text_cut": Kind(
        "warning",
        _("The text is longer than {other} characters; it was cut"),
        _("Shorten the text"),
    ),
    "bad_number": Kind(
        "error",
        _("This is not a number; {other}"),
        _("Write digits only, with a point for decimals"),
    ),
    "out_of_range": Kind(
        "error",
        _("The value is outside what is allowed; {other}"),
        _("See the standard's page for {field} in {file}"),
    ),
    "bad_date": Kind(
        "error",
        _("This is not a date; {other}"),
        _("Write dates as YYYYMMDD"),
    ),
    "bad_time": Kind(
        "error",
        _("This is not a time of day; {other}"),
        _("Write times as HH:MM:SS, past midnight as 24:10:00 and so on"),
    ),
    "bad_coordinate": Kind(
        "error",
        _("The coordinate is outside the globe; the row is left out"),
        _("Write latitude from -90 to 90 and longitude from -180 to 180, in degrees"),
    ),
    "swapped_coordinates": Kind(
        "error",
        _("Latitude and longitude look swapped (longitude reads {other}); the row is left out"),
        _("Put the latitude in the latitude column and the longitude in the other"),
    ),
    "null_island": Kind(
        "error",
        _("The coordinate is 0, 0, in the Atlantic; the row is left out"),
        _("Give the place its true coordinates"),
    ),
    "bad_timezone": Kind(
        "error",
        _("This is not a time zone of the IANA list; it was taken as unknown"),
        _("Write a name such as Asia/Jakarta"),
    ),
    "duplicate_key": Kind(
        "warning",
        _("Another row above has the same {field}; the first was kept, this one is left out"),
        _("Keep one row for each {field}"),
    ),
    "orphan_reference": Kind(
        "error",
        _("Nothing in {other} that could be read has this {field}; the row is left out"),
        _("Add the missing row to {other}, or correct {field}"),
    ),
    "orphan_value": Kind(
        "warning",
        _("Nothing in {other} that could be read has this {field}; it was taken as empty"),
        _("Add the missing row to {other}, or leave {field} empty"),
    ),
    "unknown_zone": Kind(
        "warning",
        _("No stop lies in this zone, so the rule can never apply"),
        _("Give stops this zone_id in {other}, or remove the rule"),
    ),
    "dates_reversed": Kind(
        "error",
        _("The last day is before the first, {other}; the row is left out"),
        _("Put the earlier date in start_date"),
    ),
    "times_reversed": Kind(
        "error",
        _("The end is not after the start, {other}; the row is left out"),
        _("Put the later time in end_time; past midnight write 24:10:00 and so on"),
    ),
    "no_headway": Kind(
        "error",
        _("A headway must be above zero; the row is left out"),
        _("Give the seconds between departures, or list each departure as a trip"),
    ),
    "overlapping_frequencies": Kind(
        "warning",
        _("The period begins before the trip's earlier period ends, at {other}"),
        _("Let each period begin when the one before it ends"),
    ),
    "unordered_sequence": Kind(
        "info",
        _("stop_sequence falls along the file for trip {other}; rows were put in its order"),
        _("Write the rows of a trip in the order of stop_sequence"),
    ),
    "departure_before_arrival": Kind(
        "error",
        _("The departure is before the arrival, {other}; the arrival was taken for both"),
        _("Put the later of the two in departure_time"),
    ),
    "time_runs_backwards": Kind(
        "error",
        _("The time does not fit the other stops of trip {other}; the row is left out"),
        _("Times may not fall along a trip; past midnight write 24:10:00 and so on"),
    ),
    "no_time": Kind(
        "error",
        _("Trip {other} has no time at or beyond this stop; the row is left out"),
        _("Give the first and the last stop of every trip a time"),
    ),
    "short_trip": Kind(
        "warning",
        _("The trip has {other} usable stops, so nobody can ride it"),
        _("Give the trip at least two stops in stop_times.txt"),
    ),
    "not_transitive": Kind(
        "info",
        _("Transfers lead to {value} and on to {other}, but none leads there directly"),
        _("Nothing need be done; add the direct transfer if people walk it"),
    ),
    "not_listed": Kind(
        "info",
        _("{other} more issues of the kind {value} were counted and are not listed"),
        _("Mend those listed and import the feed again"),
    ),
}


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing found in a feed, at a line of a file.

    ``row`` counts lines of the file from 1, the header's line; None speaks of the whole file.
    ``other`` fills the one free place in the words of some kinds (another value, another file).
    """

    file: str
    row: int | None
    field: str | None
    value: str | None
    kind: str
    other: str | None = None

    @property
    def severity(self) -> Severity:
        """``error`` (something was lost), ``warning`` (read, but doubtful) or ``info``."""
        return KINDS[self.kind].severity

    @property
    def problem(self) -> str:
        """What is wrong and what was done about it, in English."""
        return self.words(KINDS[self.kind].problem)

    @property
    def remedy(self) -> str:
        """How to mend it, in English."""
        return self.words(KINDS[self.kind].remedy)

    def words(self, template: str) -> str:
        """Fill the places of a template of :data:`KINDS`, as written or translated."""
        return template.format(
            file=self.file, row=self.row, field=self.field, value=self.value, other=self.other
        )

    def as_dict(self) -> dict[str, Any]:
        """Give the issue as it stands in reports."""
        return {
            "file": self.file,
            "row": self.row,
            "field": self.field,
            "value": self.value,
            "problem": self.problem,
            "remedy": self.remedy,
            "severity": self.severity,
            "kind": self.kind,
        }


class IssueLog:
    """Collects issues, keeps at most ``limit`` of each kind and counts them all."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: list[Issue] = []
        self.totals: Counter[str] = Counter()

    def add(
        self,
        kind: str,
        file: str,
        row: int | None = None,
        field: str | None = None,
        value: str | None = None,
        other: str | None = None,
    ) -> None:
        """Record one issue of a kind in :data:`KINDS`."""
        self.totals[kind] += 1
        if self.totals[kind] <= self._limit:
            self._kept.append(Issue(file, row, field, value, kind, other))

    def add_rows(
        self,
        kind: str,
        file: str,
        rows: Iterable[tuple[int, Any, Any]],
        count: int,
        field: str | None = None,
    ) -> None:
        """Record ``count`` issues from (row, value, other), reading no more than are kept."""
        if not count:
            return
        room = self._limit - self.totals[kind]
        self.totals[kind] += count
        for (row, value, other), _ in zip(rows, range(max(room, 0)), strict=False):
            self._kept.append(Issue(file, row, field, as_text(value), kind, as_text(other)))

    def issues(self) -> tuple[Issue, ...]:
        """All that was kept, with a closing word on each kind that outgrew the limit."""
        beyond = [
            Issue("", None, None, kind, "not_listed", str(total - self._limit))
            for kind, total in sorted(self.totals.items())
            if total > self._limit
        ]
        return (*self._kept, *beyond)


def as_text(value: Any) -> str | None:
    """Give a value as it is shown in an issue, at most 200 characters."""
    return None if value is None else str(value)[:200]
