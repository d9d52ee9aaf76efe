"""Delays laid over a timetable, beside a timetable built from the feed as it now runs."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from balai.transit.engine.planner import (
    AddedTrip,
    CallUpdate,
    NoStopWithinReachError,
    Planner,
    TripDelays,
    TripUpdate,
    build_timetable,
    patch,
)
from transit.engine.planner.networks import ON, feed, place, random_feed, tariff, trip

AT = 25_200
BUSES = ("brt", "bus", "angkot", "mikrotrans", "royaltrans")
PLACES = [place(100, 100), place(1700, 300), place(3400, 300), place(2800, 0)]
LINE = {"a": (0, 0), "b": (3000, 0), "c": (6000, 0)}


def answers(timetable, rules=None):
    """What a planner tells between some places, and the earliest arrivals from one."""
    planner = Planner(timetable, rules)
    told = []
    for origin in PLACES:
        for destination in PLACES:
            try:
                found = planner.plan(origin, destination, AT, max_rides=4)
            except NoStopWithinReachError:
                continue
            told.append({(j.arrive, j.transfers, j.fare) for j in found})
    return told, planner.reach(PLACES[0], AT).by_ride.tolist()


def disturb(network, chance):
    """Random updates of a feed's trips, and the feed as it runs then."""
    rows = {
        name[0]: table.sort("stop_sequence").rows(named=True)
        for name, table in network.tables["stop_times"].group_by("trip_id")
    }
    updates, kept = [], []
    for name, calls in sorted(rows.items()):
        fate = chance.randrange(4)
        if fate == 0:
            updates.append(TripUpdate(name, cancelled=True))
            continue
        expected = [dict(call) for call in calls]
        if fate < 3:
            at, late = chance.randrange(len(calls)), chance.randrange(-200, 1500)
            skip = chance.randrange(len(calls)) if chance.randrange(3) == 0 else None
            told = [CallUpdate(stop_sequence=calls[at]["stop_sequence"], arrival_delay=late)]
            if skip is not None and skip != at:
                told.append(CallUpdate(stop_sequence=calls[skip]["stop_sequence"], skipped=True))
                expected[skip] |= {"pickup_type": 1, "drop_off_type": 1}
            updates.append(TripUpdate(name, calls=tuple(told)))
            last = -(10**9)
            for number, call in enumerate(expected):
                for side in ("arrival_s", "departure_s"):
                    last = max(last, call[side] + (late if number >= at else 0))
                    call[side] = last
        kept += expected
    tables = dict(network.tables)
    tables["stop_times"] = pl.DataFrame(kept, schema=network.tables["stop_times"].schema)
    return TripDelays(tuple(updates)), SimpleNamespace(tables=tables)


@pytest.mark.parametrize("seed", range(40))
def test_delays_give_what_a_rebuilt_timetable_gives(seed):
    network, chance = random_feed(seed, BUSES), random.Random(seed)
    rules = tariff("ok-otrip-trial") if seed % 2 else None
    delays, now = disturb(network, chance)
    patched = patch(build_timetable(network, ON), delays)
    assert patched.unmatched == ()
    assert answers(patched.timetable, rules) == answers(build_timetable(now, ON), rules)


@pytest.mark.parametrize("seed", range(10))
def test_no_departure_of_a_pattern_overtakes_another_after_delays(seed):
    network = random_feed(seed, BUSES)
    delays, _ = disturb(network, random.Random(seed))
    table = build_timetable(network, ON).with_delays(delays)
    for pattern in range(table.patterns):
        calls = table.call_start[pattern + 1] - table.call_start[pattern]
        rows = range(table.departure_start[pattern], table.departure_start[pattern + 1])
        for times in (table.profile_arrive, table.profile_depart):
            at = [times[table.trip_profile[r] :][:calls] + table.trip_start[r] for r in rows]
            assert all((b >= a).all() for a, b in pairwise(at))


