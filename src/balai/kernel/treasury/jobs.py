"""What the treasury does by the clock: filing and sealing the ledger, ending what has expired."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from balai.kernel.jobs.kinds import QUICK, every, job
from balai.kernel.jobs.work import Work
from balai.kernel.ledger import actions


@every(hours=1)
@job("treasury.checkpoint", title={"id": "Titik periksa buku besar", "en": "Ledger checkpoint"},
     labels={"transfers": {"id": "Transfer tersegel", "en": "Transfers sealed"}})  # fmt: skip
def checkpoint(work: Work) -> dict[str, Any]:
    """Seal what was posted since the last checkpoint."""
    with work.step("seal"):
        made = actions.make_checkpoint(now=timezone.now())
    return {"transfers": made.tree_size} if made else {}


@every(seconds=30)
@job("treasury.file", title={"id": "Pengarsipan transfer", "en": "Filing of transfers"},
     queue=QUICK, labels={"filings": {"id": "Pengarsipan", "en": "Filings"}})  # fmt: skip
def file(work: Work) -> dict[str, Any]:
    """File what was posted by account and source, once there is enough to slow its readers."""
    return {"filings": actions.file_transfers(least=actions.WORTH_FILING)}


@every(minutes=5)
@job("treasury.expire", title={"id": "Transfer tertunda yang kedaluwarsa",
     "en": "Pending transfers that expired"}, queue=QUICK,
     labels={"expired": {"id": "Kedaluwarsa", "en": "Expired"}})  # fmt: skip
def expire(work: Work) -> dict[str, Any]:
    """Void the pending transfers whose time has run out."""
    with work.step("void"):
        return {"expired": actions.expire(timezone.now())}
