"""A CSV file read piece by piece, so that its size does not matter to memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from balai.kernel.people.intake.engine.columns import Columns
from balai.kernel.people.intake.engine.issues import Issue
from balai.kernel.people.intake.engine.reading import (
    MOST_LINES_BEFORE_HEADER,
    FileRefusedError,
    Table,
    _,
    cleaned,
    framed,
    header_among,
    no_header,
    whole,
    without_blank,
)

if TYPE_CHECKING:
    import polars as pl

SEPARATORS = (";", ",", "\t", "|")
HEAD_BYTES = 200_000
PIECE_BYTES = 8 * 2**20
MOST_UNCUT_BYTES = 4 * PIECE_BYTES
"""So much is read in search of the end of a field between quotation marks, and no more."""
MOST_FIELD_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the records of a file are written: its header, and how many fields that has."""

    columns: Columns
    separator: str
    width: int


def read_csv(content: bytes) -> Table:
    """The rows of a small CSV file as one table; FileRefusedError as `csv_tables` raises it."""
    return whole(csv_tables([content]))


def csv_tables(chunks: Iterable[bytes], size: int = PIECE_BYTES) -> Iterator[Table]:
    """The rows of a CSV file with `;`, `,`, tab or `|`, in pieces of about `size` bytes; at least
    one, if only an empty one. `chunks` are the bytes of the file in order.

    Text is UTF-8 with or without a mark; a line that is not is read as Windows-1252, with an issue.
    Raises FileRefusedError for what is no text, and where no header is found.
    """
    pieces = _records(_blocks(chunks, size))
    first = next(pieces, b"")
    head = _in_utf8(first[:HEAD_BYTES], 1)[0].decode("utf-8", errors="ignore")
    at, shape = _header(head)
    # Titles above a header, and headings, hold no line breaks: a row is a line there.
    row = at + 2
    for piece in chain([_after_lines(first, at + 1)], pieces):
        text, issues = _in_utf8(piece, row)
        table, count = _table(text, shape, row)
        row += count
        yield Table(table.columns, table.frame, (*issues, *table.issues))


