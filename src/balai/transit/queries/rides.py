"""A card's journeys as its holder reads them: each leg with its charge and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from balai.transit.models import Journey, Leg
from balai.transit.queries.journeys import names_of_taps


@dataclass(frozen=True, slots=True)
class RideLeg:
    """A boarding: `boarding` is the id of its tap-in; money in rupiah; `reason` the pricing's."""

    boarding: int
    number: int
    mode: str
    line: str
    from_name: str
    to_name: str
    at: datetime
    until: datetime | None
    metres: int | None
    full_price: int
    charge: int
    relief: int
    relief_reason: str
    refunded: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ride:
    """A journey: what one fare covered, as its taps are read now."""

    id: UUID
    day: date
    first_at: datetime
    last_at: datetime
    charge: int
    full_price: int
    tariff: str
    tariff_day: date
    changed: bool
    generated: bool
    legs: tuple[RideLeg, ...]


def journeys_of_cards(
    cards: Sequence[int], *, start: date | None = None, end: date | None = None
) -> QuerySet[Journey]:
    """The journeys of these cards between two days (of the city's calendar), latest first."""
    found = Journey.objects.filter(card_id__in=cards, void=False).order_by("-first_at", "id")
    found = found.filter(day__gte=start) if start else found
    return found.filter(day__lte=end) if end else found


def rides(city: str, journeys: Iterable[Journey]) -> list[Ride]:
    """The journeys with their legs, in the order given; two queries and the names of the feed."""
    rows = list(journeys)
    legs = list(Leg.objects.filter(journey__in=rows).select_related("boarding", "alighting"))
    taps = [tap for leg in legs for tap in (leg.boarding, leg.alighting) if tap]
    names = names_of_taps(city, taps)
    by_journey: dict[UUID, list[RideLeg]] = defaultdict(list)
    for leg in sorted(legs, key=lambda each: each.number):
        by_journey[leg.journey_id].append(_leg(leg, names))
    return [_ride(row, tuple(by_journey[row.pk])) for row in rows]


def ride_at(city: str, cards: Sequence[int], boarding: int) -> tuple[Ride, RideLeg] | None:
    """The journey and leg of a boarding of one of these cards, or None."""
    found = Journey.objects.filter(card_id__in=cards, legs__pk=boarding, void=False).first()
    if found is None:
        return None
    (ride,) = rides(city, [found])
    return ride, next(leg for leg in ride.legs if leg.boarding == boarding)


def _ride(row: Journey, legs: tuple[RideLeg, ...]) -> Ride:
    return Ride(row.pk, row.day, row.first_at, row.last_at, row.charge, row.full_price, row.tariff,
                row.tariff_day, row.revision > 1, row.generated, legs)  # fmt: skip


def _leg(leg: Leg, names: dict[tuple[str, str], str]) -> RideLeg:
    boarding, alighting = leg.boarding, leg.alighting
    return RideLeg(
        boarding=boarding.pk, number=leg.number, mode=boarding.mode,
        line=names.get(("route", boarding.route_id), boarding.route_id),
        from_name=names.get(("stop", boarding.stop_id), boarding.stop_id),
        to_name=names.get(("stop", alighting.stop_id), alighting.stop_id) if alighting else "",
        at=boarding.at, until=alighting.at if alighting else None, metres=leg.metres,
        full_price=leg.full_price, charge=leg.charge, relief=leg.relief,
        relief_reason=leg.relief_reason, refunded=leg.refunded, reason=leg.reason,
    )  # fmt: skip