def test_a_bus_held_back_is_overtaken_and_both_can_be_caught():
    trips = [
        trip("first", "r", "bus", ("a", 36_000), ("b", 36_600), ("c", 37_200)),
        trip("second", "r", "bus", ("a", 36_300), ("b", 36_900), ("c", 37_500)),
    ]
    late = TripUpdate("first", calls=(CallUpdate(stop_id="b", departure_delay=900),))
    planner = Planner(build_timetable(feed(LINE, trips), ON).with_delays(TripDelays((late,))))
    a, b, c = (place(*at) for at in LINE.values())
    assert [j.arrive for j in planner.plan(a, c, 36_000)] == [37_500]
    assert [j.rides[0].trip_id for j in planner.plan(a, b, 36_000)] == ["first"]
    assert [j.arrive for j in planner.plan(b, c, 37_000)] == [38_100]


def test_one_departure_of_a_frequency_is_named_by_its_start():
    trips = [trip("t", "r", "bus", ("a", 0), ("b", 600))]
    every = {"trip_id": "t", "start_s": 36_000, "end_s": 37_800, "headway_s": 600, "exact_times": 0}
    table = build_timetable(feed(LINE, trips, frequencies=[every]), ON)
    told = patch(
        table,
        TripDelays(
            (
                TripUpdate("t", start_s=36_600, cancelled=True),
                TripUpdate("t", cancelled=True),
                TripUpdate("t", start_s=36_601, cancelled=True),
            )
        ),
    )
    assert sorted(told.timetable.trip_start.tolist()) == [36_000, 37_200]
    assert [each.problem for each in told.unmatched] == [
        "it names several departures of the trip",
        "it names no departure of the trip",
    ]


def test_the_service_date_tells_yesterdays_trip_from_todays():
    table = build_timetable(feed(LINE, [trip("t", "r", "bus", ("a", 80_000), ("b", 90_000))]), ON)
    assert sorted(table.trip_day.tolist()) == [-1, 0]
    yesterday = TripUpdate("t", service_date=ON - timedelta(days=1), cancelled=True)
    assert table.with_delays(TripDelays((yesterday,))).trip_day.tolist() == [0]
    assert table.with_delays(TripDelays((TripUpdate("t", cancelled=True),))).trip_day.tolist() == [
        -1
    ]


def test_added_trips_run_and_what_fits_nothing_is_named():
    table = build_timetable(feed(LINE, [trip("t", "r", "bus", ("a", 36_000), ("b", 36_600))]), ON)
    delays = TripDelays(
        (TripUpdate("ghost", cancelled=True),
         TripUpdate("t", calls=(CallUpdate(stop_id="c", arrival_delay=60),))),
        (AddedTrip("more", "r", (("a", 36_100, 36_120), ("c", 36_900, 36_900))),
         AddedTrip("nowhere", "r", (("a", 36_100, 36_100), ("x", 36_900, 36_900))),
         AddedTrip("strange", "q", (("a", 36_100, 36_100), ("c", 36_900, 36_900)))),
    )  # fmt: skip
    told = patch(table, delays)
    assert {(each.trip_id, each.problem) for each in told.unmatched} == {
        ("ghost", "the timetable has no such trip"),
        ("t", "the trip has no call c"),
        ("nowhere", "it calls at fewer than two known stops"),
        ("strange", "no route q runs that day"),
    }
    (journey,) = Planner(told.timetable).plan(place(0), place(6000), 36_000)
    (ride,) = journey.rides
    assert (ride.trip_id, ride.depart, ride.arrive, ride.metres) == ("more", 36_120, 36_900, 6000)


def test_moments_win_over_delays_and_no_data_ends_a_delay():
    stops = {**LINE, "d": (9000, 0)}
    run = trip("t", "r", "bus", ("a", 36_000), ("b", 36_600), ("c", 37_200), ("d", 37_800))
    calls = (
        CallUpdate(stop_id="a", depart=36_100, departure_delay=999),
        CallUpdate(stop_id="c", no_data=True),
    )
    table = build_timetable(feed(stops, [run]), ON)
    now = table.with_delays(TripDelays((TripUpdate("t", calls=calls),)))
    arrive = now.profile_arrive[now.trip_profile[0] :][:4] + now.trip_start[0]
    assert arrive[1:].tolist() == [36_700, 37_200, 37_800]


def test_a_timetable_without_news_is_the_same():
    table = build_timetable(random_feed(1, BUSES), ON)
    now = table.with_delays(TripDelays())
    assert np.array_equal(now.trip_start, table.trip_start)
    assert now.patterns == table.patterns
    assert isinstance(now.on, date)
