"""A file of residents as a table of text, or a refusal in words. Nothing is judged here."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from balai.kernel.people.intake.engine.columns import SYNONYMS, Columns, recognise
from balai.kernel.people.intake.engine.issues import Issue

if TYPE_CHECKING:
    import polars as pl

SEPARATORS = (";", ",", "\t", "|")
MOST_LINES_BEFORE_HEADER = 20
HEAD_BYTES = 200_000
MOST_FIELD_CHARACTERS = 100_000
LARGEST_EXACT = 2**53
NUMBER_MARK = "\x1f"
"""Precedes a NIK or family card number that a spreadsheet holds as a number, not as text."""
NUMBERED = ("nik", "kk")


class FileRefusedError(Exception):
    """The file cannot be read as a list of residents at all: what is wrong, and the mend.

    Both are templates, so that a page may translate them; `value` fills the `{value}` in them.
    """

    def __init__(self, problem: str, remedy: str, value: str = "") -> None:
        super().__init__(f"{problem}. {remedy}.".format(value=value))
        self.problem = problem
        self.remedy = remedy
        self.value = value

    @property
    def words(self) -> tuple[str, str]:
        """Problem and remedy in English, filled in."""
        return self.problem.format(value=self.value), self.remedy.format(value=self.value)


def _(words: str) -> str:
    """Mark words for the catalogue of translations; the engine itself speaks English."""
    return words


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file as written.

    `frame` has `row` (i64, the row in a spreadsheet: the header's counts) and a text column for
    each known field; empty cells and cells of absent columns are null. `issues` are those of the
    reading itself; their rows are not in `frame` where they are errors.
    """

    columns: Columns
    frame: pl.DataFrame
    issues: tuple[Issue, ...] = ()
    is_workbook: bool = False


def read_csv(content: bytes) -> Table:
    """The rows of a CSV file with `;`, `,`, tab or `|`, in UTF-8 with or without a mark.

    Raises FileRefusedError for other encodings, for what is no text, and where no header is found.
    """
    text = _checked(content)
    head = text[:HEAD_BYTES].decode("utf-8", errors="ignore")
    separator, at, columns = _find_header(head)
    width = len(_first(csv.reader(io.StringIO(head), delimiter=separator), at + 1)[at])
    # Titles above a header, and headings, hold no line breaks: a row is a line there.
    frame = _fast(text, separator, width, at + 1)
    if frame is None:
        return _slow(text, separator, at, columns, width)
    return _picked(frame, columns, at + 2, width)


def table_of_cells(rows: Sequence[Sequence[Any]]) -> Table:
    """The rows of a spreadsheet given as cells: text, numbers, dates, booleans or None.

    Raises FileRefusedError where no header is found in the first rows.
    """
    heads = [[_text(cell) for cell in row] for row in rows[:MOST_LINES_BEFORE_HEADER]]
    at, columns = _header_among(heads)
    if at is None:
        raise _no_header()
    return _from_cells(rows[at + 1 :], columns, at + 2)


def table_of_row(cells: Mapping[str, str], row: int) -> Table:
    """One row given by field (`nik`, `name`, ...), standing at this row of its file."""
    names = list(cells)
    columns = recognise([SYNONYMS[name][0] for name in names])
    values = [cells[name] for name in names]
    return _framed([values], [row], columns, (), is_workbook=False)


