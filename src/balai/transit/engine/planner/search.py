"""Rounds-based search over arrival, rides and a fare automaton's state (RAPTOR).

RAPTOR (Delling, Pajor, Werneck: Round-Based Public Transit Routing, 2012) with one layer for
each state of the fare. Round k finds the labels that take k rides. Three rules keep it exact:

- `best` arrays are closed under dominance: `best[stop, s, k]` is the earliest time in s *or in any
  state that beats s* with at most k rides, so one look tells whether a label is dominated. A
  search that runs once, round by round, needs no k: its arrays have one layer.
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
STOP, STATE, TIME, DEPARTURE, PATTERN, BOARD, ALIGHT, PARENT, RIDES, LEFT = range(10)
LABEL_FIELDS = 10
# Rows of a pattern's seats: by state the departure sat in, the earliest departure in that state or
# one that beats it, the call boarded at and the label come from; then the list of seated states.
SEAT_DEPARTURE, SEAT_BEST, SEAT_CALL, SEAT_PARENT, SEATED = range(5)
SEAT_ROWS = 5


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
    of the seconds from each stop to the destination, and the earliest arrival by state, layer."""

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


# The kernels below unpack their tuples once and hand arrays on: a tuple handed to a function
# counts references to each of its arrays, which made a search three times slower.


@njit(cache=True)
def first_catchable(trip_start, trip_profile, depart, low, high, call, ready):  # type: ignore[no-untyped-def]
    """First departure in [low, high) that leaves `call` at `ready` or later; high if none."""
    while low < high:
        middle = (low + high) >> 1
        if trip_start[middle] + depart[trip_profile[middle] + call] >= ready:
            high = middle
        else:
            low = middle + 1
    return low


@njit(cache=True)
def settle(  # type: ignore[no-untyped-def]
    times, labels, live, held, stops, listed, best, beaten_start, beaten, stop, state, time, label,
    layer,
):  # fmt: skip
    """Enter a label that nothing beats into a front's arrays; drop what it beats."""
    lower(best, stop, state, layer, time)
    if times[stop, state] == NEVER:
        live[stop, held[stop]] = state
        held[stop] += 1
    times[stop, state] = time
    labels[stop, state] = label
    for at in range(beaten_start[state], beaten_start[state + 1]):
        worse = beaten[at]
        if time <= best[stop, worse, layer]:
            lower(best, stop, worse, layer, time)
            if times[stop, worse] != NEVER:
                times[stop, worse] = NEVER
                held[stop] = drop(live[stop], held[stop], worse)
    if not listed[stop]:
        listed[stop] = True
        stops[0] += 1
        stops[stops[0]] = stop


@njit(cache=True)
def lower(best, stop, state, layer, time):  # type: ignore[no-untyped-def]
    """Bring a layer and those above it, which are never later, down to a time."""
    for above in range(layer, best.shape[2]):
        if best[stop, state, above] <= time:
            break
        best[stop, state, above] = time


@njit(cache=True)
def drop(states, held, state):  # type: ignore[no-untyped-def]
    """Take a state off a list of `held` states; returns how many are left."""
    kept = 0
    for slot in range(held):
        if states[slot] != state:
            states[kept] = states[slot]
            kept += 1
    return kept


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


@njit(cache=True)
def take_seat(beaten_start, beaten, aboard, seats, state, departure, call, parent):  # type: ignore[no-untyped-def]
    """Put a state aboard `departure` unless a seat taken beats it; returns the seats taken."""
    if aboard[SEAT_BEST, state] <= departure:
        return seats
    if aboard[SEAT_DEPARTURE, state] == NEVER:
        aboard[SEATED, seats] = state
        seats += 1
    aboard[SEAT_DEPARTURE, state] = departure
    aboard[SEAT_BEST, state] = departure
    aboard[SEAT_CALL, state] = call
    aboard[SEAT_PARENT, state] = parent
    for at in range(beaten_start[state], beaten_start[state + 1]):
        worse = beaten[at]
        if departure <= aboard[SEAT_BEST, worse]:
            aboard[SEAT_BEST, worse] = departure
            if aboard[SEAT_DEPARTURE, worse] != NEVER:
                aboard[SEAT_DEPARTURE, worse] = NEVER
                seats = drop(aboard[SEATED], seats, worse)
    return seats


