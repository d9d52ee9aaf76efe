"""Reports in batches that have nothing to do with each other, so that a day fits in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balai.transit.engine.settlement.schedule import Schedule

MOST = 200_000
"""Reports in a batch, unless routes that belong together have more."""


def batches(
    schedule: Schedule, vehicle: Any, route: NDArray[np.object_], most: int = MOST
) -> list[NDArray[np.int64]]:
    """The rows of reports (each of a `vehicle`, a number, and a `route`) in batches of at most
    `most` where that may be.

    Routes that a vehicle drives on one day, or that have a path in common, are in one batch.
    """
    names, told = np.unique(
        np.concatenate((route.astype(str), np.array(schedule.routes, str))), return_inverse=True
    )
    if not vehicle.size:
        return [np.empty(0, np.int64)]
    first = int(vehicle.max()) + 1
    node = np.concatenate((vehicle, first + schedule.path_of.astype(np.int64)))
    part = _parts(names.size, np.unique(np.column_stack((node, told)), axis=0))[told]
    part = part[: vehicle.size]
    order = np.argsort(part, kind="stable")
    ends_of = np.append(np.flatnonzero(np.diff(part[order])) + 1, order.size)
    cuts, begin, before = [], 0, 0
    for end in ends_of.tolist():
        if end - begin > most and before > begin:
            cuts.append(before)
            begin = before
        before = end
    return [np.sort(rows) for rows in np.split(order, cuts)]


def _parts(count: int, links: NDArray[np.int64]) -> NDArray[np.int64]:
    """The part that each of `count` routes belongs to, where `links` (node, route; by node) tie
    routes of one node together.
    """
    part = np.arange(count)

    def root(route: int) -> int:
        while part[route] != route:
            part[route] = part[part[route]]
            route = int(part[route])
        return route

    same = links[1:, 0] == links[:-1, 0]
    for one, other in zip(links[:-1][same, 1].tolist(), links[1:][same, 1].tolist(), strict=True):
        roots = root(one), root(other)
        part[max(roots)] = min(roots)
    return np.array([root(route) for route in range(count)], np.int64)
