"""Searching all departures of a span at once (rRAPTOR), latest first.

Delling, Pajor, Werneck (2012), section 4.2: each departure's search starts from the labels of all
later ones and only adds what improves on them, for leaving later is never worse. Labels are
told apart by rides, so the `best` arrays have a layer a round.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .arrays import ALIGHT, BOARD, LEFT, NEVER, NOWHERE, PARENT, RIDES, STATE, STOP, TIME
from .arrays import DEPARTURE as RIDDEN
from .arrays import PATTERN as OF_PATTERN
from .compiling import allocating, kernel
from .search import clear, first_catchable, look_onward, rounds, settle, sooner_there, walk

EVENT_FIELDS = 4
AT, PATTERN, CALL, DEPARTURE = range(EVENT_FIELDS)


class Span(NamedTuple):
    """Between which seconds to leave, both included; when to arrive at the latest, and within
    how many seconds; and whether an earlier arrival is worth anything (0: only that one
    arrives)."""

    begin: int
    end: int
    deadline: int
    horizon_s: int
    arrivals_matter: int


@allocating
def departures_between(network, access_stop, access_s, begin, end):  # type: ignore[no-untyped-def]
    """Every vehicle that one who leaves the origin from `begin` to `end` can be just in time for.

    Rows of (second to leave, pattern, call, departure), in no order.
    """
    trip_start, trip_profile = network.trip_start, network.trip_profile
    profile_depart, departure_start = network.profile_depart, network.departure_start
    events = np.empty((256, EVENT_FIELDS), np.int32)
    used = 0
    for at in range(access_stop.size):
        stop, walked = access_stop[at], access_s[at]
        for visit in range(network.visit_start[stop], network.visit_start[stop + 1]):
            pattern, call = network.visit_pattern[visit], network.visit_call[visit]
            if (
                network.pattern_product[pattern] < 0
                or not network.call_board[network.call_start[pattern] + call]
            ):
                continue
            low, high = departure_start[pattern], departure_start[pattern + 1]
            departure = first_catchable(
                trip_start, trip_profile, profile_depart, low, high, call, begin + walked
            )
            while departure < high:
                leave = trip_start[departure] + profile_depart[trip_profile[departure] + call]
                if leave - walked > end:
                    break
                if used == events.shape[0]:
                    events = np.concatenate((events, np.empty_like(events)))
                events[used, AT], events[used, PATTERN] = leave - walked, pattern
                events[used, CALL], events[used, DEPARTURE] = call, departure
                used += 1
                departure += 1
    return events[:used]


@kernel
def search_span(  # type: ignore[no-untyped-def]
    network, fares, front, following, reached, best_ride, best_any, goal, work, events, span,
    max_rides, pool,
):  # fmt: skip
    """Run the rounds of every second at which one may leave, latest first.

    `events` are those of `departures_between`, latest first. Returns the labels used (-1: pool
    too small). The rest is as in `search`.
    """
    used, at, goal_best = 0, 0, goal.best
    while at < events.shape[0]:
        left = events[at, AT]
        bound = min(span.deadline, left + span.horizon_s) + 1
        wanted = False
        for state in range(goal_best.shape[0]):
            for layer in range(1, goal_best.shape[1]):
                goal_best[state, layer] = min(goal_best[state, layer], bound)
                wanted |= goal_best[state, layer] > -NEVER
        look_onward(fares.step, goal_best, goal.onward)
        if not wanted or max_rides == 0:
            break
        while at < events.shape[0] and events[at, AT] == left:
            used = first_ride(
                network, fares, reached, best_ride, goal, events[at, PATTERN], events[at, CALL],
                events[at, DEPARTURE], left, pool, used,
            )  # fmt: skip
            at += 1
            if used < 0:
                break
        if used >= 0 and max_rides > 1:
            walk(network, fares, reached, front, best_any, goal, 1)
            clear(reached)
            used = rounds(
                network, fares, front, following, reached, best_ride, best_any, goal, work,
                2, max_rides, left, pool, used,
            )  # fmt: skip
        clear(reached)
        if used < 0:
            return used
        if span.arrivals_matter == 0:
            for state in range(goal_best.shape[0]):
                for layer in range(goal_best.shape[1]):
                    if goal_best[state, layer] < bound:
                        goal_best[state, layer] = -NEVER
    return used


@kernel
def first_ride(network, fares, reached, best, goal, pattern, board, departure, left, pool, used):  # type: ignore[no-untyped-def]
    """Ride a departure from the call boarded at; returns how much of the pool is used."""
    begin, end = network.call_start[pattern], network.call_start[pattern + 1]
    start, profile = network.trip_start[departure], network.trip_profile[departure]
    leave, band = start + network.profile_depart[profile + board], 0
    while band + 1 < fares.band_from.size and fares.band_from[band + 1] <= leave:
        band += 1
    state = fares.step[0, network.pattern_product[pattern], band]
    for call in range(board + 1, end - begin):
        stop, time = network.call_stop[begin + call], start + network.profile_arrive[profile + call]
        ends = goal.egress_s[stop] != NEVER
        until = goal.best[state, 1] if ends else goal.onward[state, 1]
        if (
            not network.call_alight[begin + call]
            or time >= best[stop, state, 1]
            or time + goal.at_least_s[stop] >= until
        ):
            continue
        if used == pool.shape[0]:
            return -1
        pool[used, STOP], pool[used, STATE], pool[used, TIME] = stop, state, time
        pool[used, RIDDEN], pool[used, OF_PATTERN] = departure, pattern
        pool[used, BOARD], pool[used, ALIGHT] = board, call
        pool[used, PARENT], pool[used, RIDES], pool[used, LEFT] = NOWHERE, 1, left
        settle(
            reached.time, reached.label, reached.live, reached.held, reached.stops,
            reached.listed, best, fares.beaten_start, fares.beaten, stop, state, time, used, 1,
        )  # fmt: skip
        used += 1
        if ends:
            there = time + goal.egress_s[stop]
            sooner_there(goal.best, fares.dearer_start, fares.dearer, state, 1, there)
            look_onward(fares.step, goal.best, goal.onward)
    return used
