"""What officers have done lately, and where cases wait: for the page of the workload."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from balai.kernel.calendars import city_calendar
from balai.kernel.cases.models import CaseEvent
from balai.kernel.cases.models.case import OPEN
from balai.kernel.cases.queries.case import names_of
from balai.kernel.cases.queries.choosing import of_city
from balai.kernel.cases.queries.counts import workload
from balai.kernel.cases.queries.queue import QueueRow, rows_of_queue
from balai.kernel.cases.queries.services import newest, service
from balai.kernel.problems import MissingError
from balai.kernel.regions.queries import City

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
ENDS = ("check", "approve", "sign", "return", "refuse", "send_back", "hand_over")
"""The acts by which an officer is done with a case for now."""
MOST_MOVED = 200


@dataclass(frozen=True, slots=True)
class OfficerLoad:
    """What somebody holds and has done; `median` is in whole minutes of working time from taking a
    case up until being done with it, in the last 30 days (of `measured` cases), None without any.
    """

    holder: str
    name: str
    open: int
    late: int
    paused: int
    done: int
    median: int | None
    measured: int


@dataclass(frozen=True, slots=True)
class StepLoad:
    """Open cases at a step of a service: all, held by nobody, and late."""

    service: dict[str, str]
    code: str
    step: str
    title: dict[str, str]
    open: int
    free: int
    late: int


@dataclass(slots=True)
class _Work:
    done: int = 0
    minutes: list[int] = field(default_factory=list)


def officer_loads(city: City) -> tuple[OfficerLoad, ...]:
    """Everybody who holds a case, or was done with one in the last 30 days; what nobody holds comes
    first, then the heaviest load.
    """
    held = {each.holder: each for each in workload(city)}
    work = _work(city)
    names = names_of(set(work) - set(held))
    found = []
    for holder in {*held, *work}:
        load, done = held.get(holder), work.get(holder, _Work())
        found.append(OfficerLoad(
            holder, load.name if load else names.get(holder, holder),
            load.open if load else 0, load.late if load else 0, load.paused if load else 0,
            done.done, round(median(done.minutes)) if done.minutes else None, len(done.minutes),
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.holder != "", -each.open, each.name)))


def step_loads(city: City) -> tuple[StepLoad, ...]:
    """Where open cases wait, the fullest step first."""
    late = Q(clock="running", due_at__lt=timezone.now())
    rows = (
        of_city(city).filter(status__in=OPEN).values_list("service_code", "step")
        .annotate(open=Count("pk"), free=Count("pk", filter=Q(holder=None)),
                  late=Count("pk", filter=late))
        .order_by("-open", "service_code", "step")
    )  # fmt: skip
    return tuple(_step(*row) for row in rows)


def behind(code: str, city: City) -> tuple[QueueRow, ...]:
    """Open cases of a service that follow an older version of it, the nearest promise first."""
    rows = of_city(city).filter(status__in=OPEN, service_code=code)
    older = rows.filter(service_version__lt=newest(code)).order_by("due_at", "id")
    return rows_of_queue(older[:MOST_MOVED])


def open_by_version(city: City) -> dict[tuple[str, int], int]:
    """How many open cases follow each version of each service."""
    rows = of_city(city).filter(status__in=OPEN).values_list("service_code", "service_version")
    return {(code, version): count
            for code, version, count in rows.annotate(n=Count("pk")).order_by()}  # fmt: skip


def _step(code: str, step: str, open_: int, free: int, late: int) -> StepLoad:
    titles, title = {"id": code, "en": code}, {"id": step, "en": step}
    try:
        found = service(code)
    except MissingError:
        return StepLoad(titles, code, step, title, open_, free, late)
    if found.has_step(step):
        title = dict(found.step(step).title)
    return StepLoad(dict(found.titles), code, step, title, open_, free, late)


def _work(city: City) -> dict[str, _Work]:
    now = timezone.now()
    calendar, found = city_calendar(city), dict[str, _Work]()
    for actor, at, since in _spans(city, now - MONTH):
        work = found.setdefault(actor, _Work())
        work.done += at >= now - WEEK
        if since is not None:
            work.minutes.append(calendar.working_minutes(since, at))
    return found


def _spans(city: City, since: datetime) -> Iterator[tuple[str, datetime, datetime | None]]:
    """Who was done with a case, when, and since when they had it (None: from before `since`)."""
    rows: Any = (
        CaseEvent.objects.filter(case__city=city.slug, at__gte=since, kind__in=("claim", *ENDS))
        .order_by("case_id", "sequence").values_list("case_id", "kind", "actor", "at")
    )  # fmt: skip
    taken: dict[tuple[Any, str], datetime] = {}
    for case, kind, actor, at in rows.iterator(chunk_size=2000):
        if kind == "claim":
            taken[case, actor] = at
        else:
            yield actor, at, taken.pop((case, actor), None)
