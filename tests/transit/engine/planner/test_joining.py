"""Several feeds at once, and journeys that a wheelchair can take."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from balai.transit.engine.planner import (
    Limits,
    NoStopWithinReachError,
    OutsideCalendarError,
    Planner,
    build_timetable,
    join_feeds,
)
from transit.engine.planner.brute_force import all_journeys
from transit.engine.planner.networks import ON, feed, place, random_feed, tariff, trip

BUS = feed({"a": (0, 0), "b": (3000, 0)}, [trip("t", "r", "bus", ("a", 36_000), ("b", 36_600))])
RAIL = feed({"b": (3200, 0), "c": (9000, 0)}, [trip("t", "r", "mrt", ("b", 36_900), ("c", 37_500))])


def in_zone(network, zone):
    tables = dict(network.tables)
    tables["agency"] = pl.DataFrame({"agency_timezone": [zone]})
    return type(network)(tables=tables)


def test_one_changes_on_foot_between_feeds_whose_ids_clash():
    table = build_timetable(join_feeds([("bus", BUS), ("rail", RAIL)]), ON)
    assert set(table.stop_ids) == {"bus:a", "bus:b", "rail:b", "rail:c"}
    (journey,) = Planner(table, tariff("jaklingko-integrated")).plan(place(0), place(9000), 36_000)
    bus, walk, rail = journey.legs
    assert (bus.trip_id, rail.trip_id, rail.mode) == ("bus:t", "rail:t", "mrt")
    assert (walk.from_stop, walk.to_stop, walk.metres) == ("bus:b", "rail:b", 200)


def test_a_feeds_clock_is_that_of_its_own_zone():
    """Makassar's day begins an hour before Jakarta's: its 11:15 is 10:15 in Jakarta."""
    east = feed(
        {"b": (3200, 0), "c": (9000, 0)},
        [trip("t", "r", "mrt", ("b", 36_900 + 3600), ("c", 37_500 + 3600))],
    )
    table = build_timetable(
        join_feeds([("bus", BUS), ("east", in_zone(east, "Asia/Makassar"))]), ON
    )
    (journey,) = Planner(table).plan(place(0), place(9000), 36_000)
    assert (table.zone, journey.arrive) == ("Asia/Jakarta", 37_500)


def test_a_feed_that_does_not_cover_the_day_is_left_out_and_none_is_refused():
    ended = feed({"x": (0, 0), "y": (900, 0)}, [trip("t", "r", "bus", ("x", 60), ("y", 120))])
    later = pl.lit(date(2024, 12, 31))
    ended.tables["calendar"] = ended.tables["calendar"].with_columns(
        start_date=pl.lit(date(2024, 1, 1)), end_date=later
    )
    assert build_timetable(join_feeds([("bus", BUS), ("old", ended)]), ON).stops == 2
    with pytest.raises(OutsideCalendarError):
        build_timetable(join_feeds([("old", ended)]), ON)


@pytest.mark.parametrize("names", [[], [""], ["a:b"], ["a", "a"]])
def test_names_of_feeds_must_tell_them_apart(names):
    with pytest.raises(ValueError, match="feed"):
        join_feeds([(name, BUS) for name in names])


def test_a_feed_joined_with_itself_plans_as_alone():
    network = random_feed(4, ("brt", "bus", "angkot"))
    alone, twice = (
        Planner(build_timetable(each, ON), tariff("ok-otrip-trial"))
        for each in (network, join_feeds([("one", network), ("two", network)]))
    )
    ends = place(100, 100), place(3400, 300)
    costs = [
        {(j.arrive, j.transfers, j.fare) for j in planner.plan(*ends, 25_200)}
        for planner in (alone, twice)
    ]
    assert costs[0] == costs[1]


def with_access(network, seed):
    """The feed with what it tells of wheelchairs, drawn from a seed."""
    import random

    chance = random.Random(seed)
    tables = dict(network.tables)
    for name, column in (("stops", "wheelchair_boarding"), ("trips", "wheelchair_accessible")):
        drawn = [chance.choice((0, 1, 1, 2)) for _ in range(tables[name].height)]
        tables[name] = tables[name].with_columns(pl.Series(column, drawn, pl.Int8))
    return type(network)(tables=tables)


def accessible_feed(network, good):
    """The feed less what a wheelchair cannot board; `good` are the codes that will do."""
    tables = dict(network.tables)
    stops = tables["stops"].filter(pl.col("wheelchair_boarding").is_in(good))["stop_id"].to_list()
    tables["trips"] = tables["trips"].filter(pl.col("wheelchair_accessible").is_in(good))
    served = pl.col("stop_id").is_in(stops)
    tables["stop_times"] = tables["stop_times"].with_columns(
        pickup_type=pl.when(served).then(pl.col("pickup_type")).otherwise(1),
        drop_off_type=pl.when(served).then(pl.col("drop_off_type")).otherwise(1),
    )
    return type(network)(tables=tables)


@pytest.mark.parametrize(("policy", "good"), [("known", [1]), ("not-excluded", [0, 1])])
def test_wheelchair_journeys_equal_brute_force_on_what_is_accessible(policy, good):
    met, limits = 0, Limits(max_rides=3, wheelchair=policy)
    for seed in range(25):
        network = with_access(random_feed(seed, ("brt", "bus", "angkot")), seed)
        planner = Planner(build_timetable(network, ON), tariff("ok-otrip-trial"))
        ends = place(100, 100), place(3400, 300)
        try:
            found = planner.plan(*ends, 25_200, **limits)
        except NoStopWithinReachError:
            continue
        wanted = all_journeys(
            accessible_feed(network, good), tariff("ok-otrip-trial"), *ends, 25_200, max_rides=3,
            horizon_s=3 * 3600,
        )  # fmt: skip
        assert {(j.arrive, j.transfers, j.fare) for j in found} == wanted
        met += len(wanted)
    assert met > 5


def test_a_stop_that_says_nothing_says_what_its_station_does():
    network = feed({"a": (0, 0), "b": (3000, 0)}, [trip("t", "r", "bus", ("a", 60), ("b", 600))])
    stops = network.tables["stops"].with_columns(
        parent_station=pl.lit("hall"), wheelchair_boarding=pl.Series([0, 2], dtype=pl.Int8)
    )
    hall = {"stop_id": "hall", "stop_name": "hall", "stop_lat": 0.0, "stop_lon": 0.0,
            "location_type": 1, "parent_station": "", "wheelchair_boarding": 1}  # fmt: skip
    network.tables["stops"] = pl.concat([stops, pl.DataFrame([hall], schema=stops.schema)])
    assert build_timetable(network, ON).stop_wheelchair.tolist() == [1, 2]
