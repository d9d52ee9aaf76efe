"""A line's stops, way, and how often it runs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from balai.transit.models import FeedVersion, Frequency, Shape, Stop, StopTime, Trip
from balai.transit.queries.lines import Line, lines
from balai.transit.queries.networks import CityNetwork
from balai.transit.queries.schedules import services_of

HOURS = 24


@dataclass(frozen=True, slots=True)
class Called:
    """A stop on a line's way. `seconds` run from the first stop."""

    stop_id: str
    name: str
    lat: float
    lon: float
    seconds: int
    wheelchair: int


@dataclass(frozen=True, slots=True)
class Direction:
    """A line in one direction: its longest way. `way` is the drawn line (latitude, longitude)."""

    headsign: str
    stops: tuple[Called, ...]
    way: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Hour:
    """How often a line leaves its first stops in an hour of the day, in one direction at most."""

    hour: int
    departures: int
    share: int

    @property
    def headway_s(self) -> int | None:
        """Seconds between departures, on average."""
        return 3600 // self.departures if self.departures else None


@dataclass(frozen=True, slots=True)
class RouteTold:
    """A line as its page tells it on a day."""

    line: Line
    directions: tuple[Direction, ...]
    hours: tuple[Hour, ...]
    on: date


def find_route(network: CityNetwork, written: str, on: date) -> RouteTold | None:
    """The line with this id as it runs on a day, or None where there is none."""
    line = lines(network).get(written)
    if line is None:
        return None
    version, own = network.own_id(written)
    running = services_of(version.pk)(on)
    trips = list(
        Trip.objects.filter(feed=version, route_id=own)
        .order_by("trip_id")
        .values_list("trip_id", "service_id", "trip_headsign", "direction_id", "shape_id")
    )
    today = [trip for trip in trips if trip[1] in running]
    directions = _directions(network, version, today or trips)
    return RouteTold(line, directions, _hours(version, [(t[0], t[3]) for t in today]), on)


def _directions(
    network: CityNetwork, version: FeedVersion, trips: list[tuple[str, str, str, int | None, str]]
) -> tuple[Direction, ...]:
    sizes = dict(
        StopTime.objects.filter(feed=version, trip_id__in=[trip[0] for trip in trips])
        .values_list("trip_id")
        .annotate(calls=Count("stop_sequence"))
    )
    best: dict[tuple[int | None, str], tuple[str, str, str]] = {}
    for trip, _service, headsign, direction, shape in trips:
        key = (direction, "" if direction is not None else headsign)
        if key not in best or sizes.get(trip, 0) > sizes.get(best[key][0], 0):
            best[key] = trip, headsign, shape
    told = [_direction(network, version, *best[key]) for key in sorted(best, key=str)]
    return tuple(each for each in told if each.stops)


def _direction(
    network: CityNetwork, version: FeedVersion, trip: str, headsign: str, shape: str
) -> Direction:
    calls = list(
        StopTime.objects.filter(feed=version, trip_id=trip)
        .order_by("stop_sequence")
        .values_list("stop_id", "departure_s")
    )
    rows = Stop.objects.filter(feed=version, stop_id__in=[stop for stop, _ in calls])
    stops = {row.stop_id: row for row in rows}
    first = calls[0][1] if calls else 0
    called = tuple(
        Called(network.id_of(version, stop), stops[stop].stop_name or stop, stops[stop].stop_lat,
               stops[stop].stop_lon, second - first, stops[stop].wheelchair_boarding)
        for stop, second in calls if stop in stops
    )  # fmt: skip
    drawn = Shape.objects.filter(feed=version, shape_id=shape).first() if shape else None
    way = tuple(zip(drawn.lats, drawn.lons, strict=True)) if drawn else ()
    return Direction(headsign or (called[-1].name if called else ""), called,
                     way or tuple((each.lat, each.lon) for each in called))  # fmt: skip


def _hours(version: FeedVersion, trips: list[tuple[str, int | None]]) -> tuple[Hour, ...]:
    """Departures from first stops by hour of the clock, the busier direction."""
    direction = dict(trips)
    counts: dict[int | None, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    repeated: set[str] = set()
    for trip, start, end, headway in Frequency.objects.filter(
        feed=version, trip_id__in=list(direction)
    ).values_list("trip_id", "start_s", "end_s", "headway_s"):
        repeated.add(trip)
        for second in range(start, end, headway):
            counts[direction[trip]][second // 3600 % HOURS] += 1
    firsts = (
        StopTime.objects.filter(feed=version, trip_id__in=[t for t in direction
                                                          if t not in repeated])
        .order_by("trip_id", "stop_sequence").distinct("trip_id")
        .values_list("trip_id", "departure_s")
    )  # fmt: skip
    for trip, second in firsts:
        counts[direction[trip]][second // 3600 % HOURS] += 1
    most = [round(max((each[hour] for each in counts.values()), default=0))
            for hour in range(HOURS)]  # fmt: skip
    top = max(most, default=0) or 1
    return tuple(Hour(hour, count, round(100 * count / top)) for hour, count in enumerate(most))
