"""Planning a trip: the options worth a look, told leg by leg, each with its fare explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from weakref import WeakKeyDictionary

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.quoting import Leg as FareLeg
from balai.transit.engine.fares.quoting import Quote, quote
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.engine.planner import Journey, Leg, Planner, Timetable
from balai.transit.engine.planner.planner import MAX_WALK_M
from balai.transit.models import FeedVersion, Frequency, Route, Trip
from balai.transit.queries.places import Place

Kind = Literal["fastest", "between", "cheapest", "fewest", "only"]
MOST_BETWEEN = 3
MOST_ANSWERS = 200
_answers: WeakKeyDictionary[Planner, dict[Any, tuple[Journey, ...]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Line:
    """What a rider sees of a route."""

    name: str
    title: str
    colour: str
    mode: str


@dataclass(frozen=True, slots=True)
class Step:
    """A leg as a rider reads it. `headway` is in seconds, 0 where trips run by the clock."""

    leg: Leg
    depart: datetime
    arrive: datetime
    from_name: str
    to_name: str
    line: Line | None
    headsign: str
    headway: int
    points: tuple[tuple[float, float], ...]

    @property
    def is_walk(self) -> bool:
        """Whether it is on foot."""
        return self.line is None

    @property
    def seconds(self) -> int:
        """How long it takes."""
        return self.leg.arrive - self.leg.depart

    @property
    def calls(self) -> int:
        """Stops passed, the last included."""
        return max(0, len(self.leg.stops) - 1)


@dataclass(frozen=True, slots=True)
class Option:
    """A journey worth a look. `seconds` runs from the moment asked for to the arrival."""

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
    """The options in order of arrival, and the other journeys that no other beats."""

    options: tuple[Option, ...]
    others: tuple[Journey, ...]
    at: datetime


def plan_trip(
    version: FeedVersion, planner: Planner, tariff: Tariff, origin: Place, destination: Place,
    at: datetime, *, max_walk_m: float = MAX_WALK_M,
) -> TripPlan:  # fmt: skip
    """The options from one place to the other, leaving at `at` or later.

    Raises `NoStopWithinReachError` where a place has no stop within `max_walk_m`.
    """
    table = planner.timetable
    asked = table.seconds_at(at)
    found = _journeys(planner, origin.point, destination.point, asked, max_walk_m)
    chosen = choose(found)
    telling = _Telling(version, table, [journey for _, journey in chosen], origin, destination)
    options = tuple(
        Option(
            kind=kind, journey=journey, depart=table.instant(journey.depart),
            arrive=table.instant(journey.arrive), seconds=journey.arrive - asked,
            steps=telling.steps(journey), quote=quote_journey(journey, table, tariff),
        )
        for kind, journey in chosen
    )  # fmt: skip
    picked = {id(journey) for _, journey in chosen}
    return TripPlan(options, tuple(each for each in found if id(each) not in picked), at)


def _journeys(
    planner: Planner, start: tuple[float, float], end: tuple[float, float], asked: int,
    max_walk_m: float,
) -> tuple[Journey, ...]:  # fmt: skip
    """The planner's answer, kept a while: looking at another option asks the same again."""
    kept = _answers.setdefault(planner, {})
    question = (start, end, asked, max_walk_m)
    if (found := kept.get(question)) is None:
        found = planner.plan(start, end, asked, max_walk_m=max_walk_m)
        if len(kept) >= MOST_ANSWERS:
            kept.pop(next(iter(kept)), None)
        kept[question] = found
    return found


