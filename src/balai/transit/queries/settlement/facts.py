"""What settlement tells a city's indicators: subsidy a journey, punctuality, operators joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from balai.transit.models import Journey, Operator, SettledDay, VerifiedRun
from balai.transit.queries.settlement.days import present_statements


@dataclass(frozen=True, slots=True)
class Subsidy:
    """A day's pay for kilometres less penalties and the fares the city keeps, and its journeys."""

    day: date
    rupiah: int
    journeys: int


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Of a route's runs on a day: how many were seen to leave, and how many of them on time."""

    day: date
    route_id: str
    seen: int
    on_time: int


def subsidies(city: str, start: date, end: date) -> list[Subsidy]:
    """What each settled day cost the city beyond its fares, with the journeys of the day."""
    rows = present_statements(city).filter(day__range=(start, end)).order_by("day").values("day")
    journeys = dict(
        Journey.objects.filter(city=city, void=False, day__range=(start, end))
        .values_list("day").annotate(Count("id"))
    )  # fmt: skip
    fares = dict(
        Journey.objects.filter(city=city, void=False, day__range=(start, end))
        .values_list("day").annotate(Sum("charge"))
    )  # fmt: skip
    return [
        Subsidy(row["day"], row["total"] - fares.get(row["day"], 0), journeys.get(row["day"], 0))
        for row in rows.annotate(total=Sum("net"))
    ]


def punctuality(city: str, start: date, end: date) -> list[Punctuality]:
    """Departures on time by route and day, from matched runs of each day's last version.

    What is on time is the service standard's word on the day (`engine.settlement.quality`).
    """
    found = present_runs(city, start, end).values("settled__day", "route_id").annotate(
        seen=Count("id", filter=Q(late_s__isnull=False)),
        good=Count("id", filter=Q(on_time=True)),
    )  # fmt: skip
    return [
        Punctuality(row["settled__day"], row["route_id"], row["seen"], row["good"])
        for row in found.order_by("settled__day", "route_id")
    ]


def present_runs(city: str, start: date, end: date) -> QuerySet[VerifiedRun]:
    """The runs of each day's last version."""
    last = (
        SettledDay.objects.filter(city=city, done=True, day__range=(start, end))
        .order_by("day", "-version").distinct("day").values_list("pk", flat=True)
    )  # fmt: skip
    return VerifiedRun.objects.filter(settled__in=list(last))


def operators_joined(city: str, on: date, kind: str = "cooperative") -> QuerySet[Operator]:
    """The operators of a kind that had joined by a day and had not left."""
    rows = Operator.objects.filter(city=city, kind=kind, joined_on__lte=on)
    return rows.filter(Q(left_on=None) | Q(left_on__gt=on))
