"""How many cases there are, counted no further than anybody reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from balai.kernel.cases.models import Case
from balai.kernel.cases.models.case import OPEN
from balai.kernel.cases.queries.case import names_of
from balai.kernel.cases.queries.choosing import STATES, QueueFilter, chosen, of_city
from balai.kernel.regions.queries import City

MOST_COUNTED = 1000
"""Each row counted is held against the policy of its table: beyond this a count says "and more"."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are; with `more` there are more than that, and nobody counted them."""

    number: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """The tabs of the queue: see `QueueFilter.state`."""

    mine: Counted
    free: Counted
    all: Counted
    late: Counted
    returned: Counted


@dataclass(frozen=True, slots=True)
class Load:
    """How many open cases somebody holds, and how many of them are late; empty: held by nobody."""

    holder: str
    name: str
    open: int
    late: int
    paused: int


def queue_counts(user: Any, *, city: City, filters: QueueFilter | None = None) -> QueueCounts:
    """How many cases each tab of the queue has for the user, in one statement. What else the
    filter asks holds for all tabs; its `state` does not matter.
    """
    wanted = filters or QueueFilter()
    parts = [
        _capped(chosen(city, QueueFilter(**_but_state(wanted), state=state), user))
        for state in STATES
    ]
    # The queries are Django's own, with their values apart.
    counts = ", ".join(f"(SELECT count(*) FROM ({each}) AS found)" for each, _ in parts)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [each for _, given in parts for each in given])
        found = cursor.fetchone() or ()
    return QueueCounts(**dict(zip(STATES, map(_counted, found), strict=True)))


def counted(rows: QuerySet[Case]) -> Counted:
    """How many rows there are, as far as it matters."""
    return _counted(rows.order_by()[: MOST_COUNTED + 1].count())


def workload(city: City) -> tuple[Load, ...]:
    """Open cases by who holds them, the heaviest load first; what is free comes first of all."""
    late = Q(clock="running", due_at__lt=timezone.now())
    rows = (
        of_city(city).filter(status__in=OPEN).values_list("holder")
        .annotate(open=Count("pk"), late=Count("pk", filter=late),
                  paused=Count("pk", filter=Q(clock="stopped")))
        .order_by("-open", "holder")
    )  # fmt: skip
    found = list(rows)
    names = names_of(holder for holder, *_ in found if holder)
    loads = [
        Load(holder or "", names.get(holder, holder or ""), *counts) for holder, *counts in found
    ]
    return tuple(sorted(loads, key=lambda each: (each.holder != "", -each.open)))


def _capped(rows: QuerySet[Case]) -> tuple[str, tuple[Any, ...]]:
    query = rows.order_by().values("pk")[: MOST_COUNTED + 1].query
    sql, given = query.sql_with_params()
    return sql, given


def _but_state(wanted: QueueFilter) -> dict[str, Any]:
    names = ("search", "service", "step", "office", "holder", "role", "people")
    return {name: getattr(wanted, name) for name in names}


def _counted(found: int) -> Counted:
    return Counted(min(found, MOST_COUNTED), found > MOST_COUNTED)
