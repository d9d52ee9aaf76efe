"""What runs beside the requests: counting again what new records touch."""

from __future__ import annotations

from datetime import date
from typing import Any

from balai.kernel.jobs import Work, job, start
from balai.kernel.row_security import EVERYWHERE
from balai.network import models
from balai.network.actions.recompute import refresh
from balai.network.engine.periods import Period


@job("network.recount", title={"id": "Hitung ulang indikator", "en": "Recount of indicators"})
def recount(work: Work, *, city: str, period: str) -> dict[str, int]:
    """Compute a period's indicators again; tells how many values are new."""
    with work.step(period):
        new = sum(each.new for each in refresh(city, Period.parse(period)))
    return {"new": new}


def recount_later(*, city: str, days: tuple[date, ...], **_: Any) -> None:
    """Queue a recount of each month that these days fall in, unless one waits already.

    A recount that has begun may have read before the newest records, so it does not count.
    """
    if not models.ActionPlan.objects.filter(city=city, status="published").exists():
        return
    for month in sorted({str(Period.of(day, "month")) for day in days}):
        wanted = {"city": city, "period": month}
        # A member of the network need not run Balai here, so its region may be unknown.
        start(recount, city=city, arguments=wanted, slot=f"{city} {month}", within=[EVERYWHERE])
