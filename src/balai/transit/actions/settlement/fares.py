"""Dividing journeys' charges over operators, and dividing anew what changed since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q, Sum

from balai.transit.models import FareShare, Journey, RouteAssignment, SettledDay
from balai.transit.queries.networks import current_network
from balai.transit.queries.settlement.contracts import split_rule
from balai.transit.queries.settlement.feeds import owner_of_tapped

LOOK_BACK_DAYS = 92
MARGIN = timedelta(minutes=10)
"""A journey priced in a transaction that was still open when a day was settled is met again."""
LEGS = """
SELECT leg.journey_id, leg.boarding_id, tap.route_id, coalesce(leg.metres, -1), leg.full_price,
       leg.charge, journey.day
  FROM transit_journey AS journey JOIN transit_leg AS leg ON leg.journey_id = journey.id
  JOIN transit_tap AS tap ON tap.id = leg.boarding_id
 WHERE journey.city = %(city)s AND NOT journey.void AND journey.charge <> 0 AND """
Parts = dict[tuple[UUID, int | None], tuple[int, int]]
"""By journey and operator (None: the city): rupiah and legs."""


def place_fares(settled: SettledDay) -> dict[str, int]:
    """Divide the day's journeys, and those of days settled before that were priced since.

    Must run in the transaction that writes the statements. What was placed before is compared:
    only differences are written, so placing twice changes nothing.
    """
    today = _divided(settled.city, "journey.day = %(day)s", {"day": settled.day}, settled.day)
    placed = _placed(Q(city=settled.city, day=settled.day))
    rows = list(_changes(settled, settled.day, today, placed))
    settled.seen_at = _latest(settled)
    settled.save(update_fields=["seen_at"])
    late = 0
    for day, journeys in _changed_since(settled).items():
        again = _divided(settled.city, "journey.id = ANY(%(ids)s)", {"ids": journeys}, day)
        before = _placed(Q(city=settled.city, day=day, journey__in=journeys))
        more = list(_changes(settled, day, again, before))
        late += len({row.journey for row in more})
        rows += more
    FareShare.objects.bulk_create(rows, batch_size=5000)
    return {"journeys": len({key[0] for key in today}), "adjusted": late}


def _divided(city: str, which: str, values: Mapping[str, Any], day: date) -> Parts:
    import numpy as np

    from balai.transit.engine.settlement import Legs, split_charges

    with connection.cursor() as cursor:
        cursor.execute(LEGS + which, {"city": city, **values})
        rows = cursor.fetchall()
    if not rows:
        return {}
    number: dict[UUID, int] = {}
    for row in rows:
        number.setdefault(row[0], len(number))
    columns = [np.array([row[k] for row in rows], np.int64) for k in (1, 3, 4, 5)]
    journey = np.array([number[row[0]] for row in rows], np.int64)
    legs = Legs(journey, *columns)
    amounts = split_charges(legs, split_rule(city, day)).amount.tolist()
    owner = _owners(city, rows)
    parts: dict[tuple[UUID, int | None], list[int]] = defaultdict(lambda: [0, 0])
    for row, amount in zip(rows, amounts, strict=True):
        part = parts[row[0], owner.get((row[2], row[6]))]
        part[0] += amount
        part[1] += 1
    return {key: (amount, count) for key, (amount, count) in parts.items()}


def _owners(city: str, rows: Sequence[Any]) -> dict[tuple[str, date], int]:
    """The operator of each route on each day that legs are of."""
    wanted = {(row[2], row[6]) for row in rows}
    held: dict[str, list[tuple[date, date | None, int]]] = defaultdict(list)
    assignments = RouteAssignment.objects.filter(city=city)
    for route, start, end, operator in assignments.values_list(
        "route_id", "start", "end", "contract__operator_id"
    ):
        held[route].append((start, end, operator))
    named = owner_of_tapped(current_network(city), held.keys())
    return {
        (route, day): operator
        for route, day in wanted
        for start, end, operator in held.get(named(route), ())
        if start <= day and (end is None or day <= end)
    }


def _placed(which: Q) -> Parts:
    rows = FareShare.objects.filter(which).values_list("journey", "operator_id")
    sums = rows.annotate(total=Sum("amount"), count=Sum("legs"))
    return {(journey, operator): (total, legs) for journey, operator, total, legs in sums}


def _changes(settled: SettledDay, day: date, now: Parts, before: Parts) -> Any:
    for key in sorted(now.keys() | before.keys(), key=lambda k: (str(k[0]), k[1] or 0)):
        amount, legs = now.get(key, (0, 0))
        had, had_legs = before.get(key, (0, 0))
        if amount != had:
            yield FareShare(
                settled=settled, city=settled.city, day=day, journey=key[0], operator_id=key[1],
                legs=legs - had_legs, amount=amount - had,
            )  # fmt: skip


def _latest(settled: SettledDay) -> datetime:
    """When the latest of the day's journeys was priced: what is priced after it is new."""
    found = Journey.objects.filter(city=settled.city, day=settled.day)
    return found.aggregate(at=Max("priced_at"))["at"] or settled.made_at


def _changed_since(settled: SettledDay) -> dict[date, list[UUID]]:
    """Journeys of other days settled before that were priced since, by day."""
    days: dict[date, datetime] = {}
    done = SettledDay.objects.filter(
        city=settled.city, done=True, day__gte=settled.day - timedelta(days=LOOK_BACK_DAYS)
    ).exclude(day=settled.day)
    for day, seen in done.order_by("version").values_list("day", "seen_at"):
        days[day] = seen
    if not days:
        return {}
    rows = Journey.objects.filter(
        city=settled.city, day__in=list(days), priced_at__gte=min(days.values()) - MARGIN
    )
    found: dict[date, list[UUID]] = defaultdict(list)
    for journey, day, at in rows.values_list("id", "day", "priced_at").iterator(5000):
        if at >= days[day] - MARGIN:
            found[day].append(journey)
    return dict(sorted(found.items()))
