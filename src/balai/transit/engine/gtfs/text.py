"""From the bytes of a file to rows of text with their line numbers, whatever state they are in.

A regular file (no quotation marks, a field for every column on every line) goes straight through
polars; any other is taken apart record by record, so that one broken line costs only itself.
"""

import codecs
import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from balai.transit.engine.gtfs.feed import FeedRefused, ReadLimits
from balai.transit.engine.gtfs.issues import IssueLog

ROW = "#row"
"""Name of the column that holds each row's line in the file; no column of GTFS can bear it."""

_NEWLINE, _COMMA = ord("\n"), ord(",")


@dataclass(frozen=True, slots=True)
class Source:
    """The file being read and where its issues go."""

    file: str
    limits: ReadLimits
    log: IssueLog


def parse(content: bytes, known: Collection[str], source: Source) -> pl.DataFrame | None:
    """Read a file's known columns as stripped text (empty is null), and :data:`ROW`.

    Returns None where not even a header was found.
    """
    text = _text(content, source)
    start, header = _header(text)
    if not header:
        source.log.add("empty_file", source.file)
        return None
    if len(header) > source.limits.columns:
        raise FeedRefused(
            f"The header of {source.file} names {len(header):,} columns", "Check the file"
        )
    body = text[start.end :]
    if _is_regular(body, len(header)):
        rows = _parse_regular(body, len(header), start.row)
    else:
        rows = _parse_records(body, len(header), start.row, source)
    return _named(rows, header, known, source)


def _text(content: bytes, source: Source) -> str:
    text = _decode(content, source)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        source.log.add("nul_character", source.file)
        text = text.replace("\0", "")
    return text.removeprefix("\ufeff")


def _decode(content: bytes, source: Source) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        source.log.add("utf16", source.file)
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_lines(content, source)


def _decode_lines(content: bytes, source: Source) -> str:
    """Decode line by line: one stray line must not spoil the names in all others."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    decoded = []
    for number, line in enumerate(lines, 1):
        try:
            decoded.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            text = _decode_western(line)
            decoded.append(text)
            source.log.add("encoding", source.file, number, value=text[:200])
    return "\n".join(decoded)


def _decode_western(line: bytes) -> str:
    # Windows-1252 leaves five bytes undefined, to which Latin-1 gives control characters.
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return line.decode("latin-1")


@dataclass(frozen=True, slots=True)
class _Start:
    """Where the header ends: offset of the next line and its number."""

    end: int
    row: int


def _header(text: str) -> tuple[_Start, list[str]]:
    position, row = 0, 1
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position:end]
        if line.strip():
            names = _split(line) or line.replace('"', "").split(",")
            return _Start(end + 1, row + 1), [name.strip().lower() for name in names]
        position, row = end + 1, row + 1
    return _Start(len(text), row), []


def _is_regular(body: str, width: int) -> bool:
    """Whether every line has ``width`` fields, none quoted."""
    if width < 2 or not body or '"' in body:
        return False
    encoded = np.frombuffer(body.encode(), dtype=np.uint8)
    ends = np.flatnonzero(encoded == _NEWLINE)
    if not len(ends) or ends[-1] != len(encoded) - 1:
        ends = np.append(ends, len(encoded))
    commas = np.flatnonzero(encoded == _COMMA)
    per_line = np.diff(np.searchsorted(commas, ends), prepend=0)
    return bool((per_line == width - 1).all())


def _parse_regular(body: str, width: int, first_row: int) -> pl.DataFrame:
    frame = pl.read_csv(
        body.encode(),
        has_header=False,
        new_columns=[str(place) for place in range(width)],
        quote_char=None,
        infer_schema=False,
        raise_if_empty=False,
    )
    return frame.with_row_index(ROW, offset=first_row)


def _parse_records(body: str, width: int, first_row: int, source: Source) -> pl.DataFrame:
    numbers: list[int] = []
    rows: list[Sequence[str]] = []
    for number, fields in _records(body.split("\n"), width, first_row, source):
        fitted = fields if len(fields) == width else _fit(fields, number, width, source)
        if fitted is not None:
            numbers.append(number)
            rows.append(fitted)
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    return pl.DataFrame(
        [pl.Series(ROW, numbers, dtype=pl.UInt32)]
        + [pl.Series(str(place), column, dtype=pl.String) for place, column in enumerate(columns)]
    )


def _records(
    lines: list[str], width: int, first_row: int, source: Source
) -> Iterator[tuple[int, list[str]]]:
    """Yield each record's first line number and fields; blank lines are passed over."""
    whole = _at_once(lines)
    if whole is not None:
        yield from (
            (row, fields)
            for row, fields in enumerate(whole, first_row)
            if fields and (len(fields) > 1 or fields[0].strip())
        )
        return
    place = 0
    while place < len(lines):
        # Looking ahead from every line of a file full of open marks would take for ever.
        patient = source.log.totals["unreadable_row"] < source.limits.unreadable_rows
        taken, fields = _record(lines, place, width, source.limits.quoted_lines if patient else 1)
        row = first_row + place
        if fields is None:
            source.log.add("unreadable_row", source.file, row, value=lines[place][:200])
        elif len(fields) > 1 or (fields and fields[0].strip()):
            yield row, fields
        place += taken


def _at_once(lines: list[str]) -> list[list[str]] | None:
    """Take all lines apart in one go, or None where a quotation runs over the end of a line."""
    try:
        records = list(csv.reader(lines))
    except csv.Error:
        return None
    # A quotation left open swallows the next line, and the count falls short; on the last line
    # it can only be seen by itself.
    closed = len(records) == len(lines) and (not lines or _split(lines[-1]) is not None)
    return records if closed else None


def _record(lines: list[str], place: int, width: int, most: int) -> tuple[int, list[str] | None]:
    """Give the number of lines of the record at ``place`` and its fields, None if unreadable.

    A text over several lines must be quoted without fault and fill the row exactly: otherwise a
    mark left open would swallow the good rows up to the next one.
    """
    record = lines[place]
    fields = _split(record)
    if fields is not None:
        return 1, fields
    for taken in range(2, min(most, len(lines) - place) + 1):
        record += "\n" + lines[place + taken - 1]
        try:
            fields = next(csv.reader([record], strict=True))
        except csv.Error:
            continue
        if len(fields) == width:
            return taken, fields
    return 1, None


def _split(record: str) -> list[str] | None:
    """Take one record apart; None if a quotation in it is still open."""
    try:
        first, *rest = csv.reader([record, "end"])
    except csv.Error:
        return None
    return first if rest else None


def _fit(fields: list[str], row: int, width: int, source: Source) -> list[str] | None:
    """Make a row as wide as the header, or None where it cannot be known what belongs where."""
    if len(fields) < width:
        source.log.add("few_fields", source.file, row, value=str(len(fields)), other=str(width))
        return fields + [""] * (width - len(fields))
    if not any(field.strip() for field in fields[width:]):
        return fields[:width]
    source.log.add("many_fields", source.file, row, value=str(len(fields)), other=str(width))
    return None


def _named(
    rows: pl.DataFrame, header: list[str], known: Collection[str], source: Source
) -> pl.DataFrame:
    """Keep the known columns under their names, their text stripped and empty as null."""
    kept: dict[str, pl.Expr] = {}
    for place, name in enumerate(header):
        if name in kept:
            source.log.add("repeated_column", source.file, 1, name)
        elif name in known:
            text = pl.col(str(place)).str.strip_chars()
            kept[name] = pl.when(text != "").then(text).alias(name)
        elif name:
            source.log.add("unknown_column", source.file, 1, name[:200])
    return rows.select(ROW, **kept)
