"""The examples of the GTFS documentation cost what it says they cost."""

# ruff: noqa: DTZ001 - fares are read at local times

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from balai.transit.engine.fares_v2 import UnknownFareError, fares_of, price_itinerary

TRANSFERS = "from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type"


def test_maryland_one_way_fare_with_ninety_minutes_of_transfers(
    feed: Callable[..., Any], leg: Callable[..., Any]
) -> None:
    book, issues = fares_of(feed(
        networks="network_id\ncore",
        route_networks="network_id,route_id\ncore,line1\ncore,line2\ncore,train",
        fare_products="""fare_product_id,fare_product_name,amount,currency
            core_local_oneway_fare,One Way Full Fare,2.00,USD
            core_local_1_day_fare,1-Day Pass - Core Service,4.60,USD
            core_local_31_day_fare,31-Day Pass - Core Service,77.00,USD
            core_local_7_day_fare,7-Day Pass - Core Service,22.00,USD""",
        fare_leg_rules="""leg_group_id,network_id,fare_product_id
            core_local_one_way_trip,core,core_local_oneway_fare
            core_local_one_way_trip,core,core_local_1_day_fare
            core_local_one_way_trip,core,core_local_31_day_fare
            core_local_one_way_trip,core,core_local_7_day_fare""",
        fare_transfer_rules=f"""{TRANSFERS},fare_transfer_type
            core_local_one_way_trip,core_local_one_way_trip,-1,5400,1,0""",
    ))  # fmt: skip
    assert not issues
    many = [leg("line1", 0, 20), leg("train", 30, 50), leg("line2", 90, 120)]
    assert price_itinerary(many, book).total == Decimal("2.00")
    late = [leg("line1", 0, 20), leg("train", 30, 50), leg("line2", 91, 120)]
    assert price_itinerary(late, book).total == Decimal("4.00")


def test_toronto_presto_and_cash(feed: Callable[..., Any], leg: Callable[..., Any]) -> None:
    book, issues = fares_of(feed(
        areas="area_id\nttc_service_area",
        stop_areas="area_id,stop_id\nttc_service_area,G1\nttc_service_area,G2",
        networks="network_id\nttc_network",
        route_networks="network_id,route_id\nttc_network,line1\nttc_network,line2",
        fare_media="fare_media_id,fare_media_name,fare_media_type\npresto,PRESTO,2\ncash,Cash,0",
        fare_products="""fare_product_id,fare_product_name,fare_media_id,amount,currency
            presto_fare,PRESTO Card Fare,presto,3.2,CAD
            cash_fare,Cash Fare,cash,3.25,CAD
            free_transfer,One-way transfer,,0,CAD""",
        fare_leg_rules="""leg_group_id,network_id,from_area_id,to_area_id,fare_product_id
            ttc_trip_presto,ttc_network,ttc_service_area,ttc_service_area,presto_fare
            ttc_trip_cash,ttc_network,ttc_service_area,ttc_service_area,cash_fare""",
        fare_transfer_rules=f"""{TRANSFERS},fare_transfer_type,fare_product_id
            ttc_trip_presto,ttc_trip_presto,-1,7200,3,0,free_transfer""",
    ))  # fmt: skip
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
    book, _ = fares_of(feed(
        areas="area_id\nASHB\nGLEN\nOAKL",
        stop_areas="area_id,stop_id\nASHB,ASHB\nGLEN,GLEN\nOAKL,OAKL",
        fare_products="""fare_product_id,fare_product_name,amount,currency
            BA:matrix:ASHB-GLEN,generated,4.75,USD
            BA:matrix:ASHB-OAKL,generated,9.45,USD""",
        fare_leg_rules="""leg_group_id,from_area_id,to_area_id,fare_product_id
            BA,ASHB,GLEN,BA:matrix:ASHB-GLEN
            BA,ASHB,OAKL,BA:matrix:ASHB-OAKL""",
    ))  # fmt: skip
    assert price_itinerary([leg("train", 0, 9, "ASHB", "GLEN")], book).total == Decimal("4.75")
    assert price_itinerary([leg("train", 0, 9, "ASHB", "OAKL")], book).total == Decimal("9.45")
    with pytest.raises(UnknownFareError):
        price_itinerary([leg("train", 0, 9, "GLEN", "ASHB")], book)