@njit(cache=True)
def sooner_there(goal_best, dearer_start, dearer, state, layer, there):  # type: ignore[no-untyped-def]
    """Note an arrival at the destination for every state that has cost no less."""
    for other in range(dearer_start[state], dearer_start[state + 1]):
        worse = dearer[other]
        for above in range(layer, goal_best.shape[1]):
            if goal_best[worse, above] <= there:
                break
            goal_best[worse, above] = there


@njit(cache=True)
def ride(  # type: ignore[no-untyped-def]  # noqa: PLR0915
    network, fares, front, reached, best, goal, first_call, queue, queued, pool, used, rides, left,
    layer,
):  # fmt: skip
    """Board from `front` along the queued patterns; returns how much of the pool is used.

    Labels got by alighting go to `reached`. Returns -1 where the pool is too small. Within a
    band of the clock the first departure is enough; a later band may be cheaper, so the first
    departure of each later band is tried as well.
    """
    call_start, call_stop = network.call_start, network.call_stop
    call_board, call_alight = network.call_board, network.call_alight
    departure_start, trip_start = network.departure_start, network.trip_start
    trip_profile, product_of = network.trip_profile, network.pattern_product
    profile_arrive, profile_depart = network.profile_arrive, network.profile_depart
    step, band_from, bands = fares.step, fares.band_from, fares.band_from.size
    beaten_start, beaten = fares.beaten_start, fares.beaten
    dearer_start, dearer = fares.dearer_start, fares.dearer
    held, live, times, parents = front.held, front.live, front.time, front.label
    to_time, to_label, to_live = reached.time, reached.label, reached.live
    to_held, to_stops, to_listed = reached.held, reached.stops, reached.listed
    egress_s, at_least_s, goal_best = goal.egress_s, goal.at_least_s, goal.best
    aboard = np.full((SEAT_ROWS, step.shape[0]), NEVER, np.int32)
    for at in range(queued):
        pattern = queue[at]
        begin, calls = call_start[pattern], call_start[pattern + 1] - call_start[pattern]
        low, product = departure_start[pattern], product_of[pattern]
        aboard[SEAT_DEPARTURE, :] = NEVER
        aboard[SEAT_BEST, :] = NEVER
        seats = 0
        for call in range(first_call[pattern], calls):
            stop = call_stop[begin + call]
            alighting = seats if call_alight[begin + call] else 0
            for seat in range(alighting):
                state = aboard[SEATED, seat]
                departure = aboard[SEAT_DEPARTURE, state]
                time = trip_start[departure] + profile_arrive[trip_profile[departure] + call]
                if (
                    time >= best[stop, state, layer]
                    or time + at_least_s[stop] >= goal_best[state, layer]
                ):
                    continue
                if used == pool.shape[0]:
                    return -1
                pool[used, STOP], pool[used, STATE], pool[used, TIME] = stop, state, time
                pool[used, DEPARTURE], pool[used, PATTERN] = departure, pattern
                pool[used, BOARD], pool[used, ALIGHT] = aboard[SEAT_CALL, state], call
                pool[used, PARENT], pool[used, RIDES] = aboard[SEAT_PARENT, state], rides
                pool[used, LEFT] = left
                settle(
                    to_time, to_label, to_live, to_held, to_stops, to_listed, best,
                    beaten_start, beaten, stop, state, time, used, layer,
                )  # fmt: skip
                used += 1
                if egress_s[stop] != NEVER:
                    there = time + egress_s[stop]
                    sooner_there(goal_best, dearer_start, dearer, state, layer, there)
            boarding = held[stop] if call_board[begin + call] else 0
            for slot in range(boarding):
                before = live[stop, slot]
                ready = times[stop, before]
                high = departure_start[pattern + 1]
                if bands == 1:
                    high = min(high, aboard[SEAT_BEST, step[before, product, 0]])
                    last = high - 1
                    if (
                        high > low
                        and trip_start[last] + profile_depart[trip_profile[last] + call] < ready
                    ):
                        continue
                band = 0
                while band < bands:
                    ready = max(ready, band_from[band])
                    departure = first_catchable(
                        trip_start, trip_profile, profile_depart, low, high, call, ready
                    )
                    if departure == high:
                        break
                    leave = trip_start[departure] + profile_depart[trip_profile[departure] + call]
                    while band + 1 < bands and band_from[band + 1] <= leave:
                        band += 1
                    seats = take_seat(
                        beaten_start, beaten, aboard, seats, step[before, product, band],
                        departure, call, parents[stop, before],
                    )  # fmt: skip
                    band += 1
        first_call[pattern] = NEVER
    return used


