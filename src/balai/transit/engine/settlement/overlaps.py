"""Stretches of street that two paths of a route follow the same way.

With inferred runs only the route is believed, so a vehicle on such a stretch bears out a pass of
either path, and would be paid for both: up to 75 % too much on routes of Jakarta whose directions
share half their streets. Each such stretch therefore counts on the longer path alone. What is
shared follows from the timetable, never from reports: so a report less still never verifies more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balai.transit.engine.settlement.schedule import Schedule

STEP_M = 20.0
"""Paths are compared at points this far apart."""
SAME_WAY = 0.5
"""Cosine of the widest angle between two paths headed the same way: 60 degrees."""

Stretch = tuple[float, float]
Parts = tuple["NDArray[np.int64]", "NDArray[np.float64]", "NDArray[np.float64]"]


def shared_stretches(
    schedule: Schedule, paths: Collection[tuple[str, int]], corridor_m: float
) -> dict[int, list[Stretch]]:
    """The stretches (metres along it, rising and apart) of each path that count on another one.

    `paths` are pairs of route and path. Of a route's paths the longest yields nothing, the next
    what it shares with that, and so on. Shared is what lies within twice `corridor_m` of the
    other, headed the same way: there a position may lie in both corridors.
    """
    by_route: dict[str, list[int]] = defaultdict(list)
    length = schedule.path_metres
    for route, path in sorted(set(paths), key=lambda pair: (-length[pair[1]], pair)):
        by_route[route].append(path)
    found: dict[int, list[Stretch]] = {}
    for mine in by_route.values():
        points = [_points(schedule, path) for path in mine]
        for k in range(1, len(mine)):
            shared = np.zeros(points[k].shape[1], bool)
            for other in points[:k]:
                shared |= _near(points[k], other, 2 * corridor_m)
            if shared.any():
                found[mine[k]] = _runs_of(shared, float(length[mine[k]]))
    return found


def without(parts: Parts, paths: Any, shared: Mapping[int, list[Stretch]]) -> Parts:
    """Parts (bounds, from, to; one group each path of `paths`) less the stretches of their path."""
    bounds, begin, end = parts
    starts, left, right = [0], [], []
    for group, path in enumerate(paths.tolist()):
        for k in range(bounds[group], bounds[group + 1]):
            low, high = float(begin[k]), float(end[k])
            for first, last in shared.get(path, ()):
                if low < min(first, high):
                    left.append(low)
                    right.append(min(first, high))
                low = max(low, last)
            if low < high:
                left.append(low)
                right.append(high)
        starts.append(len(left))
    return np.array(starts, np.int64), np.array(left, np.float64), np.array(right, np.float64)


def _points(schedule: Schedule, path: int) -> NDArray[np.float64]:
    """Rows x, y and the heading's two parts, every `STEP_M` along a path."""
    rows = slice(int(schedule.point_start[path]), int(schedule.point_start[path + 1]))
    along = schedule.along[rows]
    at = np.append(np.arange(0.0, along[-1], STEP_M), along[-1])
    place = [np.interp(at, along, column[rows]) for column in (schedule.x, schedule.y)]
    return np.array([*place, *(np.gradient(column) for column in place)])


def _near(mine: Any, other: Any, within: float) -> NDArray[np.bool_]:
    """Which points of a path lie near one of the other's that is headed much the same way."""
    found = np.zeros(mine.shape[1], bool)
    for k in range(0, mine.shape[1], 256):
        some = mine[:, k : k + 256, None]
        off = np.hypot(some[0] - other[0], some[1] - other[1])
        turn = some[2] * other[2] + some[3] * other[3]
        size = np.hypot(some[2], some[3]) * np.hypot(other[2], other[3])
        found[k : k + 256] = ((off <= within) & (turn > SAME_WAY * size)).any(axis=1)
    return found


def _runs_of(shared: NDArray[np.bool_], length: float) -> list[Stretch]:
    """Rows of shared points as stretches, half a step wider at each end."""
    edges = np.diff(np.concatenate(([0], shared.astype(np.int8), [0])))
    pairs = zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1, strict=True)
    return [(max(0.0, (a - 0.5) * STEP_M), min(length, (b + 0.5) * STEP_M)) for a, b in pairs]
