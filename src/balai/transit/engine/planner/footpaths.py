"""Walks between stops: everything near enough, and what transfers.txt says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .geometry import great_circle_m, pairs_within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl
    from numpy.typing import NDArray

MINIMUM_TIME, IMPOSSIBLE = 2, 3  # GTFS transfer_type


@dataclass(frozen=True, slots=True)
class Footpaths:
    """Walks from each stop, as one list a stop: those of stop s are start[s]:start[s + 1].

    Each stop also has a walk to itself: changing vehicles there. The walks are *not* closed
    under joining: two walks in a row are not a walk.
    """

    start: NDArray[np.int32]
    to: NDArray[np.int32]
    metres: NDArray[np.float64]
    minimum_s: NDArray[np.int32]

    def seconds(self, walk_speed: float) -> NDArray[np.int32]:
        """Whole seconds of each walk, rounded up, at `walk_speed` metres a second."""
        return np.maximum(walking_seconds(self.metres, walk_speed), self.minimum_s)


def walking_seconds(metres: NDArray[np.float64], walk_speed: float) -> NDArray[np.int32]:
    """Whole seconds for `metres`, rounded up so that no connection is promised too soon."""
    return np.ceil(metres / walk_speed - 1e-9).astype(np.int32)


def footpaths_of(
    transfers: Sequence[pl.DataFrame],
    stop_index: Mapping[str, int],
    stop_lat: NDArray[np.float64],
    stop_lon: NDArray[np.float64],
    reach_m: float,
) -> Footpaths:
    """Great-circle walks up to `reach_m`, corrected by the stop-to-stop rows of each transfers.txt.

    A row adds its pair whatever the distance; type 2 sets the time needed to at least its
    min_transfer_time; type 3 forbids the pair. Rows limited to routes or trips are left out.
    """
    count = stop_lat.size
    one, other, metres = pairs_within(stop_lat, stop_lon, reach_m)
    every = np.arange(count, dtype=np.int32)
    walk: dict[tuple[int, int], tuple[float, int]] = {}
    forbidden: set[tuple[int, int]] = set()
    told = [row for table in transfers for row in _told(table, stop_index)]
    for pair, kind, least in told:
        if kind == IMPOSSIBLE:
            forbidden.add(pair)
            continue
        a, b = pair
        apart = float(great_circle_m(stop_lat[a], stop_lon[a], stop_lat[b], stop_lon[b]))
        walk[pair] = (apart, least if kind == MINIMUM_TIME else 0)
    one, other = np.concatenate((every, one)), np.concatenate((every, other))
    metres = np.concatenate((np.zeros(count), metres))
    if walk or forbidden:
        replaced = np.array([a * count + b for a, b in (*walk, *forbidden)], np.int64)
        kept = ~np.isin(one.astype(np.int64) * count + other, replaced)
        one, other, metres = one[kept], other[kept], metres[kept]
    minimum = np.zeros(one.size, np.int32)
    added = np.array(list(walk), np.int32).reshape(-1, 2)
    one, other = np.concatenate((one, added[:, 0])), np.concatenate((other, added[:, 1]))
    metres = np.concatenate((metres, np.array([m for m, _ in walk.values()], np.float64)))
    minimum = np.concatenate((minimum, np.array([s for _, s in walk.values()], np.int32)))
    order = np.lexsort((other, metres, one))
    return Footpaths(
        start=np.searchsorted(one[order], np.arange(count + 1)).astype(np.int32),
        to=other[order],
        metres=metres[order],
        minimum_s=minimum[order],
    )


def _told(
    transfers: pl.DataFrame, stop_index: Mapping[str, int]
) -> list[tuple[tuple[int, int], int, int]]:
    """Rows of transfers.txt between known stops: (pair, type, seconds)."""
    import polars as pl

    scoped = [
        column
        for column in ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id")
        if column in transfers.columns
    ]
    rows = transfers.filter(
        *((pl.col(column).is_null() | (pl.col(column) == "")) for column in scoped)
    ).select("from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time")
    return [
        ((stop_index[a], stop_index[b]), int(kind or 0), int(least or 0))
        for a, b, kind, least in rows.iter_rows()
        if a in stop_index and b in stop_index
    ]
