"""Rounds-based search over arrival, rides and a fare automaton's state (RAPTOR).

RAPTOR (Delling, Pajor, Werneck: Round-Based Public Transit Routing, 2012) with one layer for
each state of the fare. Round k finds the labels that take k rides. Three rules keep it exact:

- `best` arrays are closed under dominance: `best[stop, s]` is the earliest time in s *or in any
  state that beats s*, so one look tells whether a label is dominated.
- Walks do not join into walks, so what a vehicle reached and what a walk reached are kept
  apart: a late ride to a stop may lead on by foot where an earlier walk to it may not.
- Labels are appended to a pool and never changed, so every label's journey can be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER = np.int32(2**30)
NOWHERE = np.int32(-1)
# Columns of the label pool.
STOP, STATE, TIME, DEPARTURE, PATTERN, BOARD, ALIGHT, PARENT, RIDES = range(9)
LABEL_FIELDS = 9


class Network(NamedTuple):
    """The timetable's arrays and the seconds of its walks, as `Timetable` describes them."""

    call_start: NDArray[np.int32]
    call_stop: NDArray[np.int32]
    call_board: NDArray[np.bool_]
    call_alight: NDArray[np.bool_]
    departure_start: NDArray[np.int32]
    trip_start: NDArray[np.int32]
    trip_profile: NDArray[np.int32]
    profile_arrive: NDArray[np.int32]
    profile_depart: NDArray[np.int32]
    visit_start: NDArray[np.int32]
    visit_pattern: NDArray[np.int32]
    visit_call: NDArray[np.int32]
    walk_start: NDArray[np.int32]
    walk_to: NDArray[np.int32]
    walk_s: NDArray[np.int32]
    pattern_product: NDArray[np.int16]


class FareTable(NamedTuple):
    """A fare automaton as arrays.

    `step[s, product, band]` is the state after boarding; bands of the clock begin at `band_from`
    seconds. State s beats the states `beaten[beaten_start[s]:beaten_start[s + 1]]`, itself left
    out; `dearer` likewise lists the states whose fare so far is no lower.
    """

    step: NDArray[np.int16]
    band_from: NDArray[np.int32]
    beaten_start: NDArray[np.int32]
    beaten: NDArray[np.int16]
    dearer_start: NDArray[np.int32]
    dearer: NDArray[np.int16]


class Front(NamedTuple):
    """Labels of one round: `live[stop, :held[stop]]` are the states that hold one."""

    time: NDArray[np.int32]
    label: NDArray[np.int32]
    live: NDArray[np.int16]
    held: NDArray[np.int32]
    stops: NDArray[np.int32]
    listed: NDArray[np.bool_]


class Goal(NamedTuple):
    """Where the search is going: seconds to walk from each stop (`NEVER`: none), a lower bound
    of the seconds from each stop to the destination, and the earliest arrival by state."""

    egress_s: NDArray[np.int32]
    at_least_s: NDArray[np.int32]
    best: NDArray[np.int32]


def new_front(stops: int, states: int) -> Front:
    """Return an empty front."""
    return Front(
        time=np.full((stops, states), NEVER, np.int32),
        label=np.full((stops, states), NOWHERE, np.int32),
        live=np.zeros((stops, states), np.int16),
        held=np.zeros(stops, np.int32),
        stops=np.zeros(stops + 1, np.int32),
        listed=np.zeros(stops, np.bool_),
    )


@njit(cache=True, inline="always")
def leaves(network, departure, call):  # type: ignore[no-untyped-def]
    """Second at which a departure leaves a call."""
    profile = network.trip_profile[departure] + call
    return network.trip_start[departure] + network.profile_depart[profile]


@njit(cache=True, inline="always")
def first_catchable(network, low, high, call, ready):  # type: ignore[no-untyped-def]
    """First departure in [low, high) that leaves `call` at `ready` or later; high if none."""
    while low < high:
        middle = (low + high) >> 1
        if leaves(network, middle, call) >= ready:
            high = middle
        else:
            low = middle + 1
    return low


