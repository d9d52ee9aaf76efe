"""Starting, cancelling and retrying jobs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from balai.kernel.access.actions import record
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.jobs.kinds import JobKind, find_kind
from balai.kernel.jobs.models import Job, Pulse, State
from balai.kernel.jobs.payload import plain
from balai.kernel.problems import ConflictError, MissingError
from balai.kernel.regions import queries as regions
from balai.kernel.row_security import EVERYWHERE

INSERT = """
WITH made AS (
  INSERT INTO jobs_job (name, queue, city, regions, started_by_id, scheduled, arguments, key, slot,
                        state, take, tries, problem, due_at)
  VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, 'waiting', 0, 0, '', coalesce(%s, now()))
  ON CONFLICT DO NOTHING RETURNING id
)
INSERT INTO jobs_pulse (job_id, take, done, message, cancel_wished)
SELECT id, 0, 0, '', false FROM made RETURNING job_id
"""


def start(
    kind: JobKind | str,
    *,
    city: str = "",
    by: User | None = None,
    arguments: Mapping[str, Any] | None = None,
    key: str | UUID | None = None,
    slot: str | None = None,
    due_at: datetime | None = None,
    within: Iterable[str] | None = None,
    scheduled: bool = False,
) -> Job:
    """Put a job in the queue, in the transaction at hand: it runs once that is committed.

    The same `key` again returns the job that it started (ConflictError where the arguments are
    others). While a job of this kind waits in the same `slot` that one is returned instead; one
    that runs does not count. `within` are the region codes whose rows it may see: the city's, or
    all without a city. `arguments` must be JSON and name no person: ids only.
    """
    found = kind if isinstance(kind, JobKind) else find_kind(kind)
    given = plain(dict(arguments or {}))
    codes = list(within) if within is not None else [_region_of(city)]
    values = (
        found.name, found.queue, city, codes, by.pk if by else None, scheduled, json.dumps(given),
        None if key is None else str(key), slot, due_at,
    )  # fmt: skip
    # The job that kept ours out may end between the two statements: then ours gets in.
    for _ in range(10):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(INSERT, values)
            row = cursor.fetchone()
        if row:
            return Job.objects.get(pk=row[0])
        if standing := _standing(found.name, key, slot, given):
            return standing
    raise ConflictError("The job cannot be started now", detail="Its slot is being emptied.")


def cancel(job: Job, *, origin: Origin | None = None) -> Job:
    """Cancel a job: one that waits at once, one that runs at its next safe place.

    What its steps have done stays done. Who did it is audited where an origin is given.
    ConflictError where it has ended.
    """
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job.pk, state=State.WAITING)
        if not waiting.update(state=State.CANCELLED, ended_at=Now(), slot=None):
            running = Job.objects.filter(pk=job.pk, state=State.RUNNING).exists()
            if not running:
                raise ConflictError("The job has ended", detail="It cannot be cancelled any more.")
            Pulse.objects.filter(job_id=job.pk).update(cancel_wished=True)
        _audit("jobs.cancelled", job, origin)
    return fresh(job)


def retry(job: Job, *, origin: Origin | None = None) -> Job:
    """Queue a failed or cancelled job again: it goes on after the steps that are done.

    Who did it is audited where an origin is given. ConflictError where it waits, runs or is done.
    """
    with transaction.atomic():
        ended = Job.objects.filter(pk=job.pk, state__in=[State.FAILED, State.CANCELLED])
        if not ended.update(
            state=State.WAITING, problem="", ended_at=None, tries=0, due_at=timezone.now()
        ):
            raise ConflictError(
                "The job cannot be tried again", detail="Only one that failed or was cancelled can."
            )
        Pulse.objects.filter(job_id=job.pk).update(cancel_wished=False)
        _audit("jobs.retried", job, origin)
    return fresh(job)


def fresh(job: Job) -> Job:
    """The job as it stands now."""
    return Job.objects.select_related("pulse", "started_by").get(pk=job.pk)


def _standing(name: str, key: str | UUID | None, slot: str | None, given: Any) -> Job | None:
    if key is not None and (same := Job.objects.filter(name=name, key=str(key)).first()):
        if same.arguments != given:
            raise ConflictError(
                "The key stands for another job",
                detail=f"The key {str(key)!r} started {name} with other arguments.",
                kind="idempotency-conflict",
            )
        return same
    return Job.objects.filter(name=name, slot=slot).first() if slot is not None else None


def _region_of(city: str) -> str:
    if not city:
        return EVERYWHERE
    found = regions.find_city(city)
    if found is None:
        raise MissingError("No such city", detail=f"No city {city!r} runs here.")
    return found.region_code


def _audit(action: str, job: Job, origin: Origin | None) -> None:
    if origin is not None:
        record(action, origin, subject=f"jobs.job:{job.pk}", kind=job.name, city=job.city)
