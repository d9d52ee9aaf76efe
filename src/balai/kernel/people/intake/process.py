"""An import from its file to its report, step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

from django.db import transaction
from django.db.models.functions import Now

from balai.kernel.people.intake import aside, uploads
from balai.kernel.people.intake.batch import Batch, batches, family_indexes, prepare
from balai.kernel.people.intake.engine import (
    CheckedFile,
    Columns,
    FileRefusedError,
    Issue,
    JudgedRows,
    Table,
    as_written,
    check_pieces,
)
from balai.kernel.people.intake.events import tell_imported
from balai.kernel.people.intake.refusal import refuse_missing
from balai.kernel.people.intake.register import Outcome, take_in
from balai.kernel.people.intake.vocabulary import context_for
from balai.kernel.people.intake.workbook import tables_of
from balai.kernel.people.models import AsideRow, ImportState, ResidentImport
from balai.kernel.row_security import rows_of


class Steps(Protocol):
    """What carries an import: a job's work, or the command line."""

    def do(self, name: str, function: Callable[..., Any], *args: Any) -> Any:
        """Call the function in one transaction, once, on the rows of the import's region."""

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Tell how far it is."""


class Inline:
    """Steps taken right here, as the command line does; progress goes to `tell`."""

    def __init__(self, region_code: str, tell: Callable[[str], None]) -> None:
        self.region_code, self.tell = region_code, tell

    def do(self, name: str, function: Callable[..., Any], *args: Any) -> Any:
        """Call the function in a transaction of its own."""
        with rows_of(self.region_code):
            return function(*args)

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Tell a line."""
        self.tell(f"{message}: {done:,} of {total:,}" if total else message)


def process(taken: ResidentImport, chunks: Iterable[bytes], steps: Steps) -> ResidentImport:
    """Read, judge and take in the file of an import; its row tells what came of it.

    `chunks` are its bytes in order, of which a few are held at a time. A file that is refused
    changes nothing. The pieces and their order depend on the file alone, so that one who takes up
    a broken import skips what is done.
    """
    steps.progress(0, None, "reading the file")
    try:
        checked = _judged(taken, tables_of(chunks), steps)
    except FileRefusedError as error:
        steps.do("refused", _refuse, taken, error)
        return taken
    counts = _take_all(taken, checked, steps)
    steps.do("kept aside", _keep_aside, taken, checked)
    steps.do("finished", _finish, taken, checked, counts)
    return taken


def _judged(taken: ResidentImport, tables: Iterable[Table], steps: Steps) -> CheckedFile:
    with rows_of(taken.region_code):
        context = context_for(taken.region_code, village=taken.village, on=taken.as_of)
    return check_pieces(_told(taken, tables, steps), context)


def _told(taken: ResidentImport, tables: Iterable[Table], steps: Steps) -> Iterator[Table]:
    """The pieces, each told; FileRefusedError before the first where a column is missing."""
    done = 0
    for table in tables:
        if not done:
            refuse_missing(table.columns, has_village=bool(taken.village))
        done += table.frame.height
        steps.progress(done, None, "judging the rows")
        yield table


def _take_all(taken: ResidentImport, checked: CheckedFile, steps: Steps) -> Counter[str]:
    """Take in every batch; the next is sealed while one is written."""
    counts: Counter[str] = Counter()
    cards = family_indexes(checked.good)
    done, total = 0, checked.good.count
    for batch in _prepared(checked.good):
        result = steps.do(
            f"batch {batch.number}", partial(_take, taken, batch, checked.columns, cards)
        )
        counts.update(result["counts"])
        _note_refused(checked, result)
        done += batch.people.height
        steps.progress(done, total, "taking in residents")
    return counts


def _prepared(good: JudgedRows) -> Iterator[Batch]:
    with ThreadPoolExecutor(max_workers=1) as ahead:
        waiting = None
        for number, rows in batches(good):
            coming = ahead.submit(prepare, number, rows)
            if waiting is not None:
                yield waiting.result()
            waiting = coming
        if waiting is not None:
            yield waiting.result()


def _take(
    taken: ResidentImport, batch: Batch, columns: Columns, cards: frozenset[bytes]
) -> dict[str, Any]:
    with _undone_if(taken.dry_run):
        outcome = take_in(taken, batch, cards)
    issues = _issues_of(outcome, columns)
    if not taken.dry_run:
        _keep_refused(taken, batch, outcome, issues)
    return {
        "counts": {"added": outcome.added, "changed": outcome.changed,
                   "unchanged": outcome.unchanged, "refused": len(outcome.refused)},
        "issues": [(issue.row, aside.fault_of(issue)) for issue in issues],
    }  # fmt: skip


@contextmanager
def _undone_if(dry_run: bool) -> Iterator[None]:
    with transaction.atomic():
        yield
        if dry_run:
            transaction.set_rollback(True)


def _issues_of(outcome: Outcome, columns: Columns) -> list[Issue]:
    """What the register had to say, at the field it is about; numbers are not told again."""
    headings = columns.headings
    fields = {"card_elsewhere": "kk", "head_exists": "relation"}
    return [
        Issue(row, headings.get(fields.get(kind, "nik"), ""), kind)
        for row, kind in sorted({**outcome.noted, **outcome.refused}.items())
    ]


def _keep_refused(
    taken: ResidentImport, batch: Batch, outcome: Outcome, issues: list[Issue]
) -> None:
    import polars as pl

    if outcome.refused:
        family = pl.selectors.starts_with("family_") | pl.selectors.by_name("apart")
        judged = batch.rows.filter(pl.col("row").is_in(list(outcome.refused))).drop(family)
        rows = as_written(judged)
        by_row = {issue.row: (issue,) for issue in issues if issue.row in outcome.refused}
        aside.keep_aside(taken, rows, {row: found for row, found in by_row.items() if row})


def _note_refused(checked: CheckedFile, result: Mapping[str, Any]) -> None:
    checked.issues.add(aside.issue_of(row, fault) for row, fault in result["issues"])


def _keep_aside(taken: ResidentImport, checked: CheckedFile) -> None:
    aside.keep_issues(taken, checked.issues.all())
    if not taken.dry_run:
        aside.keep_aside(taken, checked.aside, checked.faults)


def _finish(taken: ResidentImport, checked: CheckedFile, counts: Counter[str]) -> None:
    if not taken.dry_run:
        aside_rows = AsideRow.objects.filter(taken=taken).count()
    else:
        aside_rows = checked.aside.height + counts["refused"]
    told = {name: counts[name] for name in ("added", "changed", "unchanged")}
    kept_out = aside_rows + checked.issues.totals["many_fields"]
    taken.counts = {
        "read": checked.read, **told, "repeated": checked.issues.totals["row_repeated"],
        "aside": kept_out,
    }  # fmt: skip
    taken.totals = dict(sorted(checked.issues.totals.items()))
    tell_imported(taken)
    _end(taken, ImportState.DONE)


def _refuse(taken: ResidentImport, error: FileRefusedError) -> None:
    taken.problem, taken.remedy = error.problem, error.remedy
    taken.counts = {"value": error.value}
    _end(taken, ImportState.REFUSED)


def _end(taken: ResidentImport, state: ImportState) -> None:
    upload, taken.upload, taken.state, taken.ended_at = taken.upload, "", state, Now()
    taken.save()
    transaction.on_commit(partial(uploads.drop, upload))
    taken.refresh_from_db()
