"""Planning a trip: the options worth a look, told leg by leg, each with its fare explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.quoting import Quote
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.engine.planner import Journey, Planner, Timetable
from balai.transit.engine.planner.journeys import WALK
from balai.transit.queries.networks import CityNetwork
from balai.transit.queries.planners import planner as planner_of
from balai.transit.queries.realtime import Live
from balai.transit.queries.trips.asking import TripRequest, departures_for, journeys_for
from balai.transit.queries.trips.charging import NOBODY, Rider, charge_journeys, lowered_for
from balai.transit.queries.trips.choosing import Kind, choose, worth_taking
from balai.transit.queries.trips.telling import Step, Teller


@dataclass(frozen=True, slots=True)
class Option:
    """A journey worth a look.

    `seconds` runs from the moment asked for to the arrival; where the arrival was asked for,
    from the departure to that moment.
    """

    kind: Kind
    journey: Journey
    depart: datetime
    arrive: datetime
    seconds: int
    steps: tuple[Step, ...]
    quote: Quote

    @property
    def fare(self) -> int:
        """The whole fare, in rupiah."""
        return self.quote.total


@dataclass(frozen=True, slots=True)
class TripPlan:
    """The options, the fastest first, and the other journeys that no other beats."""

    options: tuple[Option, ...]
    others: tuple[Journey, ...]
    asked: TripRequest


@dataclass(frozen=True, slots=True)
class Departure:
    """A journey of a range of time, in a row of a table."""

    depart: datetime
    arrive: datetime
    seconds: int
    fare: int
    transfers: int


def plan_trip(
    network: CityNetwork, planner: Planner, tariff: Tariff, asked: TripRequest,
    *, live: Live | None = None, rider: Rider = NOBODY,
) -> TripPlan:  # fmt: skip
    """The options for what was asked, at the fares that the rider would be charged.

    Raises `NoStopWithinReachError` where a place has no stop within the walk allowed.
    """
    table = planner.timetable
    second = table.seconds_at(asked.at)
    found, quotes = _charged(network, planner, tariff, asked, journeys_for, live, rider)
    found = worth_taking(found, arrive_by=asked.arrive_by)
    chosen = choose(found, arrive_by=asked.arrive_by)
    journeys = [journey for _, journey in chosen]
    telling = Teller(network, table, journeys, asked.origin, asked.destination, live)
    options = tuple(
        Option(
            kind=kind, journey=journey, depart=table.instant(journey.depart),
            arrive=table.instant(journey.arrive),
            seconds=second - journey.depart if asked.arrive_by else journey.arrive - second,
            steps=telling.steps(journey), quote=quotes[id(journey)],
        )
        for kind, journey in chosen
    )  # fmt: skip
    picked = {id(journey) for journey in journeys}
    return TripPlan(options, tuple(each for each in found if id(each) not in picked), asked)


def other_departures(
    network: CityNetwork, planner: Planner, tariff: Tariff, asked: TripRequest,
    *, live: Live | None = None, rider: Rider = NOBODY,
) -> tuple[Departure, ...]:  # fmt: skip
    """What leaves within the hour, of equal departures the one that arrives first."""
    table = planner.timetable
    rows: dict[int, Journey] = {}
    for journey in _charged(network, planner, tariff, asked, departures_for, live, rider)[0]:
        kept = rows.get(journey.depart)
        if kept is None or (journey.arrive, journey.fare or 0) < (kept.arrive, kept.fare or 0):
            rows[journey.depart] = journey
    return tuple(
        Departure(table.instant(each.depart), table.instant(each.arrive),
                  each.arrive - each.depart, each.fare or 0, each.transfers)
        for _, each in sorted(rows.items())
    )  # fmt: skip


def _charged(
    network: CityNetwork, planner: Planner, tariff: Tariff, asked: TripRequest,
    ask: Callable[[Planner, TripRequest], Sequence[Journey]], live: Live | None, rider: Rider,
) -> tuple[list[Journey], dict[int, Quote]]:  # fmt: skip
    """Journeys at the fares charged, within the most to pay, and their quotes by `id`.

    Where something is taken off the rule's charges, ways found under prices lowered by it join
    those found by the rule, and the most to pay is held against what is charged.
    """
    day = asked.at.date()
    relaxed = lowered_for(tariff, day, rider)
    cheaper = planner if relaxed is tariff else planner_of(network, day, relaxed, live=live)
    free = replace(asked, max_fare=None)
    if rider.card or cheaper is not planner:
        found = [*ask(planner, free)]
    else:
        found = [*ask(planner, asked)]
    if cheaper is not None and cheaper is not planner:
        known = {_way(journey) for journey in found}
        found += [journey for journey in ask(cheaper, free) if _way(journey) not in known]
    quotes = charge_journeys(network.city, found, planner.timetable, tariff, day, rider)
    told = [_at_fare(journey, each) for journey, each in zip(found, quotes, strict=True)]
    kept = [
        (journey, each)
        for journey, each in zip(told, quotes, strict=True)
        if asked.max_fare is None or each.total <= asked.max_fare
    ]
    return [journey for journey, _ in kept], {id(journey): each for journey, each in kept}


def _way(journey: Journey) -> tuple[Any, ...]:
    """What is ridden when: journeys that differ only in fare are one way."""
    return journey.depart, tuple((leg.trip_id, leg.depart, leg.to_stop) for leg in journey.legs)


def _at_fare(journey: Journey, told: Quote) -> Journey:
    """The journey with what it and each of its rides is charged."""
    charges = iter(line.charge for line in told.lines)
    legs = tuple(
        leg if leg.mode == WALK else replace(leg, fare=next(charges)) for leg in journey.legs
    )
    return replace(journey, fare=told.total, legs=legs)


def network_lines(table: Timetable) -> list[tuple[str, list[list[float]]]]:
    """Each route's longest way through its stops, as (mode, [[lon, lat], ...])."""
    longest: dict[int, int] = {}
    for pattern in range(table.patterns):
        route = int(table.pattern_route[pattern])
        if route not in longest or _calls(table, pattern) > _calls(table, longest[route]):
            longest[route] = pattern
    lines = []
    for pattern in longest.values():
        stops = table.call_stop[table.call_start[pattern] : table.call_start[pattern + 1]]
        way = [
            [round(float(table.stop_lon[at]), 5), round(float(table.stop_lat[at]), 5)]
            for at in stops
        ]
        lines.append((Mode(int(table.pattern_mode[pattern])).code, way))
    return lines


def _calls(table: Timetable, pattern: int) -> int:
    return int(table.call_start[pattern + 1] - table.call_start[pattern])
