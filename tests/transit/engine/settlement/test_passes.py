"""Where runs are inferred, each second of a vehicle's driving is paid once, whatever streets the
paths of its route share.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.transit.engine.settlement import Rules, schedule_of, verify
from balai.transit.engine.settlement.batches import batches
from balai.transit.engine.settlement.groups import Groups
from balai.transit.engine.settlement.passes import left_over, placed
from balai.transit.engine.settlement.walks import Walk
from transit.engine.settlement.tracks import DAY as ON
from transit.engine.settlement.tracks import reports, tables, track

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
ROUTE = [DAY.routes[t] for t in DAY.run_trip.tolist()]


def driven(run: int, upto: float) -> float:
    calls = slice(*DAY.call_start[DAY.run_trip[run] :][:2])
    seconds, along = DAY.call_s[calls], DAY.call_along[calls]
    return float(np.interp(int(seconds[-1] * upto), seconds, along))


def blocks(runs) -> dict[int, str]:
    """Vehicles that drive these runs, each from one to the next that begins when it is over."""
    free: list[int] = []
    of = {}
    for run in sorted(runs, key=lambda run: (int(DAY.run_start[run]), run)):
        begin = int(DAY.run_start[run])
        bus = next((k for k, second in enumerate(free) if second <= begin), len(free))
        free[bus : bus + 1] = [begin + int(DAY.run_seconds[run])]
        of[run] = f"v{bus}"
    return of


def test_a_full_service_of_two_paths_on_one_street_is_paid_in_full():
    every = blocks(range(len(DAY)))
    assert len(set(every.values())) < len(DAY) / 2
    rows = [track(DAY, run, vehicle, named=False) for run, vehicle in every.items()]
    found = verify(DAY, reports(*rows), INFERRED)
    assert found.metres.tolist() == DAY.run_metres.tolist()


def test_one_pass_of_a_street_that_two_paths_share_is_paid_once():
    run = ROUTE.index("A")
    found = verify(DAY, reports(track(DAY, run, "v", named=False)), INFERRED)
    assert found.metres.sum() == DAY.run_metres[run]


def test_more_passes_than_a_path_has_runs_count_on_the_other_as_far_as_it_goes():
    long = [r for r in range(len(DAY)) if DAY.trips[DAY.run_trip[r]] == "A0"]
    short = next(r for r in range(len(DAY)) if DAY.trips[DAY.run_trip[r]] == "A1")
    rows = [track(DAY, run, f"{name}{run}", named=False) for run in long for name in "vw"]
    found = verify(DAY, reports(*rows), INFERRED)
    metres = DAY.run_metres
    assert found.metres.sum() == len(long) * (metres[long[0]] + metres[short])


@pytest.mark.parametrize("trip", ["A0", "A1", "B0"])
@pytest.mark.parametrize("upto", [0.2, 0.5, 0.8])
def test_a_run_broken_off_is_paid_as_far_as_it_went(trip, upto):
    """B goes out and back on one street, so that each place is passed twice."""
    run = next(r for r in range(len(DAY)) if DAY.trips[DAY.run_trip[r]] == trip)
    found = verify(DAY, reports(track(DAY, run, "v", named=False, upto=upto)), INFERRED)
    assert found.metres.sum() == pytest.approx(driven(run, upto), abs=INFERRED.terminal_m)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_inferred_kilometres_are_never_more_than_were_driven(seed):
    """Within `terminal_m` at each end of a pass, and 45 m (three deviations) of noise."""
    chance = np.random.default_rng(seed)
    runs = [run for run in range(len(DAY)) if chance.random() < 0.6]
    rows, total = [], 0.0
    for run, vehicle in blocks(runs).items():
        upto = float(chance.choice([1.0, 0.7, 0.4]))
        total += driven(run, upto)
        rows += track(DAY, run, vehicle, named=False, upto=upto, every=int(chance.choice([20, 90])),
                      noise=lambda n: chance.normal(0, 15, (2, n)))  # fmt: skip
    found = verify(DAY, reports(rows), INFERRED)
    assert found.metres.sum() <= total + len(runs) * (2 * INFERRED.terminal_m + 45.0)
    assert (found.metres <= DAY.run_metres).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_vehicles_of_more_passes_than_a_path_has_runs_are_paid_no_more_than_they_drove(seed):
    """All drive the longer path, its timetable twice over; some of it counts on the shorter."""
    chance = np.random.default_rng(seed)
    runs = [run for run in range(len(DAY)) if DAY.trips[DAY.run_trip[run]] == "A0"]
    rows, total = {}, {}
    for run, bus in blocks(runs).items():
        for name in "xyz":
            upto = float(chance.choice([1.0, 0.6]))
            vehicle = f"{name}{bus}"
            total[vehicle] = total.get(vehicle, 0) + driven(run, upto) + 2 * INFERRED.terminal_m
            rows[vehicle] = rows.get(vehicle, []) + track(DAY, run, vehicle, named=False, upto=upto)
    found = verify(DAY, reports(*rows.values()), INFERRED)
    paid = dict.fromkeys(total, 0)
    for vehicle, metres in zip(found.pair_vehicle, found.pair_metres, strict=True):
        paid[vehicle] += int(metres)
    assert all(paid[vehicle] <= total[vehicle] for vehicle in total)
    assert found.metres.sum() > DAY.run_metres[runs].sum()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_nothing_a_vehicle_reports_is_paid_beyond_its_fastest_drive(seed):
    """Positions thrown about: a step takes its time, so what is paid is bounded by the clock."""
    chance = np.random.default_rng(seed)
    rules = Rules(identify="inferred", slack_m=0.0, terminal_m=0.0, fastest_ms=10.0)
    rows = []
    for run in chance.choice(len(DAY), 12):
        behind = int(chance.integers(-600, 600))
        rows += track(DAY, int(run), "v", named=False, behind=behind, every=60,
                      noise=lambda n: chance.normal(0, 40, (2, n)))  # fmt: skip
    found = verify(DAY, reports(rows), rules)
    seconds = [row[3] for row in rows]
    assert 0 < found.metres.sum() <= rules.fastest_ms * (max(seconds) - min(seconds))


def test_passes_stand_for_the_nearest_runs_that_are_free():
    starts = np.array([0, 100, 200, 300])
    assert placed(np.array([90, 95, 150]), starts).tolist() == [1, 0, 2]


def test_what_is_left_of_a_day_lies_before_and_after_each_pass_that_counts():
    """Runs 0, 1 and 2 are seen every ten seconds; the pass on run 1 took those from 20 to 40."""
    at = np.tile(np.arange(0, 70, 10), 3)
    groups = Groups.of(np.zeros(21, np.int64), np.repeat(np.arange(3), 7), at, at * 10.0)
    owner, rows = left_over(groups, [Walk(1, 9, 11, [(200, 400)])], {0}, np.array([1, 0, 1]) > 0)
    assert owner.tolist() == [0] * 6 + [1] * 6
    assert at[rows].tolist() == [0, 10, 20, 0, 10, 20, 40, 50, 60, 40, 50, 60]
    assert (rows // 7).tolist() == [0, 0, 0, 2, 2, 2] * 2


def test_a_day_taken_in_batches_is_the_same_and_keeps_what_belongs_together(monkeypatch):
    vehicles = {run: f"v{run % 5}" if ROUTE[run] == "A" else "w" for run in range(len(DAY))}
    rows = reports(*(track(DAY, run, bus, named=False) for run, bus in vehicles.items()))
    whole = verify(DAY, rows, INFERRED)
    monkeypatch.setattr(batches, "__defaults__", (1,))
    parted = verify(DAY, rows, INFERRED)
    assert parted.metres.tolist() == whole.metres.tolist()
    assert parted.vehicle.tolist() == whole.vehicle.tolist()
    assert parted.status.tolist() == whole.status.tolist()
    np.testing.assert_array_equal(parted.passed, whole.passed)


def test_batches_part_routes_but_neither_a_vehicles_day_nor_a_paths_routes():
    vehicle = np.array([0, 0, 1, 1, 2, 3])
    route = np.array(["A", "A", "B", "B", "Z", "A"], dtype=object)
    parts = sorted(rows.tolist() for rows in batches(DAY, vehicle, route, 2))
    assert parts == [[0, 1, 5], [2, 3], [4]]
    together = batches(DAY, np.array([0, 0, 1, 0, 2, 3]), route, 1)
    assert sorted(rows.tolist() for rows in together) == [[0, 1, 2, 3, 5], [4]]


def test_no_reports_verify_nothing():
    assert verify(DAY, reports([]), INFERRED).metres.sum() == 0
