"""Who may ride under a concession, at the edges of its ages and months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.transit.engine.concessions import Facts, age_on, is_refused, judge, months_later

ELDERLY = {"least_age": 60}
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("born", "refused"),
    [(date(1966, 11, 23), False), (date(1966, 11, 24), True), (date(1930, 1, 1), False)],
)
def test_an_age_counts_from_the_birthday(born, refused):
    assert is_refused(judge(ELDERLY, Facts(born, "31.71.01", True), TODAY)) is refused


def test_a_paper_is_left_to_the_officer_and_its_absence_is_not():
    rule = {"paper": True}
    held = judge(rule, Facts(None, "31.71", True, "KTD 12/2026"), TODAY)
    assert [finding.met for finding in held] == [True, None]
    assert is_refused(judge(rule, Facts(None, "31.71", True, " "), TODAY))


def test_a_region_opens_what_lies_below_it_and_not_what_begins_alike():
    rule = {"region": "31.01"}
    assert not is_refused(judge(rule, Facts(None, "31.01.02.1001", True), TODAY))
    assert is_refused(judge(rule, Facts(None, "31.012", True), TODAY))


def test_the_dead_ride_under_no_concession():
    assert is_refused(judge({}, Facts(date(1950, 1, 1), "31.71", False), TODAY))


@given(st.dates(date(1900, 1, 1), date(2026, 11, 23)), st.integers(0, 365))
def test_nobody_grows_younger(born, days):
    later = TODAY + timedelta(days=days)
    assert 0 <= age_on(born, later) - age_on(born, TODAY) <= 1


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 24))
def test_months_later_is_the_same_day_or_the_months_last(day, months):
    found = months_later(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    last = (found + timedelta(days=1)).month != found.month
    assert found.day == day.day or (found.day < day.day and last)
