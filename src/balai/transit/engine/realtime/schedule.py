"""The part of a timetable that real-time reports are held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from balai.transit.engine.planner.timetable import day_start


@dataclass(frozen=True, slots=True)
class Repeat:
    """A period of frequencies.txt: a run every `headway_s` from `start_s` until before `end_s`."""

    start_s: int
    end_s: int
    headway_s: int
    exact: bool = False

    def holds(self, start_s: int) -> bool:
        """Whether a run may begin at that second; by the clock where times are exact."""
        within = self.start_s <= start_s < self.end_s
        return within and (not self.exact or (start_s - self.start_s) % self.headway_s == 0)


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of a run, in order: seconds after its service day's start."""

    sequences: tuple[int, ...]
    stops: tuple[str, ...]
    arrive: tuple[int, ...]
    depart: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.stops)

    def shifted(self, seconds: int) -> Calls:
        """The same calls, later by so many seconds."""
        return Calls(
            self.sequences, self.stops, tuple(s + seconds for s in self.arrive),
            tuple(s + seconds for s in self.depart),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScheduledTrip:
    """A trip of the timetable, its calls as stop_times.txt has them."""

    trip_id: str
    route_id: str
    direction_id: int | None
    service_id: str
    calls: Calls
    repeats: tuple[Repeat, ...] = ()

    @property
    def first_s(self) -> int:
        """When it leaves its first stop, in seconds after the service day's start."""
        return self.calls.depart[0]

    def run(self, start_s: int | None) -> Calls:
        """The calls of the run that begins at `start_s`; as written where that is None."""
        return self.calls if start_s is None else self.calls.shifted(start_s - self.first_s)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Trips by id, the services that run on a day, and the feed's clock."""

    trips: Mapping[str, ScheduledTrip]
    services_on: Callable[[date], frozenset[str]]
    zone: str
    by_route: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def runs(self, trip: ScheduledTrip, on: date) -> bool:
        """Whether the trip's service runs on the day."""
        return trip.service_id in self.services_on(on)

    def of_route(self, route_id: str) -> Iterator[ScheduledTrip]:
        """The trips of a route, by id."""
        for trip_id in self.by_route.get(route_id, ()):
            yield self.trips[trip_id]

    def epoch(self, on: date) -> int:
        """The moment (epoch seconds) from which a service day's seconds count."""
        return int(day_start(on, self.zone).timestamp())

    def days_around(self, moment: int) -> tuple[date, ...]:
        """The service days that may be under way at a moment, today's first."""
        from datetime import UTC, datetime
        from zoneinfo import ZoneInfo

        today = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(self.zone)).date()
        return today, today - timedelta(days=1), today + timedelta(days=1)
