"""Whole Pareto sets beside an oracle that tries everything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from balai.transit.engine.planner import NoStopWithinReachError, Planner, build_timetable
from transit.engine.planner.brute_force import all_journeys
from transit.engine.planner.networks import ON, place, random_feed, tariff

AT = 25_200  # 07:00, when Transjakarta's early price is about to end
BUSES = ("brt", "bus", "angkot", "mikrotrans", "royaltrans")
ENDS = [(place(100, 100), place(3400, 300)), (place(700, 600), place(2800, 0))]


def triples(journeys):
    return {(j.arrive, j.transfers, j.fare or 0) for j in journeys}


def compare(network, rules, *, horizon_s=3 * 3600, max_rides=3, at=AT):
    planner = Planner(build_timetable(network, ON), rules)
    met = 0
    for origin, destination in ENDS:
        try:
            found = planner.plan(origin, destination, at, max_rides=max_rides, horizon_s=horizon_s)
        except NoStopWithinReachError:
            found = ()
        wanted = all_journeys(
            network, rules, origin, destination, at, max_rides=max_rides, horizon_s=horizon_s
        )
        assert triples(found) == wanted
        met += len(wanted)
    return met


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(
    "name", [None, "ok-otrip-trial", "ok-otrip-2018-10", "transjakarta", "transjakarta-gtfs"]
)
def test_pareto_set_equals_brute_force(name, seed):
    rules = tariff(name) if name else None
    compare(random_feed(seed, BUSES, start=AT - 900), rules)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("name", ["ok-otrip-trial", "transjakarta-gtfs"])
def test_windows_that_close_on_the_way_are_priced_exactly(name, seed):
    rules = tariff(name)
    limit = {"window_seconds": 1500} if name == "ok-otrip-trial" else {"transfer_seconds": 1500}
    short = replace(rules, rule=replace(rules.rule, **limit))
    compare(random_feed(seed, BUSES), short)


@pytest.mark.parametrize("seed", range(40))
def test_integrated_fares_by_the_kilometre_equal_brute_force(seed):
    network = random_feed(seed, ("brt", "mrt", "lrt", "bus"), spread=1200, hop=(60, 400))
    compare(network, tariff("jaklingko-integrated"))


@pytest.mark.parametrize("seed", range(20))
def test_packages_that_run_out_on_the_way_equal_brute_force(seed):
    rules = tariff("jaklingko-integrated")
    limits = {"validity_seconds": 1500, "gap_seconds": 900}
    short = replace(rules, rule=replace(rules.rule, **limits))
    compare(random_feed(seed, ("brt", "mrt", "lrt", "bus"), hop=(60, 400)), short)


@pytest.mark.parametrize("seed", range(20))
def test_waiting_for_an_hours_price_under_an_integrated_fare_equals_brute_force(seed):
    """BRT becomes cheaper at 05:00, a quarter of an hour into the trip."""
    five = 5 * 3600
    network = random_feed(seed, ("brt", "mrt", "lrt", "bus"), start=five - 900)
    compare(network, tariff("jaklingko-integrated"), at=five - 900)


@pytest.mark.parametrize("seed", range(20))
def test_windows_measured_to_the_tap_out_equal_brute_force(seed):
    rules = tariff("ok-otrip-trial")
    limits = {"window_seconds": 900, "measured": "tap-in-to-tap-out", "inclusive": False}
    compare(random_feed(seed, BUSES), replace(rules, rule=replace(rules.rule, **limits)))


def test_the_random_networks_do_hold_journeys_to_compare():
    met = [compare(random_feed(seed, BUSES), tariff("ok-otrip-trial")) for seed in range(40)]
    assert sum(met) > 80
    assert sum(found > 2 for found in met) > 10
