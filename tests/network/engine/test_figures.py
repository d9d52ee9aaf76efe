"""Rounding a ratio, and placing a city on the map."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.network.engine.map_labels import Spot, place_labels
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


spots = st.lists(
    st.builds(
        Spot,
        st.floats(0, 700),
        st.floats(0, 600),
        st.text("abcdefgh ", min_size=1, max_size=18),
    ),
    max_size=25,
)


@given(spots)
def test_names_on_the_map_never_cover_each_other_or_leave_it(found):
    labels = place_labels(found, 700, 600)
    boxes = [box(spot, label) for spot, label in zip(found, labels, strict=True) if label]
    for i, (left, top, right, bottom) in enumerate(boxes):
        assert left >= -0.1
        assert right <= 700.1
        for other in boxes[:i]:
            apart = (
                left >= other[2] - 0.2
                or other[0] >= right - 0.2
                or top >= other[3] - 0.2
                or other[1] >= bottom - 0.2
            )
            assert apart


def box(spot, label):
    wide = len(spot.name) * spot.size * 0.56
    left = label.x - {"start": 0, "middle": wide / 2, "end": wide}[label.anchor]
    top = label.y - spot.size * 0.82
    return left, top, left + wide, top + spot.size


def test_a_lone_name_stands_to_the_right():
    (label,) = place_labels([Spot(100, 100, "Dili")], 700, 600)
    assert (label.x, label.anchor) == (110, "start")
