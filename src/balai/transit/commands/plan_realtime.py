"""GTFS-Realtime messages laid over the timetable of `balai transit plan`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from balai.kernel.problems import Fault, ProblemError

if TYPE_CHECKING:
    from balai.transit.engine.planner import Timetable
    from balai.transit.engine.realtime import Prediction, Schedule


Message = tuple[str, Path]
"""A GTFS-Realtime message: the name of the feed it speaks of (empty: the only one), its file."""


def named_messages(given: tuple[str, ...], feed: Path | dict[str, Path]) -> tuple[Message, ...]:
    """The messages, each with the feed it speaks of. Raises ProblemError naming those of none."""
    found: list[Message] = []
    faults: list[Fault] = []
    names = () if isinstance(feed, Path) else tuple(feed)
    for text in given:
        name, equals, path = text.partition("=")
        if not equals or Path(text).is_file():
            name, path = "", text
        if not Path(path).is_file():
            faults.append(Fault(problem="is no file", field="--realtime", value=text))
        elif names and name not in names:
            remedy = f"Write it as NAME=FILE, NAME being one of {', '.join(names)}"
            fault = Fault(problem="names none of the feeds", field="--realtime", value=text)
            faults.append(replace(fault, remedy=remedy))
        found.append((name if names else "", Path(path)))
    if faults:
        raise ProblemError("The messages cannot be read", faults=tuple(faults))
    return tuple(found)


def with_realtime(
    timetable: Timetable, feed: Path | dict[str, Path], messages: Sequence[Message]
) -> Timetable:
    """The timetable as the messages expect it to run; what fits nothing goes to standard error.

    Of several that speak of one run the last counts. Raises ProblemError where a file is no
    GTFS-Realtime message.
    """
    from balai.transit.engine.planner import patch
    from balai.transit.engine.realtime.laying import trip_delays

    runs: dict[Any, Prediction] = {}
    schedules: dict[str, Schedule] = {}
    for name, message in messages:
        path = feed if isinstance(feed, Path) else feed[name]
        if name not in schedules:
            schedules[name] = schedule_of(path)
        for run in _told(message, schedules[name], name):
            runs[run.trip_id, run.on, run.start_s] = run
    told = patch(timetable, trip_delays(runs.values(), timetable))
    for unmatched in told.unmatched:
        click.echo(f"--realtime: {unmatched.trip_id}: {unmatched.problem}", err=True)
    return told.timetable


def _told(message: Path, schedule: Schedule, name: str) -> Iterator[Prediction]:
    """The runs that a message speaks of, with the ids of joined feeds where `name` is one's."""
    from balai.transit.engine.realtime import RealtimeRefused, decode, predict, renamed

    try:
        dataset = decode(message.read_bytes())
    except RealtimeRefused as refused:
        fault = Fault(problem=str(refused), field="--realtime", value=message.name)
        raise ProblemError("The message cannot be read", faults=(fault,)) from None
    predictions = predict(dataset, schedule)
    for problem in (*dataset.problems, *predictions.problems):
        click.echo(f"{message.name}: {problem.entity} {problem.field}: {problem.problem}", err=True)
    for run in predictions.runs:
        yield renamed(run, lambda own: f"{name}:{own}" if name and own else own)


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
