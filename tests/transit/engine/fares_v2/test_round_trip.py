"""A tariff written as Fares v2 costs by the standard what it costs by itself, and comes back."""

# ruff: noqa: DTZ001 - fares are read at local times

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.kernel.laws import find_law
from balai.transit.engine.fares import Leg, Mode, Tariff, quote, tariff_from_parameters
from balai.transit.engine.fares_v2 import (
    FareBook,
    FareLeg,
    describe,
    draft_from,
    fares_of,
    price_itinerary,
    within_reach,
)
from balai.transit.engine.gtfs import read_feed
from balai.transit.engine.gtfs.write import write_feed
from balai.transit.engine.planner.modes import modes_of

LAWS = {"ok-otrip-trial": date(2018, 2, 1), "ok-otrip-trial-3500": date(2018, 2, 1),
        "ok-otrip-2018-10": date(2018, 11, 1), "transjakarta": date(2026, 1, 1),
        "transjakarta-gtfs": date(2026, 1, 1),
        "jaklingko-integrated": date(2026, 1, 1)}  # fmt: skip
ROUTES = {
    Mode.BRT: ("r-brt", 702), Mode.BUS: ("r-bus", 3), Mode.ANGKOT: ("r-angkot", 717),
    Mode.MIKROTRANS: ("JAK.01", 3), Mode.MRT: ("r-mrt", 1), Mode.LRT: ("r-lrt", 0),
    Mode.RAIL: ("r-rail", 2), Mode.ROYALTRANS: ("r-royaltrans", 3),
}  # fmt: skip
ZONE = ZoneInfo("Asia/Jakarta")
POLICIES = ("zone", "missed_tap_out", "farthest_km", "orphan_tap_out", "tap_out_matches",
            "longest_ride_seconds", "same_second")  # fmt: skip


@cache
def values(name: str) -> dict[str, Any]:
    law = find_law(f"transit/tariff/{name}")
    return {key: dated.value for key, dated in law.on(LAWS[name]).items()}


@cache
def tariff(name: str, **changed: Any) -> Tariff:
    return tariff_from_parameters(name, values(name) | changed)


def jakarta() -> Any:
    from .conftest import feed_of

    rows = "".join(f"{route},A,{'Royaltrans' if mode is Mode.ROYALTRANS else route},{kind}\n"
                   for mode, (route, kind) in ROUTES.items())  # fmt: skip
    return feed_of(
        routes="route_id,agency_id,route_short_name,route_type\n" + rows,
        trips="route_id,service_id,trip_id\nr-bus,any,t1\n",
    )


@cache
def written(name: str) -> tuple[bytes, FareBook]:
    """The feed that describes the tariff, and its fares as read from the file again."""
    packed = write_feed(describe(tariff(name), jakarta()).tables)
    feed = read_feed(io.BytesIO(packed))
    assert not [issue for issue in feed.issues if issue.file.startswith(("fare", "time", "net"))]
    book, issues = fares_of(feed)
    assert not issues
    return packed, book


def both(name: str, rides: list[tuple[Mode, int, int]], book: FareBook) -> tuple[int, int]:
    """Our quote and the standard's price of rides (mode, wait, ride), in seconds from 04:30."""
    at, ours, theirs = datetime(2026, 6, 1, 4, 30), [], []
    for mode, wait, ride in rides:
        board = at + timedelta(seconds=wait)
        at = board + timedelta(seconds=ride)
        moments = [int(each.replace(tzinfo=ZONE).timestamp()) for each in (board, at)]
        ours.append(Leg(mode, *moments, metres=5000))
        theirs.append(FareLeg(ROUTES[mode][0], "G1", "G2", board, at))
    return quote(ours, tariff(name)).total, int(price_itinerary(theirs, book).total)


WAITS = st.one_of(st.integers(0, 900), st.sampled_from([0, 3600, 7200, 9000, 10799, 10800]))
RIDES = st.one_of(st.integers(60, 3600), st.sampled_from([1800, 3600, 5400]))


