"""Starting what is due by the clock, once a tick however many workers look."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from balai.kernel.jobs.actions import start
from balai.kernel.jobs.kinds import JobKind, schedules
from balai.kernel.jobs.models import Job, ScheduleMark, State

LOCK = 0x62616C61696A6F62
"""Of the schedules, among PostgreSQL's advisory locks: "balaijob" in ASCII."""
MOVE_ON = """
INSERT INTO jobs_schedulemark (name, last_at) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET last_at = excluded.last_at
 WHERE jobs_schedulemark.last_at < excluded.last_at
RETURNING name
"""


def start_due(now: datetime) -> int:
    """Start a job for each schedule whose latest tick nobody has served; returns how many.

    Ticks missed while no worker ran are served once, by the latest. A tick that comes while the
    job before it still waits or runs is left out. Where another worker is at it, nothing is done:
    the pulse that asks must never wait, for the leases hang on it.
    """
    due = {kind.name: (kind, schedule.last(now)) for kind, schedule in schedules()}
    served = dict(ScheduleMark.objects.values_list("name", "last_at"))
    late = {
        name: each for name, each in due.items() if name not in served or served[name] < each[1]
    }
    if not late:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        (mine,) = cursor.fetchone() or (False,)
        return sum(_serve(cursor, *each) for each in late.values()) if mine else 0


def _serve(cursor: Any, kind: JobKind, tick: datetime) -> bool:
    cursor.execute(MOVE_ON, [kind.name, tick])
    if cursor.fetchone() is None or _is_open(kind.name):
        return False
    start(kind, key=f"tick {tick.isoformat()}", slot="tick", scheduled=True)
    return True


def _is_open(name: str) -> bool:
    return Job.objects.filter(
        name=name, scheduled=True, state__in=[State.WAITING, State.RUNNING]
    ).exists()