@njit(cache=True, inline="always")
def settle(front, best, beaten_start, beaten, stop, state, time, label):  # type: ignore[no-untyped-def]
    """Enter a label that nothing beats; drop what it beats."""
    best[stop, state] = time
    if front.time[stop, state] == NEVER:
        front.live[stop, front.held[stop]] = state
        front.held[stop] += 1
    front.time[stop, state] = time
    front.label[stop, state] = label
    for at in range(beaten_start[state], beaten_start[state + 1]):
        worse = beaten[at]
        if time <= best[stop, worse]:
            best[stop, worse] = time
            if front.time[stop, worse] != NEVER:
                front.time[stop, worse] = NEVER
                kept = 0
                for slot in range(front.held[stop]):
                    if front.live[stop, slot] != worse:
                        front.live[stop, kept] = front.live[stop, slot]
                        kept += 1
                front.held[stop] = kept
    if not front.listed[stop]:
        front.listed[stop] = True
        front.stops[0] += 1
        front.stops[front.stops[0]] = stop


@njit(cache=True)
def clear(front):  # type: ignore[no-untyped-def]
    """Empty a front at the cost of what it holds."""
    for at in range(1, front.stops[0] + 1):
        stop = front.stops[at]
        for slot in range(front.held[stop]):
            front.time[stop, front.live[stop, slot]] = NEVER
        front.held[stop] = 0
        front.listed[stop] = False
    front.stops[0] = 0


@njit(cache=True)
def queue_patterns(network, front, first_call, queue):  # type: ignore[no-untyped-def]
    """List the patterns that call at the front's stops and the call to begin each at."""
    queued = 0
    for at in range(1, front.stops[0] + 1):
        stop = front.stops[at]
        if front.held[stop] == 0:
            continue
        for visit in range(network.visit_start[stop], network.visit_start[stop + 1]):
            pattern, call = network.visit_pattern[visit], network.visit_call[visit]
            if network.pattern_product[pattern] < 0:
                continue
            if first_call[pattern] == NEVER:
                queue[queued] = pattern
                queued += 1
                first_call[pattern] = call
            elif call < first_call[pattern]:
                first_call[pattern] = call
    return queued


@njit(cache=True, inline="always")
def take_seat(fares, aboard, seats, state, departure, call, parent):  # type: ignore[no-untyped-def]
    """Put a state aboard `departure`; returns the number of states aboard.

    `aboard` rows: departure by state; earliest departure by state, closed under dominance; call
    boarded at; label come from; states aboard.
    """
    if aboard[1, state] <= departure:
        return seats
    if aboard[0, state] == NEVER:
        aboard[4, seats] = state
        seats += 1
    aboard[0, state] = departure
    aboard[1, state] = departure
    aboard[2, state] = call
    aboard[3, state] = parent
    for at in range(fares.beaten_start[state], fares.beaten_start[state + 1]):
        worse = fares.beaten[at]
        if departure <= aboard[1, worse]:
            aboard[1, worse] = departure
            if aboard[0, worse] != NEVER:
                aboard[0, worse] = NEVER
                kept = 0
                for seat in range(seats):
                    if aboard[4, seat] != worse:
                        aboard[4, kept] = aboard[4, seat]
                        kept += 1
                seats = kept
    return seats


@njit(cache=True, inline="always")
def board(network, fares, front, aboard, seats, pattern, call, stop):  # type: ignore[no-untyped-def]
    """Board at a call with every label of the front; returns the number of states aboard.

    The first departure is enough within a band of the clock; a later band may be cheaper, so
    the first departure of each later band is tried as well.
    """
    bands = fares.band_from.size
    product = network.pattern_product[pattern]
    for slot in range(front.held[stop]):
        before = front.live[stop, slot]
        ready = front.time[stop, before]
        band = 0
        low, high = network.departure_start[pattern], network.departure_start[pattern + 1]
        if bands == 1:
            high = min(high, aboard[1, fares.step[before, product, 0]])
            if high > low and leaves(network, high - 1, call) < ready:
                continue
        while band < bands:
            ready = max(ready, fares.band_from[band])
            departure = first_catchable(network, low, high, call, ready)
            if departure == high:
                break
            leave = leaves(network, departure, call)
            while band + 1 < bands and fares.band_from[band + 1] <= leave:
                band += 1
            after = fares.step[before, product, band]
            parent = front.label[stop, before]
            seats = take_seat(fares, aboard, seats, after, departure, call, parent)
            band += 1
    return seats


