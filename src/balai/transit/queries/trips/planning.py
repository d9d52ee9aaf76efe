"""Planning a trip: the options worth a look, told leg by leg, each with its fare explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.quoting import Leg as FareLeg
from balai.transit.engine.fares.quoting import Quote, quote
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.engine.planner import Journey, Planner, Timetable
from balai.transit.queries.networks import CityNetwork
from balai.transit.queries.realtime import Live
from balai.transit.queries.trips.asking import TripRequest, departures_for, journeys_for
from balai.transit.queries.trips.choosing import Kind, choose
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
    *, live: Live | None = None,
) -> TripPlan:  # fmt: skip
    """The options for what was asked.

    Raises `NoStopWithinReachError` where a place has no stop within the walk allowed.
    """
    table = planner.timetable
    second = table.seconds_at(asked.at)
    found = journeys_for(planner, asked)
    chosen = choose(found, arrive_by=asked.arrive_by)
    journeys = [journey for _, journey in chosen]
    telling = Teller(network, table, journeys, asked.origin, asked.destination, live)
    options = tuple(
        Option(
            kind=kind, journey=journey, depart=table.instant(journey.depart),
            arrive=table.instant(journey.arrive),
            seconds=second - journey.depart if asked.arrive_by else journey.arrive - second,
            steps=telling.steps(journey), quote=quote_journey(journey, table, tariff),
        )
        for kind, journey in chosen
    )  # fmt: skip
    picked = {id(journey) for journey in journeys}
    return TripPlan(options, tuple(each for each in found if id(each) not in picked), asked)


def other_departures(planner: Planner, asked: TripRequest) -> tuple[Departure, ...]:
    """What leaves within the hour, of equal departures the one that arrives first."""
    table = planner.timetable
    rows: dict[int, Journey] = {}
    for journey in departures_for(planner, asked):
        kept = rows.get(journey.depart)
        if kept is None or (journey.arrive, journey.fare or 0) < (kept.arrive, kept.fare or 0):
            rows[journey.depart] = journey
    return tuple(
        Departure(table.instant(each.depart), table.instant(each.arrive),
                  each.arrive - each.depart, each.fare or 0, each.transfers)
        for _, each in sorted(rows.items())
    )  # fmt: skip


def quote_journey(journey: Journey, table: Timetable, tariff: Tariff) -> Quote:
    """The journey's fare, ride by ride."""
    return quote(
        [
            FareLeg(
                mode=Mode.of(leg.mode),
                board=int(table.instant(leg.depart).timestamp()),
                alight=int(table.instant(leg.arrive).timestamp()),
                metres=leg.metres,
                route=leg.route_id or "",
            )
            for leg in journey.rides
        ],
        tariff,
    )


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
