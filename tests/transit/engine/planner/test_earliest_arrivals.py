"""Earliest arrivals at every stop beside the connection scan."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from balai.transit.engine.gtfs import read_feed
from balai.transit.engine.planner import Planner, UnboundedFareStateError, build_timetable
from transit.engine.planner.connection_scan import NEVER, connections, earliest_by_ride
from transit.engine.planner.networks import ON, place, random_feed, tariff

BUSES = ("brt", "bus", "angkot")


def assert_equal(planner, net, where, at, horizon_s):
    reach = planner.reach(where, at, max_rides=30, horizon_s=horizon_s)
    for ours, theirs in zip(
        (reach.by_ride, reach.earliest), earliest_by_ride(net, where, at), strict=True
    ):
        np.testing.assert_array_equal(ours, np.where(theirs > at + horizon_s, NEVER, theirs))
    return int((reach.by_ride < NEVER).sum())


@pytest.mark.parametrize("seed", range(60))
def test_every_stop_of_a_small_network(seed):
    network = random_feed(seed, BUSES)
    planner, net = Planner(build_timetable(network, ON)), connections(network.tables, ON)
    for where in (place(100, 100), place(1700, 300)):
        assert_equal(planner, net, where, 25_200, 3 * 3600)


def test_every_stop_of_jakarta_by_day_and_around_midnight(feed_path):
    source = read_feed(feed_path("jakarta_tj"))
    timetable = build_timetable(source, ON)
    net = connections(source.tables, ON)
    assert tuple(net.stops) == timetable.stop_ids
    planner = Planner(timetable)
    served = np.flatnonzero(np.diff(timetable.visit_start) > 0)
    for at in (27_000, 1_200, 85_000):
        met = 0
        for stop in np.random.default_rng(at).choice(served, 8).tolist():
            where = (float(timetable.stop_lat[stop]), float(timetable.stop_lon[stop]))
            met += assert_equal(planner, net, where, at, 3 * 3600)
        assert met > 0


def test_every_stop_of_manila_early_in_the_morning(feed_path):
    """Its calendar ends in 2020; every route runs by frequency."""
    source, on, at, horizon_s = read_feed(feed_path("manila")), date(2013, 6, 17), 18_000, 2_000
    timetable = build_timetable(source, on)
    net = connections(source.tables, on, last_s=at + horizon_s)
    planner = Planner(timetable)
    served = np.flatnonzero(np.diff(timetable.visit_start) > 0)
    met = 0
    for stop in np.random.default_rng(at).choice(served, 6).tolist():
        where = (float(timetable.stop_lat[stop]), float(timetable.stop_lon[stop]))
        met += assert_equal(planner, net, where, at, horizon_s)
    assert met > 20


def test_the_least_fare_to_every_stop_is_that_of_a_plan_there():
    network = random_feed(5, BUSES)
    timetable = build_timetable(network, ON)
    planner = Planner(timetable, tariff("ok-otrip-trial"))
    where = place(100, 100)
    reach = planner.reach(where, 25_200)
    for stop in np.flatnonzero(reach.least_fare > 0).tolist():
        there = (float(timetable.stop_lat[stop]), float(timetable.stop_lon[stop]))
        fares = [j.fare for j in planner.plan(where, there, 25_200)]
        assert min(fares) <= reach.least_fare[stop]


def test_one_to_all_says_when_a_fare_cannot_be_followed():
    timetable = build_timetable(random_feed(5, ("brt", "mrt", "lrt")), ON)
    planner = Planner(timetable, tariff("jaklingko-integrated"))
    with pytest.raises(UnboundedFareStateError, match="plan from point to point"):
        planner.reach(place(100, 100), 25_200)
