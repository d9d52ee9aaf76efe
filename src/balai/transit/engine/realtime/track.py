"""Vehicles' positions as columns: what settlement reads of a day, and how it is kept."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from .messages import VehicleReport

NO_START = -1


@dataclass(frozen=True, slots=True)
class VehicleTrack:
    """Positions of a day, ordered by vehicle and time; one a vehicle and second.

    `vehicle`, `trip`, `route` are text (object arrays; "" where not reported), `at` epoch
    seconds (int64), `lat` and `lon` degrees, `odometer` metres (NaN where not reported),
    `trip_start` the seconds after the service day's start at which the run of a frequency-based
    trip began (int32, -1 where not reported), `generated` whether nobody drove this.
    """

    vehicle: NDArray[np.object_]
    trip: NDArray[np.object_]
    route: NDArray[np.object_]
    at: NDArray[np.int64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    odometer: NDArray[np.float64]
    trip_start: NDArray[np.int32]
    generated: NDArray[np.bool_]

    def __len__(self) -> int:
        return self.at.size


def service_day(report: VehicleReport, zone: ZoneInfo) -> date:
    """The day a report belongs to: its trip's start date, else the day on the city's clocks."""
    return report.trip.start_date or datetime.fromtimestamp(report.at, zone).date()


def pack(reports: Sequence[VehicleReport]) -> bytes:
    """Reports as a compressed Arrow stream."""
    import pyarrow as pa

    table = _table(reports)
    sink = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue()


def unpack(parts: Iterable[tuple[bytes, bool]]) -> VehicleTrack:
    """One track of many packed parts, each with whether it was generated."""
    import pyarrow as pa

    tables = []
    for content, generated in parts:
        table = pa.ipc.open_stream(content).read_all()
        flags = pa.array(np.full(table.num_rows, generated))
        tables.append(table.append_column("generated", flags))
    whole = pa.concat_tables(tables) if tables else _empty(pa)
    return _ordered(whole)


def _table(reports: Sequence[VehicleReport]) -> pa.Table:
    import pyarrow as pa

    starts = [NO_START if r.trip.start_s is None else r.trip.start_s for r in reports]
    return pa.table(
        {
            "vehicle": pa.array([r.vehicle for r in reports], pa.string()),
            "trip": pa.array([r.trip.trip_id for r in reports], pa.string()),
            "route": pa.array([r.trip.route_id for r in reports], pa.string()),
            "at": pa.array([r.at for r in reports], pa.int64()),
            "lat": pa.array([r.lat for r in reports], pa.float64()),
            "lon": pa.array([r.lon for r in reports], pa.float64()),
            "odometer": pa.array([r.odometer for r in reports], pa.float64()),
            "trip_start": pa.array(starts, pa.int32()),
        }
    )


def _empty(pa: Any) -> pa.Table:
    return _table([]).append_column("generated", pa.array([], pa.bool_()))


def _ordered(table: pa.Table) -> VehicleTrack:
    table = table.sort_by([("vehicle", "ascending"), ("at", "ascending")])
    vehicle = table["vehicle"].to_numpy(zero_copy_only=False).astype(object)
    at = table["at"].to_numpy()
    # The same second of a vehicle came twice: by a repeat, or from two sources.
    first = np.ones(at.size, np.bool_)
    first[1:] = (vehicle[1:] != vehicle[:-1]) | (at[1:] != at[:-1])
    columns: dict[str, Any] = {
        name: table[name].to_numpy(zero_copy_only=False)[first] for name in table.column_names
    }
    for name in ("vehicle", "trip", "route"):
        columns[name] = columns[name].astype(object)
    columns["odometer"] = columns["odometer"].astype(np.float64)
    return VehicleTrack(**columns)
