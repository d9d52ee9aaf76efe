"""Journeys as they are told."""

from __future__ import annotations

import pytest

from balai.transit.engine.planner import NoStopWithinReachError, Planner, build_timetable
from transit.engine.planner.networks import ON, feed, place, tariff, trip

LINE = {"a": (0, 0), "b": (3000, 0), "c": (6000, 0)}
A, B, C = (place(*at) for at in LINE.values())


def planner(network, rules=None):
    return Planner(build_timetable(network, ON), rules)


def test_a_short_trip_may_be_walked_all_the_way():
    network = feed(LINE, [trip("t", "r", "bus", ("a", 36_000), ("b", 36_300))])
    (journey,) = planner(network).plan(place(10_000), place(10_500), 36_000)
    assert (journey.arrive - journey.depart, journey.transfers) == (400, 0)
    assert [leg.mode for leg in journey.legs] == ["walk"]


def test_no_journey_is_an_empty_answer_and_no_stop_an_error():
    network = feed(LINE, [trip("t", "r", "bus", ("a", 36_000), ("b", 36_300))])
    assert planner(network).plan(A, C, 36_000) == ()
    assert planner(network).plan(A, B, 36_001) == ()
    with pytest.raises(NoStopWithinReachError) as refused:
        planner(network).plan(A, place(90_000), 36_000)
    assert refused.value.end == "to"


def test_two_walks_in_a_row_are_no_walk():
    """x to y and y to z are near, x to z is not: a vehicle's stop leads on, a walked one not."""
    stops = {"o": (0, 0), "x": (5000, 0), "y": (5350, 0), "z": (5700, 0), "d": (9000, 0)}
    trips = [
        trip("first", "r1", "bus", ("o", 36_000), ("x", 36_600)),
        trip("late", "r2", "bus", ("o", 36_100), ("y", 37_500)),
        trip("onward", "r3", "bus", ("z", 38_000), ("d", 38_600)),
    ]
    (journey,) = planner(feed(stops, trips)).plan(place(0), place(9000), 35_900)
    assert [leg.trip_id for leg in journey.rides] == ["late", "onward"]
    assert planner(feed(stops, [trips[0], trips[2]])).plan(place(0), place(9000), 35_900) == ()


def test_one_leaves_as_late_as_the_same_lines_allow():
    often = [
        trip(f"t{n}", "r", "bus", ("a", 36_000 + 300 * n), ("b", 36_600 + 300 * n))
        for n in range(6)
    ]
    rare = trip("rare", "q", "bus", ("b", 38_000), ("c", 38_600))
    (journey,) = planner(feed(LINE, [*often, rare])).plan(A, C, 36_000)
    assert [leg.trip_id for leg in journey.rides] == ["t4", "rare"]
    assert journey.depart == 37_200


def test_leaving_late_does_not_lose_an_hour_of_a_cheaper_price():
    """BRT costs 2,000 until 07:00 sharp and 3,500 from then on."""
    seven = 7 * 3600
    trips = [
        trip("cheap", "r", "brt", ("a", seven), ("b", seven + 600)),
        trip("dear", "r", "brt", ("a", seven + 60), ("b", seven + 660)),
        trip("on", "q", "bus", ("b", seven + 1200), ("c", seven + 1800)),
    ]
    journeys = planner(feed(LINE, trips), tariff("transjakarta")).plan(A, C, seven - 300)
    assert [(j.fare, j.rides[0].trip_id) for j in journeys] == [(5500, "cheap")]


def test_waiting_for_a_cheaper_hour_is_offered_beside_the_sooner_trip():
    five = 5 * 3600
    trips = [
        trip("dear", "r", "brt", ("a", five - 1), ("b", five + 600)),
        trip("cheap", "r", "brt", ("a", five + 300), ("b", five + 900)),
    ]
    journeys = planner(feed(LINE, trips), tariff("transjakarta")).plan(A, B, five - 600)
    assert [(j.rides[0].trip_id, j.fare) for j in journeys] == [("dear", 3500), ("cheap", 2000)]


