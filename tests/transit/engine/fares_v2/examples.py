"""The public examples of Fares v2, each as the files it shows.

Source: gtfs.org (MobilityData), Documentation, Schedule, Examples, "Fares v2", and Getting
started, Features, "Fares"; read in November 2026. Their calendars are shortened to the services
of conftest, and routes and stops that the examples leave out are those of conftest.
"""

from __future__ import annotations

from typing import NamedTuple

TRANSFERS = (
    "from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,"
    "fare_transfer_type"
)
LEGS = (
    "network_id,from_area_id,to_area_id,fare_product_id,from_timeframe_group_id,"
    "to_timeframe_group_id"
)


class Ride(NamedTuple):
    """A ride of an example: from minute to minute after 07:00 of Wednesday 14 June 2023."""

    route: str
    start: float
    end: float
    from_stop: str = "G1"
    to_stop: str = "G2"


EXAMPLES: dict[str, dict[str, str]] = {
    # "Define a transit fare" to "Create rules for transfers": Maryland Transit Administration.
    "maryland": {
        "networks": "network_id\ncore",
        "route_networks": "network_id,route_id\ncore,line1\ncore,line2\ncore,train",
        "fare_products": """fare_product_id,fare_product_name,amount,currency
            core_local_oneway_fare,One Way Full Fare,2.00,USD
            core_local_1_day_fare,1-Day Pass - Core Service,4.60,USD
            core_local_31_day_fare,31-Day Pass - Core Service,77.00,USD
            core_local_7_day_fare,7-Day Pass - Core Service,22.00,USD""",
        "fare_leg_rules": """leg_group_id,network_id,fare_product_id
            core_local_one_way_trip,core,core_local_oneway_fare
            core_local_one_way_trip,core,core_local_1_day_fare
            core_local_one_way_trip,core,core_local_31_day_fare
            core_local_one_way_trip,core,core_local_7_day_fare""",
        "fare_transfer_rules": f"""{TRANSFERS}
            core_local_one_way_trip,core_local_one_way_trip,-1,5400,1,0""",
    },
    # Toronto: PRESTO card with two hours of transfers, and cash without.
    "toronto": {
        "areas": "area_id\nttc_service_area",
        "stop_areas": "area_id,stop_id\nttc_service_area,G1\nttc_service_area,G2",
        "networks": "network_id\nttc_network",
        "route_networks": "network_id,route_id\nttc_network,line1\nttc_network,line2",
        "fare_media": "fare_media_id,fare_media_name,fare_media_type\n"
        "presto,PRESTO,2\ncash,Cash,0",
        "fare_products": """fare_product_id,fare_product_name,fare_media_id,amount,currency
            presto_fare,PRESTO Card Fare,presto,3.2,CAD
            cash_fare,Cash Fare,cash,3.25,CAD
            free_transfer,One-way transfer,,0,CAD""",
        "fare_leg_rules": """leg_group_id,network_id,from_area_id,to_area_id,fare_product_id
            ttc_trip_presto,ttc_network,ttc_service_area,ttc_service_area,presto_fare
            ttc_trip_cash,ttc_network,ttc_service_area,ttc_service_area,cash_fare""",
        "fare_transfer_rules": f"""{TRANSFERS},fare_product_id
            ttc_trip_presto,ttc_trip_presto,-1,7200,3,0,free_transfer""",
    },
    # "Describe service locations in the same fare zone": BART.
    "bay-area": {
        "areas": "area_id\nASHB\nGLEN\nOAKL",
        "stop_areas": "area_id,stop_id\nASHB,ASHB\nGLEN,GLEN\nOAKL,OAKL",
        "fare_products": """fare_product_id,fare_product_name,amount,currency
            BA:matrix:ASHB-GLEN,generated,4.75,USD
            BA:matrix:ASHB-OAKL,generated,9.45,USD""",
        "fare_leg_rules": """leg_group_id,from_area_id,to_area_id,fare_product_id
            BA,ASHB,GLEN,BA:matrix:ASHB-GLEN
            BA,ASHB,OAKL,BA:matrix:ASHB-OAKL""",
    },
    # "Define price differences based on fare media": Muni.
    "san-francisco": {
        "fare_media": """fare_media_id,fare_media_name,fare_media_type
            clipper,Clipper,2\ncash,Cash,0\nmunimobile,SFMTA MuniMobile,4""",
        "fare_products": """fare_product_id,fare_product_name,amount,currency,fare_media_id
            SF:local:single,Muni single local fare,3,USD,cash
            SF:local:single,Muni single local fare,2.5,USD,clipper""",
        "fare_leg_rules": "fare_product_id\nSF:local:single",
    },
    # "Describe a contactless fare media option": Clean Air Express.
    "clean-air-express": {
        "fare_media": "fare_media_id,fare_media_name,fare_media_type\ntap_to_ride,Tap to Ride,3",
        "fare_products": """fare_product_id,fare_product_name,fare_media_id,amount,currency
            single-ride,Single Ride,tap_to_ride,6,USD
            single-ride,Single Ride,,7,USD""",
        "fare_leg_rules": "fare_product_id\nsingle-ride",
    },
    # "Define price differences based on time and day of trip": WMATA.
    "washington": {
        "networks": "network_id\n1",
        "route_networks": "network_id,route_id\n1,train",
        "timeframes": """timeframe_group_id,start_time,end_time,service_id
            weekday_peak,5:00:00,9:30:00,weekdays
            weekday_offpeak,9:30:00,15:00:00,weekdays
            weekday_peak,15:00:00,19:00:00,weekdays
            weekday_offpeak,19:00:00,21:30:00,weekdays
            weekday_late_night,21:30:00,24:00:00,weekdays
            weekday_late_night,00:00:00,5:00:00,weekdays
            weekend,,,saturdays
            weekend,,,sundays""",
        "fare_products": """fare_product_id,fare_product_name,amount,currency
            peak_fare,Peak fare,5,USD
            regular_fare,Off-peak fare,3,USD
            weekend_fare,Weekend Metrorail one-way fare,2,USD
            late_night_fare,Late Night flat fare,2,USD""",
        "fare_leg_rules": f"""{LEGS}
            1,,,weekend_fare,weekend,
            1,,,late_night_fare,weekday_late_night,
            1,,,peak_fare,weekday_peak,
            1,,,regular_fare,weekday_offpeak,""",
    },
    # "Define time-variable fares along with zone based fares": Metro-North, from ITO World's data.
    "metro-north": {
        "areas": "area_id\nmnr_1\nmnr_HUD-7",
        "stop_areas": """area_id,stop_id
            mnr_1,ITO1887\nmnr_1,ITO2383\nmnr_HUD-7,ITO1856\nmnr_HUD-7,ITO1897""",
        "networks": "network_id,network_name\nmnr_hudson,MNR Hudson Line",
        "route_networks": "network_id,route_id\nmnr_hudson,669",
        "fare_media": "fare_media_id,fare_media_name,fare_media_type\npaper,Paper,1",
        "timeframes": """timeframe_group_id,start_time,end_time,service_id
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
        "fare_products": """fare_product_id,fare_product_name,fare_media_id,amount,currency
            mnr_1:HUD-7_adult_peak,Outbound Adult Peak Zonal Fare,paper,20.00,USD
            mnr_1:HUD-7_adult,Outbound Adult Off Peak Zonal Fare,paper,15.00,USD
            mnr_HUD-7:1_adult_peak,Inbound Adult Peak Zonal Fare,paper,20.00,USD
            mnr_HUD-7:1_adult,Inbound Adult Off Peak Zonal Fare,paper,15.00,USD""",
        "fare_leg_rules": f"""{LEGS}
            mnr_hudson,mnr_1,mnr_HUD-7,mnr_1:HUD-7_adult,mnr_notam2pmpeak,anytime
            mnr_hudson,mnr_1,mnr_HUD-7,mnr_1:HUD-7_adult,weekends,anytime
            mnr_hudson,mnr_1,mnr_HUD-7,mnr_1:HUD-7_adult_peak,mnr_am2pmpeak,anytime
            mnr_hudson,mnr_HUD-7,mnr_1,mnr_HUD-7:1_adult,weekdays,mnr_notampeak
            mnr_hudson,mnr_HUD-7,mnr_1,mnr_HUD-7:1_adult,weekends,anytime
            mnr_hudson,mnr_HUD-7,mnr_1,mnr_HUD-7:1_adult_peak,weekdays,mnr_ampeak""",
    },
    # Features, "Fare Products".
    "single-ride": {
        "fare_products": "fare_product_id,fare_product_name,amount,currency\n"
        "single_ride,Single Ride Fare,2.75,USD",
        "fare_leg_rules": "fare_product_id\nsingle_ride",
    },
    # Features, "Route-Based Fares"; the prices, which the page leaves out, are ours.
    "express-and-local": {
        "networks": "network_id,network_name\nexpress,Express\nlocal,Local",
        "route_networks": "network_id,route_id\n"
        "express,train\nexpress,669\nlocal,line1\nlocal,line2",
        "fare_products": "fare_product_id,amount,currency\n"
        "express_single_ride,9000,IDR\nlocal_single_ride,3500,IDR",
        "fare_leg_rules": "network_id,fare_product_id\n"
        "express,express_single_ride\nlocal,local_single_ride",
    },
    # Features, "Time-Based Fares"; the prices are ours.
    "peak-and-regular": {
        "timeframes": """timeframe_group_id,start_time,end_time,service_id
            peak,8:00:00,10:00:00,any\nregular,0:00:00,08:00:00,any\nregular,10:00:00,24:00:00,any""",
        "fare_products": "fare_product_id,amount,currency\n"
        "peak_single_ride,5000,IDR\nregular_single_ride,3500,IDR",
        "fare_leg_rules": "from_timeframe_group_id,fare_product_id\n"
        "peak,peak_single_ride\nregular,regular_single_ride",
    },
    # Features, "Zone-Based Fares"; the price is ours.
    "zones": {
        "areas": "area_id,area_name\nzone_a,Zone A\nzone_b,Zone B",
        "stop_areas": "area_id,stop_id\nzone_a,G1\nzone_a,G2\nzone_b,H1\nzone_b,H2",
        "fare_products": "fare_product_id,amount,currency\nzone_a_b_single,4000,IDR",
        "fare_leg_rules": "from_area_id,to_area_id,fare_product_id\nzone_a,zone_b,zone_a_b_single",
    },
    # Features, "Fares Transfers"; the prices are ours.
    "two-hours": {
        "fare_products": "fare_product_id,amount,currency\nride,3500,IDR\nfree_transfer,0,IDR",
        "fare_leg_rules": "leg_group_id,fare_product_id\na,ride",
        "fare_transfer_rules": f"{TRANSFERS},fare_product_id\na,a,-1,7200,1,0,free_transfer",
    },
}  # fmt: skip

RIDES: dict[str, list[Ride]] = {
    "maryland": [Ride("line1", 0, 20), Ride("train", 30, 50), Ride("line2", 90, 120)],
    "toronto": [Ride("line1", 0, 20), Ride("line2", 100, 139)],
    "bay-area": [Ride("train", 0, 9, "ASHB", "OAKL")],
    "san-francisco": [Ride("muni", 0, 9)],
    "clean-air-express": [Ride("line1", 0, 30)],
    "washington": [Ride("train", 30, 45)],
    "metro-north": [Ride("669", 0, 70, "ITO2383", "ITO1897")],
    "single-ride": [Ride("line1", 0, 9)],
    "express-and-local": [Ride("line1", 0, 9), Ride("train", 20, 40)],
    "peak-and-regular": [Ride("line1", 59, 61), Ride("line1", 61, 70)],
    "zones": [Ride("line1", 0, 9, "G1", "H1")],
    "two-hours": [Ride("line1", 0, 9), Ride("line2", 120, 130)],
}
"""Rides of each example, and what they cost below."""
PRICES = {
    "maryland": "2", "toronto": "3.2", "bay-area": "9.45", "san-francisco": "2.5",
    "clean-air-express": "6", "washington": "5", "metro-north": "20", "single-ride": "2.75",
    "express-and-local": "12500", "peak-and-regular": "8500", "zones": "4000",
    "two-hours": "3500",
}  # fmt: skip
WHOLE = ("maryland", "clean-air-express", "washington", "express-and-local", "peak-and-regular",
         "two-hours")  # fmt: skip
"""Those that a tariff of ours can hold; the others have cents or prices between areas only."""
LOST = {
    "maryland": {"fare_leg_rules.txt row 3", "fare_leg_rules.txt row 4",
                 "fare_leg_rules.txt row 5", "fare_products.txt row 2"},
    "toronto": {"fare_leg_rules.txt row 2", "fare_leg_rules.txt row 3",
                "fare_products.txt row 2", "fare_transfer_rules.txt row 2"},
    "bay-area": {"fare_leg_rules.txt row 2", "fare_leg_rules.txt row 3",
                 "fare_products.txt row 2"},
    "san-francisco": {"fare_leg_rules.txt row 2", "fare_products.txt row 2"},
    "clean-air-express": {"fare_products.txt row 2", "fare_products.txt row 3"},
    "washington": {"fare_products.txt row 2"},
    "metro-north": {*(f"fare_leg_rules.txt row {row}" for row in range(2, 8)),
                    "fare_products.txt row 2"},
    "single-ride": {"fare_leg_rules.txt row 2", "fare_products.txt row 2"},
    "express-and-local": set(), "peak-and-regular": set(),
    "zones": {"fare_leg_rules.txt row 2"}, "two-hours": set(),
}  # fmt: skip
"""What a tariff of ours does not hold of each, by file and row."""
