"""Judging a list of residents: cells, rows, families; a file at once or in pieces."""

from balai.kernel.people.intake.engine.check.context import Checked, CheckedFile, Context
from balai.kernel.people.intake.engine.check.judging import check, check_pieces
from balai.kernel.people.intake.engine.check.packing import JudgedRows, as_written

__all__ = ["Checked", "CheckedFile", "Context", "JudgedRows", "as_written", "check",
           "check_pieces"]  # fmt: skip