def _blocks(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The chunks joined to blocks of `size`, without a mark, each line ended by a line feed."""
    kept: list[bytes] = []
    length, is_first, is_old = 0, True, False
    for chunk in chain(chunks, [b""]):
        kept.append(chunk)
        length += len(chunk)
        if chunk and length < size:
            continue
        block = b"".join(kept)
        kept, length = [], 0
        if is_first:
            block = _checked(block)
            # A carriage return alone ended lines in old exports.
            is_first, is_old = False, b"\n" not in block
        yield block.replace(b"\r", b"\n") if is_old else block


def _checked(block: bytes) -> bytes:
    """The first block without a mark, once it is known to be text."""
    if block[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileRefusedError(_("The file is in UTF-16"), _("Save it as CSV UTF-8"))
    text = block.removeprefix(b"\xef\xbb\xbf")
    if not text.strip():
        raise FileRefusedError(
            _("The file is empty"), _("Choose the file that holds the residents")
        )
    if b"\x00" in text[:HEAD_BYTES]:
        raise FileRefusedError(_("The file is not text"), _("Choose a CSV or XLSX file"))
    return text


def _records(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut only where a record ends."""
    rest = b""
    for block in blocks:
        text = rest + block
        end = _last_end(text)
        if not end and len(text) < MOST_UNCUT_BYTES:
            rest = text
            continue
        end = end or text.rfind(b"\n") + 1 or len(text)
        yield text[:end]
        rest = text[end:]
    if rest:
        yield rest


def _last_end(text: bytes) -> int:
    """Behind the last line break that stands outside quotation marks; 0 where there is none."""
    end = text.rfind(b"\n")
    is_inside = text.count(b'"', 0, max(end, 0)) % 2
    while end >= 0 and is_inside:
        before = text.rfind(b"\n", 0, end)
        is_inside ^= text.count(b'"', max(before, 0), end) % 2
        end = before
    return end + 1


def _in_utf8(text: bytes, row: int) -> tuple[bytes, list[Issue]]:
    """The text in UTF-8, and an issue for each line that was not. `row`: that of the first line."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        lines = text.split(b"\n")
        # Where a field may hold a line break, a line tells nothing of its row.
        is_plain = b'"' not in text
        issues = []
        for at, line in enumerate(lines):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                lines[at] = line.decode("windows-1252", errors="replace").encode()
                issues.append(Issue(row + at if is_plain else None, "", "not_utf8"))
        return b"\n".join(lines), issues
    return text, []


def _header(head: str) -> tuple[int, _Shape]:
    """The line of the header and the shape of the file, by the separator that finds the most."""
    found: list[tuple[int, int, _Shape]] = []
    for separator in SEPARATORS:
        reader = csv.reader(io.StringIO(head), delimiter=separator)
        rows = _first(reader, MOST_LINES_BEFORE_HEADER)
        at, columns = header_among(rows)
        if at is not None:
            found.append((len(columns.places), at, _Shape(columns, separator, len(rows[at]))))
    if not found:
        raise no_header()
    _count, at, shape = max(found, key=lambda each: each[0])
    return at, shape


def _first(reader: Iterable[list[str]], count: int) -> list[list[str]]:
    try:
        return [row for row, _ in zip(reader, range(count), strict=False)]
    except csv.Error:
        return []


def _after_lines(text: bytes, count: int) -> bytes:
    start = 0
    for _line in range(count):
        end = text.find(b"\n", start)
        if end < 0:
            return b""
        start = end + 1
    return text[start:]


def _table(text: bytes, shape: _Shape, row: int) -> tuple[Table, int]:
    """The records of a piece, and how many they are; blank ones count."""
    frame = _fast(text, shape)
    if frame is None:
        return _slow(text, shape, row)
    return _picked(frame, shape, row), frame.height


def _fast(text: bytes, shape: _Shape) -> pl.DataFrame | None:
    """Every record as text by Polars' reader, or None where a record is ill-formed."""
    import polars as pl

    schema = dict.fromkeys((f"c{at}" for at in range(shape.width)), pl.String)
    if not text.strip():
        # The reader would not count blank lines that stand alone; the rows after them do.
        return pl.DataFrame(schema=schema).clear(text.count(b"\n"))
    try:
        return pl.read_csv(
            io.BytesIO(text), separator=shape.separator, has_header=False, schema=schema,
            eol_char="\n", empty_string_is_null=False,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        return None


def _picked(frame: pl.DataFrame, shape: _Shape, first_row: int) -> Table:
    import polars as pl

    frame = frame.with_row_index("row", offset=first_row).with_columns(pl.col("row").cast(pl.Int64))
    last = f"c{shape.width - 1}"
    short = frame.filter(pl.col(last).is_null() & pl.col("c0").is_not_null())["row"]
    issues = tuple(Issue(row, "", "few_fields") for row in short.to_list() if shape.width > 1)
    chosen = [cleaned(pl.col(f"c{at}")).alias(name) for name, at in shape.columns.places.items()]
    return Table(shape.columns, without_blank(frame.select("row", *chosen)), issues)


def _slow(text: bytes, shape: _Shape, first_row: int) -> tuple[Table, int]:
    """Every record by the standard library's reader, which forgives a stray quotation mark."""
    csv.field_size_limit(MOST_FIELD_CHARACTERS)
    reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=shape.separator)
    rows: list[Sequence[Any]] = []
    issues: list[Issue] = []
    numbers: list[int] = []
    row = first_row - 1
    try:
        for row, cells in enumerate(reader, first_row):
            if len(cells) > shape.width and any(cell.strip() for cell in cells[shape.width :]):
                issues.append(
                    Issue(row, "", "many_fields", str(len(cells)), str(shape.width))
                )  # fmt: skip
                continue
            if 0 < len(cells) < shape.width and any(cells):
                issues.append(Issue(row, "", "few_fields"))
            rows.append(cells)
            numbers.append(row)
    except csv.Error:
        raise FileRefusedError(
            _("A quotation mark is opened and never closed"),
            _('Close it, or write "" for a quotation mark inside a field'),
        ) from None
    table = framed(rows, numbers, shape.columns, tuple(issues), is_workbook=False)
    return table, row - first_row + 1
