"""Kept rows out of the house and back: a workbook to mend them in, and its return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Now

from balai.kernel.access.actions import record
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.jobs import Job
from balai.kernel.jobs.actions import start
from balai.kernel.people.intake import actions, aside, uploads
from balai.kernel.people.intake.engine import Issue, Table
from balai.kernel.people.intake.engine.columns import SYNONYMS, heading_of
from balai.kernel.people.intake.engine.issues import KINDS
from balai.kernel.people.intake.process import Steps
from balai.kernel.people.intake.vocabulary import context_for
from balai.kernel.people.intake.workbook import tables_of, write_workbook
from balai.kernel.people.models import AsideRow, ResidentImport
from balai.kernel.people.models.columns import new_id
from balai.kernel.problems import ProblemError

if TYPE_CHECKING:
    import polars as pl

STEP_ROWS = 100
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


@transaction.atomic
def begin_mending(
    taken: ResidentImport, content: uploads.Content, *, by: User | None, origin: Origin
) -> Job:
    """Keep a mended workbook sealed and queue its rows; the job tells how far it is.

    ProblemError for a file without the column BARIS. FileRefusedError as when it is read first.
    """
    _has_rows(next(tables_of(uploads.chunks_of(content))))
    upload = new_id()
    name = uploads.keep(content, upload)
    arguments = {"taken": str(taken.pk), "upload": str(upload), "name": name}
    job = start("people.import-mend", city=taken.city, by=by, arguments=arguments,
                key=str(upload), within=[taken.region_code])  # fmt: skip
    record("people.import-mended", origin, subject=f"people/import/{taken.pk}", city=taken.city)
    return job


def mended_file(
    taken: ResidentImport, chunks: Iterable[bytes], origin: Origin, steps: Steps
) -> dict[str, int]:
    """Take the rows of a mended workbook in again, matched by their row in the first file.

    Counts how many went in, still are kept aside, and belong to no row that is kept aside.
    ProblemError for a file without the column BARIS.
    """
    counts: Counter[str] = Counter(taken=0, aside=0, unmatched=0)
    done = 0
    for table in tables_of(chunks):
        _has_rows(table)
        for at in range(0, table.frame.height, STEP_ROWS):
            rows = table.frame[at : at + STEP_ROWS]
            counts.update(steps.do(f"rows from {done}", partial(_mend, taken, rows, origin)))
            done += rows.height
            steps.progress(done, None, "mending rows")
    return dict(counts)


def _has_rows(table: Table) -> None:
    if "source_row" not in table.columns.places:
        raise ProblemError(
            "The column BARIS is missing",
            detail="Use the workbook of the rows kept aside, and leave its column BARIS in it.",
        )


def _mend(taken: ResidentImport, rows: pl.DataFrame, origin: Origin) -> dict[str, int]:
    """Mend some rows of a workbook; what became of them."""
    context = context_for(taken.region_code, village=taken.village, on=taken.as_of)
    kept = AsideRow.objects.filter(taken=taken, state=AsideRow.ASIDE)
    numbers = [_row_of(each) for each in rows["source_row"].to_list()]
    waiting = dict(kept.filter(row__in=[n for n in numbers if n]).values_list("row", "pk"))
    counts = {"taken": 0, "aside": 0, "unmatched": 0}
    names = [name for name in rows.columns if name not in ("row", "source_row")]
    for number, cells_of_row in zip(numbers, rows.iter_rows(named=True), strict=True):
        row_id = waiting.pop(number, None)
        if row_id is None:
            counts["unmatched"] += 1
            continue
        cells = {name: cells_of_row[name] for name in names if cells_of_row[name]}
        left = actions.mend_row(row_id, cells, origin=origin, context=context)
        counts["aside" if left else "taken"] += 1
    return counts


def _row_of(cell: str | None) -> int:
    number = (cell or "").removesuffix(".0")
    return int(number) if number.isdecimal() and len(number) < 10 else 0


@transaction.atomic
def drop_all(taken: ResidentImport, origin: Origin) -> int:
    """Settle every row still kept aside without taking it; how many."""
    rows = AsideRow.objects.filter(taken=taken, state=AsideRow.ASIDE)
    return rows.update(
        state=AsideRow.DROPPED, sealed=b"", settled_by=origin.actor, settled_at=Now()
    )
