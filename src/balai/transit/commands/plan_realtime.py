"""A GTFS-Realtime message laid over the timetable of `balai transit plan`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from balai.kernel.problems import Fault, ProblemError

if TYPE_CHECKING:
    from balai.transit.engine.planner import Timetable
    from balai.transit.engine.realtime import Schedule


def with_realtime(timetable: Timetable, feed: Path, message: Path) -> Timetable:
    """The timetable as the message expects it to run; what fits nothing goes to standard error.

    Raises ProblemError where the file is no GTFS-Realtime message.
    """
    from balai.transit.engine.planner import patch
    from balai.transit.engine.realtime import RealtimeRefused, decode, predict
    from balai.transit.engine.realtime.laying import trip_delays

    try:
        dataset = decode(message.read_bytes())
    except RealtimeRefused as refused:
        fault = Fault(problem=str(refused), field="--realtime", value=message.name)
        raise ProblemError("The message cannot be read", faults=(fault,)) from None
    predictions = predict(dataset, schedule_of(feed))
    told = patch(timetable, trip_delays(predictions.runs, timetable))
    for problem in (*dataset.problems, *predictions.problems):
        click.echo(f"{message.name}: {problem.entity} {problem.field}: {problem.problem}", err=True)
    for unmatched in told.unmatched:
        click.echo(f"{message.name}: {unmatched.trip_id}: {unmatched.problem}", err=True)
    return told.timetable


def schedule_of(feed: Path) -> Schedule:
    """What real-time messages are held against, from a feed's zip."""
    from balai.transit.engine.gtfs import read_feed
    from balai.transit.engine.planner.service_days import feed_zone, services_on
    from balai.transit.engine.realtime import Schedule, ScheduledTrip

    tables = read_feed(feed).tables
    calls, repeats = _calls(tables), _repeats(tables)
    trips = {
        row["trip_id"]: ScheduledTrip(
            trip_id=row["trip_id"],
            route_id=row["route_id"],
            direction_id=row.get("direction_id"),
            service_id=row["service_id"],
            calls=calls[row["trip_id"]],
            repeats=repeats.get(row["trip_id"], ()),
        )
        for row in tables["trips"].iter_rows(named=True)
        if row["trip_id"] in calls
    }
    by_route: dict[str, list[str]] = {}
    for trip in trips.values():
        by_route.setdefault(trip.route_id, []).append(trip.trip_id)
    return Schedule(
        trips=trips,
        services_on=lambda on: services_on(tables, on),
        zone=feed_zone(tables),
        by_route={route: tuple(ids) for route, ids in by_route.items()},
    )


def _calls(tables: Any) -> dict[str, Any]:
    from balai.transit.engine.realtime import Calls

    columns = ("stop_sequence", "stop_id", "arrival_s", "departure_s")
    rows = tables["stop_times"].drop_nulls(["arrival_s", "departure_s"])
    found: dict[str, list[tuple[Any, ...]]] = {}
    for trip_id, *call in rows.select("trip_id", *columns).iter_rows():
        found.setdefault(trip_id, []).append(tuple(call))
    return {trip_id: Calls(*zip(*calls, strict=True)) for trip_id, calls in found.items()}


def _repeats(tables: Any) -> dict[str, tuple[Any, ...]]:
    from balai.transit.engine.realtime import Repeat

    found: dict[str, list[Repeat]] = {}
    for row in tables["frequencies"].iter_rows(named=True):
        if (row["headway_s"] or 0) > 0 and row["start_s"] is not None and row["end_s"] is not None:
            exact = (row.get("exact_times") or 0) == 1
            repeat = Repeat(row["start_s"], row["end_s"], row["headway_s"], exact)
            found.setdefault(row["trip_id"], []).append(repeat)
    return {trip_id: tuple(periods) for trip_id, periods in found.items()}
