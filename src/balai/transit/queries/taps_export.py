"""A city's taps as a Parquet file, for replaying a month under another tariff."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection

from balai.kernel.regions.queries import city_by_slug
from balai.transit.engine.fares.modes import MODE_CODES
from balai.transit.engine.fares.taps import IN, OUT, UNKNOWN
from balai.transit.queries.farthest import FarthestLegs

if TYPE_CHECKING:
    import pyarrow as pa

PART_BYTES = 16 * 1024 * 1024
SEQUENCE_BITS = 40


def export_month(city: str, first_day: date, last_day: date, path: Path) -> int:
    """Write the taps of the days (both inclusive, the city's calendar) and return how many.

    Columns: card int64, at int64 (seconds since 1970 UTC), direction int8 (IN or OUT), mode int8
    (a `Mode`), metres int32 (of a tap-in that was read as missing its tap-out, the farthest leg's,
    whatever its mode; UNKNOWN where not known), tap int64 (its identity: the validator's rank by
    code, then the low 40 bits of its count, so that ties order as they do in pricing), route_id,
    stop_id and place (region code of the validator) as text. Taps that an
    officer set aside, or that a reading holds back, are left out. Rows are in no order.

    The file is written in parts of about 16 MB of text, so memory does not grow with the month; it
    appears under its name only when it is whole.
    """
    import pyarrow.parquet as pq

    zone = city_by_slug(city).zone
    start = datetime.combine(first_day, time(0), zone)
    end = datetime.combine(last_day + timedelta(days=1), time(0), zone)
    wanted = {"city": city, "start": start, "end": end}
    farthest = _farthest_of_open(wanted, zone)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    rows = 0
    try:
        with pq.ParquetWriter(partial, _schema(), compression="zstd") as writer:
            for part in _parts(wanted):
                table = _with_farthest(_table(part), farthest, zone)
                writer.write_table(table)
                rows += table.num_rows
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return rows


EXPORT = f"""
COPY (
    SELECT tap.card_id, extract(epoch FROM tap.at)::bigint,
           CASE tap.direction WHEN 'in' THEN {IN} ELSE {OUT} END,
           array_position(%(modes)s, tap.mode) - 1,
           CASE tap.direction WHEN 'in' THEN {UNKNOWN} ELSE coalesce(tap.metres, {UNKNOWN}) END,
           (validator.rank << {SEQUENCE_BITS}) | (tap.sequence & {(1 << SEQUENCE_BITS) - 1}),
           tap.route_id, tap.stop_id, validator.place, (leg.boarding_id IS NOT NULL)::int
      FROM transit_tap AS tap
      LEFT JOIN transit_leg AS leg ON leg.boarding_id = tap.id AND leg.alighting_id IS NULL
      JOIN (SELECT id, place, rank() OVER (ORDER BY code COLLATE "C") AS rank
              FROM transit_validator WHERE city = %(city)s) AS validator
        ON validator.id = tap.validator_id
     WHERE tap.city = %(city)s AND tap.at >= %(start)s AND tap.at < %(end)s
       AND NOT EXISTS (SELECT FROM transit_tapruling AS ruling
                        WHERE ruling.tap_id = tap.id AND ruling.ruling = 'aside')
       AND NOT EXISTS (SELECT FROM transit_quarantined AS held
                        WHERE held.tap_id = tap.id AND held.state = 'open')
) TO STDOUT (FORMAT csv)
"""  # noqa: S608 - only constants are put in

OPEN = """
SELECT DISTINCT tap.route_id, tap.stop_id, (tap.at AT TIME ZONE %(zone)s)::date
  FROM transit_leg AS leg
  JOIN transit_tap AS tap ON tap.id = leg.boarding_id
 WHERE leg.alighting_id IS NULL
   AND tap.city = %(city)s AND tap.at >= %(start)s AND tap.at < %(end)s
"""


def _farthest_of_open(wanted: dict[str, Any], zone: ZoneInfo) -> dict[tuple[str, str, date], int]:
    """The metres of the farthest leg by route, stop and day of the boardings without a tap-out.

    Looked up before the rows are copied: the connection does one thing at a time.
    """
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {**wanted, "zone": zone.key})
        keys = cursor.fetchall()
    legs = FarthestLegs(wanted["city"])
    found = {key: legs.metres(*key) for key in keys}
    return {key: metres for key, metres in found.items() if metres is not None}


def _with_farthest(
    table: pa.Table, farthest: dict[tuple[str, str, date], int], zone: ZoneInfo
) -> pa.Table:
    """The rows without the mark of an open boarding, whose metres take its place."""
    import pyarrow as pa

    metres = table["metres"].to_numpy().copy()
    places = np.flatnonzero(table["open"].to_numpy())
    for place, row in zip(places, table.take(places).to_pylist(), strict=True):
        day = datetime.fromtimestamp(row["at"], zone).date()
        metres[place] = farthest.get((row["route_id"], row["stop_id"], day), UNKNOWN)
    column = table.schema.get_field_index("metres")
    return table.set_column(column, "metres", pa.array(metres, pa.int32())).drop_columns("open")


def _parts(values: dict[str, Any]) -> Iterator[bytes]:
    """The rows as CSV, in whole lines, some megabytes at a time."""
    left = io.BytesIO()
    with connection.cursor() as cursor:
        copying = cursor.copy(EXPORT, {**values, "modes": list(MODE_CODES)})
        with connection.wrap_database_errors, copying as copy:
            for block in copy:
                left.write(block)
                if left.tell() >= PART_BYTES and bytes(block[-1:]) == b"\n":
                    yield left.getvalue()
                    left = io.BytesIO()
    if left.tell():
        yield left.getvalue()


def _schema() -> pa.Schema:
    import pyarrow as pa

    kinds = {
        "card": pa.int64(), "at": pa.int64(), "direction": pa.int8(), "mode": pa.int8(),
        "metres": pa.int32(), "tap": pa.int64(), "route_id": pa.string(), "stop_id": pa.string(),
        "place": pa.string(),
    }  # fmt: skip
    return pa.schema(list(kinds.items()))


def _table(part: bytes) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv

    schema = _schema().append(pa.field("open", pa.int8()))
    return csv.read_csv(
        io.BytesIO(part),
        read_options=csv.ReadOptions(column_names=schema.names),
        convert_options=csv.ConvertOptions(
            column_types=dict(zip(schema.names, schema.types, strict=True))
        ),
    )
