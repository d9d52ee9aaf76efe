"""What is told of runs that were missed, cut short, doubled, or never were."""

from __future__ import annotations

import numpy as np
import pytest

from balai.transit.engine.settlement import QualityRules, Rules, quality_of, verify
from balai.transit.engine.settlement.kernel import MATCHED, OFF_PATH, OFF_TIME, UNKNOWN
from transit.engine.settlement.tracks import reports, schedule, track

DAY = schedule()


def whole(**how):
    return [track(DAY, run, f"v{run}", **how) for run in range(len(DAY))]


def test_a_run_that_nobody_drove_is_missed_and_no_other():
    rows = whole()
    del rows[3]
    found = verify(DAY, reports(*rows))
    assert found.metres[3] == 0
    assert quality_of(DAY, found).missed.nonzero()[0].tolist() == [3]


def test_a_run_broken_off_counts_as_far_as_it_went_and_names_the_rest():
    rows = whole()
    rows[2] = track(DAY, 2, "v2", upto=0.5)
    found = verify(DAY, reports(*rows))
    length = int(DAY.run_metres[2])
    half = float(np.interp(600, DAY.call_s[:5], DAY.call_along[:5]))
    assert found.metres[2] == pytest.approx(half, abs=2)
    [(begin, end)] = found.gaps(2, length)
    assert begin == pytest.approx(half, abs=2)
    assert end == length


def test_two_vehicles_on_a_run_are_told_and_their_metres_counted_once():
    found = verify(DAY, reports(track(DAY, 0, "first"), track(DAY, 0, "second", upto=0.5)))
    assert found.vehicles[0] == 2
    assert found.vehicle[0] == "first"
    assert found.metres[0] == DAY.run_metres[0]


def test_a_vehicle_that_takes_over_completes_the_run():
    rows = track(DAY, 0, "first")
    found = verify(DAY, reports(rows[:20], [("second", *row[1:]) for row in rows[19:]]))
    assert found.metres[0] == DAY.run_metres[0]


def test_a_gap_in_the_reports_is_not_verified():
    rows = track(DAY, 0, "v0")
    found = verify(DAY, reports(rows[:10] + rows[25:]), Rules(gap_s=120))
    assert 0 < found.metres[0] < DAY.run_metres[0]
    assert len(found.gaps(0, float(DAY.run_metres[0]))) == 1


def test_a_detour_longer_than_the_gap_is_not_verified():
    rows = track(DAY, 0, "v0")
    away = [(*row[:4], row[4] + 0.02, *row[5:]) for row in rows[10:25]]
    found = verify(DAY, reports(rows[:10], away, rows[25:]), Rules(gap_s=120))
    assert found.metres[0] < DAY.run_metres[0]
    assert (found.status == OFF_PATH).sum() == 15


def test_a_run_that_only_exists_in_the_reports_verifies_nothing():
    ghost = [("v", "A0", "A", 7 * 3600 + k * 30, -6.5, 106.5, 7 * 3600) for k in range(20)]
    unknown = [("v", "Z9", "Z", 7 * 3600, -6.2, 106.8, 7 * 3600)]
    late = track(DAY, 0, "w", behind=5000)
    found = verify(DAY, reports(ghost, unknown, late))
    assert found.metres.sum() == 0
    assert {OFF_PATH, UNKNOWN, OFF_TIME} == set(found.status.tolist())


def test_a_vehicle_that_stands_still_verifies_nothing():
    rows = [(*track(DAY, 0, "v")[5][:3], 6 * 3600 + 150 + k, *track(DAY, 0, "v")[5][4:])
            for k in range(0, 300, 30)]  # fmt: skip
    found = verify(DAY, reports(rows))
    assert found.metres.sum() == 0
    assert set(found.status.tolist()) == {MATCHED}


def test_a_place_passed_twice_is_told_apart_by_the_time():
    run = int(np.flatnonzero([DAY.trips[t] == "B0" for t in DAY.run_trip])[0])
    out = verify(DAY, reports(track(DAY, run, "v", upto=0.5))).metres[run]
    assert out == pytest.approx(DAY.run_metres[run] / 2, abs=80)
    assert verify(DAY, reports(track(DAY, run, "v"))).metres[run] == DAY.run_metres[run]


def test_runs_are_inferred_though_all_are_late_by_a_third_of_the_headway():
    rows = [track(DAY, run, f"v{run}", named=False, behind=300) for run in range(len(DAY))]
    found = verify(DAY, reports(*rows), Rules(identify="inferred", early_s=300, late_s=900))
    assert found.metres.sum() == DAY.run_metres.sum()


def test_a_headway_that_gapes_is_not_kept_and_lateness_is_told():
    rows = whole()
    late = [track(DAY, run, f"v{run}", behind=420) for run in (5,)]
    found = verify(DAY, reports(*rows[:4], *late, *rows[6:]))
    quality = quality_of(DAY, found, QualityRules())
    assert quality.late_by[5] == 420
    assert not quality.on_time[5]
    assert quality.headway_kept[5] == 0
    assert quality.headway[5] == 2 * 900 + 420
    assert quality.headway_kept[3] == 1
