"""The pure part of the import: bytes in, judged rows and issues out."""

from balai.kernel.people.intake.engine.check import (
    Checked,
    CheckedFile,
    Context,
    JudgedRows,
    as_written,
    check,
    check_pieces,
)
from balai.kernel.people.intake.engine.columns import Columns, recognise
from balai.kernel.people.intake.engine.csv_files import csv_tables, read_csv
from balai.kernel.people.intake.engine.issues import Issue, IssueList
from balai.kernel.people.intake.engine.reading import (
    FileRefusedError,
    Table,
    table_of_cells,
    table_of_row,
    tables_of_cells,
    whole,
)

__all__ = [
    "Checked", "CheckedFile", "Columns", "Context", "FileRefusedError", "Issue", "IssueList",
    "JudgedRows", "Table", "as_written", "check", "check_pieces", "csv_tables", "read_csv",
    "recognise", "table_of_cells", "table_of_row", "tables_of_cells", "whole",
]  # fmt: skip
