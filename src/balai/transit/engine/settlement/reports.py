"""Where vehicles were: positions of a service day as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NO_START = -1


@dataclass(frozen=True, slots=True)
class Reports:
    """Positions, in any order.

    `vehicle`, `trip`, `route`: text (object arrays; "" where not told). `at`: seconds after the
    service day's start (int64); `lat`, `lon`: degrees; `trip_start`: the second at which the run
    named by `trip` began (int32, -1 where not told).
    """

    vehicle: NDArray[np.object_]
    trip: NDArray[np.object_]
    route: NDArray[np.object_]
    at: NDArray[np.int64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    trip_start: NDArray[np.int32]

    def __len__(self) -> int:
        return int(self.at.size)

    def taken(self, rows: Any) -> Reports:
        """These rows (indices or a mask) of it."""
        return Reports(
            self.vehicle[rows], self.trip[rows], self.route[rows], self.at[rows], self.lat[rows],
            self.lon[rows], self.trip_start[rows],
        )  # fmt: skip

    @staticmethod
    def of(rows: Sequence[tuple[str, str, str, int, float, float, int]]) -> Reports:
        """Reports from rows of (vehicle, trip, route, at, lat, lon, trip start)."""
        columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 7
        vehicle, trip, route = (np.array(columns[k], dtype=object) for k in range(3))
        return Reports(
            vehicle, trip, route, np.array(columns[3], np.int64), np.array(columns[4], np.float64),
            np.array(columns[5], np.float64), np.array(columns[6], np.int32),
        )  # fmt: skip
