"""What leaves a stop next: by line and headsign, by the clock, by frequency, and as it runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from balai.transit.engine.planner.timetable import day_start
from balai.transit.engine.realtime import Alert, Prediction, Repeat
from balai.transit.models import FeedVersion
from balai.transit.queries.lines import Line, lines
from balai.transit.queries.networks import CityNetwork
from balai.transit.queries.realtime import Live
from balai.transit.queries.schedules import services_of
from balai.transit.queries.stops import StopPlace

WINDOW = timedelta(minutes=90)
MOST_TIMES = 6
CALLS = """
WITH here AS (
    SELECT feed_id, trip_id, stop_sequence, stop_id, departure_s, pickup_type
      FROM transit_stoptime WHERE feed_id = %(feed)s AND stop_id = ANY(%(stops)s)
), whole AS (
    SELECT time.trip_id, min(time.departure_s) AS first_s, max(time.stop_sequence) AS last
      FROM transit_stoptime AS time
     WHERE time.feed_id = %(feed)s AND time.trip_id IN (SELECT trip_id FROM here)
     GROUP BY time.trip_id
)
SELECT here.trip_id, here.stop_sequence, here.stop_id, here.departure_s, whole.first_s,
       trip.route_id, trip.service_id, trip.trip_headsign, trip.direction_id,
       trip.wheelchair_accessible
  FROM here
  JOIN whole ON whole.trip_id = here.trip_id AND here.stop_sequence < whole.last
  JOIN transit_trip AS trip ON trip.feed_id = %(feed)s AND trip.trip_id = here.trip_id
 WHERE here.pickup_type <> 1
"""


@dataclass(frozen=True, slots=True)
class BoardTime:
    """A departure. `late` in seconds, None where nothing is known of it as it runs."""

    at: datetime
    late: int | None = None
    cancelled: bool = False
    wheelchair: bool | None = None


@dataclass(frozen=True, slots=True)
class BoardLine:
    """The departures of one line towards one end.

    `headways` are the least and the greatest seconds between departures within the window, None
    where all run by the clock; `last` is the day's last departure that the timetable tells.
    """

    line: Line
    headsign: str
    times: tuple[BoardTime, ...]
    headways: tuple[int, int] | None
    last: datetime | None

    @property
    def next_at(self) -> datetime | None:
        """The next departure by the clock or as it runs; None where only a headway is known."""
        return next((each.at for each in self.times if not each.cancelled), None)


@dataclass(frozen=True, slots=True)
class Board:
    """A stop's board at a moment: lines that leave within the window, and the notices."""

    stop: StopPlace
    at: datetime
    until: datetime
    lines: tuple[BoardLine, ...]
    alerts: tuple[Alert, ...]
    serving: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Call:
    """A trip's call at the stop. `offset` is seconds from the trip's start to here."""

    trip_id: str
    sequence: int
    stop_id: str
    departure_s: int
    first_s: int
    route_id: str
    service_id: str
    headsign: str
    direction: int | None
    wheelchair: int

    @property
    def offset(self) -> int:
        return self.departure_s - self.first_s


@dataclass(slots=True)
class _Row:
    """What gathers under one line and headsign."""

    times: list[BoardTime] = field(default_factory=list)
    headways: list[int] = field(default_factory=list)
    last: list[datetime] = field(default_factory=list)


def board(
    network: CityNetwork, stop: StopPlace, at: datetime, live: Live | None,
    *, window: timedelta = WINDOW,
) -> Board:  # fmt: skip
    """What leaves the stop from `at` until the window closes."""
    known = lines(network)
    rows: dict[tuple[str, str], _Row] = defaultdict(_Row)
    serving: dict[str, None] = {}
    runs = _runs(live)
    for version in network.versions:
        own = [network.own_id(each.stop_id) for each in stop.platforms]
        here = [stop_id for feed, stop_id in own if feed.pk == version.pk]
        if not here:
            continue
        calls = _calls(version, here)
        serving |= {network.id_of(version, call.route_id): None for call in calls}
        _Filling(network, version, at, at + window, runs).fill(calls, rows)
    told = [
        BoardLine(known[route], headsign, tuple(sorted(row.times, key=lambda t: t.at)[:MOST_TIMES]),
                  (min(row.headways), max(row.headways)) if row.headways else None,
                  max(row.last, default=None))
        for (route, headsign), row in rows.items()
        if route in known and (row.times or row.headways)
    ]  # fmt: skip
    order = {route: place for place, route in enumerate(known)}
    told.sort(key=lambda each: (order[each.line.route_id], each.headsign))
    shown = [known[route] for route in sorted(serving, key=lambda r: order.get(r, 0))
             if route in known]  # fmt: skip
    return Board(stop, at, at + window, tuple(told), _alerts(stop, set(serving), live),
                 tuple(shown))  # fmt: skip


def _calls(version: FeedVersion, stops: Sequence[str]) -> list[_Call]:
    with connection.cursor() as cursor:
        cursor.execute(CALLS, {"feed": version.pk, "stops": list(stops)})
        return [_Call(*row) for row in cursor.fetchall()]


