"""Periods of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.network.engine.periods import Period, PeriodError

days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
lengths = st.sampled_from(["day", "week", "month", "quarter", "year"])


@given(days, lengths)
def test_a_period_holds_its_day_and_has_its_name_back(day, length):
    period = Period.of(day, length)
    assert day in period
    assert Period.parse(str(period)) == period
    assert all(each in period for each in (period.first, period.last))


@given(days, lengths)
def test_neighbours_meet_without_gap(day, length):
    period = Period.of(day, length)
    assert period.next().previous() == period
    assert period.last + timedelta(days=1) == period.next().first
    assert period.next().first not in period
    assert period.days == (period.next().first - period.first).days


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-10-09", "2026-10-09", "2026-10-09"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_names_follow_the_calendar(name, first, last):
    period = Period.parse(name)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize("name", ["", "2026-13", "2026-W54", "2026-Q5", "26-10", "2026-02-30", "x"])
def test_a_name_outside_the_calendar_is_refused(name):
    with pytest.raises(PeriodError):
        Period.parse(name)
