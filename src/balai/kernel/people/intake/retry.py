"""Kept rows out of the house and back: a workbook to mend them in, and its return."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models.functions import Now

from balai.kernel.access.origin import Origin
from balai.kernel.people.intake import actions, aside
from balai.kernel.people.intake.engine import Issue
from balai.kernel.people.intake.engine.columns import SYNONYMS, heading_of
from balai.kernel.people.intake.engine.issues import KINDS
from balai.kernel.people.intake.workbook import read_file, write_workbook
from balai.kernel.people.models import AsideRow, ResidentImport
from balai.kernel.problems import ProblemError

PROBLEM, REMEDY = "MASALAH", "PERBAIKAN"
Words = Callable[[str], str]


def workbook_of(taken: ResidentImport, translate: Words = str) -> bytes:
    """The rows kept aside as XLSX: every cell text, the row of the file first, then what was
    written, then what is wrong and how to mend it.
    """
    rows = list(AsideRow.objects.filter(taken=taken, state=AsideRow.ASIDE).order_by("row"))
    told = [aside.cells_of(row) for row in rows]
    written = {name for cells in told for name in cells} | set(actions.REQUIRED_CELLS)
    fields = [name for name in SYNONYMS if name in written]
    header = [heading_of("source_row"), *map(heading_of, fields), PROBLEM, REMEDY]
    lines = [
        [str(row.row), *(aside.shown(cells.get(name, "")) for name in fields),
         *_words(row, translate)]
        for row, cells in zip(rows, told, strict=True)
    ]  # fmt: skip
    return write_workbook(header, lines, wide=(PROBLEM, REMEDY))


def _words(row: AsideRow, translate: Words) -> tuple[str, str]:
    """What is wrong with a row and how to mend it, a line for each field."""
    found = [aside.issue_of(row, fault) for fault in row.faults]
    errors = [issue for issue in found if issue.severity == "error"] or found
    return (
        "\n".join(f"{each.field}: {_said(each, KINDS[each.kind].problem, translate)}"
                  for each in errors),
        "\n".join(f"{each.field}: {_said(each, KINDS[each.kind].remedy, translate)}"
                  for each in errors),
    )  # fmt: skip


def _said(issue: Issue, template: str, translate: Words) -> str:
    return issue.words(translate(template))


def mended_file(taken: ResidentImport, content: bytes, origin: Origin) -> dict[str, int]:
    """Take the rows of a mended workbook in again, matched by their row in the first file.

    Counts how many went in, still are kept aside, and belong to no row that is kept aside.
    ProblemError for a file without the column BARIS. FileRefusedError as when it is read first.
    """
    table = read_file(content)
    if "source_row" not in table.columns.places:
        raise ProblemError(
            "The column BARIS is missing",
            detail="Use the workbook of the rows kept aside, and leave its column BARIS in it.",
        )
    waiting = dict(
        AsideRow.objects.filter(taken=taken, state=AsideRow.ASIDE).values_list("row", "pk")
    )
    counts = {"taken": 0, "aside": 0, "unmatched": 0}
    names = [name for name in table.columns.places if name != "source_row"]
    for record in table.frame.iter_rows(named=True):
        number = (record["source_row"] or "").removesuffix(".0")
        row_id = waiting.pop(int(number), None) if number.isdecimal() else None
        if row_id is None:
            counts["unmatched"] += 1
            continue
        cells = {name: record[name] for name in names if record[name]}
        left = actions.mend_row(row_id, cells, origin=origin)
        counts["aside" if left else "taken"] += 1
    return counts


@transaction.atomic
def drop_all(taken: ResidentImport, origin: Origin) -> int:
    """Settle every row still kept aside without taking it; how many."""
    rows = AsideRow.objects.filter(taken=taken, state=AsideRow.ASIDE)
    return rows.update(
        state=AsideRow.DROPPED, sealed=b"", settled_by=origin.actor, settled_at=Now()
    )
