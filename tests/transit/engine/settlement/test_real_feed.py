"""Jakarta's own timetable: every run that is driven is verified, whatever its shape."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from balai.transit.engine.gtfs import read_feed
from balai.transit.engine.settlement import Rules, schedule_of, verify
from transit.engine.settlement.tracks import reports, track


@pytest.fixture(scope="module")
def jakarta(shared_data):
    tables = read_feed(shared_data / "transit" / "jakarta_tj.gtfs.zip").tables
    calendar = tables["calendar"]
    first = calendar["start_date"].min()
    assert isinstance(first, date)
    for ahead in range(14):
        day = schedule_of(tables, date.fromordinal(first.toordinal() + ahead))
        if len(day):
            return day
    pytest.fail("the feed runs nothing in its first fortnight")


def test_a_day_of_jakarta_is_thousands_of_runs_of_sound_length(jakarta):
    assert len(jakarta) > 5000
    metres = jakarta.run_metres
    assert (metres > 200).all()
    assert metres.max() < 150_000
    rises = np.diff(jakarta.call_along)
    inner = np.ones(rises.size, bool)
    inner[jakarta.call_start[1:-1] - 1] = False
    assert (rises[inner] >= -1e-6).all()


def test_one_run_of_each_route_driven_with_noise_is_verified_whole(jakarta):
    chance = np.random.default_rng(31)
    first = {jakarta.routes[t]: r for r, t in reversed(list(enumerate(jakarta.run_trip.tolist())))}
    rows = [
        track(jakarta, run, f"v{run}", every=20, noise=lambda n: chance.normal(0, 8, (2, n)))
        for run in first.values()
    ]
    runs = np.array(list(first.values()))
    found = verify(jakarta, reports(*rows), Rules())
    share = found.metres[runs] / jakarta.run_metres[runs]
    assert len(runs) > 100
    assert np.mean(share == 1.0) > 0.95
    assert found.metres.sum() > 0.99 * jakarta.run_metres[runs].sum()


@pytest.mark.parametrize("upto", [1.0, 0.5])
def test_runs_of_jakarta_are_inferred_as_far_as_they_were_driven(jakarta, upto):
    """1B, 2H and 4E pass streets twice; the four paths of 3B share theirs, two nearly whole, and
    a full service of it is paid for almost whole.
    """
    routes = np.array([jakarta.routes[t] for t in jakarta.run_trip.tolist()])
    chance = np.random.default_rng(1)
    for route, least in (("1B", 0.999), ("2H", 0.999), ("4E", 0.999), ("3B", 0.98)):
        runs = np.flatnonzero(routes == route)
        rows, driven = [], 0.0
        for run in runs.tolist():
            calls = slice(*jakarta.call_start[jakarta.run_trip[run] :][:2])
            seconds, along = jakarta.call_s[calls], jakarta.call_along[calls]
            driven += float(np.interp(int(seconds[-1] * upto), seconds, along))
            rows += track(jakarta, run, f"v{run}", every=60, named=False, upto=upto,
                          noise=lambda n: chance.normal(0, 8, (2, n)))  # fmt: skip
        paid = verify(jakarta, reports(rows), Rules(identify="inferred")).metres.sum()
        assert 0.95 * driven <= paid <= driven + 50 * runs.size
        assert upto < 1 or paid >= least * jakarta.run_metres[runs].sum()
