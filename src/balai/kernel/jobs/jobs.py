"""The room's own jobs: sweeping away what ended long ago."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from balai.kernel.access import sweep as access
from balai.kernel.jobs.kinds import QUICK, daily, job
from balai.kernel.jobs.models import Job, Worker
from balai.kernel.jobs.work import Work

KEPT, SCHEDULED_KEPT = timedelta(days=180), timedelta(days=3)
WORKERS_KEPT = timedelta(hours=1)
CHUNK = 1000


@daily("03:10")
@job("jobs.sweep", title={"id": "Pembersihan pekerjaan lama", "en": "Sweep of old jobs"},
     queue=QUICK, labels={"jobs": {"id": "Dihapus", "en": "Swept away"}})  # fmt: skip
def sweep(work: Work) -> dict[str, Any]:
    """Delete jobs that ended half a year ago, those of schedules after three days, and the rows
    of workers that died.
    """
    now = timezone.now()
    old = Job.objects.filter(ended_at__lt=now - KEPT) | Job.objects.filter(
        scheduled=True, ended_at__lt=now - SCHEDULED_KEPT
    )
    swept = 0
    while ids := list(old.exclude(pk=work.id).values_list("pk", flat=True)[:CHUNK]):
        with work.step(f"after {swept}"):
            Job.objects.filter(pk__in=ids).delete()
        swept += len(ids)
        work.progress(swept, None)
    Worker.objects.filter(seen_at__lt=now - WORKERS_KEPT).delete()
    return {"jobs": swept}


@daily("03:20")
@job("jobs.sweep-access", title={"id": "Pembersihan sesi dan jawaban lama",
     "en": "Sweep of old sessions and answers"}, queue=QUICK)  # fmt: skip
def sweep_access(work: Work) -> dict[str, Any]:
    """Forget idempotency answers, limits, sessions and calls that have run out: the room of access
    stands below this one and has no clock of its own.
    """
    with work.step("all"):
        return dict(access.sweep())
