"""What may yet be boarded from a stop, whatever one rides, so that fares which can no longer
differ need not be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .arrays import NEVER
from .bounds import least_left
from .compiling import allocating, kernel
from .meters import FAMILY, PACKAGE, integrated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from .arrays import Network

# What may follow: any boarding; of those the rule covers, only ones in modes that the package
# has already; none that the rule covers, so that each boarding costs its own fare.
ANYTHING, SAME_MODES, OWN_FARES = range(3)


class Prospects(NamedTuple):
    """Seconds at the least until one boards each of the rule's modes, `NEVER` where one cannot.

    Arrays int32 [stop, rides, mode]: after at most so many rides before that boarding, from when
    one alights at the stop (`alight`) or is about to board there (`board`), and where the ride
    about to be taken counts among those before (`ride`). `modes` are the rule's modes.
    """

    alight: NDArray[np.int32]
    board: NDArray[np.int32]
    ride: NDArray[np.int32]
    modes: NDArray[np.int64]


def prospects_of(
    network: Network, fastest: NDArray[np.int32], modes: Iterable[int], max_rides: int
) -> Prospects:
    """Prospects by rounds backwards from where each mode is boarded (`least_left`).

    `network.pattern_product` is each pattern's mode; `fastest[call]` the least seconds from a
    call to the next.
    """
    listed = np.array(sorted(modes), np.int64)
    stops = network.visit_start.size - 1
    shape = (stops, max_rides + 1, listed.size)
    alight, board, ride = (np.empty(shape, np.int32) for _ in range(3))
    for number, mode in enumerate(listed.tolist()):
        here = boarded_at(network, mode)
        left = least_left(network, fastest, nearest(network, here), max_rides)
        alight[:, :, number] = left.alight.T
        ride[:, :, number] = left.board.T
        board[:, :, number] = np.minimum(left.board, here).T
    return Prospects(alight, board, ride, listed)


@allocating
def boarded_at(network, mode):  # type: ignore[no-untyped-def]
    """0 for the stops where a mode is boarded, `NEVER` for the others."""
    here = np.full(network.visit_start.size - 1, NEVER, np.int32)
    for pattern in range(network.pattern_product.size):
        if network.pattern_product[pattern] == mode:
            for call in range(network.call_start[pattern], network.call_start[pattern + 1]):
                if network.call_board[call]:
                    here[network.call_stop[call]] = 0
    return here


@allocating
def nearest(network, here):  # type: ignore[no-untyped-def]
    """Seconds of the shortest walk from each stop to one where `here` is 0."""
    seconds = here.copy()
    for stop in range(seconds.size):
        for way in range(network.walk_start[stop], network.walk_start[stop + 1]):
            if here[network.walk_to[way]] == 0:
                seconds[stop] = min(seconds[stop], network.walk_s[way])
    return seconds


@kernel
def outlook(rule, modes, until_boarding, left, time, deadline, taken):  # type: ignore[no-untyped-def]
    """What may follow for one who has `left` rides and a package with modes `taken`, as bits.

    `until_boarding` is a stop's part of `Prospects`.
    """
    if left <= 0:
        return OWN_FARES
    some, other = False, False
    for number in range(modes.size):
        if time + until_boarding[left - 1, number] <= deadline:
            some = True
            other = other or not (taken >> modes[number]) & 1
    if not some:
        return OWN_FARES
    if rule[FAMILY] != PACKAGE or other or integrated(rule, taken):
        return ANYTHING
    return SAME_MODES