def test_san_francisco_price_by_medium(feed: Callable[..., Any], leg: Callable[..., Any]) -> None:
    book, _ = fares_of(feed(
        fare_media="""fare_media_id,fare_media_name,fare_media_type
            clipper,Clipper,2\ncash,Cash,0\nmunimobile,SFMTA MuniMobile,4""",
        fare_products="""fare_product_id,fare_product_name,amount,currency,fare_media_id
            SF:local:single,Muni single local fare,3,USD,cash
            SF:local:single,Muni single local fare,2.5,USD,clipper""",
        fare_leg_rules="fare_product_id\nSF:local:single",
    ))  # fmt: skip
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
    book, issues = fares_of(feed(
        networks="network_id\n1",
        route_networks="network_id,route_id\n1,train",
        timeframes="""timeframe_group_id,start_time,end_time,service_id
            weekday_peak,5:00:00,9:30:00,weekdays
            weekday_offpeak,9:30:00,15:00:00,weekdays
            weekday_peak,15:00:00,19:00:00,weekdays
            weekday_offpeak,19:00:00,21:30:00,weekdays
            weekday_late_night,21:30:00,24:00:00,weekdays
            weekday_late_night,00:00:00,5:00:00,weekdays
            weekend,,,saturdays
            weekend,,,sundays""",
        fare_products="""fare_product_id,fare_product_name,amount,currency
            peak_fare,Peak fare,5,USD
            regular_fare,Off-peak fare,3,USD
            weekend_fare,Weekend Metrorail one-way fare,2,USD
            late_night_fare,Late Night flat fare,2,USD""",
        fare_leg_rules="""network_id,fare_product_id,from_timeframe_group_id,to_timeframe_group_id
            1,weekend_fare,weekend,
            1,late_night_fare,weekday_late_night,
            1,peak_fare,weekday_peak,
            1,regular_fare,weekday_offpeak,""",
    ))  # fmt: skip
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
    book, issues = fares_of(feed(
        areas="area_id\nmnr_1\nmnr_HUD-7",
        stop_areas="""area_id,stop_id
            mnr_1,ITO1887\nmnr_1,ITO2383\nmnr_HUD-7,ITO1856\nmnr_HUD-7,ITO1897""",
        networks="network_id,network_name\nmnr_hudson,MNR Hudson Line",
        route_networks="network_id,route_id\nmnr_hudson,669",
        fare_media="fare_media_id,fare_media_name,fare_media_type\npaper,Paper,1",
        timeframes="""timeframe_group_id,start_time,end_time,service_id
            anytime,00:00:00,24:00:00,any
            weekdays,00:00:00,24:00:00,weekdays
            weekends,00:00:00,24:00:00,saturdays
            weekends,00:00:00,24:00:00,sundays
            mnr_ampeak,06:00:00,10:00:00,weekdays
            mnr_notampeak,00:00:00,06:00:00,weekdays
            mnr_notampeak,10:00:00,24:00:00,weekdays
            mnr_am2pmpeak,06:00:00,09:00:00,weekdays
            mnr_am2pmpeak,16:00:00,20:00:00,weekdays
            mnr_notam2pmpeak,00:00:00,06:00:00,weekdays
            mnr_notam2pmpeak,09:00:00,16:00:00,weekdays
            mnr_notam2pmpeak,20:00:00,24:00:00,weekdays""",
        fare_products="""fare_product_id,fare_product_name,fare_media_id,amount,currency
            mnr_1:HUD-7_adult_peak,Outbound Adult Peak Zonal Fare,paper,20.00,USD
            mnr_1:HUD-7_adult,Outbound Adult Off Peak Zonal Fare,paper,15.00,USD
            mnr_HUD-7:1_adult_peak,Inbound Adult Peak Zonal Fare,paper,20.00,USD
            mnr_HUD-7:1_adult,Inbound Adult Off Peak Zonal Fare,paper,15.00,USD""",
        fare_leg_rules="""network_id,from_area_id,to_area_id,fare_product_id,from_timeframe_group_id,to_timeframe_group_id
            mnr_hudson,mnr_1,mnr_HUD-7,mnr_1:HUD-7_adult,mnr_notam2pmpeak,anytime
            mnr_hudson,mnr_1,mnr_HUD-7,mnr_1:HUD-7_adult,weekends,anytime
            mnr_hudson,mnr_1,mnr_HUD-7,mnr_1:HUD-7_adult_peak,mnr_am2pmpeak,anytime
            mnr_hudson,mnr_HUD-7,mnr_1,mnr_HUD-7:1_adult,weekdays,mnr_notampeak
            mnr_hudson,mnr_HUD-7,mnr_1,mnr_HUD-7:1_adult,weekends,anytime
            mnr_hudson,mnr_HUD-7,mnr_1,mnr_HUD-7:1_adult_peak,weekdays,mnr_ampeak""",
    ))  # fmt: skip
    assert not issues
    assert price_itinerary([leg("669", 0, 70, *way, at=at)], book).total == price
