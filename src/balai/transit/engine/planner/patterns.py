"""Patterns: departures over one sequence of stops on which no trip overtakes another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from .geometry import great_circle_m

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from .trips import Departures, Trip

# A road or track is at least as long as the great circle, and a sane one not four times as long.
SHORTEST_DETOUR, LONGEST_DETOUR = 0.95, 4.0
UNITS_IN_METRES = (1.0, 1000.0)  # feeds give shape_dist_traveled in metres or in kilometres


@dataclass(frozen=True, slots=True)
class Pattern:
    """Departures in order of time, over profiles of `n` calls.

    `model` is the trip that gives stops and boarding rules; `arrive`, `depart`, `sequence` have
    shape (profiles, n); `trip`, `start` and `day` one entry a departure; `profile` its row.
    """

    model: Trip
    metres: NDArray[np.int32]
    arrive: NDArray[np.int32]
    depart: NDArray[np.int32]
    sequence: NDArray[np.int32]
    trip: NDArray[np.int32]
    start: NDArray[np.int32]
    day: NDArray[np.int8]
    profile: NDArray[np.int32]


def patterns_of(
    trips: list[Trip],
    departures: Departures,
    stop_lat: NDArray[np.float64],
    stop_lon: NDArray[np.float64],
) -> Iterator[Pattern]:
    """Group departures into patterns; trips that overtake go to patterns of their own."""
    order = np.lexsort((departures.trip, departures.start))
    by_trip: dict[int, NDArray[np.int64]] = {}
    ranked = departures.trip[order]
    grouped = np.argsort(ranked, kind="stable")
    bounds = np.searchsorted(ranked[grouped], np.arange(len(trips) + 1))
    for index in range(len(trips)):
        rows = grouped[bounds[index] : bounds[index + 1]]
        if rows.size:
            by_trip[index] = rows
    runs: dict[tuple[str, bytes, bytes, bytes], list[int]] = {}
    for index in by_trip:
        runs.setdefault(trips[index].run_key, []).append(index)
    for members in runs.values():
        rows = np.sort(np.concatenate([by_trip[index] for index in members]))
        chosen = order[rows]
        yield from _split_run(trips, departures, chosen, members, stop_lat, stop_lon)


def _split_run(
    trips: list[Trip],
    departures: Departures,
    chosen: NDArray[np.int64],
    members: list[int],
    stop_lat: NDArray[np.float64],
    stop_lon: NDArray[np.float64],
) -> Iterator[Pattern]:
    profiles: dict[bytes, int] = {}
    profile_of_trip = {i: profiles.setdefault(trips[i].profile_key, len(profiles)) for i in members}
    models: dict[int, int] = {}
    for i in members:
        models.setdefault(profile_of_trip[i], i)
    arrive = np.array([trips[models[p]].arrive for p in range(len(profiles))], np.int32)
    depart = np.array([trips[models[p]].depart for p in range(len(profiles))], np.int32)
    sequence = np.array([trips[models[p]].sequence for p in range(len(profiles))], np.int32)
    trip, start, day = departures.trip[chosen], departures.start[chosen], departures.day[chosen]
    profile = np.array([profile_of_trip[int(i)] for i in trip], np.int32)
    model = trips[members[0]]
    metres = metres_along(model, stop_lat, stop_lon)
    chain = (
        split_overtaking(start, profile, arrive, depart)
        if len(profiles) > 1
        else np.zeros(start.size, np.int32)
    )
    for which in range(int(chain.max()) + 1):
        rows = chain == which
        yield Pattern(
            model, metres, arrive, depart, sequence, trip[rows], start[rows], day[rows],
            profile[rows],
        )  # fmt: skip


@njit(cache=True)
def split_overtaking(
    start: NDArray[np.int32],
    profile: NDArray[np.int32],
    arrive: NDArray[np.int32],
    depart: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Number the chain of each departure (in order of start) so that none overtakes in a chain.

    Greedy: a departure joins the first chain whose last member is nowhere later than it.
    """
    chain = np.zeros(start.size, np.int32)
    last = np.zeros(start.size, np.int32)
    chains = 0
    calls = arrive.shape[1]
    for trip in range(start.size):
        mine = profile[trip]
        joined = -1
        for candidate in range(chains):
            before = last[candidate]
            theirs = profile[before]
            lead = start[trip] - start[before]
            fits = True
            for at in range(calls):
                if (
                    arrive[theirs, at] > arrive[mine, at] + lead
                    or depart[theirs, at] > depart[mine, at] + lead
                ):
                    fits = False
                    break
            if fits:
                joined = candidate
                break
        if joined < 0:
            joined = chains
            chains += 1
        chain[trip] = joined
        last[joined] = trip
    return chain


def fastest_hops(arrive: NDArray[np.int32], depart: NDArray[np.int32]) -> NDArray[np.int32]:
    """Seconds from each call to the next by the fastest profile; 0 after the last."""
    hops = (arrive[:, 1:] - depart[:, :-1]).min(axis=0)
    return np.append(np.maximum(hops, 0), 0).astype(np.int32)


def metres_along(
    trip: Trip, stop_lat: NDArray[np.float64], stop_lon: NDArray[np.float64]
) -> NDArray[np.int32]:
    """Metres from the first stop to each call, whole and never decreasing.

    The feed's shape_dist_traveled where it is complete, increasing and of a believable length
    in metres or kilometres; else the great circle from stop to stop.
    """
    lat, lon = stop_lat[trip.stops], stop_lon[trip.stops]
    hops = great_circle_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    straight = np.concatenate(([0.0], np.cumsum(hops)))
    told = trip.distance
    if told is not None and np.isfinite(told).all() and (np.diff(told) >= 0).all():
        for unit in UNITS_IN_METRES:
            travelled = (told - told[0]) * unit
            floor, ceiling = SHORTEST_DETOUR * straight[-1], LONGEST_DETOUR * straight[-1]
            if 0 < floor <= travelled[-1] <= ceiling:
                return np.asarray(np.rint(travelled), np.int32)
    return np.asarray(np.rint(straight), np.int32)