def choose(journeys: Sequence[Journey]) -> list[tuple[Kind, Journey]]:
    """The fastest, the cheapest, some in between, and one with fewer changes than all of these."""
    front: list[Journey] = []
    for journey in sorted(journeys, key=lambda j: (j.arrive, j.fare or 0, j.transfers)):
        if not front or (journey.fare or 0) < (front[-1].fare or 0):
            front.append(journey)
    if not front:
        return []
    if len(front) == 1:
        chosen: list[tuple[Kind, Journey]] = [("only", front[0])]
    else:
        inner = _worth_their_time(front)[1:-1]
        step = max(1, -(-len(inner) // MOST_BETWEEN))
        chosen = [("fastest", front[0])]
        chosen += [("between", journey) for journey in inner[::step]]
        chosen.append(("cheapest", front[-1]))
    fewest = min(journeys, key=lambda j: (j.transfers, j.arrive, j.fare or 0))
    if fewest.transfers < min(journey.transfers for _, journey in chosen):
        chosen.append(("fewest", fewest))
        if chosen[0][0] == "only":
            chosen[0] = ("fastest", chosen[0][1])
    return chosen


def _worth_their_time(front: Sequence[Journey]) -> list[Journey]:
    """Those of a front (by arrival, ever cheaper) on its lower hull.

    A way above the hull saves less a minute than waiting for the next cheaper one would.
    """
    hull: list[Journey] = []
    for journey in front:
        while len(hull) > 1 and _saves_less(hull[-2], hull[-1], journey):
            hull.pop()
        hull.append(journey)
    return hull


def _saves_less(first: Journey, middle: Journey, last: Journey) -> bool:
    """Whether `middle` saves less a second over `first` than `last` does."""
    saved, took = (first.fare or 0) - (middle.fare or 0), middle.arrive - first.arrive
    in_all, longest = (first.fare or 0) - (last.fare or 0), last.arrive - first.arrive
    return saved * longest < in_all * took


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


class _Telling:
    """Names, headsigns and headways of the journeys chosen, read in three queries."""

    def __init__(
        self, version: FeedVersion, table: Timetable, journeys: Sequence[Journey],
        origin: Place, destination: Place,
    ) -> None:  # fmt: skip
        self.table, self.origin, self.destination = table, origin, destination
        rides = [leg for journey in journeys for leg in journey.rides]
        wanted = {stop for journey in journeys for leg in journey.legs
                  for stop in (*leg.stops, leg.from_stop, leg.to_stop)}  # fmt: skip
        self.stops = {stop: at for at, stop in enumerate(table.stop_ids) if stop in wanted}
        self.lines = _lines(version, {leg.route_id or "": leg.mode for leg in rides})
        trips = {leg.trip_id for leg in rides}
        self.headsigns = dict(
            Trip.objects.filter(feed=version, trip_id__in=trips).values_list(
                "trip_id", "trip_headsign"
            )
        )
        self.periods = list(
            Frequency.objects.filter(feed=version, trip_id__in=trips).values_list(
                "trip_id", "start_s", "end_s", "headway_s"
            )
        )

    def steps(self, journey: Journey) -> tuple[Step, ...]:
        """The journey's legs with names, times and places."""
        return tuple(self._step(leg) for leg in journey.legs)

    def _step(self, leg: Leg) -> Step:
        ends = self._end(leg.from_stop, self.origin), self._end(leg.to_stop, self.destination)
        passed = tuple(self._point(stop) for stop in leg.stops) or tuple(p for _, p in ends)
        return Step(
            leg=leg, depart=self.table.instant(leg.depart), arrive=self.table.instant(leg.arrive),
            from_name=ends[0][0], to_name=ends[1][0],
            line=self.lines.get(leg.route_id) if leg.route_id else None,
            headsign=self.headsigns.get(leg.trip_id, ""), headway=self._headway(leg),
            points=passed,
        )  # fmt: skip

    def _end(self, stop: str | None, place: Place) -> tuple[str, tuple[float, float]]:
        if stop is None:
            return place.name, place.point
        return self.table.stop_names[self.stops[stop]] or stop, self._point(stop)

    def _point(self, stop: str) -> tuple[float, float]:
        at = self.stops[stop]
        return float(self.table.stop_lat[at]), float(self.table.stop_lon[at])

    def _headway(self, leg: Leg) -> int:
        for trip, start, end, headway in self.periods:
            if trip == leg.trip_id and start <= leg.depart < end + headway:
                return int(headway)
        return 0


def _lines(version: FeedVersion, modes: dict[str, str]) -> dict[str, Line]:
    rows = Route.objects.filter(feed=version, route_id__in=list(modes)).values_list(
        "route_id", "route_short_name", "route_long_name", "route_color"
    )
    return {
        route: Line(short or long or route, long, colour, modes[route])
        for route, short, long, colour in rows
    }


def network_lines(version: FeedVersion, table: Timetable) -> list[tuple[str, list[list[float]]]]:
    """Each route's longest way through its stops, as (mode, [[lon, lat], ...])."""
    longest: dict[int, int] = {}
    for pattern in range(table.patterns):
        route = int(table.pattern_route[pattern])
        if _calls(table, pattern) > _calls(table, longest.get(route, pattern)) or (
            route not in longest
        ):
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


def service_days(version: FeedVersion) -> tuple[date | None, date | None]:
    """The first and last day about which the feed says anything."""
    return version.first_day, version.last_day
