"""Lower bounds of travel time, so that a search leaves what cannot arrive in time.

A search backwards from the destination over the fastest ride between neighbouring calls and the
walks gives, for every stop, the seconds below which no trip can reach the destination.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .arrays import NEVER
from .compiling import allocating

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .timetable import Timetable


class BackwardEdges(NamedTuple):
    """Edges into stop s are start[s]:start[s + 1]: the stop come from, seconds at the least."""

    start: NDArray[np.int32]
    origin: NDArray[np.int32]
    seconds: NDArray[np.int32]


class Left(NamedTuple):
    """What is left to do at the least, by stop.

    `alight[r, stop]` and `board[r, stop]` are the seconds to the destination of one who has just
    alighted there, or is about to board, and takes at most r more rides; `alight_rides` and
    `board_rides` the fewest rides (127: too many).
    """

    alight: NDArray[np.int32]
    board: NDArray[np.int32]
    alight_rides: NDArray[np.int8]
    board_rides: NDArray[np.int8]


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


@allocating
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


@allocating
def least_left(network, fastest, egress_s, max_rides):  # type: ignore[no-untyped-def]
    """`Left` by rounds backwards over each pattern's fastest times, as if none had to wait."""
    stops = egress_s.size
    alight = np.full((max_rides + 1, stops), NEVER, np.int32)
    board = np.full((max_rides + 1, stops), NEVER, np.int32)
    for stop in range(stops):
        alight[:, stop] = egress_s[stop]
    for rides in range(1, max_rides + 1):
        for stop in range(stops):
            board[rides, stop] = board[rides - 1, stop]
        for pattern in range(network.pattern_product.size):
            if network.pattern_product[pattern] < 0:
                continue
            seconds = NEVER
            low, high = network.call_start[pattern], network.call_start[pattern + 1]
            for call in range(high - 1, low - 1, -1):
                stop = network.call_stop[call]
                seconds = min(NEVER, seconds + fastest[call]) if call < high - 1 else seconds
                if network.call_board[call]:
                    board[rides, stop] = min(board[rides, stop], seconds)
                if network.call_alight[call]:
                    seconds = min(seconds, alight[rides - 1, stop])
        for stop in range(stops):
            for way in range(network.walk_start[stop], network.walk_start[stop + 1]):
                there = network.walk_s[way] + board[rides, network.walk_to[way]]
                alight[rides, stop] = min(alight[rides, stop], there)
    return Left(alight, board, fewest_rides(alight), fewest_rides(board))


@allocating
def fewest_rides(seconds):  # type: ignore[no-untyped-def]
    """First row of each column that is not NEVER; 127 where all are."""
    fewest = np.full(seconds.shape[1], 127, np.int8)
    for stop in range(seconds.shape[1]):
        for rides in range(seconds.shape[0] - 1, -1, -1):
            if seconds[rides, stop] < NEVER:
                fewest[stop] = rides
    return fewest
