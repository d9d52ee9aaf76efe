"""Arriving by a time, spans of departures, budgets and one to all, beside brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from balai.transit.engine.fares import Mode
from balai.transit.engine.planner import (
    NoStopWithinReachError,
    Planner,
    UnboundedFareStateError,
    build_timetable,
)
from transit.engine.planner.brute_force import all_journeys, journeys_in_time, journeys_within
from transit.engine.planner.networks import ON, feed, place, random_feed, tariff, trip

AT = 25_200
HOUR = 3600
BUSES = ("brt", "bus", "angkot", "mikrotrans", "royaltrans")
RAIL = ("brt", "mrt", "lrt", "bus")
ENDS = [(place(100, 100), place(3400, 300)), (place(700, 600), place(2800, 0))]


def rules_and_modes(name):
    if name is None:
        return None, BUSES
    rules = tariff(name.removesuffix(", short"))
    if name == "jaklingko-integrated":
        return rules, RAIL
    limits = {
        "ok-otrip-trial, short": {"window_seconds": 1500},
        "transjakarta-gtfs, short": {"transfer_seconds": 1500},
        "jaklingko-integrated, short": {"validity_seconds": 1500, "gap_seconds": 600},
    }
    if name in limits:
        rules = replace(rules, rule=replace(rules.rule, **limits[name]))
    return rules, RAIL if name.startswith("jak") else BUSES


TARIFFS = [
    None, "ok-otrip-trial", "transjakarta", "transjakarta-gtfs", "ok-otrip-trial, short",
    "transjakarta-gtfs, short", "jaklingko-integrated", "jaklingko-integrated, short",
]  # fmt: skip


def asked(seed, name):
    """A planner with what it plans over, and two pairs of places."""
    rules, modes = rules_and_modes(name)
    network = random_feed(seed, modes, start=AT - 900, hop=(60, 400) if seed % 2 else (120, 900))
    planner = Planner(build_timetable(network, ON), rules)
    for origin, destination in ENDS:
        try:
            planner.plan(origin, destination, AT)
        except NoStopWithinReachError:
            continue
        yield planner, network, rules, origin, destination


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", TARIFFS)
def test_arriving_by_a_time_equals_brute_force(name, seed):
    for planner, network, rules, origin, destination in asked(seed, name):
        limits = {"max_rides": 3, "horizon_s": 4500}
        found = planner.arrive_by(origin, destination, AT + 4500, **limits)
        wanted = journeys_in_time(network, rules, origin, destination, AT + 4500, **limits)
        assert {(-j.depart, j.transfers, j.fare or 0) for j in found} == wanted
        assert all(j.arrive <= AT + 4500 for j in found)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", TARIFFS)
def test_a_span_of_departures_equals_brute_force(name, seed):
    for planner, network, rules, origin, destination in asked(seed, name):
        limits = {"max_rides": 3, "horizon_s": 7200}
        found = planner.profile(origin, destination, AT, AT + 1800, **limits)
        wanted = journeys_within(network, rules, origin, destination, AT, AT + 1800, **limits)
        assert {(j.depart, j.arrive, j.transfers, j.fare or 0) for j in found} == wanted


@pytest.mark.parametrize("seed", range(40))
def test_packages_with_waits_equal_brute_force(seed):
    """Where one waits so that a later ride's tap-out keeps a package, or ends it."""
    for planner, network, rules, origin, destination in asked(seed, "jaklingko-integrated, short"):
        found = planner.plan(origin, destination, AT, max_rides=3)
        wanted = all_journeys(
            network, rules, origin, destination, AT, max_rides=3, horizon_s=3 * HOUR
        )
        assert {(j.arrive, j.transfers, j.fare) for j in found} == wanted


@pytest.mark.parametrize("seed", range(20))
def test_budgets_choose_from_all_journeys(seed):
    for planner, network, rules, origin, destination in asked(seed, "ok-otrip-trial"):
        everything = all_journeys(
            network, rules, origin, destination, AT, max_rides=3, horizon_s=3 * HOUR
        )
        soon = [c for c in everything if c[0] <= AT + 2400]
        cheapest = planner.cheapest(origin, destination, AT, within_s=2400, max_transfers=2)
        assert (cheapest and cheapest.fare) == (min(fare for _, _, fare in soon) if soon else None)
        for budget in (0, 3000, 5000):
            paid = [c for c in everything if c[2] <= budget]
            fastest = planner.fastest(origin, destination, AT, max_fare=budget, max_rides=3)
            assert (fastest and fastest.arrive) == (min(paid)[0] if paid else None)


def test_modes_not_asked_for_are_not_ridden_as_if_their_trips_were_not_there():
    for seed in range(15):
        for planner, network, rules, origin, destination in asked(seed, "ok-otrip-trial"):
            found = planner.plan(origin, destination, AT, max_rides=3, modes=[Mode.BUS, Mode.BRT])
            lean = without_modes(network, "Angkot", "Mikrotrans", "Royaltrans")
            wanted = all_journeys(
                lean, rules, origin, destination, AT, max_rides=3, horizon_s=3 * HOUR
            )
            assert {(j.arrive, j.transfers, j.fare) for j in found} == wanted


def without_modes(network, *described):
    import polars as pl

    tables = dict(network.tables)
    kept = tables["routes"].filter(~pl.col("route_desc").is_in(described))["route_id"].to_list()
    tables["trips"] = tables["trips"].filter(pl.col("route_id").is_in(kept))
    return type(network)(tables=tables)


