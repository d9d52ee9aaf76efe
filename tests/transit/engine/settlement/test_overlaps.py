"""Two directions of a route that follow one street the same way are not both paid for it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.transit.engine.settlement import Rules, schedule_of, verify
from balai.transit.engine.settlement.overlaps import shared_stretches, without
from transit.engine.settlement.tracks import DAY as ON
from transit.engine.settlement.tracks import reports, schedule, tables, track

APART = schedule()
INFERRED = Rules(identify="inferred")


def doubled():
    """The timetable in which A's second direction is the first three stops of its first one."""
    feed = tables()
    times = feed["stop_times"].filter(
        ~((pl.col("trip_id") == "A1") & (pl.col("stop_sequence") > 2))
    )
    stop = pl.when(pl.col("trip_id") == "A1").then(pl.format("s{}", pl.col("stop_sequence")))
    feed["stop_times"] = times.with_columns(stop.otherwise(pl.col("stop_id")).alias("stop_id"))
    return schedule_of(feed, ON)


DAY = doubled()


def paths_of(day):
    return {(day.routes[t], int(day.path_of[t])) for t in range(len(day.trips))}


def test_directions_on_one_street_both_ways_share_nothing():
    assert shared_stretches(APART, paths_of(APART), 60.0) == {}


def test_the_shorter_of_two_paths_on_one_street_the_same_way_is_shared_whole():
    short = int(DAY.path_of[DAY.trips.index("A1")])
    assert shared_stretches(DAY, paths_of(DAY), 60.0) == {
        short: [(0.0, pytest.approx(float(DAY.path_metres[short])))]
    }


def test_parts_lose_the_stretches_of_their_own_path_alone():
    parts = (np.array([0, 1, 3]), np.array([0.0, 0.0, 60.0]), np.array([100.0, 50.0, 90.0]))
    bounds, begin, end = without(parts, np.array([7, 8]), {8: [(20.0, 30.0), (80.0, 95.0)]})
    assert bounds.tolist() == [0, 1, 4]
    assert begin.tolist() == [0.0, 0.0, 30.0, 60.0]
    assert end.tolist() == [100.0, 20.0, 50.0, 80.0]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_inferred_kilometres_are_never_more_than_were_driven(seed):
    """Within `terminal_m` at each end of a pass, and 45 m (three deviations) of noise."""
    chance = np.random.default_rng(seed)
    rows, driven, passes = [], 0.0, 0
    for run in np.flatnonzero([DAY.routes[t] == "A" for t in DAY.run_trip]):
        if chance.random() < 0.4:
            continue
        upto = float(chance.choice([1.0, 0.7, 0.4]))
        calls = slice(*DAY.call_start[DAY.run_trip[run] :][:2])
        seconds, along = DAY.call_s[calls], DAY.call_along[calls]
        driven += float(np.interp(int(seconds[-1] * upto), seconds, along))
        passes += 1
        rows += track(DAY, int(run), f"v{run}", named=False, upto=upto,
                      noise=lambda n: chance.normal(0, 15, (2, n)))  # fmt: skip
    found = verify(DAY, reports(rows), INFERRED)
    assert found.metres.sum() <= driven + passes * (2 * INFERRED.terminal_m + 45.0)
    assert (found.metres <= DAY.run_metres).all()
