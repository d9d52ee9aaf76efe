"""The part of a drawn line between two stops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Point = tuple[float, float]


def part_between(
    lats: Sequence[float], lons: Sequence[float], start: Point, end: Point
) -> tuple[Point, ...]:
    """The line's points (latitude, longitude) from nearest `start` to nearest `end`.

    Of a line that passes a stop twice, the stretch is taken whose ends lie nearest to both stops
    together, in the direction of the line; the ends themselves are the stops. A line of fewer
    than two points gives the straight way.
    """
    if len(lats) < 2:
        return start, end
    lat, lon = np.asarray(lats, np.float64), np.asarray(lons, np.float64)
    from_start, from_end = _squares(lat, lon, start), _squares(lat, lon, end)
    # The best place to begin at or before each point; then the best place to end.
    best = np.minimum.accumulate(from_start)
    last = int(np.argmin(best + from_end))
    first = int(np.argmin(from_start[: last + 1]))
    inner = zip(lat[first : last + 1].tolist(), lon[first : last + 1].tolist(), strict=True)
    return (start, *inner, end)


def _squares(
    lat: NDArray[np.float64], lon: NDArray[np.float64], point: Point
) -> NDArray[np.float64]:
    """Squared distances in degrees of latitude, the earth taken as flat."""
    narrow = np.cos(np.radians(point[0]))
    squares: NDArray[np.float64] = (lat - point[0]) ** 2 + ((lon - point[1]) * narrow) ** 2
    return squares
