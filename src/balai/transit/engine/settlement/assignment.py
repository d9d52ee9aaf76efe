"""Which runs a path's vehicles drove, where reports do not say: the most metres, exactly.

Which run of a service by headway a pass stands for says nothing; that it was driven does. So each
vehicle has the set of runs, one after another, that verifies the most of its metres; a path's
vehicles together have no more passes than the timetable has runs; and each pass then stands for
the run nearest to it that is free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def assign(
    vehicle: NDArray[np.int64], worth: NDArray[np.int64], start: NDArray[np.int64],
    lasts: NDArray[np.int64], starts: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """The pairs (rows) of vehicle and run of one path that count, and the run each stands for.

    `worth` are metres, `start` and `lasts` the run's seconds; `starts` those of all runs of the
    path, rising; the runs answered are places in it. A vehicle begins no run before its last one
    is over. The sum of `worth` is the greatest possible with as many pairs as there are runs, so
    a pair that is worth less can never make it greater. Of vehicles about equal the lower number
    goes first.
    """
    tables = {int(v): _Best(np.flatnonzero(vehicle == v), worth, start, lasts)
              for v in np.unique(vehicle)}  # fmt: skip
    picks = {v: table.most for v, table in tables.items()}
    if sum(picks.values()) > starts.size:
        gains = sorted((-gain, v) for v, table in tables.items() for gain in table.gains)
        picks = dict.fromkeys(tables, 0)
        for _, v in gains[: starts.size]:
            picks[v] += 1
    chosen = np.array(sorted(row for v, count in picks.items()
                             for row in tables[v].rows_of(count)), np.int64)  # fmt: skip
    chosen = chosen[np.lexsort((vehicle[chosen], start[chosen]))]
    return chosen, _placed(start[chosen], starts)


class _Best:
    """The greatest sum of one vehicle's pairs that do not overlap, for each number of them.

    The sums are concave in the number (the intervals' matrix is totally unimodular), so gains
    fall, and the greatest sum over several vehicles takes gains by size.
    """

    def __init__(self, rows: Any, worth: Any, start: Any, lasts: Any) -> None:
        self.rows = rows[np.lexsort((rows, start[rows]))]
        begin, end = start[self.rows], start[self.rows] + lasts[self.rows]
        self.after = np.searchsorted(begin, end, "left")
        self.worth = worth[self.rows]
        most = self._longest_chain()
        # best[i, k]: from the i-th pair on, at most k of them.
        self.best = np.zeros((self.rows.size + 1, most + 1), np.int64)
        for i in range(self.rows.size - 1, -1, -1):
            self.best[i] = self.best[i + 1]
            taken = self.worth[i] + self.best[self.after[i], :-1]
            self.best[i, 1:] = np.maximum(self.best[i, 1:], taken)
        self.gains = [int(g) for g in np.diff(self.best[0]) if g > 0]
        self.most = len(self.gains)

    def _longest_chain(self) -> int:
        chain = np.zeros(self.rows.size + 1, np.int64)
        for i in range(self.rows.size - 1, -1, -1):
            chain[i] = max(chain[i + 1], 1 + chain[max(self.after[i], i + 1)])
        self.after = np.maximum(self.after, np.arange(1, self.rows.size + 1))
        return int(chain[0])

    def rows_of(self, count: int) -> list[int]:
        """The pairs of the greatest sum with `count` of them."""
        found, i, k = [], 0, count
        while k and i < self.rows.size:
            if self.best[i, k] == self.best[i + 1, k]:
                i += 1
                continue
            found.append(int(self.rows[i]))
            i, k = int(self.after[i]), k - 1
        return found


def _placed(wanted: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each start wanted, in turn, the nearest run that is still free, the earlier of two."""
    free = np.ones(starts.size, bool)
    placed = np.empty(wanted.size, np.int64)
    for k, second in enumerate(wanted):
        off = np.where(free, np.abs(starts - second), np.iinfo(np.int64).max)
        placed[k] = int(np.argmin(off))
        free[placed[k]] = False
    return placed
