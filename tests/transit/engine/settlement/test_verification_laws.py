"""What holds of verified metres whatever vehicles report."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.transit.engine.settlement import Reports, Rules, verify
from transit.engine.settlement.tracks import reports, schedule, track

DAY = schedule()
MODES = ("named", "inferred")


def drive(chance, *, named: bool, share: float = 1.0, noise: float = 15.0) -> Reports:
    """A day with some runs missed, late, broken off, doubled or mixed up, and noisy positions."""
    rows = []
    for run in range(len(DAY)):
        if chance.random() > share:
            continue
        spread = lambda n: chance.normal(0, noise, (2, n))  # noqa: E731
        rows += track(
            DAY, run, f"v{run % 7 + 7 * int(DAY.run_trip[run])}", named=named,
            every=int(chance.choice([20, 60, 150])), behind=int(chance.integers(-200, 700)),
            upto=float(chance.choice([1.0, 1.0, 0.6])), noise=spread,
        )  # fmt: skip
    return Reports.of(rows)


@pytest.mark.parametrize("mode", MODES)
def test_tracks_along_the_timetable_verify_every_metre(mode):
    rows = [track(DAY, run, f"v{run}", named=mode == "named") for run in range(len(DAY))]
    found = verify(DAY, reports(*rows), Rules(identify=mode))
    assert len(DAY) == 26
    assert found.metres.tolist() == DAY.run_metres.tolist()
    assert found.vehicles.tolist() == [1] * len(DAY)
    assert not np.isnan(found.passed).any()


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), kept=st.floats(0, 1))
def test_a_report_less_never_verifies_more(mode, seed, kept):
    chance = np.random.default_rng(seed)
    whole = drive(chance, named=mode == "named", share=0.6)
    fewer = whole.taken(np.flatnonzero(chance.random(len(whole)) < kept))
    rules = Rules(identify=mode, early_s=300, late_s=600)
    every, some = verify(DAY, whole, rules), verify(DAY, fewer, rules)
    if mode == "named":
        assert (some.metres <= every.metres).all()
        return
    most, least = (found.metres.sum() - 2 * rules.terminal_m * found.pair_run.size
                   for found in (every, some))  # fmt: skip
    assert least <= most


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_order_and_repetition_of_reports_change_nothing(mode, seed):
    chance = np.random.default_rng(seed)
    whole = drive(chance, named=mode == "named", share=0.6)
    mixed = whole.taken(
        chance.permutation(np.append(np.arange(len(whole)), [0] * min(5, len(whole))))
    )
    one, other = (verify(DAY, each, Rules(identify=mode)) for each in (whole, mixed))
    assert one.metres.tolist() == other.metres.tolist()
    assert one.vehicle.tolist() == other.vehicle.tolist()
    np.testing.assert_array_equal(one.passed, other.passed)


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), copies=st.integers(1, 3))
def test_no_run_is_verified_beyond_its_length(mode, seed, copies):
    chance = np.random.default_rng(seed)
    parts = [drive(chance, named=mode == "named", noise=40.0) for _ in range(copies)]
    rows = Reports(*(np.concatenate([getattr(part, name) for part in parts])
                     for name in Reports.__slots__))  # fmt: skip
    found = verify(DAY, rows, Rules(identify=mode))
    assert (found.metres <= DAY.run_metres).all()
    assert (found.metres >= 0).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_with_inferred_runs_each_run_has_one_vehicle_at_most(seed):
    found = verify(DAY, drive(np.random.default_rng(seed), named=False), Rules(identify="inferred"))
    runs, counts = np.unique(found.pair_run, return_counts=True)
    assert (counts == 1).all()
    assert found.metres[runs].sum() == found.metres.sum()