def test_short_walks_equal_brute_force():
    for seed in range(15):
        for planner, network, rules, origin, destination in asked(seed, "ok-otrip-trial"):
            try:
                found = planner.plan(origin, destination, AT, max_rides=3, max_walk_m=250)
            except NoStopWithinReachError:
                continue
            wanted = all_journeys(
                network, rules, origin, destination, AT, max_rides=3, horizon_s=3 * HOUR,
                max_walk_m=250.0, between_m=250.0,
            )  # fmt: skip
            assert {(j.arrive, j.transfers, j.fare) for j in found} == wanted


@pytest.mark.parametrize(
    "name",
    ["ok-otrip-trial", "transjakarta-gtfs", "jaklingko-integrated", "jaklingko-integrated, short"],
)
def test_the_front_at_a_stop_is_that_of_the_plans_there(name):
    rules, modes = rules_and_modes(name)
    timetable = build_timetable(random_feed(3, modes), ON)
    planner, origin = Planner(timetable, rules), place(100, 100)
    fronts = planner.one_to_all(origin, AT)
    met = 0
    for stop in range(timetable.stops):
        there = (float(timetable.stop_lat[stop]), float(timetable.stop_lon[stop]))
        # A stop is reached at the stop itself: no walk at the end, but one between stops counts.
        ways = {(j.arrive, j.fare) for j in planner.plan(origin, there, AT, max_walk_m=800)}
        for arrival, fare in fronts.at(stop):
            assert any(a <= arrival and f <= fare for a, f in ways)
            met += 1
        told = fronts.at(stop)
        assert told == sorted(told)
        assert [fare for _, fare in told] == sorted({fare for _, fare in told}, reverse=True)
    assert met > 4


def test_isochrones_by_time_and_money():
    timetable = build_timetable(random_feed(3, BUSES), ON)
    planner, origin = Planner(timetable, tariff("ok-otrip-trial")), place(100, 100)
    fronts = planner.one_to_all(origin, AT)
    for seconds, fare in ((1800, 3000), (HOUR, 5000), (None, 0), (HOUR, None)):
        within = fronts.within(seconds, fare)
        for stop in range(timetable.stops):
            ways = [
                (a, f)
                for a, f in fronts.at(stop)
                if (seconds is None or a <= AT + seconds) and (fare is None or f <= fare)
            ]
            assert within[stop] == bool(ways)
    reach = planner.reach(origin, AT)
    assert np.array_equal(fronts.least_fare(), reach.least_fare)
    soonest = np.where(reach.earliest < 2**30, reach.earliest - AT, -1)
    assert np.array_equal(fronts.earliest(), soonest)


def test_fronts_say_when_a_window_may_close():
    timetable = build_timetable(random_feed(5, BUSES), ON)
    with pytest.raises(UnboundedFareStateError):
        Planner(timetable, tariff("ok-otrip-trial")).one_to_all(
            place(100, 100), AT, horizon_s=11_000
        )


@pytest.mark.parametrize(
    ("limit", "value"),
    [("max_walk_m", -1), ("max_rides", -1), ("max_transfers", -1), ("wheelchair", "yes"),
     ("max_fare", -5), ("slack_s", -1), ("horizon_s", -1), ("walk_speed", 0)],
)  # fmt: skip
def test_a_limit_that_is_none_is_named(limit, value):
    planner = Planner(build_timetable(random_feed(5, BUSES), ON))
    with pytest.raises(ValueError, match=limit):
        planner.plan(*ENDS[0], AT, **{limit: value})


def test_slack_leaves_out_what_arrives_much_later():
    for seed in range(10):
        for planner, _, _, origin, destination in asked(seed, "jaklingko-integrated"):
            whole = planner.plan(origin, destination, AT)
            within = planner.plan(origin, destination, AT, slack_s=600)
            first = min((j.arrive for j in whole), default=0)
            costs = [(j.arrive, j.transfers, j.fare) for j in within]
            assert costs == [
                (j.arrive, j.transfers, j.fare) for j in whole if j.arrive <= first + 600
            ]


@pytest.mark.parametrize("name", [None, "ok-otrip-trial", "jaklingko-integrated"])
def test_a_walk_that_is_too_long_from_where_one_might_have_ridden_on_is_not_told(name):
    # A feeder is quick from b to the destination's stop, but left long ago.
    network = feed(
        {"a": (0, 0), "b": (3050, 0), "c": (3700, 0), "m": (9000, 0)},
        [
            trip("early", "r1", "brt", ("a", 25_200, 25_200), ("c", 25_860, 25_860)),
            trip("late", "r2", "brt", ("a", 25_500, 25_500), ("b", 26_100, 26_100)),
            trip("feeder", "r3", "brt", ("b", 20_000, 20_000), ("c", 20_060, 20_060)),
            trip("rail", "r4", "mrt", ("m", 20_000, 20_000), ("b", 20_060, 20_060)),
        ],
    )
    planner = Planner(build_timetable(network, ON), rules_and_modes(name)[0])
    ends = place(0), place(3800)
    (by_arrival,) = planner.arrive_by(*ends, 26_300)
    (from_now,) = planner.plan(*ends, 25_200, horizon_s=1_100)
    assert by_arrival.arrive == from_now.arrive == 25_940
    assert [j.arrive for j in planner.profile(*ends, 25_200, 25_600, horizon_s=1_000)] == [25_940]
