"""The files of GTFS that are read, column by column.

Source: GTFS Schedule reference, https://gtfs.org/documentation/schedule/reference/ (July 2025),
with Fares V2 as adopted there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

Type = Literal["id", "text", "int8", "int32", "float", "lat", "lon", "time", "date", "price"]
Orphan = Literal["leave_out", "empty", "keep"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in our table and, where it differs, in the file.

    ``required``: a row without a good value is left out. ``refers``: ``table.column`` that must
    hold the value, in any one of them; ``orphan`` says what becomes of a row where none does.
    """

    name: str
    type: Type
    required: bool = False
    default: int | None = None
    low: int | None = None
    high: int | None = None
    refers: tuple[str, ...] = ()
    orphan: Orphan = "leave_out"
    source: str = ""

    @property
    def header(self) -> str:
        """The column's name in the file."""
        return self.source or self.name


@dataclass(frozen=True, slots=True)
class Table:
    """A file of the feed; ``key`` is unique among its rows."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = False

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.txt"

    def column(self, name: str) -> Column:
        """Find a column by its name in our table."""
        return next(column for column in self.columns if column.name == name)


def _id(name: str, *refers: str, required: bool = False, orphan: Orphan = "leave_out") -> Column:
    return Column(name, "id", required, refers=refers, orphan=orphan)


def _text(name: str, required: bool = False) -> Column:
    return Column(name, "text", required)


def _choice(name: str, high: int, default: int | None = None, required: bool = False) -> Column:
    return Column(name, "int8", required, default, 0, high)


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SERVICES = ("calendar.service_id", "calendar_dates.service_id")

# Tables stand after those they refer to: rows are judged against what was already kept.
_ALL = (
    Table(
        "agency",
        (
            _id("agency_id"),
            _text("agency_name"),
            _text("agency_url"),
            _text("agency_timezone"),
            _text("agency_lang"),
            _text("agency_phone"),
        ),
        ("agency_id",),
    ),
    Table(
        "feed_info",
        (
            _text("feed_publisher_name"),
            _text("feed_publisher_url"),
            _text("feed_lang"),
            Column("feed_start_date", "date"),
            Column("feed_end_date", "date"),
            _text("feed_version"),
        ),
        (),
    ),
    Table("levels", (_id("level_id", required=True), _text("level_name")), ("level_id",)),
    Table(
        "stops",
        (
            _id("stop_id", required=True),
            _text("stop_code"),
            _text("stop_name"),
            _text("stop_desc"),
            Column("stop_lat", "lat", required=True),
            Column("stop_lon", "lon", required=True),
            _choice("location_type", 4, 0),
            _id("parent_station", "stops.stop_id", orphan="empty"),
            _id("zone_id"),
            _choice("wheelchair_boarding", 2, 0),
            _text("platform_code"),
            _id("level_id", "levels.level_id", orphan="empty"),
        ),
        ("stop_id",),
        required=True,
    ),
    Table(
        "routes",
        (
            _id("route_id", required=True),
            _id("agency_id", "agency.agency_id", orphan="empty"),
            _text("route_short_name"),
            _text("route_long_name"),
            _text("route_desc"),
            Column("route_type", "int32", required=True, low=0, high=1702),
            _text("route_color"),
            _text("route_text_color"),
            Column("route_sort_order", "int32", low=0),
            _id("network_id"),
        ),
        ("route_id",),
        required=True,
    ),
    Table(
        "calendar",
        (
            _id("service_id", required=True),
            *(_choice(day, 1, required=True) for day in _WEEKDAYS),
            Column("start_date", "date", required=True),
            Column("end_date", "date", required=True),
        ),
        ("service_id",),
    ),
    Table(
        "calendar_dates",
        (
            _id("service_id", required=True),
            Column("date", "date", required=True),
            Column("exception_type", "int8", required=True, low=1, high=2),
        ),
        ("service_id", "date"),
    ),
    Table(
        "shapes",
        (
            _id("shape_id", required=True),
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
            _id("trip_id", required=True),
            _id("route_id", "routes.route_id", required=True),
            _id("service_id", *_SERVICES, required=True),
            _text("trip_headsign"),
            _text("trip_short_name"),
            _choice("direction_id", 1),
            _id("block_id"),
            _id("shape_id", "shapes.shape_id", orphan="empty"),
            _choice("wheelchair_accessible", 2, 0),
            _choice("bikes_allowed", 2, 0),
        ),
        ("trip_id",),
        required=True,
    ),
    Table(
        "stop_times",
        (
            _id("trip_id", "trips.trip_id", required=True),
            Column("stop_sequence", "int32", required=True, low=0),
            _id("stop_id", "stops.stop_id", required=True),
            Column("arrival_s", "time", source="arrival_time"),
            Column("departure_s", "time", source="departure_time"),
            _text("stop_headsign"),
            _choice("pickup_type", 3, 0),
            _choice("drop_off_type", 3, 0),
            Column("shape_dist_traveled", "float", low=0),
            _choice("timepoint", 1),
        ),
        ("trip_id", "stop_sequence"),
        required=True,
    ),
    Table(
        "frequencies",
        (
            _id("trip_id", "trips.trip_id", required=True),
            Column("start_s", "time", required=True, source="start_time"),
            Column("end_s", "time", required=True, source="end_time"),
            Column("headway_s", "int32", required=True, source="headway_secs"),
            _choice("exact_times", 1, 0),
        ),
        ("trip_id", "start_s"),
    ),
    Table(
        "transfers",
        (
            _id("from_stop_id", "stops.stop_id"),
            _id("to_stop_id", "stops.stop_id"),
            _id("from_route_id", "routes.route_id"),
            _id("to_route_id", "routes.route_id"),
            _id("from_trip_id", "trips.trip_id"),
            _id("to_trip_id", "trips.trip_id"),
            _choice("transfer_type", 5, 0),
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
            _id("fare_id", required=True),
            Column("price", "price", required=True, low=0),
            _text("currency_type", required=True),
            _choice("payment_method", 1, 0),
            _choice("transfers", 2),
            _id("agency_id", "agency.agency_id", orphan="empty"),
            Column("transfer_duration", "int32", low=0),
        ),
        ("fare_id",),
    ),
    Table(
        "fare_rules",
        (
            _id("fare_id", "fare_attributes.fare_id", required=True),
            _id("route_id", "routes.route_id"),
            _id("origin_id"),
            _id("destination_id"),
            _id("contains_id"),
        ),
        ("fare_id", "route_id", "origin_id", "destination_id", "contains_id"),
    ),
    Table("areas", (_id("area_id", required=True), _text("area_name")), ("area_id",)),
    Table(
        "stop_areas",
        (
            _id("area_id", "areas.area_id", required=True),
            _id("stop_id", "stops.stop_id", required=True),
        ),
        ("area_id", "stop_id"),
    ),
    Table("networks", (_id("network_id", required=True), _text("network_name")), ("network_id",)),
    Table(
        "route_networks",
        (
            _id("network_id", "networks.network_id", required=True),
            _id("route_id", "routes.route_id", required=True),
        ),
        ("route_id",),
    ),
    Table(
        "timeframes",
        (
            _id("timeframe_group_id", required=True),
            Column("start_s", "time", source="start_time"),
            Column("end_s", "time", source="end_time"),
            _id("service_id", *_SERVICES, required=True),
        ),
        ("timeframe_group_id", "start_s", "end_s", "service_id"),
    ),
    Table(
        "rider_categories",
        (
            _id("rider_category_id", required=True),
            _text("rider_category_name"),
            _choice("is_default_fare_category", 1, 0),
            _text("eligibility_url"),
        ),
        ("rider_category_id",),
    ),
    Table(
        "fare_media",
        (
            _id("fare_media_id", required=True),
            _text("fare_media_name"),
            _choice("fare_media_type", 4, required=True),
        ),
        ("fare_media_id",),
    ),
    Table(
        "fare_products",
        (
            _id("fare_product_id", required=True),
            _text("fare_product_name"),
            _id("rider_category_id", "rider_categories.rider_category_id"),
            _id("fare_media_id", "fare_media.fare_media_id"),
            Column("amount", "price", required=True),
            _text("currency", required=True),
        ),
        ("fare_product_id", "rider_category_id", "fare_media_id"),
    ),
    Table(
        "fare_leg_rules",
        (
            _id("leg_group_id"),
            _id("network_id"),
            _id("from_area_id", "areas.area_id"),
            _id("to_area_id", "areas.area_id"),
            _id("from_timeframe_group_id", "timeframes.timeframe_group_id"),
            _id("to_timeframe_group_id", "timeframes.timeframe_group_id"),
            _id("fare_product_id", "fare_products.fare_product_id", required=True),
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
        "fare_transfer_rules",
        (
            _id("from_leg_group_id", "fare_leg_rules.leg_group_id"),
            _id("to_leg_group_id", "fare_leg_rules.leg_group_id"),
            Column("transfer_count", "int32", low=-1),
            Column("duration_limit", "int32", low=1),
            _choice("duration_limit_type", 3),
            _choice("fare_transfer_type", 2, required=True),
            _id("fare_product_id", "fare_products.fare_product_id"),
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
        "fare_leg_join_rules.txt",
    }
)


def dtype(column: Column) -> "pl.DataType":
    """Give the polars type of a column."""
    import polars as pl

    types: dict[str, pl.DataType] = {
        "id": pl.String(),
        "text": pl.String(),
        "int8": pl.Int8(),
        "int32": pl.Int32(),
        "float": pl.Float64(),
        "lat": pl.Float64(),
        "lon": pl.Float64(),
        "time": pl.Int32(),
        "date": pl.Date(),
        "price": pl.Decimal(18, 4),
    }
    return types[column.type]


def empty_table(table: Table) -> "pl.DataFrame":
    """Make a table of no rows with all its columns."""
    import polars as pl

    return pl.DataFrame(schema={column.name: dtype(column) for column in table.columns})
