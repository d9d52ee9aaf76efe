"""Lower bounds of travel time, so that a search leaves what cannot arrive in time.

A search backwards from the destination over the fastest ride between neighbouring calls and the
walks gives, for every stop, the seconds below which no trip can reach the destination.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from .search import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .timetable import Timetable


class BackwardEdges(NamedTuple):
    """Edges into stop s are start[s]:start[s + 1]: the stop come from, seconds at the least."""

    start: NDArray[np.int32]
    origin: NDArray[np.int32]
    seconds: NDArray[np.int32]


def backward_edges(timetable: Timetable, walk_s: NDArray[np.int32]) -> BackwardEdges:
    """Fastest ride or walk between every two stops joined by one, listed by where it ends."""
    inner = np.ones(timetable.call_stop.size, np.bool_)
    inner[timetable.call_start[1:] - 1] = False
    call = np.flatnonzero(inner)
    walker = np.repeat(np.arange(timetable.stops), np.diff(timetable.walk_start))
    origin = np.concatenate((timetable.call_stop[call], walker))
    to = np.concatenate((timetable.call_stop[call + 1], timetable.walk_to))
    seconds = np.concatenate((timetable.call_fastest_s[call], walk_s))
    order = np.lexsort((seconds, origin, to))
    origin, to, seconds = origin[order], to[order], seconds[order]
    kept = np.ones(to.size, np.bool_)
    kept[1:] = (to[1:] != to[:-1]) | (origin[1:] != origin[:-1])
    kept &= origin != to
    start = np.searchsorted(to[kept], np.arange(timetable.stops + 1))
    return BackwardEdges(
        start.astype(np.int32), origin[kept].astype(np.int32), seconds[kept].astype(np.int32)
    )


@njit(cache=True)
def least_seconds(edges, egress_stop, egress_s, limit):  # type: ignore[no-untyped-def]
    """Seconds from each stop to the destination at the least; NEVER beyond `limit`.

    Dijkstra's search with a bucket a second (Dial 1969), from the stops one may walk from.
    """
    distance = np.full(edges.start.size - 1, NEVER, np.int32)
    settled = np.zeros(distance.size, np.bool_)
    head = np.full(limit + 1, -1, np.int32)
    # A stop enters a bucket at most once for each edge out of it, and once as an end.
    entry_stop = np.empty(edges.origin.size + egress_stop.size, np.int32)
    entry_next = np.empty(entry_stop.size, np.int32)
    used = 0
    for at in range(egress_stop.size):
        stop, there = egress_stop[at], egress_s[at]
        if there <= limit and there < distance[stop]:
            distance[stop] = there
            entry_stop[used], entry_next[used] = stop, head[there]
            head[there] = used
            used += 1
    for bucket in range(limit + 1):
        while head[bucket] >= 0:
            stop = entry_stop[head[bucket]]
            head[bucket] = entry_next[head[bucket]]
            if settled[stop]:
                continue
            settled[stop] = True
            for edge in range(edges.start[stop], edges.start[stop + 1]):
                there, before = bucket + edges.seconds[edge], edges.origin[edge]
                if there <= limit and there < distance[before]:
                    distance[before] = there
                    entry_stop[used], entry_next[used] = before, head[there]
                    head[there] = used
                    used += 1
    return distance
