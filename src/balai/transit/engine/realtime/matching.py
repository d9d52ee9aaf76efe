"""Which run of the timetable a report speaks of (GTFS-Realtime reference, TripDescriptor)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .messages import Problem, TripRef, TripRelation
from .schedule import Schedule, ScheduledTrip

WITHOUT_TIMETABLE = (TripRelation.ADDED, TripRelation.NEW)


@dataclass(frozen=True, slots=True)
class Run:
    """A trip on a service day; `start_s` names the run of a trip that frequencies repeat."""

    trip: ScheduledTrip
    on: date
    start_s: int | None = None


class Unmatched(LookupError):  # noqa: N818 - told on as a Problem
    """No run of the timetable is meant, or more than one may be."""

    def __init__(self, field: str, value: object, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.told = field, str(value), problem, remedy

    def as_problem(self, entity: str, path: str) -> Problem:
        """The same as a problem of an entity."""
        field, value, problem, remedy = self.told
        return Problem(entity, f"{path}.{field}", value, problem, remedy)


def match(ref: TripRef, schedule: Schedule, moment: int) -> Run:
    """The run that is meant: by trip_id, else by route, direction, date and time of start.

    `moment` (epoch seconds) decides the service day where none is given. Raises Unmatched.
    """
    trip = schedule.trips.get(ref.trip_id)
    if trip is not None:
        return _run_of(trip, ref, schedule, moment)
    if ref.route_id and ref.start_s is not None:
        return _by_start(ref, ref.start_s, schedule, moment)
    raise Unmatched(
        "trip_id",
        ref.trip_id,
        "is no trip of the timetable",
        "Give a trip_id of trips.txt, or route_id, start_time and start_date",
    )


def _run_of(trip: ScheduledTrip, ref: TripRef, schedule: Schedule, moment: int) -> Run:
    if not trip.repeats:
        return Run(trip, _day(trip, ref, schedule, moment))
    if ref.start_s is None:
        raise Unmatched("start_time", "", "is needed: frequencies repeat this trip",
                        "Give start_time and start_date")  # fmt: skip
    if not _may_begin(trip, ref.start_s, ref.relation):
        raise Unmatched("start_time", _clock(ref.start_s), "is no start of this trip's frequencies",
                        "Give a time within a period of frequencies.txt, on its grid where"
                        " exact_times is 1")  # fmt: skip
    return Run(trip, _day(trip, ref, schedule, moment), ref.start_s)


def _may_begin(trip: ScheduledTrip, start_s: int, relation: TripRelation) -> bool:
    if relation is TripRelation.UNSCHEDULED:
        return not any(each.exact for each in trip.repeats)
    return any(each.holds(start_s) for each in trip.repeats)


def _day(trip: ScheduledTrip, ref: TripRef, schedule: Schedule, moment: int) -> date:
    if ref.start_date is not None:
        if not schedule.runs(trip, ref.start_date):
            raise Unmatched("start_date", f"{ref.start_date:%Y%m%d}",
                            "the trip does not run on that day",
                            "Give a day on which the trip's service runs")  # fmt: skip
        return ref.start_date
    days = [day for day in schedule.days_around(moment) if schedule.runs(trip, day)]
    if not days:
        raise Unmatched("start_date", "", "the trip runs on no day near this report",
                        "Give start_date, a day on which the trip's service runs")  # fmt: skip
    calls = trip.run(ref.start_s)
    return min(days, key=lambda day: _apart(calls.depart[0], calls.arrive[-1],
                                            moment - schedule.epoch(day)))  # fmt: skip


def _apart(first: int, last: int, now: int) -> int:
    """How far a moment lies from the span of a run; 0 within it."""
    return max(first - now, now - last, 0)


def _by_start(ref: TripRef, start_s: int, schedule: Schedule, moment: int) -> Run:
    days = (ref.start_date,) if ref.start_date else schedule.days_around(moment)[:1]
    found = [
        (trip, day)
        for day in days
        for trip in schedule.of_route(ref.route_id)
        if ref.direction_id in (None, trip.direction_id)
        and schedule.runs(trip, day)
        and _begins(trip, start_s)
    ]
    if not found:
        raise Unmatched("start_time", _clock(start_s), "no trip of this route begins then",
                        "Give trip_id, or a start_time of the timetable")  # fmt: skip
    if len({(trip.run(start_s), trip.direction_id, day) for trip, day in found}) > 1:
        raise Unmatched("route_id", ref.route_id, f"{len(found)} trips of this route begin then",
                        "Give trip_id or direction_id")  # fmt: skip
    trip, day = found[0]
    return Run(trip, day, start_s if trip.repeats else None)


def _begins(trip: ScheduledTrip, start_s: int) -> bool:
    if trip.repeats:
        return any(each.holds(start_s) for each in trip.repeats)
    return trip.first_s == start_s


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