@pytest.mark.parametrize("name", sorted(LAWS))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_standard_prices_every_itinerary_in_its_reach_as_we_do(name: str, data: Any) -> None:
    _, book = written(name)
    modes = st.sampled_from(sorted(tariff(name).modes))
    rides = data.draw(st.lists(st.tuples(modes, WAITS, RIDES), min_size=1, max_size=5))
    if within_reach(tariff(name), [mode for mode, _, _ in rides]):
        ours, theirs = both(name, rides, book)
        assert ours == theirs


def test_the_reach_holds_itineraries_of_several_legs() -> None:
    assert within_reach(tariff("ok-otrip-trial"), [Mode.ANGKOT, Mode.BUS, Mode.ANGKOT])
    assert within_reach(tariff("ok-otrip-2018-10"), [Mode.BUS, Mode.BRT, Mode.ANGKOT])
    assert not within_reach(tariff("ok-otrip-2018-10"), [Mode.BUS, Mode.ANGKOT, Mode.BUS])
    assert not within_reach(tariff("jaklingko-integrated"), [Mode.BRT, Mode.LRT])
    assert not within_reach(tariff("jaklingko-integrated"), [Mode.MRT])


def test_the_worked_fare_of_the_trial_by_the_standard() -> None:
    _, book = written("ok-otrip-trial")
    rides = [(Mode.ANGKOT, 0, 600), (Mode.BUS, 300, 600), (Mode.ANGKOT, 300, 600)]
    assert both("ok-otrip-trial", rides, book) == (5000, 5000)


@pytest.mark.parametrize("wait", [10800 - 600, 10800 - 600 + 1])
def test_the_windows_last_second_is_the_same_in_both(wait: int) -> None:
    _, book = written("ok-otrip-trial")
    ours, theirs = both("ok-otrip-trial", [(Mode.BUS, 0, 600), (Mode.BUS, wait, 600)], book)
    assert ours == theirs == (5000 if wait == 10200 else 7000)


@pytest.mark.parametrize("name", ["ok-otrip-trial", "ok-otrip-trial-3500", "transjakarta"])
def test_what_was_written_comes_back_as_the_same_tariff(name: str) -> None:
    packed, book = written(name)
    modes = modes_of(read_feed(io.BytesIO(packed))["routes"])
    kept = {key: values(name)[key] for key in POLICIES if key in values(name)}
    drafted = draft_from(book, modes, kept)
    assert not drafted.lost
    again = tariff_from_parameters(name, drafted.values)
    if name != "transjakarta":
        assert again.rule == tariff(name).rule
    assert {mode: fare.base for mode, fare in again.own_fares.items()} == {
        mode: fare.base for mode, fare in tariff(name).own_fares.items()
    }
    assert {(t.modes, t.start_second, t.end_second, t.price) for t in again.timed_prices} == {
        (frozenset((mode,)), t.start_second, t.end_second, t.price)
        for t in tariff(name).timed_prices for mode in t.modes
    }  # fmt: skip


def with_concessions(**more: Any) -> Tariff:
    title = {"title_id": "t", "title_en": "t"}
    rows = [{"code": "pupil", **title, "modes": ["bus", "brt"], "percent_off": 50},
            {"code": "elder", **title, "modes": ["bus", "brt", "angkot", "mikrotrans"],
             "percent_off": 100},
            {"code": "worker", **title, "modes": ["bus"], "price": 1000}]  # fmt: skip
    weekend = [{"modes": ["bus"], "from": "00:00", "to": "24:00", "to_inclusive": False,
                "price": 3100, "weekdays": ["sat", "sun"]}]  # fmt: skip
    changed = {"concessions": rows, "timed_price": weekend, **more}
    return tariff_from_parameters("c", values("ok-otrip-trial") | changed)


@pytest.mark.parametrize(
    ("rider", "day", "price"),
    [(None, 1, 3500), ("pupil", 1, 1750), ("elder", 1, 0), ("worker", 1, 1000), (None, 6, 3100),
     ("pupil", 7, 1550)],
)  # fmt: skip
def test_concessions_are_rider_categories_and_weekdays_are_services(
    rider: str | None, day: int, price: int
) -> None:
    feed = read_feed(io.BytesIO(write_feed(describe(with_concessions(), jakarta()).tables)))
    book, issues = fares_of(feed)
    assert not issues
    at = datetime(2026, 6, day, 9, 0)
    ride = FareLeg("r-bus", "G1", "G2", at, at + timedelta(minutes=20))
    assert int(price_itinerary([ride], book, rider=rider).total) == price
    if rider == "elder":
        again = FareLeg("r-angkot", "G1", "G2", at + timedelta(hours=1), at + timedelta(hours=2))
        assert price_itinerary([ride, again], book, rider=rider).total == 0


