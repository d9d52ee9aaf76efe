"""Trip updates held against the timetable: every run as it is expected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from .matching import WITHOUT_TIMETABLE, Run, Unmatched, match
from .messages import Dataset, Event, Problem, StopRelation, StopUpdate, TripRelation, TripUpdate
from .propagation import Forecast, propagate
from .schedule import Calls, Schedule

Report = Callable[[str, object, str, str], None]
CANCELLED = (TripRelation.CANCELED, TripRelation.DELETED)
OWN_CALLS = (*WITHOUT_TIMETABLE, TripRelation.REPLACEMENT)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What is expected of one run.

    `trip_id` is the timetable's, or the new trip's own. `start_s` names the run of a trip that
    frequencies repeat. `scheduled` are the timetable's calls, None where it has none. `forecast`
    is None where the run is cancelled. `added` runs beside the timetable; otherwise it runs in
    place of its run there.
    """

    entity: str
    trip_id: str
    route_id: str
    on: date
    start_s: int | None
    scheduled: Calls | None
    forecast: Forecast | None
    added: bool = False
    headsign: str = ""
    vehicle: str = ""
    like: str = ""

    @property
    def cancelled(self) -> bool:
        """Whether the run does not take place."""
        return self.forecast is None


@dataclass(frozen=True, slots=True)
class Predictions:
    """Every run that reports speak of, and what could not be held against the timetable."""

    at: int
    runs: tuple[Prediction, ...]
    problems: tuple[Problem, ...]


def predict(dataset: Dataset, schedule: Schedule) -> Predictions:
    """Hold a dataset's trip updates against the timetable. The first update of a run counts."""
    problems = list(dataset.problems)
    runs: dict[tuple[str, date, int | None], Prediction] = {}
    for update in dataset.updates:
        report = _reporter(update.entity, problems)
        try:
            made = _predict(update, schedule, dataset.at, report)
        except Unmatched as unmatched:
            problems.append(unmatched.as_problem(update.entity, "trip_update.trip"))
            continue
        if made is None:
            continue
        key = made.trip_id, made.on, made.start_s
        if key in runs:
            report("trip", made.trip_id, "this run had its update already", "Send one a run")
        runs.setdefault(key, made)
    return Predictions(dataset.at, tuple(runs.values()), tuple(problems))


def _reporter(entity: str, problems: list[Problem]) -> Report:
    def report(field: str, value: object, problem: str, remedy: str) -> None:
        problems.append(Problem(entity, f"trip_update.{field}", str(value)[:100], problem, remedy))

    return report


def _predict(
    update: TripUpdate, schedule: Schedule, moment: int, report: Report
) -> Prediction | None:
    relation = update.trip.relation
    if relation in WITHOUT_TIMETABLE:
        return _added(update, schedule, report)
    run = match(update.trip, schedule, update.at or moment)
    if relation in CANCELLED:
        return replace(_of(run, update), forecast=None)
    if relation is TripRelation.REPLACEMENT:
        return _replaced(run, update, schedule, report)
    if relation is TripRelation.DUPLICATED:
        return _duplicated(run, update, schedule, report)
    calls = run.trip.run(run.start_s)
    forecast = propagate(calls, update.stops, update.delay, schedule.epoch(run.on), report)
    return replace(_of(run, update), forecast=forecast)


def _of(run: Run, update: TripUpdate) -> Prediction:
    return Prediction(
        entity=update.entity, trip_id=run.trip.trip_id, route_id=run.trip.route_id, on=run.on,
        start_s=run.start_s, scheduled=run.trip.run(run.start_s), forecast=None,
        headsign=update.headsign, vehicle=update.vehicle,
    )  # fmt: skip


def _duplicated(
    run: Run, update: TripUpdate, schedule: Schedule, report: Report
) -> Prediction | None:
    """The timetable's run once more, at another time or day, beside the one that is there."""
    if update.copy is None or update.copy.start_s is None or update.copy.start_date is None:
        return None
    calls = run.trip.calls.shifted(update.copy.start_s - run.trip.first_s)
    on = update.copy.start_date
    forecast = propagate(calls, update.stops, update.delay, schedule.epoch(on), report)
    return replace(
        _of(run, update), trip_id=update.copy.trip_id, on=on, start_s=None, scheduled=calls,
        forecast=forecast, added=True, like=run.trip.trip_id,
    )  # fmt: skip


def _replaced(
    run: Run, update: TripUpdate, schedule: Schedule, report: Report
) -> Prediction | None:
    """A run whose calls are the update's own, in place of the timetable's."""
    forecast = _own_calls(update.stops, schedule.epoch(run.on), report)
    return None if forecast is None else replace(_of(run, update), forecast=forecast)


def _added(update: TripUpdate, schedule: Schedule, report: Report) -> Prediction | None:
    """A run that no timetable knows: every call with its stop and its times."""
    moments = [
        event.time for stop in update.stops for event in (stop.arrival, stop.departure)
        if event is not None and event.time is not None
    ]  # fmt: skip
    if not moments:
        report("stop_time_update", "", "an added trip has no times", "Give time, not delay")
        return None
    zone = ZoneInfo(schedule.zone)
    on = update.trip.start_date or datetime.fromtimestamp(moments[0], UTC).astimezone(zone).date()
    forecast = _own_calls(update.stops, schedule.epoch(on), report)
    if forecast is None:
        return None
    like = schedule.trips.get(update.trip.trip_id)
    route = update.trip.route_id or (like.route_id if like else "")
    return Prediction(
        entity=update.entity, trip_id=update.trip.trip_id or update.entity, route_id=route, on=on,
        start_s=None, scheduled=None, forecast=forecast, added=True, headsign=update.headsign,
        vehicle=update.vehicle, like=like.trip_id if like else "",
    )  # fmt: skip


def _own_calls(updates: tuple[StopUpdate, ...], epoch: int, report: Report) -> Forecast | None:
    """Calls as the update lists them; those skipped, without a stop or a time are left out."""
    rows: list[tuple[int, str, int, int]] = []
    for number, update in enumerate(updates):
        if update.relation is StopRelation.SKIPPED:
            continue
        arrive, depart = _second(update.arrival, epoch), _second(update.departure, epoch)
        first = depart if arrive is None else arrive
        if not update.stop_id or first is None:
            report(f"stop_time_update[{number}]", update.stop_id, "has no stop or no time",
                   "Give stop_id and the time of arrival or departure")  # fmt: skip
            continue
        sequence = number if update.sequence is None else update.sequence
        rows.append((sequence, update.stop_id, first, first if depart is None else depart))
    if len(rows) < 2:
        report("stop_time_update", len(rows), "the trip has fewer than two calls",
               "Give every call of the trip")  # fmt: skip
        return None
    return _forecast(sorted(rows, key=lambda row: row[0]))


def _second(event: Event | None, epoch: int) -> int | None:
    """An event's moment as seconds after the service day's start; delays say nothing here."""
    return None if event is None or event.time is None else event.time - epoch


def _forecast(rows: list[tuple[int, str, int, int]]) -> Forecast:
    latest = rows[0][2]
    arrive, depart = [], []
    for _, _, arrival, departure in rows:
        arrive.append(max(arrival, latest))
        depart.append(max(departure, arrive[-1]))
        latest = depart[-1]
    calls = Calls(
        tuple(row[0] for row in rows), tuple(row[1] for row in rows), tuple(arrive), tuple(depart)
    )
    return Forecast(calls, (False,) * len(rows), (True,) * len(rows))
