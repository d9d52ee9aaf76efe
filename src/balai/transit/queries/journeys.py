"""Journeys as they may be shown: legs and charges, no card, no name, times to the hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from numpy.typing import NDArray

from balai.kernel.ledger import queries as ledger
from balai.kernel.problems import MissingError
from balai.transit.engine.fares.modes import Mode
from balai.transit.models import (
    Adjustment,
    FeedVersion,
    Journey,
    Leg,
    OrphanTap,
    PendingTap,
    Quarantined,
    Route,
    Stop,
    Tap,
)


@dataclass(frozen=True, slots=True)
class LegView:
    """A boarding: line and stops by name where the feed knows them, money in rupiah."""

    number: int
    mode: str
    line: str
    from_name: str
    to_name: str
    tapped_out: bool
    metres: int | None
    full_price: int
    charge: int
    reason: str


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer of the ledger; the card's account is not named."""

    id: UUID
    amount: int
    to_revenue: bool
    reason: str


@dataclass(frozen=True, slots=True)
class JourneyView:
    """A journey's record. `hour` is the first tap-in cut to the hour."""

    id: UUID
    city: str
    place: str
    day: date
    hour: datetime
    tariff: str
    tariff_day: date
    charge: int
    full_price: int
    integrated: bool
    void: bool
    generated: bool
    revision: int
    legs: tuple[LegView, ...]
    transfers: tuple[TransferView, ...]
    adjustments: tuple[Adjustment, ...]

    @property
    def moved(self) -> int:
        """What its transfers come to, in rupiah."""
        return sum(each.amount if each.to_revenue else -each.amount for each in self.transfers)


def journey_record(city: str, journey: UUID) -> JourneyView:
    """The record of a journey of the city; MissingError where there is none."""
    row = Journey.objects.filter(city=city, pk=journey).first()
    if row is None:
        raise MissingError("There is no such journey", detail=f"No journey {journey} in {city}.")
    legs = list(Leg.objects.filter(journey=row).select_related("boarding", "alighting"))
    names = names_of_taps(
        city, [tap for leg in legs for tap in (leg.boarding, leg.alighting) if tap]
    )
    revenue = f"{city}/transit/fare-revenue"
    return JourneyView(
        id=row.id, city=row.city, place=row.place, day=row.day,
        hour=row.first_at.replace(minute=0, second=0), tariff=row.tariff,
        tariff_day=row.tariff_day, charge=row.charge, full_price=row.full_price,
        integrated=row.integrated, void=row.void, generated=row.generated, revision=row.revision,
        legs=tuple(_leg(leg, names) for leg in legs),
        transfers=tuple(
            TransferView(each.id, each.amount, each.credit == revenue, each.reason)
            for each in ledger.transfers_of(f"transit.journey:{journey}")
        ),
        adjustments=tuple(Adjustment.objects.filter(journey=row).order_by("revision")),
    )  # fmt: skip


def _leg(leg: Leg, names: dict[tuple[str, str], str]) -> LegView:
    boarding, alighting = leg.boarding, leg.alighting
    return LegView(
        number=leg.number,
        mode=boarding.mode,
        line=names.get(("route", boarding.route_id), boarding.route_id),
        from_name=names.get(("stop", boarding.stop_id), boarding.stop_id),
        to_name=names.get(("stop", alighting.stop_id), alighting.stop_id) if alighting else "",
        tapped_out=alighting is not None,
        metres=leg.metres,
        full_price=leg.full_price,
        charge=leg.charge,
        reason=leg.reason,
    )


def names_of_taps(city: str, taps: Sequence[Tap]) -> dict[tuple[str, str], str]:
    """Names of stops and lines by ("stop" or "route", id), from the feed in use where it has them,
    else from the newest feed that has: a tap outlives the feed it was made under.
    """
    feeds = FeedVersion.objects.filter(city=city).values_list("pk", "status")
    order = {pk: (status == "current", pk) for pk, status in feeds}
    stops = Stop.objects.filter(feed_id__in=order, stop_id__in={tap.stop_id for tap in taps})
    routes = Route.objects.filter(feed_id__in=order, route_id__in={tap.route_id for tap in taps})
    found = [
        (feed, ("stop", stop), name)
        for feed, stop, name in stops.values_list("feed_id", "stop_id", "stop_name")
    ]
    found += [
        (feed, ("route", route), short or long)
        for feed, route, short, long in routes.values_list(
            "feed_id", "route_id", "route_short_name", "route_long_name"
        )
    ]
    found.sort(key=lambda each: order[each[0]])
    return {key: name for _, key, name in found if name}


def journeys_of(
    city: str, *, start: date | None = None, end: date | None = None, kind: str = ""
) -> QuerySet[Journey]:
    """Journeys by day, latest first. `kind`: integrated, separate, adjusted, or all."""
    found = Journey.objects.filter(city=city).order_by("-day", "-first_at", "id")
    found = found.filter(day__gte=start) if start else found
    found = found.filter(day__lte=end) if end else found
    narrowing: dict[str, dict[str, Any]] = {
        "integrated": {"void": False, "integrated": True},
        "separate": {"void": False, "integrated": False},
        "adjusted": {"revision__gt": 1},
    }
    return found.filter(**narrowing.get(kind, {"void": False}))


