"""Choosing among what a search found: what no other beats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .arrays import (
    ALIGHT,
    BOARD,
    DEPARTURE,
    LEFT,
    NOWHERE,
    PARENT,
    PATTERN,
    RIDES,
    STATE,
    STOP,
    TIME,
)
from .journeys import Ride, stop_arrays

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from .journeys import Ends, Journey
    from .ranges import Span

Cost = tuple[int, ...]


def by_arrival(journey: Journey) -> Cost:
    """What is compared of journeys that leave from a moment on."""
    return (journey.arrive, journey.transfers, journey.fare or 0)


def in_time(journey: Journey) -> Cost:
    """What is compared of journeys that are in time, whenever they arrive."""
    return (-(2**30), journey.transfers, journey.fare or 0)


def by_departure(journey: Journey) -> Cost:
    """What is compared of journeys that arrive by a moment."""
    return (-journey.depart, journey.transfers, journey.fare or 0)


def by_both(journey: Journey) -> Cost:
    """What is compared of journeys of a span."""
    return (-journey.depart, journey.arrive, journey.transfers, journey.fare or 0)


def undominated(
    journeys: Sequence[Journey], cost: Callable[[Journey], Cost] = by_arrival
) -> tuple[Journey, ...]:
    """Journeys that no other equals or beats in every cost, in the order of the first.

    Of equals the one that leaves last and arrives first stays.
    """
    ranked = sorted(journeys, key=lambda j: (*cost(j), j.arrive, -j.depart, len(j.legs)))
    costs = [cost(journey) for journey in ranked]
    return tuple(ranked[at] for at in undominated_rows(costs))


def undominated_rows(costs: Sequence[Cost]) -> list[int]:
    """Which of some costs, in rising order, none before equals or beats."""
    kept: list[int] = []
    for at, mine in enumerate(costs):
        if not any(all(map(int.__le__, costs[other], mine)) for other in kept):
            kept.append(at)
    return kept


def best_rides(
    labels: NDArray[np.int32], ends: Ends, fare: NDArray[np.int64], span: Span, kind: str = ""
) -> list[tuple[list[Ride], int]]:
    """Rides and fare of each label that no other beats at the destination; `fare` is by state.

    Compared are arrival, rides and fare; with `kind` "profile" also the departure, and with
    "arrive-by" the departure in place of the arrival. What is too late for the span is left out:
    a label is followed where riding on may be in time, and the walk from there is not.
    """
    if not len(labels) or not ends.egress:
        return []
    egress_stop, walk_out = stop_arrays(ends.egress)
    order = np.argsort(egress_stop)
    egress_stop, walk_out = egress_stop[order], walk_out[order]
    at = np.minimum(np.searchsorted(egress_stop, labels[:, STOP]), egress_stop.size - 1)
    arrive, left = labels[:, TIME] + walk_out[at], labels[:, LEFT]
    timely = arrive <= np.minimum(span.deadline, left + span.horizon_s)
    ending = np.flatnonzero((egress_stop[at] == labels[:, STOP]) & timely)
    there, left = arrive[ending], -left[ending]
    paid, rides = fare[labels[ending, STATE]], labels[ending, RIDES]
    columns = {"": (there, rides, paid), "arrive-by": (left, rides, paid)}.get(
        kind, (left, there, rides, paid)
    )
    ranked = np.lexsort((there, *columns[::-1]))
    costs = list(zip(*(column[ranked].tolist() for column in columns), strict=True))
    chosen = [ranked[row] for row in undominated_rows(costs)]
    return [(_rides_of(labels, int(ending[row])), int(paid[row])) for row in chosen]


def _rides_of(labels: NDArray[np.int32], label: int) -> list[Ride]:
    rides: list[Ride] = []
    while label != NOWHERE:
        row = labels[label].tolist()
        rides.append(Ride(row[PATTERN], row[BOARD], row[ALIGHT], row[DEPARTURE]))
        label = row[PARENT]
    return rides[::-1]
