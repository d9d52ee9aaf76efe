"""Which of many ways are worth showing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from balai.transit.engine.planner import Journey
from balai.transit.queries.trips import choose
from balai.transit.views.plan_page import shown_first


def way(arrive: int, fare: int, transfers: int = 0) -> Journey:
    return Journey(depart=0, arrive=arrive, transfers=transfers, fare=fare, legs=())


def test_nothing_is_chosen_of_nothing():
    assert choose([]) == []


def test_one_way_is_fastest_and_cheapest():
    assert [kind for kind, _ in choose([way(10, 3500)])] == ["only"]


def test_a_way_that_pays_off_lies_between():
    ways = [way(45, 5750), way(62, 4600), way(79, 3500)]
    assert [kind for kind, _ in choose(ways)] == ["fastest", "between", "cheapest"]


def test_a_way_that_saves_little_for_its_time_is_left_out():
    ways = [way(40, 5731), way(59, 5401, 3), way(68, 3500)]
    assert [kind for kind, _ in choose(ways)] == ["fastest", "cheapest"]


def test_a_way_with_fewer_changes_is_kept_though_slower_and_dearer():
    ways = [way(40, 5000, 2), way(60, 3500, 1), way(70, 6000, 0)]
    assert [kind for kind, _ in choose(ways)] == ["fastest", "cheapest", "fewest"]


WAYS = st.lists(
    st.builds(way, st.integers(0, 100), st.integers(0, 20), st.integers(0, 3)), min_size=1
)


@given(WAYS)
def test_the_fastest_and_the_cheapest_are_always_there(ways):
    chosen = [journey for _, journey in choose(ways)]
    assert min(journey.arrive for journey in chosen) == min(each.arrive for each in ways)
    assert min(journey.fare for journey in chosen) == min(each.fare for each in ways)
    assert min(j.transfers for j in chosen) == min(each.transfers for each in ways)


@given(WAYS)
def test_no_way_is_at_once_faster_and_cheaper_than_one_chosen(ways):
    for kind, journey in choose(ways):
        if kind != "fewest":
            assert not any(e.arrive < journey.arrive and e.fare < journey.fare for e in ways)


def test_three_options_are_shown_first_the_ends_and_the_best_balanced():
    options = [(2400, 10_000), (2500, 8_000), (2700, 5_000), (3600, 4_500), (4800, 3_500)]
    assert shown_first(options) == {0, 2, 4}
    assert shown_first(options[:3]) == {0, 1, 2}
    assert shown_first(options[:1]) == {0}


def test_the_cheapest_is_shown_first_where_the_one_of_fewest_changes_stands_last():
    options = [(4320, 10_500), (4380, 6_731), (5400, 5_000), (6000, 3_500), (4400, 7_000)]
    assert shown_first(options) == {0, 1, 3}