@pytest.mark.parametrize("rounding", ["down", "up"])
def test_every_category_of_riders_comes_back_as_the_concession_it_was(rounding: str) -> None:
    tariff = with_concessions(percent_rounding=rounding)
    feed = read_feed(io.BytesIO(write_feed(describe(tariff, jakarta()).tables)))
    kept = {key: values("ok-otrip-trial")[key] for key in POLICIES}
    drafted = draft_from(fares_of(feed)[0], modes_of(feed["routes"]), kept)
    assert not drafted.lost
    again = tariff_from_parameters("c", drafted.values)
    assert untitled(again) == untitled(tariff)
    assert again.rule == tariff.rule


def untitled(tariff: Tariff) -> list[Any]:
    return [replace(each, title={}) for each in tariff.concessions]


@pytest.mark.parametrize(
    ("amounts", "relief", "lost"),
    [
        ((1750, 1500), {"percent_off": 50}, []),
        ((1000, 1000), {"price": 1000}, []),
        ((0, 0), {"percent_off": 100}, []),
        ((2345, 2010), {"percent_off": 33}, []),
        ((1750, 1400), {"percent_off": 50}, [5]),
        ((3500, 1500), {"percent_off": 50}, []),
    ],
)
def test_a_category_keeps_the_relief_that_gives_most_of_its_prices(
    feed: Callable[..., Any], amounts: tuple[int, int], relief: dict[str, int], lost: list[int]
) -> None:
    found = feed(
        networks="network_id\nn", route_networks="network_id,route_id\nn,line1\nn,line2",
        rider_categories="rider_category_id\npupil",
        fare_products=f"""fare_product_id,rider_category_id,amount,currency
            bus,,3500,IDR\ntrain,,3000,IDR\nbus,pupil,{amounts[0]},IDR
            train,pupil,{amounts[1]},IDR""",
        fare_leg_rules="network_id,fare_product_id\nn,bus\n,train",
    )  # fmt: skip
    drafted = draft_from(fares_of(found)[0], modes_of(found["routes"]), {})
    (pupil,) = drafted.values["concessions"]
    assert relief.items() <= pupil.items()
    assert [each.row for each in drafted.lost] == lost


def test_what_the_standard_cannot_say_is_told() -> None:
    told = describe(tariff("jaklingko-integrated"), jakarta()).unsaid
    assert {each.parameter for each in told} >= {"per_km", "distance_price", "missed_tap_out"}
    free = describe(tariff("ok-otrip-2018-10"), jakarta()).unsaid
    assert any("angkot" in each.what for each in free if each.parameter == "cap")


def test_rows_that_our_families_cannot_hold_are_lost_by_row(feed: Callable[..., Any]) -> None:
    found = feed(
        areas="area_id\nz", stop_areas="area_id,stop_id\nz,G1",
        rider_categories="rider_category_id,is_default_fare_category\nadult,1\npupil,0",
        fare_products="""fare_product_id,rider_category_id,amount,currency
            p,adult,2.00,USD\np,pupil,1.00,USD\nq,,2.50,USD""",
        fare_leg_rules="leg_group_id,from_area_id,fare_product_id\ng,,p\nh,z,p\ni,,q",
        fare_transfer_rules="from_leg_group_id,to_leg_group_id,fare_transfer_type\ng,h,0",
    )  # fmt: skip
    book, _ = fares_of(found)
    drafted = draft_from(book, modes_of(found["routes"]), {})
    assert [(each.file, each.row) for each in drafted.lost] == [
        ("fare_leg_rules.txt", 3), ("fare_leg_rules.txt", 4), ("fare_products.txt", 2),
        ("fare_transfer_rules.txt", 2),
    ]  # fmt: skip
    assert "the currency USD" in drafted.lost[2].what
    assert set(drafted.values["mode_price"].values()) == {2}
    (pupil,) = drafted.values["concessions"]
    assert (pupil["code"], pupil["percent_off"]) == ("pupil", 50)
