"""A service day as it should have run: every run with the path it follows and its times.

Paths are the trips' shapes where a feed has them and the stops lie on them, else the stops in
their order. Metres are those of the path on the ground, never `shape_dist_traveled`, whose unit
GTFS leaves open.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

EARTH_METRES = 6_371_008.8
FARTHEST_STOP_M = 300.0
"""A stop farther from its trip's shape says that the shape is another trip's."""
NEAR_SAME_M = 25.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """The runs of a service day, in the order of (trip, start).

    - `trips`, `routes`, `directions`: id, route and GTFS direction (-1 unknown) of each trip.
    - `path_of` (int32): each trip's path. A path's points are `x`, `y` (metres on a plane about
      `origin`) with `along` (metres from its beginning), from `point_start[p]` to `[p + 1]`.
    - calls of a trip: `call_along` (metres), `call_s` (seconds after the run's start) and
      `call_stop`, from `call_start[t]` to `[t + 1]`.
    - `run_trip` (int32), `run_start` (int32 seconds after the service day's start).
    """

    trips: tuple[str, ...]
    routes: tuple[str, ...]
    directions: NDArray[np.int8]
    path_of: NDArray[np.int32]
    point_start: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    along: NDArray[np.float64]
    call_start: NDArray[np.int64]
    call_along: NDArray[np.float64]
    call_s: NDArray[np.int32]
    call_stop: tuple[str, ...]
    run_trip: NDArray[np.int32]
    run_start: NDArray[np.int32]
    origin: tuple[float, float]

    def __len__(self) -> int:
        return int(self.run_trip.size)

    @property
    def path_metres(self) -> NDArray[np.float64]:
        """The length of each path."""
        return self.along[self.point_start[1:] - 1] if self.point_start.size > 1 else self.along

    @property
    def run_metres(self) -> NDArray[np.int64]:
        """The scheduled metres of each run, whole ones."""
        return np.floor(self.path_metres[self.path_of[self.run_trip]]).astype(np.int64)

    @property
    def run_seconds(self) -> NDArray[np.int32]:
        """How long each run takes from its first departure to its last arrival."""
        return self.call_s[self.call_start[self.run_trip + 1] - 1]

    def plane(
        self, lat: NDArray[np.float64], lon: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Degrees as metres on the schedule's plane."""
        return _plane(lat, lon, self.origin)

    def degrees(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Metres on the schedule's plane as latitude and longitude."""
        lat0, lon0 = self.origin
        scale = np.cos(np.radians(lat0))
        return lat0 + np.degrees(y / EARTH_METRES), lon0 + np.degrees(x / EARTH_METRES / scale)


def schedule_of(
    tables: Mapping[str, pl.DataFrame], on: date, routes: Collection[str] | None = None
) -> Schedule:
    """The runs of the service day `on`, frequencies expanded; of these routes only, where given.

    `tables` are a feed's (see `engine.gtfs`). A trip in frequencies.txt departs at each headway
    from the start of a window to strictly before its end, whatever `exact_times` says.
    """
    import polars as pl

    from balai.transit.engine.planner.service_days import services_on
    from balai.transit.engine.planner.trips import expand_frequencies

    services = services_on(tables, on)
    trips = tables["trips"].filter(pl.col("service_id").is_in(sorted(services)))
    if routes is not None:
        trips = trips.filter(pl.col("route_id").is_in(sorted(routes)))
    calls = _calls(tables, trips)
    bounds = _bounds(calls["trip_id"].to_list())
    kept = [k for k in range(len(bounds) - 1) if bounds[k + 1] - bounds[k] >= 2]
    frequencies = tables["frequencies"]
    by_frequency = expand_frequencies(frequencies)
    repeated = frozenset(frequencies["trip_id"].to_list())
    return _Builder(tables, calls, bounds, kept).build(by_frequency, repeated)


def _calls(tables: Mapping[str, pl.DataFrame], trips: pl.DataFrame) -> pl.DataFrame:
    stops = tables["stops"].select("stop_id", "stop_lat", "stop_lon").drop_nulls()
    columns = [c for c in ("direction_id", "shape_id") if c in trips.columns]
    times = tables["stop_times"]
    keep = ["trip_id", "stop_sequence", "stop_id", "arrival_s", "departure_s"]
    return (
        times.select(keep)
        .join(trips.select("trip_id", "route_id", *columns), on="trip_id", how="inner")
        .join(stops, on="stop_id", how="inner")
        .drop_nulls(["arrival_s", "departure_s"])
        .sort("trip_id", "stop_sequence")
    )


def _bounds(trips: list[str]) -> list[int]:
    if not trips:
        return [0]
    changes = [k for k in range(1, len(trips)) if trips[k] != trips[k - 1]]
    return [0, *changes, len(trips)]


class _Builder:
    """Gathers trips, their paths (each once) and runs."""

    def __init__(
        self, tables: Mapping[str, pl.DataFrame], calls: pl.DataFrame, bounds: list[int],
        kept: list[int],
    ) -> None:  # fmt: skip
        self.lat = calls["stop_lat"].to_numpy()
        self.lon = calls["stop_lon"].to_numpy()
        middle = (float(self.lat.mean()), float(self.lon.mean())) if self.lat.size else (0.0, 0.0)
        self.origin = middle
        self.x, self.y = _plane(self.lat, self.lon, middle)
        self.stop = calls["stop_id"].to_list()
        self.arrive = calls["arrival_s"].to_numpy()
        self.depart = calls["departure_s"].to_numpy()
        self.trip = calls["trip_id"].to_list()
        self.route = calls["route_id"].to_list()
        self.direction = _column(calls, "direction_id", -1)
        self.shape = _column(calls, "shape_id", "")
        self.bounds, self.kept = bounds, kept
        self.shapes = _shapes(tables, {s for s in self.shape if s}, middle)
        self.paths: list[tuple[Any, Any, Any]] = []
        self.known: dict[tuple[str, tuple[str, ...]], tuple[int, Any]] = {}

    def build(
        self, by_frequency: Mapping[str, NDArray[np.int32]], repeated: frozenset[str]
    ) -> Schedule:
        """The schedule of the trips kept."""
        path_of, along, seconds, stops, sizes, run_trip, run_start = [], [], [], [], [], [], []
        for number, k in enumerate(self.kept):
            rows = slice(self.bounds[k], self.bounds[k + 1])
            path, places = self._path(rows)
            first = int(self.depart[rows][0])
            times = self.depart[rows] - first
            times[-1] = self.arrive[rows][-1] - first
            trip = self.trip[rows.start]
            starts = by_frequency.get(trip, []) if trip in repeated else [first]
            path_of.append(path)
            along.append(places)
            seconds.append(times)
            stops += self.stop[rows]
            sizes.append(places.size)
            run_trip.append(np.full(len(starts), number, np.int32))
            run_start.append(np.asarray(starts, np.int32))
        heads = [self.bounds[k] for k in self.kept]
        return Schedule(
            trips=tuple(self.trip[h] for h in heads), routes=tuple(self.route[h] for h in heads),
            directions=np.array([self.direction[h] for h in heads], np.int8),
            path_of=np.array(path_of, np.int32),
            point_start=_starts([p[0].size for p in self.paths]),
            x=_joined([p[0] for p in self.paths], float),
            y=_joined([p[1] for p in self.paths], float),
            along=_joined([p[2] for p in self.paths], float), call_start=_starts(sizes),
            call_along=_joined(along, float), call_s=_joined(seconds, np.int32),
            call_stop=tuple(stops), run_trip=_joined(run_trip, np.int32),
            run_start=_joined(run_start, np.int32), origin=self.origin,
        )  # fmt: skip

    def _path(self, rows: slice) -> tuple[int, NDArray[np.float64]]:
        """The path's number, and the metres along it at which each stop lies."""
        key = (self.shape[rows.start] or "", tuple(self.stop[rows]))
        if key not in self.known:
            x, y = self.x[rows], self.y[rows]
            shape = self.shapes.get(key[0])
            placed = _placed(*shape, x, y) if shape is not None else None
            if shape is None or placed is None:
                shape = (x.copy(), y.copy(), _along(x, y))
                placed = shape[2]
            self.known[key] = (len(self.paths), placed)
            self.paths.append(shape)
        return self.known[key]


def _column(calls: pl.DataFrame, name: str, missing: Any) -> list[Any]:
    if name not in calls.columns:
        return [missing] * calls.height
    return [missing if value is None else value for value in calls[name].to_list()]


def _shapes(
    tables: Mapping[str, pl.DataFrame], wanted: set[str], origin: tuple[float, float]
) -> dict[str, tuple[Any, Any, Any]]:
    import polars as pl

    rows = tables["shapes"].filter(pl.col("shape_id").is_in(sorted(wanted)))
    if not rows.height:
        return {}
    found = {}
    ordered = rows.sort("shape_id", "shape_pt_sequence")
    for (shape,), part in ordered.group_by("shape_id", maintain_order=True):
        x, y = _plane(part["shape_pt_lat"].to_numpy(), part["shape_pt_lon"].to_numpy(), origin)
        moved = np.append(True, (np.diff(x) != 0) | (np.diff(y) != 0))
        if moved.sum() >= 2:
            found[str(shape)] = (x[moved], y[moved], _along(x[moved], y[moved]))
    return found


def _placed(
    px: NDArray[np.float64], py: NDArray[np.float64], along: NDArray[np.float64],
    x: NDArray[np.float64], y: NDArray[np.float64],
) -> NDArray[np.float64] | None:  # fmt: skip
    """Metres along the shape of each stop, never falling; None where one is far from it.

    Of places about as near, the first after the stop before is taken: a loop passes twice.
    """
    dx, dy = np.diff(px), np.diff(py)
    square = np.maximum(dx * dx + dy * dy, 1e-9)
    length = np.sqrt(square)
    places = np.zeros(x.size)
    least = 0.0
    for k in range(x.size):
        part = np.clip(((x[k] - px[:-1]) * dx + (y[k] - py[:-1]) * dy) / square, 0.0, 1.0)
        at = along[:-1] + part * length
        off = np.hypot(px[:-1] + part * dx - x[k], py[:-1] + part * dy - y[k])
        off = np.where(at < least - 1e-6, np.inf, off)
        if not off.size or off.min() > FARTHEST_STOP_M:
            return None
        best = off.min()
        near = np.flatnonzero(off <= best + NEAR_SAME_M)
        # The first stretch that comes as near, and on it the nearest point.
        first = near[: 1 + int(np.argmax(np.append(np.diff(near) > 1, True)))]
        places[k] = least = float(at[first[np.argmin(off[first])]])
    return places


def _plane(lat: Any, lon: Any, origin: tuple[float, float]) -> tuple[Any, Any]:
    lat0, lon0 = origin
    x = np.radians(np.asarray(lon) - lon0) * np.cos(np.radians(lat0)) * EARTH_METRES
    return x, np.radians(np.asarray(lat) - lat0) * EARTH_METRES


def _along(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.append(0.0, np.cumsum(np.hypot(np.diff(x), np.diff(y))))


def _starts(sizes: list[int]) -> NDArray[np.int64]:
    return np.append(0, np.cumsum(np.array(sizes, np.int64))).astype(np.int64)


def _joined(parts: list[Any], kind: Any) -> Any:
    return np.concatenate(parts).astype(kind) if parts else np.empty(0, kind)
