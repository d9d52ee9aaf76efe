"""A service date's timetable as packed arrays: everything a search reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from .footpaths import Footpaths

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .delays import TripDelays


class OutsideCalendarError(ValueError):
    """The feed's calendar says nothing about the date asked for."""

    def __init__(self, on: date, first: date | None, last: date | None) -> None:
        covered = f"it covers {first} to {last}" if first else "it has no dates at all"
        super().__init__(f"{on} lies outside the feed's calendar: {covered}")
        self.on, self.first, self.last = on, first, last


def day_start(on: date, zone: str) -> datetime:
    """Return the instant GTFS counts a service day's seconds from: noon less twelve hours.

    On days when clocks change this is not midnight (GTFS reference, stop_times.arrival_time).
    """
    noon = datetime.combine(on, time(12), ZoneInfo(zone)).astimezone(UTC)
    return noon - timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Everything a search reads, for one service date.

    Times are whole seconds from the service date's start (noon less twelve hours, so 86,400 is
    the next midnight). `call_metres` runs from the pattern's first stop; `call_fastest_s` is the
    shortest time to the next call. Lists of varying length lie end to end;
    `x_start[i]:x_start[i + 1]` are the entries of i. Call c of a pattern is its c-th stop.
    Departure d leaves its first stop at `trip_start[d]`, call c at
    `trip_start[d] + profile_depart[trip_profile[d] + c]`; its stop_sequence there is in
    `profile_sequence`. Departures of a pattern are sorted and never overtake; `trip_day[d]` is
    the service day they belong to, in days from `on`. `stop_wheelchair` and `trip_wheelchair`
    (by `trip_index`) are GTFS's 0 unknown, 1 accessible, 2 not; a stop that says nothing says
    what its station does.
    """

    on: date
    zone: str
    stop_ids: tuple[str, ...]
    stop_names: tuple[str, ...]
    stop_lat: NDArray[np.float64]
    stop_lon: NDArray[np.float64]
    route_ids: tuple[str, ...]
    route_names: tuple[str, ...]
    trip_ids: tuple[str, ...]
    pattern_route: NDArray[np.int32]
    pattern_mode: NDArray[np.int8]
    call_start: NDArray[np.int32]
    call_stop: NDArray[np.int32]
    call_board: NDArray[np.bool_]
    call_alight: NDArray[np.bool_]
    call_metres: NDArray[np.int32]
    call_fastest_s: NDArray[np.int32]
    departure_start: NDArray[np.int32]
    trip_start: NDArray[np.int32]
    trip_profile: NDArray[np.int32]
    trip_index: NDArray[np.int32]
    trip_day: NDArray[np.int8]
    trip_wheelchair: NDArray[np.int8]
    stop_wheelchair: NDArray[np.int8]
    profile_arrive: NDArray[np.int32]
    profile_depart: NDArray[np.int32]
    profile_sequence: NDArray[np.int32]
    visit_start: NDArray[np.int32]
    visit_pattern: NDArray[np.int32]
    visit_call: NDArray[np.int32]
    walk_start: NDArray[np.int32]
    walk_to: NDArray[np.int32]
    walk_metres: NDArray[np.float64]
    walk_minimum_s: NDArray[np.int32]

    @property
    def footpaths(self) -> Footpaths:
        """Walks between stops."""
        return Footpaths(self.walk_start, self.walk_to, self.walk_metres, self.walk_minimum_s)

    @property
    def stops(self) -> int:
        """Number of stops."""
        return len(self.stop_ids)

    def instant(self, seconds: int) -> datetime:
        """The moment `seconds` after the service date's start, in the feed's zone."""
        return (day_start(self.on, self.zone) + timedelta(seconds=seconds)).astimezone(
            ZoneInfo(self.zone)
        )

    def seconds_at(self, moment: datetime) -> int:
        """Seconds from the service date's start to an aware moment, rounded down."""
        return int((moment - day_start(self.on, self.zone)).total_seconds() // 1)

    @property
    def patterns(self) -> int:
        """Number of patterns."""
        return self.pattern_route.size

    def without(self, departures: NDArray[np.bool_]) -> Timetable:
        """This timetable without some departures; its patterns stay, empty ones too."""
        import numpy as np

        kept = ~departures
        before = np.concatenate(([0], np.cumsum(kept)))
        return replace(
            self,
            departure_start=before[self.departure_start].astype(np.int32),
            trip_start=self.trip_start[kept],
            trip_profile=self.trip_profile[kept],
            trip_index=self.trip_index[kept],
            trip_day=self.trip_day[kept],
        )

    def with_delays(self, delays: TripDelays) -> Timetable:
        """This timetable as it is now expected to run; `delays.patch` also tells what fits none."""
        from .delays import patch

        return patch(self, delays).timetable


def visits(
    call_stop: NDArray[np.int32], call_start: NDArray[np.int32], stops: int
) -> dict[str, Any]:
    """`visit_start`, `visit_pattern`, `visit_call`: which patterns call where, by stop."""
    import numpy as np

    lengths = np.diff(call_start)
    pattern = np.repeat(np.arange(lengths.size, dtype=np.int32), lengths)
    call = np.arange(call_stop.size, dtype=np.int32) - np.repeat(call_start[:-1], lengths)
    order = np.argsort(call_stop, kind="stable")
    return {
        "visit_start": np.searchsorted(call_stop[order], np.arange(stops + 1)).astype(np.int32),
        "visit_pattern": pattern[order],
        "visit_call": call[order].astype(np.int32),
    }
