"""The files of GTFS that are read, column by column.

Source: GTFS Schedule reference, https://gtfs.org/documentation/schedule/reference/ (July 2025),
with Fares V2 as adopted there.
"""

from collections.abc import Mapping
from types import MappingProxyType

from balai.transit.engine.gtfs.columns import Column, Table, choice_column, id_column, text_column

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SERVICES = ("calendar.service_id", "calendar_dates.service_id")

# Tables stand after those they refer to: rows are judged against what was already kept.
_ALL = (
    Table(
        "agency",
        (
            id_column("agency_id"),
            text_column("agency_name"),
            text_column("agency_url"),
            text_column("agency_timezone"),
            text_column("agency_lang"),
            text_column("agency_phone"),
        ),
        ("agency_id",),
    ),
    Table(
        "feed_info",
        (
            text_column("feed_publisher_name"),
            text_column("feed_publisher_url"),
            text_column("feed_lang"),
            Column("feed_start_date", "date"),
            Column("feed_end_date", "date"),
            text_column("feed_version"),
        ),
        (),
    ),
    Table(
        "levels", (id_column("level_id", required=True), text_column("level_name")), ("level_id",)
    ),
    Table(
        "stops",
        (
            id_column("stop_id", required=True),
            text_column("stop_code"),
            text_column("stop_name"),
            text_column("stop_desc"),
            Column("stop_lat", "lat", required=True),
            Column("stop_lon", "lon", required=True),
            choice_column("location_type", 4, 0),
            id_column("parent_station", "stops.stop_id", orphan="empty"),
            id_column("zone_id"),
            choice_column("wheelchair_boarding", 2, 0),
            text_column("platform_code"),
            id_column("level_id", "levels.level_id", orphan="empty"),
        ),
        ("stop_id",),
        required=True,
    ),
    Table(
        "routes",
        (
            id_column("route_id", required=True),
            id_column("agency_id", "agency.agency_id", orphan="empty"),
            text_column("route_short_name"),
            text_column("route_long_name"),
            text_column("route_desc"),
            Column("route_type", "int32", required=True, low=0, high=1702),
            text_column("route_color"),
            text_column("route_text_color"),
            Column("route_sort_order", "int32", low=0),
            id_column("network_id"),
        ),
        ("route_id",),
        required=True,
    ),
    Table(
        "calendar",
        (
            id_column("service_id", required=True),
            *(choice_column(day, 1, required=True) for day in _WEEKDAYS),
            Column("start_date", "date", required=True),
            Column("end_date", "date", required=True),
        ),
        ("service_id",),
    ),
    Table(
        "calendar_dates",
        (
            id_column("service_id", required=True),
            Column("date", "date", required=True),
            Column("exception_type", "int8", required=True, low=1, high=2),
        ),
        ("service_id", "date"),
    ),
    Table(
        "shapes",
        (
            id_column("shape_id", required=True),
            Column("shape_pt_lat", "lat", required=True),
            Column("shape_pt_lon", "lon", required=True),
            Column("shape_pt_sequence", "int32", required=True, low=0),
            Column("shape_dist_traveled", "float", low=0),
        ),
        ("shape_id", "shape_pt_sequence"),
    ),
    Table(
        "trips",
        (
            id_column("trip_id", required=True),
            id_column("route_id", "routes.route_id", required=True),
            id_column("service_id", *_SERVICES, required=True),
            text_column("trip_headsign"),
            text_column("trip_short_name"),
            choice_column("direction_id", 1),
            id_column("block_id"),
            id_column("shape_id", "shapes.shape_id", orphan="empty"),
            choice_column("wheelchair_accessible", 2, 0),
            choice_column("bikes_allowed", 2, 0),
        ),
        ("trip_id",),
        required=True,
    ),
    Table(
        "stop_times",
        (
            id_column("trip_id", "trips.trip_id", required=True),
            Column("stop_sequence", "int32", required=True, low=0),
            id_column("stop_id", "stops.stop_id", required=True),
            Column("arrival_s", "time", source="arrival_time"),
            Column("departure_s", "time", source="departure_time"),
            text_column("stop_headsign"),
            choice_column("pickup_type", 3, 0),
            choice_column("drop_off_type", 3, 0),
            Column("shape_dist_traveled", "float", low=0),
            choice_column("timepoint", 1),
        ),
        ("trip_id", "stop_sequence"),
        required=True,
    ),
    Table(
        "frequencies",
        (
            id_column("trip_id", "trips.trip_id", required=True),
            Column("start_s", "time", required=True, source="start_time"),
            Column("end_s", "time", required=True, source="end_time"),
            Column("headway_s", "int32", required=True, source="headway_secs"),
            choice_column("exact_times", 1, 0),
        ),
        ("trip_id", "start_s"),
    ),
    Table(
        "transfers",
        (
            id_column("from_stop_id", "stops.stop_id"),
            id_column("to_stop_id", "stops.stop_id"),
            id_column("from_route_id", "routes.route_id"),
            id_column("to_route_id", "routes.route_id"),
            id_column("from_trip_id", "trips.trip_id"),
            id_column("to_trip_id", "trips.trip_id"),
            choice_column("transfer_type", 5, 0),
            Column("min_transfer_time", "int32", low=0),
        ),
        (
            "from_stop_id",
            "to_stop_id",
            "from_route_id",
            "to_route_id",
            "from_trip_id",
            "to_trip_id",
        ),
    ),
    Table(
        "fare_attributes",
        (
            id_column("fare_id", required=True),
            Column("price", "price", required=True, low=0),
            text_column("currency_type", required=True),
            choice_column("payment_method", 1, 0),
            choice_column("transfers", 2),
            id_column("agency_id", "agency.agency_id", orphan="empty"),
            Column("transfer_duration", "int32", low=0),
        ),
        ("fare_id",),
    ),
    Table(
        "fare_rules",
        (
            id_column("fare_id", "fare_attributes.fare_id", required=True),
            id_column("route_id", "routes.route_id"),
            id_column("origin_id"),
            id_column("destination_id"),
            id_column("contains_id"),
        ),
        ("fare_id", "route_id", "origin_id", "destination_id", "contains_id"),
    ),
    Table("areas", (id_column("area_id", required=True), text_column("area_name")), ("area_id",)),
    Table(
        "stop_areas",
        (
            id_column("area_id", "areas.area_id", required=True),
            id_column("stop_id", "stops.stop_id", required=True),
        ),
        ("area_id", "stop_id"),
    ),
    Table(
        "networks",
        (id_column("network_id", required=True), text_column("network_name")),
        ("network_id",),
    ),
    Table(
        "route_networks",
        (
            id_column("network_id", "networks.network_id", required=True),
            id_column("route_id", "routes.route_id", required=True),
        ),
        ("route_id",),
    ),
    Table(
        "timeframes",
        (
            id_column("timeframe_group_id", required=True),
            Column("start_s", "time", source="start_time"),
            Column("end_s", "time", source="end_time"),
            id_column("service_id", *_SERVICES, required=True),
        ),
        ("timeframe_group_id", "start_s", "end_s", "service_id"),
    ),
    Table(
        "rider_categories",
        (
            id_column("rider_category_id", required=True),
            text_column("rider_category_name"),
            choice_column("is_default_fare_category", 1, 0),
            text_column("eligibility_url"),
        ),
        ("rider_category_id",),
    ),
    Table(
        "fare_media",
        (
            id_column("fare_media_id", required=True),
            text_column("fare_media_name"),
            choice_column("fare_media_type", 4, required=True),
        ),
        ("fare_media_id",),
    ),
    Table(
        "fare_products",
        (
            id_column("fare_product_id", required=True),
            text_column("fare_product_name"),
            id_column("rider_category_id", "rider_categories.rider_category_id"),
            id_column("fare_media_id", "fare_media.fare_media_id"),
            Column("amount", "price", required=True),
            text_column("currency", required=True),
        ),
        ("fare_product_id", "rider_category_id", "fare_media_id"),
    ),
    Table(
        "fare_leg_rules",
        (
            id_column("leg_group_id"),
            id_column("network_id"),
            id_column("from_area_id", "areas.area_id"),
            id_column("to_area_id", "areas.area_id"),
            id_column("from_timeframe_group_id", "timeframes.timeframe_group_id"),
            id_column("to_timeframe_group_id", "timeframes.timeframe_group_id"),
            id_column("fare_product_id", "fare_products.fare_product_id", required=True),
            Column("rule_priority", "int32", low=0),
        ),
        (
            "network_id",
            "from_area_id",
            "to_area_id",
            "from_timeframe_group_id",
            "to_timeframe_group_id",
            "fare_product_id",
        ),
    ),
    Table(
        "fare_leg_join_rules",
        (
            id_column("from_network_id", required=True),
            id_column("to_network_id", required=True),
            id_column("from_stop_id", "stops.stop_id"),
            id_column("to_stop_id", "stops.stop_id"),
        ),
        ("from_network_id", "to_network_id", "from_stop_id", "to_stop_id"),
    ),
    Table(
        "fare_transfer_rules",
        (
            id_column("from_leg_group_id", "fare_leg_rules.leg_group_id"),
            id_column("to_leg_group_id", "fare_leg_rules.leg_group_id"),
            Column("transfer_count", "int32", low=-1),
            Column("duration_limit", "int32", low=1),
            choice_column("duration_limit_type", 3),
            choice_column("fare_transfer_type", 2, required=True),
            id_column("fare_product_id", "fare_products.fare_product_id"),
        ),
        (
            "from_leg_group_id",
            "to_leg_group_id",
            "fare_product_id",
            "transfer_count",
            "duration_limit",
        ),
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _ALL})

# Files of the standard that nothing here uses.
UNUSED_FILES = frozenset(
    {
        "pathways.txt",
        "translations.txt",
        "attributions.txt",
        "booking_rules.txt",
        "location_groups.txt",
        "location_group_stops.txt",
        "locations.geojson",
    }
)