@njit(cache=True, inline="always")
def alight(
    network, fares, reached, best, goal, aboard, seats, pattern, call, stop, pool, used, rides
):  # type: ignore[no-untyped-def]
    """Alight at a call in every state aboard; returns how much of the pool is used, -1: full."""
    least = goal.at_least_s[stop]
    for seat in range(seats):
        state = aboard[4, seat]
        departure = aboard[0, state]
        profile = network.trip_profile[departure] + call
        time = network.trip_start[departure] + network.profile_arrive[profile]
        if time >= best[stop, state] or time + least >= goal.best[state]:
            continue
        if used == pool.shape[0]:
            return -1
        pool[used, STOP], pool[used, STATE], pool[used, TIME] = stop, state, time
        pool[used, DEPARTURE], pool[used, PATTERN] = departure, pattern
        pool[used, BOARD], pool[used, ALIGHT] = aboard[2, state], call
        pool[used, PARENT], pool[used, RIDES] = aboard[3, state], rides
        settle(reached, best, fares.beaten_start, fares.beaten, stop, state, time, used)
        if goal.egress_s[stop] != NEVER:
            there = time + goal.egress_s[stop]
            for at in range(fares.dearer_start[state], fares.dearer_start[state + 1]):
                goal.best[fares.dearer[at]] = min(goal.best[fares.dearer[at]], there)
        used += 1
    return used


@njit(cache=True)
def ride(network, fares, front, reached, best, goal, first_call, queue, queued, pool, used, rides):  # type: ignore[no-untyped-def]
    """Board from `front` along the queued patterns; returns how much of the pool is used.

    Labels got by alighting go to `reached`. Returns -1 where the pool is too small.
    """
    aboard = np.full((5, fares.step.shape[0]), NEVER, np.int32)
    for at in range(queued):
        pattern = queue[at]
        begin = network.call_start[pattern]
        calls = network.call_start[pattern + 1] - begin
        aboard[0:2, :] = NEVER
        seats = 0
        for call in range(first_call[pattern], calls):
            stop = network.call_stop[begin + call]
            if seats and network.call_alight[begin + call]:
                used = alight(
                    network, fares, reached, best, goal, aboard, seats, pattern, call, stop,
                    pool, used, rides,
                )  # fmt: skip
                if used < 0:
                    return used
            if front.held[stop] and network.call_board[begin + call]:
                seats = board(network, fares, front, aboard, seats, pattern, call, stop)
        first_call[pattern] = NEVER
    return used


@njit(cache=True)
def walk(network, fares, reached, front, best, goal):  # type: ignore[no-untyped-def]
    """Walk from every stop just reached by vehicle to the stops near it, itself included."""
    for at in range(1, reached.stops[0] + 1):
        stop = reached.stops[at]
        for slot in range(reached.held[stop]):
            state = reached.live[stop, slot]
            time, label = reached.time[stop, state], reached.label[stop, state]
            for way in range(network.walk_start[stop], network.walk_start[stop + 1]):
                to = network.walk_to[way]
                there = time + network.walk_s[way]
                if there < best[to, state] and there + goal.at_least_s[to] < goal.best[state]:
                    settle(front, best, fares.beaten_start, fares.beaten, to, state, there, label)


@njit(cache=True)
def search(  # type: ignore[no-untyped-def]
    network, fares, front, following, reached, best_ride, best_any, goal,
    access_stop, access_s, depart_at, max_rides, pool,
):  # fmt: skip
    """Run the rounds; returns the labels used (-1: pool too small).

    `goal.best` holds on entry the time from which nothing counts, by state. The fronts must be
    empty and the best arrays `NEVER`; the fronts are left empty.
    """
    patterns = network.pattern_product.size
    first_call = np.full(patterns, NEVER, np.int32)
    queue = np.empty(patterns, np.int32)
    for at in range(access_stop.size):
        stop, time = access_stop[at], depart_at + access_s[at]
        if time < best_any[stop, 0] and time + goal.at_least_s[stop] < goal.best[0]:
            settle(front, best_any, fares.beaten_start, fares.beaten, stop, 0, time, NOWHERE)
    used = 0
    for rides in range(1, max_rides + 1):
        queued = queue_patterns(network, front, first_call, queue)
        if queued == 0:
            break
        used = ride(
            network, fares, front, reached, best_ride, goal, first_call, queue, queued,
            pool, used, rides,
        )  # fmt: skip
        clear(front)
        if used < 0 or rides == max_rides:
            break
        walk(network, fares, reached, following, best_any, goal)
        clear(reached)
        front, following = following, front
    clear(front)
    clear(reached)
    return used