@njit(cache=True)
def walk(network, fares, reached, front, best, goal, layer):  # type: ignore[no-untyped-def]
    """Walk from every stop just reached by vehicle to the stops near it, itself included."""
    walk_start, walk_to, walk_s = network.walk_start, network.walk_to, network.walk_s
    beaten_start, beaten = fares.beaten_start, fares.beaten
    stops, held, live, times = reached.stops, reached.held, reached.live, reached.time
    labels, at_least_s, goal_best = reached.label, goal.at_least_s, goal.best
    to_time, to_label, to_live = front.time, front.label, front.live
    to_held, to_stops, to_listed = front.held, front.stops, front.listed
    for at in range(1, stops[0] + 1):
        stop = stops[at]
        for slot in range(held[stop]):
            state = live[stop, slot]
            time, label = times[stop, state], labels[stop, state]
            for way in range(walk_start[stop], walk_start[stop + 1]):
                to = walk_to[way]
                there = time + walk_s[way]
                if (
                    there < best[to, state, layer]
                    and there + at_least_s[to] < goal_best[state, layer]
                ):
                    settle(
                        to_time, to_label, to_live, to_held, to_stops, to_listed, best,
                        beaten_start, beaten, to, state, there, label, layer,
                    )  # fmt: skip


@njit(cache=True)
def search(  # type: ignore[no-untyped-def]
    network, fares, front, following, reached, best_ride, best_any, goal,
    access_stop, access_s, depart_at, max_rides, pool,
):  # fmt: skip
    """Run the rounds; returns the labels used (-1: pool too small).

    `goal.best` holds on entry the time from which nothing counts, by state and layer. The fronts
    must be empty and the best arrays `NEVER`; the fronts are left empty.
    """
    for at in range(access_stop.size):
        stop, time = access_stop[at], depart_at + access_s[at]
        if time < best_any[stop, 0, 0] and time + goal.at_least_s[stop] < goal.best[0, 0]:
            settle(
                front.time, front.label, front.live, front.held, front.stops, front.listed,
                best_any, fares.beaten_start, fares.beaten, stop, 0, time, NOWHERE, 0,
            )  # fmt: skip
    return rounds(
        network, fares, front, following, reached, best_ride, best_any, goal,
        1, max_rides, depart_at, pool, 0,
    )  # fmt: skip


@njit(cache=True)
def rounds(  # type: ignore[no-untyped-def]
    network, fares, front, following, reached, best_ride, best_any, goal,
    first, max_rides, left, pool, used,
):  # fmt: skip
    """Run rounds `first` to `max_rides` from what `front` holds, for a trip that begins at `left`.

    Returns the labels used (-1: pool too small); the fronts are left empty.
    """
    patterns = network.pattern_product.size
    first_call = np.full(patterns, NEVER, np.int32)
    queue = np.empty(patterns, np.int32)
    top = best_ride.shape[2] - 1
    for rides in range(first, max_rides + 1):
        layer = min(rides, top)
        queued = queue_patterns(network, front, first_call, queue)
        if queued == 0:
            break
        used = ride(
            network, fares, front, reached, best_ride, goal, first_call, queue, queued,
            pool, used, rides, left, layer,
        )  # fmt: skip
        clear(front)
        if used < 0 or rides == max_rides:
            break
        walk(network, fares, reached, following, best_any, goal, layer)
        clear(reached)
        front, following = following, front
    clear(front)
    clear(following)
    clear(reached)
    return used