def taps_of(
    city: str, *, start: date | None = None, end: date | None = None, kind: str = "",
    mode: str = "", validator: str = "", stop: str = "", zone: Any = None,
) -> QuerySet[Tap]:  # fmt: skip
    """Taps, latest first. `kind`: orphan (tap-outs without boarding), missed (no tap-out), aside
    (an officer decided that they do not count), refused (of cards that are blocked, lost or
    replaced now). With each come its card's account, leg, orphan and ruling where it has them.
    """
    beside = ("validator", "card__account", "leg", "orphan", "ruling")
    found = Tap.objects.filter(city=city).select_related(*beside).order_by("-at", "id")
    if start:
        found = found.filter(at__gte=datetime.combine(start, datetime.min.time(), zone))
    if end:
        after = end + timedelta(days=1)
        found = found.filter(at__lt=datetime.combine(after, datetime.min.time(), zone))
    exact = {"mode": mode, "validator__code": validator, "stop_id": stop}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    narrowing: dict[str, dict[str, Any]] = {
        "orphan": {"orphan__isnull": False},
        "missed": {"leg__isnull": False, "leg__alighting": None},
        "aside": {"ruling__ruling": "aside"},
        "refused": {"card__account__state__in": ("blocked", "lost", "replaced")},
    }
    return found.filter(**narrowing.get(kind, {}))


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of each a city has."""

    taps: int
    pending: int
    journeys: int
    integrated: int
    orphans: int
    quarantined: int
    revenue: int
    generated: bool


def standing(city: str) -> Standing:
    """The figures of the officer's first page; `revenue` is the ledger's own balance."""
    journeys = Journey.objects.filter(city=city, void=False)
    try:
        revenue = ledger.balance(f"{city}/transit/fare-revenue").amount
    except MissingError:
        revenue = 0
    return Standing(
        taps=Tap.objects.filter(city=city).count(),
        pending=PendingTap.objects.filter(city=city).count(),
        journeys=journeys.count(),
        integrated=journeys.filter(integrated=True).count(),
        orphans=OrphanTap.objects.filter(city=city).count(),
        quarantined=Quarantined.objects.filter(city=city, state="open").count(),
        revenue=revenue,
        generated=journeys.filter(generated=True).exists(),
    )


@dataclass(frozen=True, slots=True)
class SettledLegs:
    """A day's boardings, one element each, in order of journey and leg.

    `journey` numbers into `journeys` (the journeys' ids, by first tap); `leg` counts from 1;
    `boarding` is the id of the tap-in; `route` the feed's route_id ("" where not told); `mode` a
    fares.Mode; `metres` UNKNOWN (-1) where not known; `charge` is what was paid, net of `relief`
    and of what was `refunded`, in rupiah; `generated` marks made-up data. The charges' sum is what
    the ledger moved for the day's journeys.
    """

    journeys: tuple[UUID, ...]
    journey: NDArray[np.int32]
    leg: NDArray[np.int16]
    boarding: NDArray[np.int64]
    route: NDArray[np.str_]
    mode: NDArray[np.int8]
    metres: NDArray[np.int32]
    charge: NDArray[np.int64]
    relief: NDArray[np.int64]
    refunded: NDArray[np.int64]
    generated: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.journey)


SETTLED = """
SELECT journey.id, leg.number, leg.boarding_id, tap.route_id, tap.mode, coalesce(leg.metres, -1),
       leg.charge, leg.relief, leg.refunded, journey.generated
  FROM transit_journey AS journey
  JOIN transit_leg AS leg ON leg.journey_id = journey.id
  JOIN transit_tap AS tap ON tap.id = leg.boarding_id
 WHERE journey.city = %s AND journey.day = %s AND NOT journey.void
 ORDER BY journey.first_at, journey.id, leg.number
"""


def settled_legs(city: str, day: date) -> SettledLegs:
    """The boardings of the city's journeys that began on the day (the city's calendar)."""
    with connection.cursor() as cursor:
        cursor.execute(SETTLED, [city, day])
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * 10
    journeys = tuple(dict.fromkeys(columns[0]))
    place = {journey: number for number, journey in enumerate(journeys)}
    modes = {code: int(Mode.of(code)) for code in set(columns[4])}
    return SettledLegs(
        journeys=journeys,
        journey=np.array([place[journey] for journey in columns[0]], np.int32),
        leg=np.array(columns[1], np.int16),
        boarding=np.array(columns[2], np.int64),
        route=np.array(columns[3], np.str_),
        mode=np.array([modes[code] for code in columns[4]], np.int8),
        metres=np.array(columns[5], np.int32),
        charge=np.array(columns[6], np.int64),
        relief=np.array(columns[7], np.int64),
        refunded=np.array(columns[8], np.int64),
        generated=np.array(columns[9], np.bool_),
    )
