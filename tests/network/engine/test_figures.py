"""Rounding a ratio, and placing a city on the map."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.network.engine.map_projection import Frame
from balai.network.engine.rounding import rounded


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (Fraction(3845, 100), 1, "38.5"),
        (Fraction(-3845, 100), 1, "-38.5"),
        (Fraction(200, 3), 2, "66.67"),
        (Fraction(5), 0, "5"),
        (Fraction(0), 1, "0.0"),
    ],
)
def test_halves_go_away_from_zero(value, decimals, shown):
    assert str(rounded(value, decimals)) == shown


@given(st.fractions(), st.integers(0, 6))
def test_rounding_moves_by_at_most_half_a_step(value, decimals):
    assert abs(Fraction(rounded(value, decimals)) - value) <= Fraction(1, 2 * 10**decimals)


def test_rounding_stays_exact_beyond_the_context_precision():
    assert rounded(Fraction(10**40 + 1), 1) == Decimal(f"1{'0' * 39}1.0")


FRAME = Frame(west=92, south=-12, east=130, north=25, width=760)


def test_the_corners_of_the_window_are_the_corners_of_the_drawing():
    assert FRAME.place(25, 92) == (0, 0)
    assert FRAME.place(-12, 130) == (760, round(FRAME.height, 1))


def test_north_is_up_and_east_is_right():
    hanoi, jakarta = FRAME.place(21.02, 105.84), FRAME.place(-6.21, 106.85)
    assert hanoi[1] < jakarta[1]
    assert hanoi[0] < jakarta[0]


def test_a_ring_smaller_than_the_grain_is_left_out():
    assert FRAME.path([[(100, 1), (100.0001, 1), (100, 1.0001), (100, 1)]]) == ""
    drawn = FRAME.path([[(100, 1), (101, 1), (101, 2), (100, 1)]])
    assert drawn.startswith("M")
    assert drawn.count("L") == 3
