"""A card is in one place at a time: what it cannot have reached is named, whatever the order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from balai.transit.engine.taps import impossible_taps, metres_between

HI, MONAS, BEKASI = (-6.1930, 106.8230), (-6.1754, 106.8272), (-6.2360, 106.9990)
NOWHERE = (np.nan, np.nan)


def found(taps, stands=()):
    """Positions of the taps (card, second, place) that are impossible at 120 km/h and 1 km."""
    lat, lon = np.array([tap[2] for tap in taps], float).T
    count = len(taps)
    return [
        each.tap
        for each in impossible_taps(
            np.array([tap[0] for tap in taps]), np.array([tap[1] for tap in taps]), lat, lon,
            np.isin(np.arange(count), stands), fastest_kmh=np.full(count, 120.0),
            same_place_metres=np.full(count, 1000.0),
        )
    ]  # fmt: skip


def test_metres_between_two_stations():
    assert abs(metres_between(*HI, *MONAS) - 2011) < 5


def test_far_in_a_second_is_impossible_and_near_is_not():
    assert found([(1, 0, HI), (1, 0, BEKASI)]) == [1]
    assert found([(1, 0, HI), (1, 0, (-6.1935, 106.8232))]) == []


def test_time_enough_makes_it_possible():
    assert found([(1, 0, HI), (1, 1200, BEKASI)]) == []


def test_after_an_impossible_tap_the_last_believable_one_is_asked():
    assert found([(1, 0, HI), (1, 60, BEKASI), (1, 120, MONAS)]) == [1]


def test_a_tap_that_stands_is_believed_and_asked():
    assert found([(1, 0, HI), (1, 60, BEKASI), (1, 120, MONAS)], stands=[1]) == [2]


def test_other_cards_and_unknown_places_say_nothing():
    assert found([(1, 0, HI), (2, 1, BEKASI), (2, 2, NOWHERE), (2, 3, BEKASI)]) == []


@given(
    st.lists(
        st.tuples(st.integers(1, 2), st.integers(0, 3000), st.sampled_from([HI, MONAS, BEKASI])),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_what_is_left_is_possible(taps):
    taps = sorted(taps)
    held = set(found(taps))
    assert found([tap for n, tap in enumerate(taps) if n not in held] or [(1, 0, HI)]) == []