def test_the_window_tops_up_to_its_cap_leg_by_leg():
    trips = [
        trip("one", "r1", "angkot", ("a", 36_000), ("b", 36_600)),
        trip("two", "r2", "bus", ("b", 36_900), ("c", 37_500)),
    ]
    (journey,) = planner(feed(LINE, trips), tariff("ok-otrip-trial")).plan(A, C, 36_000)
    assert [leg.fare for leg in journey.rides] == [3000, 2000]
    assert journey.fare == 5000


def test_the_integrated_fare_counts_the_kilometres_of_both_modes():
    trips = [
        trip("one", "r1", "brt", ("a", 36_000), ("b", 36_600)),
        trip("two", "r2", "mrt", ("b", 36_900), ("c", 37_500)),
    ]
    (journey,) = planner(feed(LINE, trips), tariff("jaklingko-integrated")).plan(A, C, 36_000)
    metres = sum(leg.metres for leg in journey.rides)
    assert metres == pytest.approx(6000, abs=4)
    assert journey.fare == 2500 + 250 * metres // 1000
    assert sum(leg.fare for leg in journey.legs) == journey.fare


def test_legs_join_end_to_end_and_name_every_stop():
    stops = {**LINE, "b2": (3300, 0)}
    trips = [
        trip("one", "r1", "bus", ("a", 36_000), ("b", 36_600), ("c", 39_000)),
        trip("two", "r2", "bus", ("b2", 37_200), ("c", 37_800)),
    ]
    journey, *_ = planner(feed(stops, trips)).plan(place(100), place(6100), 35_000)
    walk_in, ride, change, second, walk_out = journey.legs
    assert (walk_in.from_stop, walk_out.to_stop) == (None, None)
    assert ride.stops == ("a", "b")
    assert (change.from_stop, change.to_stop, change.metres) == ("b", "b2", 300)
    assert second.stops == ("b2", "c")
    for before, after in zip(journey.legs, journey.legs[1:], strict=False):
        assert before.to_stop == after.from_stop
        assert before.arrive <= after.depart
    assert journey.arrive == walk_out.arrive == 37_800 + 80


def test_transfers_txt_adds_slows_and_forbids_walks():
    stops = {"a": (0, 0), "b": (3000, 0), "far": (4000, 0), "d": (9000, 0)}
    trips = [
        trip("one", "r1", "bus", ("a", 36_000), ("b", 36_600)),
        trip("two", "r2", "bus", ("far", 37_500), ("d", 38_000)),
    ]

    def found(*transfers):
        return planner(feed(stops, trips, transfers=transfers)).plan(place(0), place(9000), 36_000)

    assert found() == ()
    assert len(found(("b", "far", 0, None))) == 1
    assert found(("b", "far", 2, 1000)) == ()
    assert found(("b", "far", 3, None)) == ()


def test_modes_without_a_price_are_left_out_and_named():
    network = feed(LINE, [trip("t", "r", "mrt", ("a", 36_000), ("b", 36_300))])
    under = planner(network, tariff("ok-otrip-trial"))
    assert {mode.code for mode in under.unpriced_modes} == {"mrt"}
    assert under.plan(A, B, 36_000) == ()
    assert len(planner(network).plan(A, B, 36_000)) == 1


def test_the_number_of_rides_and_the_horizon_are_kept():
    trips = [
        trip("one", "r1", "bus", ("a", 36_000), ("b", 36_600)),
        trip("two", "r2", "bus", ("b", 36_900), ("c", 37_500)),
    ]
    asked = planner(feed(LINE, trips))
    assert asked.plan(A, C, 36_000, max_rides=1) == ()
    assert asked.plan(A, C, 36_000, horizon_s=1499) == ()
    assert len(asked.plan(A, C, 36_000, horizon_s=1500)) == 1


@pytest.mark.parametrize("speed", [0, -1, float("inf"), float("nan")])
def test_a_walking_speed_must_be_one(speed):
    network = feed(LINE, [trip("t", "r", "bus", ("a", 36_000), ("b", 36_300))])
    with pytest.raises(ValueError, match="walk_speed"):
        planner(network).plan(A, B, 36_000, walk_speed=speed)
