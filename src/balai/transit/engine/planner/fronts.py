"""What can be reached from a place, by time and by money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Fronts:
    """By stop, the ways there that none beats on arrival and fare.

    Those of stop s are `start[s]:start[s + 1]` of `arrival` (seconds, rising) and `fare`
    (rupiah, falling; 0 without a tariff): to be there by vehicle or on foot. Where `proven` is
    given and False, the ways told are true but a better one may exist (an integrated fare whose
    package would run out on the way); no way is better than those of `bounds`.
    """

    depart_at: int
    start: NDArray[np.int32]
    arrival: NDArray[np.int32]
    fare: NDArray[np.int64]
    proven: NDArray[np.bool_] | None = None
    bounds: Fronts | None = None

    def at(self, stop: int) -> list[tuple[int, int]]:
        """(arrival, fare) of the ways to a stop, by arrival."""
        rows = slice(int(self.start[stop]), int(self.start[stop + 1]))
        return list(zip(self.arrival[rows].tolist(), self.fare[rows].tolist(), strict=True))

    def within(self, seconds: int | None = None, fare: int | None = None) -> NDArray[np.bool_]:
        """Which stops can be reached within so many seconds for so much money, by stop."""
        good = np.ones(self.arrival.size, np.bool_)
        if seconds is not None:
            good &= self.arrival <= self.depart_at + seconds
        if fare is not None:
            good &= self.fare <= fare
        return np.diff(np.concatenate(([0], np.cumsum(good)))[self.start]) > 0

    def earliest(self, fare: int | None = None) -> NDArray[np.int64]:
        """Seconds of travel to each stop for at most so much money, -1 where out of reach."""
        far = np.iinfo(np.int32).max
        arrival = self.arrival if fare is None else np.where(self.fare <= fare, self.arrival, far)
        soonest = _least(arrival.astype(np.int64), self.start, far)
        return np.where(soonest < far, soonest - self.depart_at, -1)

    def open(self, fare: int | None = None) -> NDArray[np.intp]:
        """The stops that one may yet reach sooner for at most so much money than is told."""
        if self.bounds is None:
            return np.empty(0, np.intp)
        return np.flatnonzero(self.earliest(fare) != self.bounds.earliest(fare))

    def least_fare(self, seconds: int | None = None) -> NDArray[np.int64]:
        """Least fare to be at each stop within so many seconds, -1 where out of reach."""
        far = np.iinfo(np.int64).max
        soon = np.iinfo(np.int32).max if seconds is None else self.depart_at + seconds
        least = _least(np.where(self.arrival <= soon, self.fare, far), self.start, far)
        return np.where(least < far, least, -1)


def _least(values: NDArray[np.int64], start: NDArray[np.int32], none: int) -> NDArray[np.int64]:
    """Least of the values of each stop, `none` where it has none."""
    least = np.full(start.size - 1, none, np.int64)
    some = np.diff(start) > 0
    if values.size:
        least[some] = np.minimum.reduceat(values, start[:-1][some])
    return least


def fronts_of(
    depart_at: int,
    stop: NDArray[np.int64],
    arrival: NDArray[np.int32],
    fare: NDArray[np.int64],
    stops: int,
) -> Fronts:
    """Fronts of ways to stops, given in any order."""
    order = np.lexsort((fare, arrival, stop))
    stop, arrival, fare = stop[order], arrival[order], fare[order]
    # Fares as one falling sequence over all stops: what is below all before it is not beaten.
    level = fare - stop * (int(fare.max(initial=0)) + 1)
    before = np.concatenate(([np.iinfo(np.int64).max], np.minimum.accumulate(level)[:-1]))
    kept = level < before[: level.size]
    start = np.searchsorted(stop[kept], np.arange(stops + 1))
    return Fronts(depart_at, start.astype(np.int32), arrival[kept], fare[kept])


@njit(cache=True)
def fronts_of_states(by_ride, on_foot, fare, dearest_first, never):  # type: ignore[no-untyped-def]
    """Starts, arrivals and fares of the fronts in arrays of arrivals by stop and state.

    `dearest_first` are the states by falling fare.
    """
    stops, states = by_ride.shape
    start = np.zeros(stops + 1, np.int32)
    arrival = np.empty(stops * states, np.int32)
    paid = np.empty(stops * states, np.int64)
    soonest = np.empty(states, np.int32)
    used = 0
    for stop in range(stops):
        # From the cheapest up, the best so far; then down from the dearest, what still gains.
        best = never
        for at in range(states - 1, -1, -1):
            state = dearest_first[at]
            best = min(best, by_ride[stop, state], on_foot[stop, state])
            soonest[at] = best
        for at in range(states):
            if soonest[at] == never:
                break
            if at + 1 < states and soonest[at + 1] == soonest[at]:
                continue
            price = fare[dearest_first[at]]
            if at == 0 or soonest[at - 1] == soonest[at] or fare[dearest_first[at - 1]] > price:
                arrival[used], paid[used] = soonest[at], price
                used += 1
        start[stop + 1] = used
    return start, arrival[:used].copy(), paid[:used].copy()
