"""Choosing among what a search found: what no other beats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .journeys import Ride, stop_arrays
from .search import ALIGHT, BOARD, DEPARTURE, NOWHERE, PARENT, PATTERN, RIDES, STATE, STOP, TIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .journeys import Ends, Journey


def undominated(journeys: Sequence[Journey]) -> tuple[Journey, ...]:
    """Journeys that no other equals or beats on arrival, transfers and fare, earliest first.

    Of equals the one that leaves last stays.
    """
    ranked = sorted(
        journeys, key=lambda j: (j.arrive, j.transfers, j.fare or 0, -j.depart, len(j.legs))
    )
    kept: list[Journey] = []
    for journey in ranked:
        if not any(
            other.transfers <= journey.transfers and (other.fare or 0) <= (journey.fare or 0)
            for other in kept
        ):
            kept.append(journey)
    return tuple(kept)


def best_rides(labels: NDArray[np.int32], ends: Ends, fare: NDArray[np.int64]) -> list[list[Ride]]:
    """Rides of each label that no other beats at the destination; `fare` is by state."""
    if not len(labels) or not ends.egress:
        return []
    egress_stop, walk_out = stop_arrays(ends.egress)
    order = np.argsort(egress_stop)
    egress_stop, walk_out = egress_stop[order], walk_out[order]
    at = np.minimum(np.searchsorted(egress_stop, labels[:, STOP]), egress_stop.size - 1)
    ending = np.flatnonzero(egress_stop[at] == labels[:, STOP])
    there = labels[ending, TIME] + walk_out[at[ending]]
    paid, rides = fare[labels[ending, STATE]], labels[ending, RIDES]
    chosen: list[tuple[int, int]] = []
    options: list[list[Ride]] = []
    for best in np.lexsort((paid, rides, there)):
        cost = (int(rides[best]), int(paid[best]))
        if not any(r <= cost[0] and f <= cost[1] for r, f in chosen):
            chosen.append(cost)
            options.append(_rides_of(labels, int(ending[best])))
    return options


def _rides_of(labels: NDArray[np.int32], label: int) -> list[Ride]:
    rides: list[Ride] = []
    while label != NOWHERE:
        row = labels[label].tolist()
        rides.append(Ride(row[PATTERN], row[BOARD], row[ALIGHT], row[DEPARTURE]))
        label = row[PARENT]
    return rides[::-1]
