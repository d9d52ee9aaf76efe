"""What planned journeys would be charged: their rides as taps, priced as validators' taps are.

Nothing here knows a fare rule: the taps that a journey would make go through the same reading as
those that were made (`actions.read_journeys`), after those of the rider's card where it is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from balai.kernel.problems import ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.actions.price_pending import rules_of
from balai.transit.actions.read_journeys import ReadJourney, ReadLeg, Rules, read_journeys
from balai.transit.engine.fares.dating import quiet_seconds
from balai.transit.engine.fares.holdings import Holdings
from balai.transit.engine.fares.lowering import lowered
from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.quoting import Leg as FareLeg
from balai.transit.engine.fares.quoting import Line, Quote
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.engine.planner import Journey, Leg, Timetable
from balai.transit.models import Entitlement
from balai.transit.queries.stretches import StoredTap, taps_of_card
from balai.transit.queries.tariffs import tariff_on

MOST_LOWERED = 64
_lowered: dict[tuple[int, date, frozenset[str]], tuple[Tariff, Tariff]] = {}


@dataclass(frozen=True, slots=True)
class Rider:
    """Whose fares are told: the id of their card, and what it holds on the day of the trip."""

    card: int
    codes: frozenset[str] = frozenset()


NOBODY = Rider(0)
"""Somebody whose card is not known: no holdings, nothing ridden before."""


def rider_of(card: int, city: City, day: date) -> Rider:
    """The rider with this card (its id), with the concessions and passes that it holds on a day."""
    start = datetime.combine(day, datetime.min.time(), city.zone)
    held = Entitlement.objects.filter(
        card_id=card, start__lt=start + timedelta(days=1), end__gte=start
    )
    return Rider(card, frozenset(held.values_list("code", flat=True)))


def lowered_for(tariff: Tariff, day: date, rider: Rider) -> Tariff:
    """The tariff as lowered by what is taken off for the rider; equal questions, one object."""
    key = id(tariff), day, rider.codes
    if key not in _lowered:
        while len(_lowered) >= MOST_LOWERED:
            _lowered.pop(next(iter(_lowered)), None)
        # The tariff is kept with it, so that its id stays its own.
        _lowered[key] = tariff, lowered(tariff, day, rider.codes)
    return _lowered[key][1]


def charge_journeys(
    city: str, journeys: Sequence[Journey], table: Timetable, tariff: Tariff, on: date,
    rider: Rider = NOBODY,
) -> list[Quote]:  # fmt: skip
    """What each journey would be charged, were it alone travelled.

    By the tariff in force on the day of its first tap; where `tariff` is another than that in
    force on the day `on`, by that one. ProblemError where there is none for a day.
    """
    if not any(journey.rides for journey in journeys):
        return [Quote(tariff.name, ()) for _ in journeys]
    _, rules = rules_of(city_by_slug(city))
    rules = _under(rules, tariff, on, rider)
    before = _before(rider, journeys, table, tariff, rules)
    made = _Taps(journeys, table, before)
    reading = read_journeys(made.taps, rules, made.after(tariff))
    lines: dict[int, list[Line]] = defaultdict(list)
    earlier: dict[int, int] = defaultdict(int)
    for number, read in enumerate(reading.journeys):
        card = read.first.card
        for leg, line in zip(read.legs, _lines(read, number, made), strict=True):
            if line is None:
                earlier[card] += leg.charge
            else:
                lines[card].append(line)
    alone = earlier[len(journeys)]
    return [
        Quote(tariff.name, tuple(sorted(lines[card], key=lambda line: line.leg.board)),
              earlier[card] - alone if journey.rides else 0)
        for card, journey in enumerate(journeys)
    ]  # fmt: skip


def _under(rules: Rules, tariff: Tariff, on: date, rider: Rider) -> Rules:
    """The city's rules, for pseudo-cards that all hold what the rider's card holds."""

    def holdings(cards: Sequence[int], held: Tariff, start: datetime, end: datetime) -> Holdings:
        found = rules.holdings([rider.card] if rider.card else [], held, start, end)
        often, each = len(cards), len(found.card)
        return Holdings(
            np.repeat(np.array(cards, np.int64), each), np.tile(found.kind, often),
            np.tile(found.start, often), np.tile(found.end, often),
        )  # fmt: skip

    def asked(day: date) -> tuple[str, Tariff]:
        return tariff.name, tariff if day == on else tariff_on(tariff.name, day)

    return replace(
        rules, holdings=holdings, positions=rules.positions if rider.card else {},
        tariff_of=rules.tariff_of if _in_force(rules, tariff, on) else asked,
        quiet=max(rules.quiet, timedelta(seconds=quiet_seconds(tariff))),
    )  # fmt: skip


def _in_force(rules: Rules, tariff: Tariff, on: date) -> bool:
    try:
        return rules.tariff_of(on)[1] is tariff
    except ProblemError:
        return False


def _before(
    rider: Rider, journeys: Sequence[Journey], table: Timetable, tariff: Tariff, rules: Rules
) -> list[StoredTap]:
    """The card's taps that bear on the fare: of the capped period, or of the last two days.

    A ride under way whose price needs its end is left out: where it ends is not known.
    """
    if not rider.card:
        return []
    first = table.instant(min(each.rides[0].depart for each in journeys if each.rides))
    day = first.astimezone(rules.zone).date()
    back = {"month": 31 + 7, "week": 7, "day": 1}.get(tariff.longest_period or "", 0)
    start = datetime.combine(day - timedelta(days=back + 2), datetime.min.time(), rules.zone)
    taps = [tap for tap in taps_of_card(rider.card, start, first) if tap.ruling != "aside"]
    if taps and taps[-1].direction == "in" and Mode.of(taps[-1].mode) in tariff.needs_distance:
        taps.pop()
    return taps


class _Taps:
    """Each journey's taps after those before it, each journey a pseudo-card; one card more has
    only those before. `rides` tells a tap-in's id from the ride it begins.
    """

    def __init__(
        self, journeys: Sequence[Journey], table: Timetable, before: Sequence[StoredTap]
    ) -> None:
        self.table = table
        self.taps: list[StoredTap] = []
        self.rides: dict[int, FareLeg] = {}
        for card, journey in enumerate(journeys):
            self._again(before, card)
            for number, leg in enumerate(journey.rides):
                ride = _fare_leg(leg, table)
                self.rides[len(self.taps)] = ride
                self._add(card, "in", 2 * number, ride, leg.from_stop or "")
                self._add(card, "out", 2 * number + 1, ride, leg.to_stop or "")
        self._again(before, len(journeys))

    def _again(self, before: Sequence[StoredTap], card: int) -> None:
        for tap in before:
            self.taps.append(replace(tap, id=len(self.taps), card=card))

    def _add(self, card: int, direction: str, number: int, ride: FareLeg, stop: str) -> None:
        second = ride.board if direction == "in" else ride.alight
        tap = StoredTap(
            id=len(self.taps), card=card, card_reference="", generated=False, validator="planned",
            sequence=number, place="", at=datetime.fromtimestamp(second, UTC), direction=direction,
            mode=ride.mode.code, metres=ride.metres, route_id=ride.route, stop_id=stop,
            ruling="stands", pending=True, unit=0,
        )  # fmt: skip
        self.taps.append(tap)

    def after(self, tariff: Tariff) -> datetime:
        """A moment at which nobody can still be riding."""
        longest = timedelta(seconds=tariff.policies.longest_ride_seconds)
        return max(tap.at for tap in self.taps) + longest + timedelta(days=1)


def _fare_leg(leg: Leg, table: Timetable) -> FareLeg:
    return FareLeg(
        mode=Mode.of(leg.mode),
        board=int(table.instant(leg.depart).timestamp()),
        alight=int(table.instant(leg.arrive).timestamp()),
        metres=leg.metres,
        route=leg.route_id or "",
    )


def _lines(read: ReadJourney, number: int, made: _Taps) -> Iterator[Line | None]:
    """The lines of a journey's legs, None for those ridden before."""
    paid = 0
    for leg in read.legs:
        paid += leg.charge
        ride = made.rides.get(leg.boarding.id)
        yield None if ride is None else _line(read, leg, number, ride, paid)


def _line(read: ReadJourney, leg: ReadLeg, number: int, ride: FareLeg, paid: int) -> Line:
    return Line(
        leg=ride, charge=leg.charge, full_price=leg.full_price, reason=leg.reason, journey=number,
        number=leg.number, opened=int(read.first.at.timestamp()), journey_paid=paid,
        relief=leg.relief, relief_code=leg.relief_reason, metres=leg.metres,
    )  # fmt: skip
