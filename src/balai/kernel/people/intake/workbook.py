"""Workbooks: reading XLSX as cells, and writing rows to be mended as text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from balai.kernel.people.intake.engine import (
    FileRefusedError,
    Table,
    csv_tables,
    tables_of_cells,
    whole,
)
from balai.kernel.people.intake.engine.reading import _

ZIP_MARK, OLE_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST_UNPACKED = 2 * 2**30
"""A workbook of a million residents unpacks to about 700 MB."""
TEXT_WIDTH = 22


def read_file(content: bytes) -> Table:
    """A small file as one table; FileRefusedError as `tables_of` raises it."""
    return whole(tables_of([content]))


def tables_of(chunks: Iterable[bytes]) -> Iterator[Table]:
    """The table in a CSV or XLSX file in pieces, known by its first bytes and not by its name.

    A CSV file is never held whole; a workbook must be, packed. Raises FileRefusedError with the
    reason and the mend.
    """
    given = iter(chunks)
    first = next(given, b"")
    if first.startswith(ZIP_MARK):
        yield from read_workbook(b"".join(chain([first], given)))
    elif first.startswith(OLE_MARK):
        raise FileRefusedError(
            _("The file is an old or a protected Excel file"),
            _("Save it as XLSX without a password, or as CSV UTF-8"),
        )
    else:
        yield from csv_tables(chain([first], given))


def read_workbook(content: bytes) -> Iterator[Table]:
    """The first sheet of the workbook that has a header of residents, in pieces."""
    from python_calamine import CalamineError, CalamineWorkbook

    _refuse_bomb(content)
    refused: FileRefusedError | None = None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            pieces = tables_of_cells(book.get_sheet_by_name(name).iter_rows())
            try:
                first = next(pieces)
            except FileRefusedError as error:
                refused = refused or error
                continue
            yield from chain([first], pieces)
            return
    except CalamineError:
        raise FileRefusedError(
            _("The workbook is damaged or protected"),
            _("Open it in Excel and save it as XLSX again"),
        ) from None
    raise refused or FileRefusedError(_("The workbook has no sheet"), _("Choose another file"))


def _refuse_bomb(content: bytes) -> None:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
    except BadZipFile:
        raise FileRefusedError(_("The workbook is damaged"), _("Upload the file again")) from None
    if unpacked > MOST_UNPACKED:
        raise FileRefusedError(
            _("The workbook unpacks to more than 2 GB"), _("Split the list into several files")
        )


def write_workbook(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, wide: Sequence[str] = ()
) -> bytes:
    """An XLSX whose every cell is text, so that a NIK survives being opened and saved.

    `wide`: headings of the columns that hold sentences.
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    out = io.BytesIO()
    book = Workbook(out, {"strings_to_numbers": False, "strings_to_formulas": False,
                          "strings_to_urls": False, "in_memory": True})  # fmt: skip
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"num_format": "@", "bold": True})
    told = book.add_format({"num_format": "@", "text_wrap": True, "bg_color": "#FFF4D6"})
    sheet = book.add_worksheet("Penduduk")
    for at, heading in enumerate(header):
        style: Any = told if heading in wide else text
        sheet.set_column(at, at, 60 if heading in wide else TEXT_WIDTH, style)
        sheet.write_string(0, at, heading, bold)
    for line, row in enumerate(rows, 1):
        for at, cell in enumerate(row):
            sheet.write_string(line, at, cell, told if header[at] in wide else text)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
