"""The rule that says whether a project keeps to its plan."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from balai.network.engine.progress import Point, assess, on_line

START, END = date(2026, 1, 1), date(2026, 4, 11)
BASELINE, TARGET = Point(START, Fraction(30)), Point(END, Fraction(40))
HALFWAY = START + timedelta(days=50)


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (40, "target-met"),
        (35, "on-track"),
        (Fraction(3499, 100), "at-risk"),
        (Fraction(3375, 100), "at-risk"),
        (Fraction(3374, 100), "behind"),
        (20, "behind"),
    ],
)
def test_the_value_is_judged_by_the_line(value, status):
    assessment = assess(BASELINE, TARGET, Point(HALFWAY, Fraction(value)), on=HALFWAY)
    assert (assessment.status, assessment.expected) == (status, 35)


def test_a_wish_to_go_down_turns_the_comparison_round():
    down = Point(END, Fraction(20))
    assert assess(BASELINE, down, Point(HALFWAY, Fraction(24)), on=HALFWAY).status == "on-track"
    assert assess(BASELINE, down, Point(HALFWAY, Fraction(29)), on=HALFWAY).status == "behind"


def test_no_value_and_an_old_value_are_no_data():
    assert assess(BASELINE, TARGET, None, on=HALFWAY).status == "no-data"
    old = Point(HALFWAY, Fraction(36))
    assert assess(BASELINE, TARGET, old, on=HALFWAY + timedelta(days=63)).status == "no-data"
    assert assess(BASELINE, TARGET, old, on=HALFWAY + timedelta(days=62)).status == "on-track"


def test_what_is_needed_each_month_reaches_the_target():
    latest = Point(HALFWAY, Fraction(34))
    needed = assess(BASELINE, TARGET, latest, on=HALFWAY).needed_a_month
    assert needed is not None
    assert 34 + needed * Fraction(50 * 120_000, 3_652_425) == 40


def test_nothing_is_needed_once_the_target_is_met():
    assert assess(BASELINE, TARGET, Point(HALFWAY, Fraction(41)), on=HALFWAY).needed_a_month is None


def test_on_the_first_day_standing_still_is_on_track():
    assert assess(BASELINE, TARGET, Point(START, Fraction(30)), on=START).status == "on-track"
    assert assess(BASELINE, TARGET, Point(START, Fraction(29)), on=START).status == "behind"


@pytest.mark.parametrize("target", [Point(START, Fraction(40)), Point(END, Fraction(30))])
def test_a_target_that_asks_nothing_is_refused(target):
    with pytest.raises(ValueError, match="after its baseline"):
        assess(BASELINE, target, None, on=HALFWAY)


@given(st.fractions(0, 100), st.fractions(0, 100), st.integers(-50, 200), st.integers(-50, 200))
def test_mirrored_plans_get_the_same_status(goal, value, at, asked):
    assume(goal != 30 and at <= asked)
    day, on = START + timedelta(days=at), START + timedelta(days=asked)
    plain = assess(BASELINE, Point(END, goal), Point(day, value), on=on)
    mirrored = assess(Point(START, Fraction(-30)), Point(END, -goal), Point(day, -value), on=on)
    assert plain.status == mirrored.status


def test_the_line_is_flat_outside_the_plan():
    assert on_line(BASELINE, TARGET, START - timedelta(days=9)) == 30
    assert on_line(BASELINE, TARGET, END + timedelta(days=9)) == 40
