"""Messages written by hand, and the small timetable they speak of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from google.transit import gtfs_realtime_pb2 as pb

from balai.transit.engine.realtime import Calls, Repeat, Schedule, ScheduledTrip

MONDAY = date(2026, 11, 23)
DAWN = int(datetime(2026, 11, 22, 17, tzinfo=UTC).timestamp())
"""Midnight of that Monday in Jakarta."""
NOON = DAWN + 12 * 3600
EIGHT = 8 * 3600
STOPS = ("a", "b", "c", "d")


def message(at: int = NOON, *, differential: bool = False) -> Any:
    """A message without entities."""
    made = pb.FeedMessage()
    made.header.gtfs_realtime_version = "2.0"
    made.header.timestamp = at
    made.header.incrementality = int(differential)
    return made


def update(made: Any, entity: str = "1", trip: str = "t", **descriptor: Any) -> Any:
    """Put an update of a trip into a message, and give it back."""
    told = made.entity.add(id=entity).trip_update
    told.trip.trip_id = trip
    for name, value in descriptor.items():
        setattr(told.trip, name, value)
    return told


def call(told: Any, *, sequence: int | None = None, stop: str = "", relation: int = 0,
         arrival: int | None = None, departure: int | None = None,
         arrives: int | None = None, departs: int | None = None) -> Any:  # fmt: skip
    """Put news of a call into an update: delays in seconds, or moments."""
    row = told.stop_time_update.add(schedule_relationship=relation)
    if sequence is not None:
        row.stop_sequence = sequence
    if stop:
        row.stop_id = stop
    for name, delay, moment in (("arrival", arrival, arrives), ("departure", departure, departs)):
        if delay is not None:
            getattr(row, name).delay = delay
        if moment is not None:
            getattr(row, name).time = moment
    return row


def calls(start: int = EIGHT, stops: tuple[str, ...] = STOPS) -> Calls:
    """Ten minutes between stops, thirty seconds at each."""
    arrive = tuple(start + 600 * at for at in range(len(stops)))
    return Calls(tuple(range(1, len(stops) + 1)), stops, arrive,
                 tuple(second + 30 for second in arrive))  # fmt: skip


def trip(trip_id: str = "t", start: int = EIGHT, repeats: tuple[Repeat, ...] = (), route: str = "r",
         service: str = "daily", direction: int | None = 0) -> ScheduledTrip:  # fmt: skip
    """A trip over the four stops."""
    return ScheduledTrip(trip_id, route, direction, service, calls(start), repeats)


def schedule(*trips: ScheduledTrip) -> Schedule:
    """A timetable of these trips in Jakarta; `weekend` does not run on Mondays."""
    by_route: dict[str, tuple[str, ...]] = {}
    for each in trips:
        by_route[each.route_id] = (*by_route.get(each.route_id, ()), each.trip_id)
    return Schedule(
        {each.trip_id: each for each in trips},
        lambda day: frozenset({"weekend"} if day.weekday() > 4 else {"daily"}),
        "Asia/Jakarta",
        by_route,
    )