class _Filling:
    """Puts a feed's calls at the stop into rows by line and headsign."""

    def __init__(
        self, network: CityNetwork, version: FeedVersion, begin: datetime, end: datetime,
        runs: Mapping[str, list[Prediction]],
    ) -> None:  # fmt: skip
        self.network, self.version, self.runs = network, version, runs
        self.begin, self.end = begin, end
        zone = version.timezone or "UTC"
        today = begin.astimezone(ZoneInfo(zone)).date()
        running = services_of(version.pk)
        self.days = [
            (day, day_start(day, zone), running(day))
            for day in (today - timedelta(days=1), today, today + timedelta(days=1))
        ]

    def fill(self, calls: Sequence[_Call], rows: dict[tuple[str, str], _Row]) -> None:
        repeats = _repeats(self.version, {call.trip_id for call in calls})
        for call in calls:
            row = rows[self.network.id_of(self.version, call.route_id), call.headsign]
            told = {
                (run.on, run.start_s): run
                for run in self.runs.get(self.network.id_of(self.version, call.trip_id), ())
            }
            for day, start, services in self.days:
                if call.service_id in services:
                    self._fill_day(row, call, day, start, repeats.get(call.trip_id, []), told)

    def _fill_day(
        self, row: _Row, call: _Call, day: date, start: datetime, repeats: Sequence[Repeat],
        told: Mapping[tuple[date, int | None], Prediction],
    ) -> None:  # fmt: skip
        if not repeats:
            self._add(row, call, start, call.departure_s, told.get((day, None)))
            return
        for each in repeats:
            runs_until = start + timedelta(seconds=each.end_s - 1 + call.offset)
            if self.begin <= runs_until and start.date() <= self.begin.date():
                row.last.append(runs_until)
            if each.exact:
                for second in range(each.start_s, each.end_s, each.headway_s):
                    self._add(row, call, start, second + call.offset, told.get((day, second)))
            elif self._overlaps(start, each, call.offset):
                row.headways.append(each.headway_s)
        for (on, begun), run in told.items():
            if on == day and begun is not None and not any(each.exact for each in repeats):
                self._add(row, call, start, begun + call.offset, run)

    def _overlaps(self, start: datetime, each: Repeat, offset: int) -> bool:
        first = start + timedelta(seconds=each.start_s + offset)
        last = start + timedelta(seconds=each.end_s + offset)
        return first < self.end and last > self.begin

    def _add(
        self, row: _Row, call: _Call, start: datetime, second: int, run: Prediction | None
    ) -> None:
        planned = start + timedelta(seconds=second)
        at, late, cancelled = planned, None, False
        if run is not None:
            if run.forecast is None or call.sequence not in run.forecast.calls.sequences:
                cancelled = True
            else:
                place = run.forecast.calls.sequences.index(call.sequence)
                cancelled = run.forecast.skipped[place]
                if run.forecast.known[place]:
                    at = start + timedelta(seconds=run.forecast.calls.depart[place])
                    late = int((at - planned).total_seconds())
        if self.begin <= at < self.end:
            access = {1: True, 2: False}.get(call.wheelchair)
            row.times.append(BoardTime(at.astimezone(UTC), late, cancelled, access))


def _repeats(version: FeedVersion, trips: set[str]) -> dict[str, list[Repeat]]:
    from balai.transit.models import Frequency

    held: dict[str, list[Repeat]] = defaultdict(list)
    for trip, start, end, headway, exact in (
        Frequency.objects.filter(feed=version, trip_id__in=trips)
        .order_by("start_s")
        .values_list("trip_id", "start_s", "end_s", "headway_s", "exact_times")
    ):
        held[trip].append(Repeat(start, end, headway, exact == 1))
    return held


def _runs(live: Live | None) -> Mapping[str, list[Prediction]]:
    held: dict[str, list[Prediction]] = defaultdict(list)
    for run in live.runs.values() if live else ():
        if not run.added:
            held[run.trip_id].append(run)
    return held


def _alerts(stop: StopPlace, routes: set[str], live: Live | None) -> tuple[Alert, ...]:
    """Notices about these platforms, these lines, or a whole network."""
    platforms = {stop.stop_id, *(each.stop_id for each in stop.platforms)}
    return tuple(
        alert for alert in (live.alerts if live else ())
        if any(_concerns(each.stop_id, each.route_id, platforms, routes)
               for each in alert.informed)
    )  # fmt: skip


def _concerns(stop: str, route: str, platforms: set[str], routes: set[str]) -> bool:
    if stop:
        return stop in platforms
    return not route or route in routes


def alerts_of_route(live: Live | None, route_id: str) -> Iterator[Alert]:
    """Notices about a line or a whole network."""
    for alert in live.alerts if live else ():
        if any(not each.stop_id and each.route_id in ("", route_id) for each in alert.informed):
            yield alert
