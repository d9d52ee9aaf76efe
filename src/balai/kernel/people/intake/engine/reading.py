"""A list of residents as tables of text, or a refusal in words. Nothing is judged here."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from balai.kernel.people.intake.engine.columns import SYNONYMS, Columns, recognise
from balai.kernel.people.intake.engine.issues import Issue

if TYPE_CHECKING:
    import polars as pl

MOST_LINES_BEFORE_HEADER = 20
PIECE_ROWS = 50_000
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
    """The rows of a file, or of a piece of it, as written.

    `frame` has `row` (i64, the row in a spreadsheet: the header's counts) and a text column for
    each known field; empty cells and cells of absent columns are null. `issues` are those of the
    reading itself; their rows are not in `frame` where they are errors.
    """

    columns: Columns
    frame: pl.DataFrame
    issues: tuple[Issue, ...] = ()
    is_workbook: bool = False


def tables_of_cells(rows: Iterable[Sequence[Any]], size: int = PIECE_ROWS) -> Iterator[Table]:
    """The rows of a spreadsheet given as cells (text, numbers, dates, booleans or None), in pieces
    of `size`; at least one, if only an empty one.

    Raises FileRefusedError where no header is found in the first rows.
    """
    given = iter(rows)
    heads = list(islice(given, MOST_LINES_BEFORE_HEADER))
    at, columns = header_among([[_text(cell) for cell in row] for row in heads])
    if at is None:
        raise no_header()
    given, first_row = chain(heads[at + 1 :], given), at + 2
    piece = list(islice(given, size))
    while True:
        numbers = range(first_row, first_row + len(piece))
        yield framed(piece, numbers, columns, (), is_workbook=True)
        first_row += len(piece)
        piece = list(islice(given, size))
        if not piece:
            return


def table_of_cells(rows: Iterable[Sequence[Any]]) -> Table:
    """The rows of a small spreadsheet as one table."""
    return whole(tables_of_cells(rows))


def whole(tables: Iterable[Table]) -> Table:
    """The pieces of a file as one table."""
    import polars as pl

    pieces = list(tables)
    frame = pl.concat([piece.frame for piece in pieces])
    issues = tuple(issue for piece in pieces for issue in piece.issues)
    return Table(pieces[0].columns, frame, issues, pieces[0].is_workbook)


def table_of_row(cells: Mapping[str, str], row: int) -> Table:
    """One row given by field (`nik`, `name`, ...), standing at this row of its file."""
    names = list(cells)
    columns = recognise([SYNONYMS[name][0] for name in names])
    values = [cells[name] for name in names]
    return framed([values], [row], columns, (), is_workbook=False)


def header_among(rows: Sequence[Sequence[str]]) -> tuple[int | None, Columns]:
    """The first row that names a NIK and at least one field more, and its columns; None where
    there is none.
    """
    for at, row in enumerate(rows):
        columns = recognise(row)
        if "nik" in columns.places and len(columns.places) > 1:
            return at, columns
    return None, recognise(())


def no_header() -> FileRefusedError:
    """What is said of a file without a header."""
    return FileRefusedError(
        _("No header was found that names the columns"),
        _("Begin the list with a row NIK, NAMA_LGKP, JENIS_KELAMIN, TGL_LHR and so on"),
    )


def without_blank(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in which any cell is filled."""
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


def framed(
    rows: Sequence[Sequence[Any]], numbers: Sequence[int], columns: Columns,
    issues: tuple[Issue, ...], *, is_workbook: bool,
) -> Table:  # fmt: skip
    """Cells as a table; `numbers` are the rows at which they stand in the file."""
    import polars as pl

    data: dict[str, Any] = {"row": pl.Series(numbers, dtype=pl.Int64)}
    for name, at in columns.places.items():
        write: Callable[[Any], str] = _number if name in NUMBERED else _text
        cells = [write(row[at]) if at < len(row) else None for row in rows]
        data[name] = pl.Series(cells, dtype=pl.String)
    frame = pl.DataFrame(data)
    chosen = [cleaned(pl.col(name)).alias(name) for name in columns.places]
    return Table(columns, without_blank(frame.with_columns(chosen)), issues, is_workbook)


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
