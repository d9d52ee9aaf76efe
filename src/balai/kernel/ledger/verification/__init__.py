"""Whether the ledger holds: every transfer, every currency, every guard, every checkpoint."""

from __future__ import annotations

from pathlib import Path

from django.db import connection, transaction

from balai.kernel.ledger.verification import guards, history, published, transfers
from balai.kernel.ledger.verification.verdict import Break, CurrencyTotal, Verdict

__all__ = ["Break", "CurrencyTotal", "Verdict", "check", "is_set_up"]


def check(checkpoints: Path | None = None) -> Verdict:
    """Verify the whole ledger; reads every transfer, some thousand in memory at a time.

    `checkpoints` is a file that `balai ledger export-checkpoints` wrote earlier: with it, a
    history that was rewritten together with its checkpoints is found. ProblemError where that
    file is not one.
    """
    kept = published.read(checkpoints) if checkpoints else None
    with transaction.atomic(), connection.cursor() as cursor:
        # Guards are compared as the database writes them, which depends on what it need not name.
        cursor.execute("SET LOCAL search_path = public")
        accounts, count = transfers.counts(cursor)
        broken, breaks = transfers.broken(cursor)
        totals = transfers.totals(cursor)
        found = [
            *transfers.uneven(totals),
            *history.broken(kept),
            *transfers.sums(cursor),
            *guards.missing(cursor),
        ]
    return Verdict(
        accounts=accounts, transfers=count, totals=totals,
        broken=broken + len(found), breaks=(*breaks, *found),
    )  # fmt: skip


def is_set_up() -> bool:
    """Whether the ledger's tables exist in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('ledger_transfer') IS NOT NULL")
        return bool(cursor.fetchone()[0])
