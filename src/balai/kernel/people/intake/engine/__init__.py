"""The pure part of the import: bytes in, judged rows and issues out."""

from balai.kernel.people.intake.engine.check import Checked, Context, check
from balai.kernel.people.intake.engine.columns import Columns, recognise
from balai.kernel.people.intake.engine.issues import Issue, IssueList
from balai.kernel.people.intake.engine.reading import (
    FileRefusedError,
    Table,
    read_csv,
    table_of_cells,
    table_of_row,
)

__all__ = [
    "Checked", "Columns", "Context", "FileRefusedError", "Issue", "IssueList", "Table", "check",
    "read_csv", "recognise", "table_of_cells", "table_of_row",
]  # fmt: skip
