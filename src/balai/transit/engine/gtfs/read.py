"""Reads a feed: what can be read is kept, the rest is reported by file, row and field."""

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from balai.transit.engine.gtfs.archive import unpack
from balai.transit.engine.gtfs.columns import Table, empty_table
from balai.transit.engine.gtfs.feed import Feed, FeedRefused, ReadLimits
from balai.transit.engine.gtfs.issues import IssueLog
from balai.transit.engine.gtfs.schema import TABLES

if TYPE_CHECKING:
    import polars as pl

_DEFAULT = ReadLimits()
_CALENDARS = ("calendar.txt", "calendar_dates.txt")


def read_feed(source: Path | BinaryIO, limits: ReadLimits = _DEFAULT) -> Feed:
    """Read a static GTFS feed from a zip file.

    Rows that break the standard are left out or mended, each with an issue that says so; the
    order of rows is the file's, but for stop_times (trip_id, stop_sequence). Times are seconds
    after the start of the service day (noon less 12 h) and may pass 86,400.

    Raises:
        FeedRefused: not a zip, too large when unpacked, or a required file or column missing.
    """
    log = IssueLog(limits.issues_of_a_kind)
    contents = unpack(source, limits, log)
    _require_files(contents, log)
    kept: dict[str, pl.DataFrame] = {}
    rows_read: dict[str, int] = {}
    for table in TABLES.values():
        content = contents.pop(table.file, None)
        kept[table.name], found = _read_table(table, content, kept, limits, log)
        if content is not None:
            rows_read[table.name] = found
    tables = {name: rows.drop("#row") for name, rows in kept.items()}
    return Feed(
        tables=tables,
        issues=log.issues(),
        counts={name: len(rows) for name, rows in tables.items()},
        rows_read=rows_read,
        totals=dict(log.totals),
    )


def _require_files(contents: dict[str, bytes], log: IssueLog) -> None:
    missing = [table.file for table in TABLES.values() if table.required]
    missing = [file for file in missing if not contents.get(file, b"").strip()]
    if missing:
        raise _without(", ".join(missing))
    if not any(file in contents for file in _CALENDARS):
        raise FeedRefused(
            "The feed has neither calendar.txt nor calendar_dates.txt, so no trip ever runs",
            "Add calendar.txt with the days on which each service runs",
        )
    if "agency.txt" not in contents:
        log.add("missing_file", "agency.txt")


def _without(files: str) -> FeedRefused:
    return FeedRefused(
        f"The feed lacks {files}, or it is empty", f"Add {files} to the zip and fill it in"
    )


def _read_table(
    table: Table,
    content: bytes | None,
    kept: "dict[str, pl.DataFrame]",
    limits: ReadLimits,
    log: IssueLog,
) -> "tuple[pl.DataFrame, int]":
    """Read one file; gives the rows kept, with their line numbers, and the number found."""
    from balai.transit.engine.gtfs.checks import checked
    from balai.transit.engine.gtfs.references import with_references, without_duplicates
    from balai.transit.engine.gtfs.text import Source, parse
    from balai.transit.engine.gtfs.values import typed

    source = Source(table.file, limits, log)
    text = None
    if content is not None:
        text = parse(content, {column.header for column in table.columns}, source)
    if text is None and table.required:
        raise _without(table.file)
    if text is None or not _has_columns(text, table, log):
        return _nothing(table), 0
    if table.required and not len(text):
        log.add("no_rows", table.file)
    rows = without_duplicates(typed(text, table, source), table, source)
    rows = checked(table.name, with_references(rows, table, kept, source), kept, source)
    return rows.select("#row", *(column.name for column in table.columns)), len(text)


def _nothing(table: Table) -> "pl.DataFrame":
    import polars as pl

    return empty_table(table).with_columns(pl.lit(0, dtype=pl.UInt32).alias("#row"))


def _has_columns(text: "pl.DataFrame", table: Table, log: IssueLog) -> bool:
    missing = [column.header for column in table.columns if column.required]
    missing = [name for name in missing if name not in text.columns]
    if table.name == "stop_times" and not {"arrival_time", "departure_time"} & set(text.columns):
        missing.append("arrival_time")
    if missing and table.required:
        names = ", ".join(missing)
        raise FeedRefused(
            f"{table.file} lacks the column {names}",
            f"Add {names} to the header of {table.file} and fill it in",
        )
    for name in missing:
        log.add("missing_column", table.file, 1, name)
    return not missing
