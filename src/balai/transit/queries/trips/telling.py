"""Journeys told leg by leg: names, lines, times as they run, and the way on the map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from balai.transit.engine.planner import Journey, Leg, Timetable
from balai.transit.engine.planner.service_days import seconds_between
from balai.transit.engine.realtime import Alert, Prediction
from balai.transit.engine.shapes import part_between
from balai.transit.models import Frequency, Shape, Trip
from balai.transit.queries.lines import Line, lines
from balai.transit.queries.networks import CityNetwork
from balai.transit.queries.places import Place
from balai.transit.queries.realtime import Live

Point = tuple[float, float]
MOST_POINTS = 400


@dataclass(frozen=True, slots=True)
class Step:
    """A leg as a rider reads it.

    `headway` is in seconds, 0 where trips run by the clock. `late` is how many seconds later
    than planned the ride leaves, None where nothing is known of it. `accessible` says whether a
    wheelchair can go along: None where the feed says nothing. `points` are the stops passed,
    `way` the line drawn on the map (latitude, longitude).
    """

    leg: Leg
    depart: datetime
    arrive: datetime
    from_name: str
    to_name: str
    line: Line | None
    headsign: str
    headway: int
    points: tuple[Point, ...]
    way: tuple[Point, ...]
    late: int | None = None
    accessible: bool | None = None
    alerts: tuple[Alert, ...] = ()

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


class Teller:
    """Names, headsigns, headways and ways of the journeys chosen, read in a few queries."""

    def __init__(
        self, network: CityNetwork, table: Timetable, journeys: Sequence[Journey],
        origin: Place, destination: Place, live: Live | None,
    ) -> None:  # fmt: skip
        self.network, self.table = network, table
        self.origin, self.destination, self.live = origin, destination, live
        rides = [leg for journey in journeys for leg in journey.rides]
        wanted = {stop for journey in journeys for leg in journey.legs
                  for stop in (*leg.stops, leg.from_stop, leg.to_stop)}  # fmt: skip
        self.stops = {stop: at for at, stop in enumerate(table.stop_ids) if stop in wanted}
        self.lines = lines(network)
        self.trips = _trips(network, {leg.trip_id or "" for leg in rides})
        self.shapes = _shapes(network, self.trips)
        self.runs = _runs_by_trip(live)

    def steps(self, journey: Journey) -> tuple[Step, ...]:
        """The journey's legs with names, times and places."""
        return tuple(self._step(leg) for leg in journey.legs)

    def _step(self, leg: Leg) -> Step:
        ends = self._end(leg.from_stop, self.origin), self._end(leg.to_stop, self.destination)
        passed = tuple(self._point(stop) for stop in leg.stops) or tuple(p for _, p in ends)
        trip = self.trips.get(leg.trip_id or "")
        return Step(
            leg=leg, depart=self.table.instant(leg.depart), arrive=self.table.instant(leg.arrive),
            from_name=ends[0][0], to_name=ends[1][0], line=self._line(leg),
            headsign=trip.headsign if trip else "", headway=_headway(trip, leg.depart),
            points=passed, way=self._way(trip, passed), late=self._late(leg),
            accessible=self._accessible(leg, trip), alerts=self._alerts(leg),
        )  # fmt: skip

    def _line(self, leg: Leg) -> Line | None:
        if leg.route_id is None:
            return None
        found = self.lines.get(leg.route_id)
        return found or Line(leg.route_id, "", "", leg.mode, leg.route_id)

    def _end(self, stop: str | None, place: Place) -> tuple[str, Point]:
        if stop is None:
            return place.name, place.point
        return self.table.stop_names[self.stops[stop]] or stop, self._point(stop)

    def _point(self, stop: str) -> Point:
        at = self.stops[stop]
        return float(self.table.stop_lat[at]), float(self.table.stop_lon[at])

    def _way(self, trip: ToldTrip | None, passed: tuple[Point, ...]) -> tuple[Point, ...]:
        shape = self.shapes.get(trip.shape) if trip else None
        if shape is None or len(passed) < 2:
            return passed
        way = part_between(*shape, passed[0], passed[-1])
        return way[:: -(-len(way) // MOST_POINTS)] if len(way) > MOST_POINTS else way

    def _late(self, leg: Leg) -> int | None:
        """How late the run leaves here, where a report speaks of this very run."""
        for run in self.runs.get(leg.trip_id or "", ()):
            if run.forecast is None or leg.from_stop not in run.forecast.calls.stops:
                continue
            at = run.forecast.calls.stops.index(leg.from_stop)
            shift = seconds_between(self.table.on, run.on, self.table.zone)
            if run.forecast.calls.depart[at] + shift != leg.depart or not run.forecast.known[at]:
                continue
            planned = run.scheduled
            same = planned is not None and at < len(planned)
            return run.forecast.calls.depart[at] - planned.depart[at] if same and planned else 0
        return None

    def _accessible(self, leg: Leg, trip: ToldTrip | None) -> bool | None:
        if trip is None or leg.from_stop is None or leg.to_stop is None:
            return None
        told = [trip.wheelchair, *(int(self.table.stop_wheelchair[self.stops[stop]])
                                   for stop in (leg.from_stop, leg.to_stop))]  # fmt: skip
        if 2 in told:
            return False
        return True if all(each == 1 for each in told) else None

    def _alerts(self, leg: Leg) -> tuple[Alert, ...]:
        if self.live is None or leg.route_id is None:
            return ()
        return tuple(
            alert for alert in self.live.alerts
            if any((each.route_id == leg.route_id and not each.stop_id)
                   or (each.stop_id and each.stop_id in (leg.from_stop, leg.to_stop))
                   for each in alert.informed)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToldTrip:
    """What the feed says of a trip beside its calls."""

    headsign: str
    shape: tuple[int, str]
    wheelchair: int
    periods: tuple[tuple[int, int, int], ...] = ()


def _trips(network: CityNetwork, ids: set[str]) -> Mapping[str, ToldTrip]:
    """Trips by the network's id."""
    found: dict[str, ToldTrip] = {}
    for feed, own in _by_feed(network, ids).items():
        periods: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for trip, *period in Frequency.objects.filter(feed_id=feed, trip_id__in=own).values_list(
            "trip_id", "start_s", "end_s", "headway_s"
        ):
            periods[trip].append(tuple(period))  # type: ignore[arg-type]
        for trip, headsign, shape, wheelchair in Trip.objects.filter(
            feed_id=feed, trip_id__in=own
        ).values_list("trip_id", "trip_headsign", "shape_id", "wheelchair_accessible"):
            found[network.id_of(feed, trip)] = ToldTrip(
                headsign, (feed, shape), wheelchair, tuple(periods[trip])
            )
    return found


def _shapes(
    network: CityNetwork, trips: Mapping[str, ToldTrip]
) -> Mapping[tuple[int, str], tuple[list[float], list[float]]]:
    found: dict[tuple[int, str], tuple[list[float], list[float]]] = {}
    for feed in network.pks:
        ids = {trip.shape[1] for trip in trips.values() if trip.shape[0] == feed}
        for shape, lats, lons in Shape.objects.filter(
            feed_id=feed, shape_id__in=ids - {""}
        ).values_list("shape_id", "lats", "lons"):
            found[feed, shape] = lats, lons
    return found


def _by_feed(network: CityNetwork, ids: Iterable[str]) -> Mapping[int, list[str]]:
    held: dict[int, list[str]] = defaultdict(list)
    for written in sorted(ids):
        version, own = network.own_id(written)
        held[version.pk].append(own)
    return held


def _runs_by_trip(live: Live | None) -> Mapping[str, list[Prediction]]:
    held: dict[str, list[Prediction]] = defaultdict(list)
    for run in live.runs.values() if live else ():
        held[run.trip_id].append(run)
    return held


def _headway(trip: ToldTrip | None, second: int) -> int:
    for start, end, headway in trip.periods if trip else ():
        if start <= second < end + headway:
            return headway
    return 0
