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

from .arrays import (
    ALIGHT,
    BOARD,
    DEPARTURE,
    LEFT,
    NEVER,
    NOWHERE,
    PARENT,
    PATTERN,
    RIDES,
    SEAT_BEST,
    SEAT_CALL,
    SEAT_DEPARTURE,
    SEAT_PARENT,
    SEATED,
    STATE,
    STOP,
    TIME,
)
from .compiling import kernel


@kernel
def first_catchable(trip_start, trip_profile, depart, low, high, call, ready):  # type: ignore[no-untyped-def]
    """First departure in [low, high) that leaves `call` at `ready` or later; high if none."""
    while low < high:
        middle = (low + high) >> 1
        if trip_start[middle] + depart[trip_profile[middle] + call] >= ready:
            high = middle
        else:
            low = middle + 1
    return low


@kernel
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


@kernel
def lower(best, stop, state, layer, time):  # type: ignore[no-untyped-def]
    """Bring a layer and those above it, which are never later, down to a time."""
    for above in range(layer, best.shape[2]):
        if best[stop, state, above] <= time:
            break
        best[stop, state, above] = time


@kernel
def drop(states, held, state):  # type: ignore[no-untyped-def]
    """Take a state off a list of `held` states; returns how many are left."""
    kept = 0
    for slot in range(held):
        if states[slot] != state:
            states[kept] = states[slot]
            kept += 1
    return kept


@kernel
def clear(front):  # type: ignore[no-untyped-def]
    """Empty a front at the cost of what it holds."""
    for at in range(1, front.stops[0] + 1):
        stop = front.stops[at]
        for slot in range(front.held[stop]):
            front.time[stop, front.live[stop, slot]] = NEVER
        front.held[stop] = 0
        front.listed[stop] = False
    front.stops[0] = 0


@kernel
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


@kernel
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


@kernel
def look_onward(step, best, onward):  # type: ignore[no-untyped-def]
    """Write `Goal.onward` as the latest of what `best` holds after any boarding."""
    layers = best.shape[1]
    for state in range(best.shape[0]):
        for layer in range(layers):
            latest = -NEVER
            for product in range(step.shape[1]):
                for band in range(step.shape[2]):
                    after = step[state, product, band]
                    if after >= 0:
                        latest = max(latest, best[after, min(layer + 1, layers - 1)])
            onward[state, layer] = latest


@kernel
def sooner_there(goal_best, dearer_start, dearer, state, layer, there):  # type: ignore[no-untyped-def]
    """Note an arrival at the destination for every state that has cost no less."""
    for other in range(dearer_start[state], dearer_start[state + 1]):
        worse = dearer[other]
        for above in range(layer, goal_best.shape[1]):
            if goal_best[worse, above] <= there:
                break
            goal_best[worse, above] = there


@kernel
def ride(  # type: ignore[no-untyped-def]  # noqa: PLR0915
    network, fares, front, reached, best, goal, work, queued, pool, used, rides, left, layer,
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
    egress_s, at_least_s, goal_best, onward = goal
    first_call, queue, aboard = work.first_call, work.queue, work.aboard
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
                ends = egress_s[stop] != NEVER
                until = goal_best[state, layer] if ends else onward[state, layer]
                if time >= best[stop, state, layer] or time + at_least_s[stop] >= until:
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
                if ends:
                    there = time + egress_s[stop]
                    sooner_there(goal_best, dearer_start, dearer, state, layer, there)
                    look_onward(step, goal_best, onward)
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


@kernel
def walk(network, fares, reached, front, best, goal, layer):  # type: ignore[no-untyped-def]
    """Walk from every stop just reached by vehicle to the stops near it, itself included."""
    walk_start, walk_to, walk_s = network.walk_start, network.walk_to, network.walk_s
    beaten_start, beaten = fares.beaten_start, fares.beaten
    stops, held, live, times = reached.stops, reached.held, reached.live, reached.time
    labels, at_least_s, onward = reached.label, goal.at_least_s, goal.onward
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
                if there < best[to, state, layer] and there + at_least_s[to] < onward[state, layer]:
                    settle(
                        to_time, to_label, to_live, to_held, to_stops, to_listed, best,
                        beaten_start, beaten, to, state, there, label, layer,
                    )  # fmt: skip


@kernel
def search(  # type: ignore[no-untyped-def]
    network, fares, front, following, reached, best_ride, best_any, goal, work,
    access_stop, access_s, depart_at, max_rides, pool,
):  # fmt: skip
    """Run the rounds; returns the labels used (-1: pool too small).

    `goal.best` holds on entry the time from which nothing counts, by state and layer. The fronts
    must be empty and the best arrays `NEVER`; the fronts are left empty.
    """
    for at in range(access_stop.size):
        stop, time = access_stop[at], depart_at + access_s[at]
        if time < best_any[stop, 0, 0] and time + goal.at_least_s[stop] < goal.onward[0, 0]:
            settle(
                front.time, front.label, front.live, front.held, front.stops, front.listed,
                best_any, fares.beaten_start, fares.beaten, stop, 0, time, NOWHERE, 0,
            )  # fmt: skip
    return rounds(
        network, fares, front, following, reached, best_ride, best_any, goal, work,
        1, max_rides, depart_at, pool, 0,
    )  # fmt: skip


@kernel
def rounds(  # type: ignore[no-untyped-def]
    network, fares, front, following, reached, best_ride, best_any, goal, work,
    first, max_rides, left, pool, used,
):  # fmt: skip
    """Run rounds `first` to `max_rides` from what `front` holds, for a trip that begins at `left`.

    Returns the labels used (-1: pool too small); the fronts are left empty.
    """
    top = best_ride.shape[2] - 1
    for rides in range(first, max_rides + 1):
        layer = min(rides, top)
        queued = queue_patterns(network, front, work.first_call, work.queue)
        if queued == 0:
            break
        used = ride(
            network, fares, front, reached, best_ride, goal, work, queued, pool, used, rides, left,
            layer,
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
