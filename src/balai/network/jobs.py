"""What runs beside the requests: counting again what new records touch."""

from __future__ import annotations

from datetime import date
from typing import Any

from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from balai.network import models
from balai.network.actions.recompute import refresh
from balai.network.engine.periods import Period


@task()
def recount(*, city: str, period: str) -> int:
    """Compute a period's indicators again; returns how many values are new."""
    return sum(each.new for each in refresh(city, Period.parse(period)))


def recount_later(*, city: str, days: tuple[date, ...], **_: Any) -> None:
    """Queue a recount of each month that these days fall in, unless one waits already.

    A recount that has begun may have read before the newest records, so it does not count.
    """
    if not models.ActionPlan.objects.filter(city=city, status="published").exists():
        return
    for month in sorted({str(Period.of(day, "month")) for day in days}):
        wanted = {"args": [], "kwargs": {"city": city, "period": month}}
        waiting = DBTaskResult.objects.filter(
            status=TaskResultStatus.READY, task_path=recount.module_path, args_kwargs=wanted
        )
        if not waiting.exists():
            recount.enqueue(**wanted["kwargs"])
