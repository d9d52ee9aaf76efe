"""Expected runs in the words of the planner, to be laid over its timetable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from balai.transit.engine.planner.delays import AddedTrip, CallUpdate, TripDelays, TripUpdate
from balai.transit.engine.planner.service_days import seconds_between

from .predictions import Prediction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balai.transit.engine.planner.timetable import Timetable

SLACK_S = 900


def trip_delays(runs: Iterable[Prediction], table: Timetable) -> TripDelays:
    """What the planner should know of these runs, whose ids are those of the timetable.

    A run of frequencies without exact times takes the place of the timetable's departure of that
    trip nearest to its own start, within a quarter of an hour: between those nothing was promised
    by the clock.
    """
    starts = _Starts(table)
    updates: list[TripUpdate] = []
    added: list[AddedTrip] = []
    for run in runs:
        shift = seconds_between(table.on, run.on, table.zone)
        replaced = (
            run.forecast is not None
            and run.scheduled is not None
            and (run.forecast.calls.stops != run.scheduled.stops)
        )
        if run.forecast is not None and (run.added or replaced):
            added.append(_added(run, shift))
        if not run.added and (told := _update(run, shift, starts, replaced)):
            updates.append(told)
    return TripDelays(tuple(updates), tuple(added))


class _Starts:
    """When the timetable's departures of a trip leave their first stop."""

    def __init__(self, table: Timetable) -> None:
        self.index = {trip: at for at, trip in enumerate(table.trip_ids)}
        self.order: NDArray[np.int64] = np.argsort(table.trip_index, kind="stable")
        self.bounds = np.searchsorted(table.trip_index[self.order], np.arange(len(self.index) + 1))
        self.start = table.trip_start

    def nearest(self, trip_id: str, second: int) -> int | None:
        """The start nearest to a second, within the slack."""
        at = self.index.get(trip_id)
        if at is None:
            return None
        found = self.start[self.order[self.bounds[at] : self.bounds[at + 1]]]
        if not found.size:
            return None
        best = int(found[np.argmin(np.abs(found - second))])
        return best if abs(best - second) <= SLACK_S else None


def _update(run: Prediction, shift: int, starts: _Starts, replaced: bool) -> TripUpdate | None:
    start = None
    if run.start_s is not None:
        start = starts.nearest(run.trip_id, run.start_s + shift)
        if start is None:
            return None
    if run.forecast is None or replaced:
        return TripUpdate(run.trip_id, run.on, start, cancelled=True)
    told = run.forecast
    calls = tuple(
        CallUpdate(
            stop_sequence=told.calls.sequences[at], arrive=told.calls.arrive[at] + shift,
            depart=told.calls.depart[at] + shift, skipped=told.skipped[at],
        )
        for at in range(len(told.calls))
    )  # fmt: skip
    return TripUpdate(run.trip_id, run.on, start, calls=calls)


def _added(run: Prediction, shift: int) -> AddedTrip:
    assert run.forecast is not None
    told = run.forecast
    return AddedTrip(
        run.trip_id, run.route_id,
        tuple(
            (stop, told.calls.arrive[at] + shift, told.calls.depart[at] + shift)
            for at, stop in enumerate(told.calls.stops) if not told.skipped[at]
        ),
    )  # fmt: skip
