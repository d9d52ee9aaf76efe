"""Reports matched with runs, gathered by the vehicle and the run they may be of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Groups(NamedTuple):
    """What vehicles tell of runs: rows `at` (seconds) and `place` (metres along the run's path)
    of the `vehicle` on the `run` number g, by time, from `start[g]` to `[g + 1]`.
    """

    start: NDArray[np.int64]
    run: NDArray[np.int64]
    vehicle: NDArray[np.int64]
    at: NDArray[np.int64]
    place: NDArray[np.float64]

    @staticmethod
    def of(vehicle: Any, run: Any, at: Any, place: Any) -> Groups:
        """Rows that lie together by vehicle and run, and by time in each."""
        start = np.zeros(1, np.int64)
        if at.size:
            changed = np.flatnonzero((np.diff(vehicle) != 0) | (np.diff(run) != 0)) + 1
            start = np.concatenate(([0], changed, [at.size])).astype(np.int64)
        return Groups(start, run[start[:-1]], vehicle[start[:-1]], at, place)

    @staticmethod
    def joined(several: Sequence[Groups]) -> Groups:
        """These groups one after another."""
        columns = [np.concatenate(column) for column in zip(*several, strict=True)]
        sizes = np.concatenate([groups.sizes for groups in several])
        return Groups(np.append(0, np.cumsum(sizes)).astype(np.int64), *columns[1:])

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many rows each group has."""
        return np.diff(self.start)

    @property
    def of_row(self) -> NDArray[np.int64]:
        """The group of each row."""
        return np.repeat(np.arange(self.run.size), self.sizes)


def within(sizes: Any) -> NDArray[np.int64]:
    """0, 1, ... up to each size, one after another."""
    total = int(sizes.sum())
    return np.asarray(np.arange(total) - np.repeat(np.cumsum(sizes) - sizes, sizes), np.int64)
