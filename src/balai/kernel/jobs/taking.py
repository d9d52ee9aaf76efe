"""Taking a job from the queue and writing how it ended; each only for whoever holds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from balai.kernel.jobs.models import Job, Pulse, State
from balai.kernel.jobs.payload import plain
from balai.kernel.jobs.work import LEASE, Work

# A job whose step is open is locked, so it is passed over even if its lease has run out.
TAKE = """
WITH next AS (
  SELECT job.id FROM jobs_job job JOIN jobs_pulse pulse ON pulse.job_id = job.id
   WHERE job.state IN ('waiting', 'running') AND job.queue = ANY (%(queues)s)
     AND job.due_at <= clock_timestamp()
     AND (job.state = 'waiting' OR pulse.lease_until < clock_timestamp())
   ORDER BY job.due_at LIMIT 1
   FOR UPDATE OF job, pulse SKIP LOCKED
), taken AS (
  UPDATE jobs_job SET state = 'running', take = take + 1, tries = tries + 1, slot = NULL,
         began_at = coalesce(began_at, clock_timestamp())
    FROM next WHERE jobs_job.id = next.id RETURNING jobs_job.id, jobs_job.take
)
UPDATE jobs_pulse SET take = taken.take, worker = %(worker)s,
       lease_until = clock_timestamp() + %(lease)s
  FROM taken WHERE jobs_pulse.job_id = taken.id RETURNING jobs_pulse.job_id
"""


def take_next(worker: UUID, queues: Sequence[str]) -> Job | None:
    """The job that is due longest, now held by this worker; None where none is due.

    Jobs come first that wait; those whose worker died come as soon as their lease has run out.
    """
    values: dict[str, Any] = {"queues": list(queues), "worker": worker, "lease": LEASE}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(TAKE, values)
            row = cursor.fetchone()
        if row is None:
            return None
        return Job.objects.select_related("pulse", "started_by").get(pk=row[0])


def end(work: Work, state: State, *, result: Any = None, problem: str = "") -> bool:
    """Write how the job ended; False where the take was lost, and nothing is written."""
    return _leave(
        work, state=state, ended_at=Now(), result=plain(result), problem=problem, slot=None
    )


def give_back(work: Work) -> bool:
    """Queue the job again at once, because the worker stops; the try does not count."""
    return _leave(work, state=State.WAITING, tries=F("tries") - 1)


def put_off(work: Work, seconds: float, *, problem: str) -> bool:
    """Queue the job again for later, with the problem that was met."""
    later = Now() + timedelta(seconds=seconds)
    return _leave(work, state=State.WAITING, due_at=later, problem=problem)


def oldest_due(now: datetime) -> datetime | None:
    """Since when the longest-waiting job has been due; None where none is."""
    waiting = Job.objects.filter(state=State.WAITING, due_at__lte=now)
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()


def _leave(work: Work, **fields: Any) -> bool:
    with transaction.atomic():
        held = Job.objects.filter(pk=work.id, take=work.take, state=State.RUNNING)
        if not held.update(**fields):
            return False
        work.beat()
        Pulse.objects.filter(job_id=work.id, take=work.take).update(lease_until=None, worker=None)
    return True
