"""The examples of the GTFS documentation cost what it says they cost."""

# ruff: noqa: DTZ001 - fares are read at local times

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from balai.transit.engine.fares_v2 import UnknownFareError, fares_of, price_itinerary

from .examples import EXAMPLES


def test_maryland_one_way_fare_with_ninety_minutes_of_transfers(
    feed: Callable[..., Any], leg: Callable[..., Any]
) -> None:
    book, issues = fares_of(feed(**EXAMPLES["maryland"]))
    assert not issues
    many = [leg("line1", 0, 20), leg("train", 30, 50), leg("line2", 90, 120)]
    assert price_itinerary(many, book).total == Decimal("2.00")
    late = [leg("line1", 0, 20), leg("train", 30, 50), leg("line2", 91, 120)]
    assert price_itinerary(late, book).total == Decimal("4.00")


def test_toronto_presto_and_cash(feed: Callable[..., Any], leg: Callable[..., Any]) -> None:
    book, issues = fares_of(feed(**EXAMPLES["toronto"]))
    assert not issues
    two = [leg("line1", 0, 20), leg("line2", 100, 139)]
    assert price_itinerary(two, book, medium="presto").total == Decimal("3.2")
    assert price_itinerary(two, book, medium="cash").total == Decimal("6.5")
    assert price_itinerary([leg("line1", 0, 20), leg("line2", 100, 141)], book).total == Decimal(
        "6.4"
    )
    with pytest.raises(UnknownFareError, match="line1"):
        price_itinerary([leg("line1", 0, 20, "H1", "G2")], book)


def test_bay_area_matrix_of_stations(feed: Callable[..., Any], leg: Callable[..., Any]) -> None:
    book, _ = fares_of(feed(**EXAMPLES["bay-area"]))
    assert price_itinerary([leg("train", 0, 9, "ASHB", "GLEN")], book).total == Decimal("4.75")
    assert price_itinerary([leg("train", 0, 9, "ASHB", "OAKL")], book).total == Decimal("9.45")
    with pytest.raises(UnknownFareError):
        price_itinerary([leg("train", 0, 9, "GLEN", "ASHB")], book)


def test_san_francisco_price_by_medium(feed: Callable[..., Any], leg: Callable[..., Any]) -> None:
    book, _ = fares_of(feed(**EXAMPLES["san-francisco"]))
    ride = [leg("muni", 0, 9)]
    assert price_itinerary(ride, book, medium="cash").total == 3
    assert price_itinerary(ride, book, medium="clipper").total == Decimal("2.5")
    assert price_itinerary(ride, book).total == Decimal("2.5")
    assert book.media == {"clipper": 2, "cash": 0, "munimobile": 4}


@pytest.mark.parametrize(
    ("at", "price"),
    [
        (datetime(2023, 6, 14, 7, 30), 5),
        (datetime(2023, 6, 14, 9, 29, 59), 5),
        (datetime(2023, 6, 14, 9, 30), 3),
        (datetime(2023, 6, 14, 11, 30), 3),
        (datetime(2023, 6, 14, 23, 59, 59), 2),
        (datetime(2023, 6, 17, 7, 30), 2),
        (datetime(2023, 6, 18, 20, 0), 2),
    ],
)
def test_washington_price_by_time_and_day(
    feed: Callable[..., Any], leg: Callable[..., Any], at: datetime, price: int
) -> None:
    book, issues = fares_of(feed(**EXAMPLES["washington"]))
    assert not issues
    assert price_itinerary([leg("train", 0, 9, at=at)], book).total == price


@pytest.mark.parametrize(
    ("at", "way", "price"),
    [
        (datetime(2023, 6, 14, 18, 45), ("ITO2383", "ITO1897"), 20),
        (datetime(2023, 6, 14, 21, 4), ("ITO2383", "ITO1897"), 15),
        (datetime(2023, 6, 17, 18, 45), ("ITO2383", "ITO1897"), 15),
        (datetime(2023, 6, 14, 8, 0), ("ITO1897", "ITO2383"), 20),
        (datetime(2023, 6, 14, 8, 55), ("ITO1897", "ITO2383"), 15),
    ],
)
def test_metro_north_price_by_time_and_zone(
    feed: Callable[..., Any], leg: Callable[..., Any], at: datetime, way: tuple[str, str],
    price: int,
) -> None:  # fmt: skip
    book, issues = fares_of(feed(**EXAMPLES["metro-north"]))
    assert not issues
    assert price_itinerary([leg("669", 0, 70, *way, at=at)], book).total == price


def test_clean_air_express_is_cheaper_by_contactless(
    feed: Callable[..., Any], leg: Callable[..., Any]
) -> None:
    book, issues = fares_of(feed(**EXAMPLES["clean-air-express"]))
    assert not issues
    assert price_itinerary([leg("line1", 0, 30)], book, medium="tap_to_ride").total == 6
    assert price_itinerary([leg("line1", 0, 30)], book, medium="cash").total == 7
