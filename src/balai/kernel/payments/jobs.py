"""The job that takes in a large bank statement, a slice of its entries at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from balai.kernel.jobs.kinds import daily, job
from balai.kernel.jobs.work import Work
from balai.kernel.payments.actions import files
from balai.kernel.payments.actions.statements import (
    begin,
    book_slice,
    entries_of,
    finish,
    in_order,
)
from balai.kernel.payments.engine import camt053
from balai.kernel.payments.engine.camt053 import Statement
from balai.kernel.payments.models import Bank, SnapAnswer, SnapToken, StatementFile
from balai.kernel.payments.models import Statement as Row
from balai.kernel.problems import ProblemError

SLICE = 500
KEEP_ANSWERS = timedelta(days=31)
"""An X-EXTERNAL-ID is unique for a day; its answer is kept longer, for questions about it."""
KEEP_FILES = timedelta(days=7)


@job(
    "payments.statement",
    title={"id": "Pengambilan rekening koran", "en": "Taking in of a bank statement"},
    labels={
        "statements": {"id": "Rekening koran diambil", "en": "Statements taken in"},
        "entries": {"id": "Baris dibukukan", "en": "Entries booked"},
        "refused": {"id": "Ditolak", "en": "Refused"},
    },
)
def take_in(work: Work, *, file: str) -> Mapping[str, Any]:
    """Take in a file's statements by their days. Each slice of entries is one step, done once."""
    with work.rows():
        kept = StatementFile.objects.select_related("bank").get(pk=file)
    found = in_order(camt053.read_each(files.content_of(kept)))
    good = [each for each in found if isinstance(each, Statement)]
    refused = [str(f) for each in found if not isinstance(each, Statement) for f in each.faults]
    progress = _Progress(work, sum(len(each.entries) for each in good))
    taken = []
    for number, statement in enumerate(good, 1):
        try:
            taken.append(_take(work, kept, statement, number, progress))
        except ProblemError as error:
            refused += [f"{statement.identifier}: {line}" for line in error.lines()]
    for line in refused[:200]:
        work.log(line)
    if not taken:
        raise ProblemError("The bank statement cannot be taken", detail="\n".join(refused)[:1000])
    with work.step("file forgotten") as fresh:
        if fresh:
            StatementFile.objects.filter(pk=file).delete()
    return {
        "url": f"/{kept.bank.city}/payments/officer/days/{taken[-1]}/",
        "statements": len(taken), "entries": progress.done, "refused": len(refused),
    }  # fmt: skip


class _Progress:
    """How many entries of the file are booked."""

    def __init__(self, work: Work, total: int) -> None:
        self.work, self.total, self.done = work, total, 0

    def add(self, entries: int) -> None:
        """Some more are."""
        self.done += entries
        self.work.progress(self.done, self.total, "entries booked")


def _take(
    work: Work, kept: StatementFile, statement: Statement, number: int, progress: _Progress
) -> str:
    told = work.do(f"statement {number} begun", _begin, kept.bank, statement, kept.by)
    with work.rows():
        row = Row.objects.select_related("bank").get(pk=told["row"])
    entries = entries_of(statement)
    for first in range(0, len(entries), SLICE):
        part = entries[first : first + SLICE]
        with work.step(f"statement {number}, entries from {first}") as fresh:
            if fresh:
                book_slice(row, part)
        progress.add(len(part))
    with work.step(f"statement {number} closed") as fresh:
        if fresh:
            finish(row)
    return str(row.pk)


def _begin(bank: Bank, statement: Statement, by: str) -> dict[str, Any]:
    row, _ = begin(bank, statement, by)
    return {"row": str(row.pk)}


@daily("03:40")
@job(
    "payments.sweep",
    title={"id": "Pembersihan pembayaran", "en": "Sweeping of payments"},
)
def sweep(work: Work) -> Mapping[str, Any]:
    """Forget tokens that have expired, old answers to banks, and files whose job has ended."""
    now = timezone.now()
    with work.rows():
        gone = {
            "tokens": SnapToken.objects.filter(expires_at__lt=now),
            "answers": SnapAnswer.objects.filter(at__lt=now - KEEP_ANSWERS),
            "files": StatementFile.objects.filter(at__lt=now - KEEP_FILES),
        }
        return {name: rows.delete()[0] for name, rows in gone.items()}
