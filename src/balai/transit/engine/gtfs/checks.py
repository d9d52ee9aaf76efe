"""What the values of a row must fulfil beyond their types, table by table."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

import polars as pl

from balai.transit.engine.gtfs.stop_times import checked_stop_times
from balai.transit.engine.gtfs.text import ROW, Source

Kept = Mapping[str, pl.DataFrame]
Check = Callable[[pl.DataFrame, Kept, Source], pl.DataFrame]


def checked(name: str, rows: pl.DataFrame, kept: Kept, source: Source) -> pl.DataFrame:
    """Apply the checks of table ``name``; ``kept`` are the tables read before it."""
    check = _CHECKS.get(name)
    return check(rows, kept, source) if check else rows


def _flag(
    rows: pl.DataFrame,
    bad: pl.Expr,
    kind: str,
    source: Source,
    *,
    field: str | None,
    value: pl.Expr,
    other: pl.Expr | None = None,
) -> pl.DataFrame:
    """Report the rows where ``bad`` holds and give the others."""
    wrong = rows.select(bad.fill_null(False)).to_series()
    if not wrong.any():
        return rows
    found = rows.filter(wrong).select(
        ROW,
        value.cast(pl.String).alias("value"),
        (pl.lit(None) if other is None else other).cast(pl.String).alias("other"),
    )
    source.log.add_rows(kind, source.file, found.iter_rows(), int(wrong.sum()), field)
    return rows.filter(~wrong)


def _agency(rows: pl.DataFrame, kept: Kept, source: Source) -> pl.DataFrame:
    zones = rows["agency_timezone"].drop_nulls().unique().to_list()
    unknown = pl.col("agency_timezone").is_in([zone for zone in zones if not _is_zone(zone)])
    field = "agency_timezone"
    _flag(rows, unknown, "bad_timezone", source, field=field, value=pl.col(field))
    return rows.with_columns(pl.when(~unknown).then(field).alias(field))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True


def _coordinates(lat: str, lon: str) -> Check:
    def check(rows: pl.DataFrame, kept: Kept, source: Source) -> pl.DataFrame:
        y, x = pl.col(lat), pl.col(lon)
        swapped = (y.abs() > 90) & (y.abs() <= 180) & (x.abs() <= 90)
        rows = _flag(rows, swapped, "swapped_coordinates", source, field=lat, value=y, other=x)
        rows = _flag(rows, y.abs() > 90, "bad_coordinate", source, field=lat, value=y)
        rows = _flag(rows, x.abs() > 180, "bad_coordinate", source, field=lon, value=x)
        origin = (y == 0) & (x == 0)
        return _flag(rows, origin, "null_island", source, field=lat, value=y)

    return check


def _calendar(rows: pl.DataFrame, kept: Kept, source: Source) -> pl.DataFrame:
    start, end = pl.col("start_date"), pl.col("end_date")
    return _flag(
        rows,
        end < start,
        "dates_reversed",
        source,
        field="end_date",
        value=end.dt.strftime("%Y%m%d"),
        other=start.dt.strftime("%Y%m%d"),
    )


def clock(seconds: pl.Expr) -> pl.Expr:
    """Write seconds after the service day's start as HH:MM:SS, beyond 24 hours where need be."""
    parts = [seconds // 3600, seconds // 60 % 60, seconds % 60]
    return pl.concat_str([part.cast(pl.String).str.zfill(2) for part in parts], separator=":")


def _frequencies(rows: pl.DataFrame, kept: Kept, source: Source) -> pl.DataFrame:
    headway, start, end = pl.col("headway_s"), pl.col("start_s"), pl.col("end_s")
    rows = _flag(rows, headway <= 0, "no_headway", source, field="headway_secs", value=headway)
    rows = _flag(
        rows,
        end <= start,
        "times_reversed",
        source,
        field="end_time",
        value=clock(end),
        other=clock(start),
    )
    ordered = rows.sort("trip_id", "start_s").with_columns(
        earlier=end.cum_max().shift().over("trip_id")
    )
    _flag(
        ordered,
        start < pl.col("earlier"),
        "overlapping_frequencies",
        source,
        field="start_time",
        value=clock(start),
        other=clock(pl.col("earlier")),
    )
    return rows


def _transfers(rows: pl.DataFrame, kept: Kept, source: Source) -> pl.DataFrame:
    stays_seated = pl.col("transfer_type").is_in([4, 5])
    for side in ("from_stop_id", "to_stop_id"):
        missing = pl.col(side).is_null() & ~stays_seated
        rows = _flag(rows, missing, "missing_value", source, field=side, value=pl.lit(None))
    _report_gaps(rows, source)
    return rows


def _report_gaps(rows: pl.DataFrame, source: Source) -> None:
    """Report A to B to C where A to C is not given; searches that assume it go astray."""
    walks = rows.filter(pl.col("transfer_type").is_in([0, 1, 2])).select(
        ROW, "from_stop_id", "to_stop_id"
    )
    onward = walks.select(to_stop_id="from_stop_id", beyond="to_stop_id")
    degree = onward.group_by("to_stop_id").len()
    pairs = walks.join(degree, on="to_stop_id")["len"].sum()
    if pairs > source.limits.transfer_pairs:
        return
    gaps = (
        walks.join(onward, on="to_stop_id")
        .filter(pl.col("from_stop_id") != pl.col("beyond"))
        .join(
            walks,
            left_on=["from_stop_id", "beyond"],
            right_on=["from_stop_id", "to_stop_id"],
            how="anti",
        )
        .sort(ROW, "beyond")
    )
    found = gaps.select(
        ROW, pl.concat_str("from_stop_id", "to_stop_id", separator=" to "), "beyond"
    )
    source.log.add_rows("not_transitive", source.file, found.iter_rows(), len(gaps), "to_stop_id")


def _fare_rules(rows: pl.DataFrame, kept: Kept, source: Source) -> pl.DataFrame:
    zones = kept["stops"]["zone_id"].drop_nulls().unique().implode()
    for field in ("origin_id", "destination_id", "contains_id"):
        zone = pl.col(field)
        unknown = zone.is_not_null() & ~zone.is_in(zones)
        stops = pl.lit("stops.txt")
        _flag(rows, unknown, "unknown_zone", source, field=field, value=zone, other=stops)
    return rows


_CHECKS: Mapping[str, Check] = {
    "agency": _agency,
    "stops": _coordinates("stop_lat", "stop_lon"),
    "shapes": _coordinates("shape_pt_lat", "shape_pt_lon"),
    "calendar": _calendar,
    "frequencies": _frequencies,
    "stop_times": checked_stop_times,
    "transfers": _transfers,
    "fare_rules": _fare_rules,
}
