"""The part of a feed's timetable that a real-time dataset or a stop's board needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache

from balai.transit.engine.realtime import Calls, Dataset, Repeat, Schedule, ScheduledTrip
from balai.transit.models import FeedVersion, Frequency, Service, ServiceException, StopTime, Trip

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADDED, REMOVED = 1, 2


def schedule_for(version: FeedVersion, dataset: Dataset) -> Schedule:
    """The trips that a dataset speaks of: those it names, and those of routes it names instead."""
    named = {each.trip.trip_id for each in (*dataset.updates, *dataset.vehicles)}
    rows = _trips(version, named)
    known = {row[0] for row in rows}
    routes = {
        each.trip.route_id for each in (*dataset.updates, *dataset.vehicles)
        if each.trip.trip_id not in known and each.trip.route_id
    }  # fmt: skip
    more = Trip.objects.filter(feed=version, route_id__in=routes).exclude(trip_id__in=known)
    return _schedule(version, [*rows, *more.order_by("trip_id").values_list(*COLUMNS)])


def schedule_of_trips(version: FeedVersion, trips: Iterable[str]) -> Schedule:
    """The trips with these ids."""
    return _schedule(version, _trips(version, set(trips)))


COLUMNS = ("trip_id", "route_id", "direction_id", "service_id")
Row = tuple[str, str, int | None, str]


def _trips(version: FeedVersion, ids: set[str]) -> list[Row]:
    rows = Trip.objects.filter(feed=version, trip_id__in=ids).order_by("trip_id")
    return list(rows.values_list(*COLUMNS))


def _schedule(version: FeedVersion, rows: list[Row]) -> Schedule:
    ids = [row[0] for row in rows]
    calls, repeats = _calls(version, ids), _repeats(version, ids)
    trips = {
        trip_id: ScheduledTrip(trip_id, route, direction, service, calls[trip_id],
                               tuple(repeats[trip_id]))
        for trip_id, route, direction, service in rows if trip_id in calls
    }  # fmt: skip
    by_route: dict[str, list[str]] = defaultdict(list)
    for trip in trips.values():
        by_route[trip.route_id].append(trip.trip_id)
    return Schedule(
        trips, services_of(version.pk), version.timezone or "UTC",
        {route: tuple(held) for route, held in by_route.items()},
    )  # fmt: skip


def _calls(version: FeedVersion, trips: list[str]) -> dict[str, Calls]:
    rows: dict[str, list[tuple[int, str, int, int]]] = defaultdict(list)
    found = StopTime.objects.filter(feed=version, trip_id__in=trips)
    for trip, *row in found.order_by("trip_id", "stop_sequence").values_list(
        "trip_id", "stop_sequence", "stop_id", "arrival_s", "departure_s"
    ):
        rows[trip].append(tuple(row))  # type: ignore[arg-type]
    return {trip: Calls(*map(tuple, zip(*held, strict=True))) for trip, held in rows.items()}


def _repeats(version: FeedVersion, trips: list[str]) -> dict[str, list[Repeat]]:
    held: dict[str, list[Repeat]] = defaultdict(list)
    found = Frequency.objects.filter(feed=version, trip_id__in=trips).order_by("start_s")
    for trip, start, end, headway, exact in found.values_list(
        "trip_id", "start_s", "end_s", "headway_s", "exact_times"
    ):
        held[trip].append(Repeat(start, end, headway, exact == 1))
    return held


@lru_cache(maxsize=16)
def services_of(feed: int) -> Callable[[date], frozenset[str]]:
    """Which services of a feed run on a day (a version never changes)."""
    weekly = [
        (service, tuple(days), start, end)
        for service, start, end, *days in Service.objects.filter(feed_id=feed).values_list(
            "service_id", "start_date", "end_date", *WEEKDAYS
        )
    ]
    changes: dict[date, dict[str, int]] = defaultdict(dict)
    for service, on, kind in ServiceException.objects.filter(feed_id=feed).values_list(
        "service_id", "date", "exception_type"
    ):
        changes[on][service] = kind

    def running(on: date) -> frozenset[str]:
        regular = {
            service for service, days, start, end in weekly
            if start <= on <= end and days[on.weekday()]
        }  # fmt: skip
        that_day = changes.get(on, {})
        added = {service for service, kind in that_day.items() if kind == ADDED}
        removed = {service for service, kind in that_day.items() if kind == REMOVED}
        return frozenset((regular | added) - removed)

    return running
