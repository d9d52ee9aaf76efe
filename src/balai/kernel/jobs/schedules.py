"""Starting what is due by the clock, once a tick however many workers look."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from balai.kernel.jobs.actions import start
from balai.kernel.jobs.kinds import schedules
from balai.kernel.jobs.models import Job, ScheduleMark, State

MOVE_ON = """
INSERT INTO jobs_schedulemark (name, last_at) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET last_at = excluded.last_at
 WHERE jobs_schedulemark.last_at < excluded.last_at
RETURNING name
"""


def start_due(now: datetime) -> int:
    """Start a job for each schedule whose latest tick nobody has served; returns how many.

    Ticks missed while no worker ran are served once, by the latest. A tick that comes while the
    job before it still waits or runs is left out.
    """
    due = {kind.name: (kind, schedule.last(now)) for kind, schedule in schedules()}
    served = dict(ScheduleMark.objects.values_list("name", "last_at"))
    started = 0
    for name, (kind, tick) in due.items():
        if name in served and served[name] >= tick:
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(MOVE_ON, [name, tick])
            if cursor.fetchone() is None or _is_open(name):
                continue
            start(kind, key=f"tick {tick.isoformat()}", slot="tick", scheduled=True)
            started += 1
    return started


def _is_open(name: str) -> bool:
    return Job.objects.filter(
        name=name, scheduled=True, state__in=[State.WAITING, State.RUNNING]
    ).exists()
