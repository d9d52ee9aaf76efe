"""Runs of one feed among several keep what they are when their ids get the feed's name."""

from __future__ import annotations

from datetime import date

from balai.transit.engine.realtime import Calls, Prediction, renamed
from balai.transit.engine.realtime.propagation import Forecast

CALLS = Calls((1, 2), ("a", "b"), (100, 200), (110, 200))
LATE = Forecast(CALLS.shifted(60), skipped=(False, False), known=(True, True))
RUN = Prediction("e", "t", "r", date(2026, 11, 23), None, CALLS, LATE, like="")


def test_every_id_is_named_and_a_late_run_is_not_taken_for_one_of_other_stops():
    told = renamed(RUN, lambda own: f"mrt:{own}" if own else own)
    assert (told.trip_id, told.route_id, told.like) == ("mrt:t", "mrt:r", "")
    assert told.forecast.calls.stops == told.scheduled.stops == ("mrt:a", "mrt:b")
    assert told.forecast.calls.depart == (170, 260)


def test_what_is_cancelled_or_unplanned_stays_so():
    cancelled = renamed(Prediction("e", "t", "r", RUN.on, None, CALLS, None), str.upper)
    assert cancelled.cancelled
    added = renamed(Prediction("e", "t", "r", RUN.on, None, None, LATE, added=True), str.upper)
    assert added.scheduled is None
    assert added.forecast.calls.stops == ("A", "B")