def _checked(content: bytes) -> bytes:
    """The bytes without a mark, once they are known to be text in UTF-8."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileRefusedError(_("The file is in UTF-16"), _("Save it as CSV UTF-8"))
    text = content.removeprefix(b"\xef\xbb\xbf")
    if not text.strip():
        raise FileRefusedError(
            _("The file is empty"), _("Choose the file that holds the residents")
        )
    if b"\x00" in text[:HEAD_BYTES]:
        raise FileRefusedError(_("The file is not text"), _("Choose a CSV or XLSX file"))
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise FileRefusedError(
            _("Line {value} is not in UTF-8, probably in Latin-1 or Windows-1252"),
            _("Save the file as CSV UTF-8, so that no letter of a name is lost"),
            str(line),
        ) from None
    # A carriage return alone ended lines in old exports.
    return text if b"\n" in text else text.replace(b"\r", b"\n")


def _find_header(head: str) -> tuple[str, int, Columns]:
    found: list[tuple[int, str, int, Columns]] = []
    for separator in SEPARATORS:
        reader = csv.reader(io.StringIO(head), delimiter=separator)
        rows = _first(reader, MOST_LINES_BEFORE_HEADER)
        at, columns = _header_among(rows)
        if at is not None:
            found.append((len(columns.places), separator, at, columns))
    if not found:
        raise _no_header()
    _, separator, at, columns = max(found, key=lambda each: each[0])
    return separator, at, columns


def _first(reader: Iterable[list[str]], count: int) -> list[list[str]]:
    try:
        return [row for row, _ in zip(reader, range(count), strict=False)]
    except csv.Error:
        return []


def _header_among(rows: Sequence[Sequence[str]]) -> tuple[int | None, Columns]:
    """The first row that names a NIK and at least one field more."""
    for at, row in enumerate(rows):
        columns = recognise(row)
        if "nik" in columns.places and len(columns.places) > 1:
            return at, columns
    return None, recognise(())


def _no_header() -> FileRefusedError:
    return FileRefusedError(
        _("No header was found that names the columns"),
        _("Begin the list with a row NIK, NAMA_LGKP, JENIS_KELAMIN, TGL_LHR and so on"),
    )


def _fast(text: bytes, separator: str, width: int, skipped: int) -> pl.DataFrame | None:
    """Every record as text by Polars' reader, or None where a record is ill-formed."""
    import polars as pl

    names = [f"c{at}" for at in range(width)]
    body = _after_lines(text, skipped)
    if not body.strip():
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    try:
        return pl.read_csv(
            io.BytesIO(body), separator=separator, has_header=False,
            schema=dict.fromkeys(names, pl.String), eol_char="\n", empty_string_is_null=False,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        return None


def _after_lines(text: bytes, count: int) -> bytes:
    start = 0
    for _ in range(count):
        end = text.find(b"\n", start)
        if end < 0:
            return b""
        start = end + 1
    return text[start:]


def _picked(frame: pl.DataFrame, columns: Columns, first_row: int, width: int) -> Table:
    import polars as pl

    frame = frame.with_row_index("row", offset=first_row).with_columns(pl.col("row").cast(pl.Int64))
    last = f"c{width - 1}"
    short = frame.filter(pl.col(last).is_null() & pl.col("c0").is_not_null())["row"]
    issues = tuple(Issue(row, "", "few_fields") for row in short.to_list() if width > 1)
    chosen = [cleaned(pl.col(f"c{at}")).alias(name) for name, at in columns.places.items()]
    return Table(columns, _without_blank(frame.select("row", *chosen)), issues)


def _without_blank(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return frame.filter(~pl.all_horizontal(pl.exclude("row").is_null()))


def cleaned(text: pl.Expr) -> pl.Expr:
    """A cell without the spaces, apostrophes and `="..."` that spreadsheets put around text;
    null where it is empty or says that it is.
    """
    import polars as pl

    text = text.str.replace_all(r"[\s\u00a0\u200b\ufeff]+", " ").str.strip_chars(" ")
    text = text.str.replace(r'^="(.*)"$', "$1").str.strip_prefix("'").str.strip_chars(" ")
    says_empty = text.str.to_uppercase().is_in(["", "-", "--", "NULL", "N/A", "#N/A", "(NULL)"])
    return pl.when(says_empty).then(None).otherwise(text)


def _slow(text: bytes, separator: str, at: int, columns: Columns, width: int) -> Table:
    """Every record by the standard library's reader, which forgives a stray quotation mark."""
    csv.field_size_limit(MOST_FIELD_CHARACTERS)
    reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=separator)
    for _ in range(at + 1):
        next(reader)
    rows: list[Sequence[Any]] = []
    issues: list[Issue] = []
    numbers: list[int] = []
    try:
        for row, cells in enumerate(reader, at + 2):
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                issues.append(Issue(row, "", "many_fields", str(len(cells)), str(width)))
                continue
            if 0 < len(cells) < width and any(cells):
                issues.append(Issue(row, "", "few_fields"))
            rows.append(cells)
            numbers.append(row)
    except csv.Error:
        raise FileRefusedError(
            _("A quotation mark is opened and never closed"),
            _('Close it, or write "" for a quotation mark inside a field'),
        ) from None
    return _framed(rows, numbers, columns, tuple(issues), is_workbook=False)


def _from_cells(rows: Sequence[Sequence[Any]], columns: Columns, first_row: int) -> Table:
    numbers = range(first_row, first_row + len(rows))
    return _framed(rows, numbers, columns, (), is_workbook=True)


def _framed(
    rows: Sequence[Sequence[Any]], numbers: Sequence[int], columns: Columns,
    issues: tuple[Issue, ...], *, is_workbook: bool,
) -> Table:  # fmt: skip
    import polars as pl

    data: dict[str, Any] = {"row": pl.Series(numbers, dtype=pl.Int64)}
    for name, at in columns.places.items():
        write: Callable[[Any], str] = _number if name in NUMBERED else _text
        cells = [write(row[at]) if at < len(row) else None for row in rows]
        data[name] = pl.Series(cells, dtype=pl.String)
    frame = pl.DataFrame(data)
    chosen = [cleaned(pl.col(name)).alias(name) for name in columns.places]
    return Table(columns, _without_blank(frame.with_columns(chosen)), issues, is_workbook)


def _number(cell: Any) -> str:
    """A cell that should hold an identity number; one kept as a number is marked."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return _text(cell)
    if isinstance(cell, float) and not math.isfinite(cell):
        return _text(cell)
    return NUMBER_MARK + str(int(cell))


def _text(cell: Any) -> str:
    """A cell as a person would type it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LARGEST_EXACT:
        return str(int(cell))
    return str(cell)
