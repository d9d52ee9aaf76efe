"""Rounds of the search with label bags."""

from __future__ import annotations

import numpy as np

from .arrays import NEVER
from .bags import (
    ENTRIES,
    FOUNDS,
    FULL,
    LABELS,
    NEXT,
    NONE,
    OF,
    OUTLOOK,
    OWED,
    RIDDEN_TO,
    ROUND,
    TIME,
    WALKED_TO,
    enter,
    list_once,
)
from .compiling import kernel
from .meters import MODES, begin, least, useful_until
from .prospects import ANYTHING, outlook
from .seats import scan


@kernel
def queue_patterns(network, bags, rides):  # type: ignore[no-untyped-def]
    """List the patterns that call where the round before ended, and each one's first such call."""
    queued = 0
    for at in range(bags.counts[WALKED_TO]):
        stop = bags.walked_to[at]
        for visit in range(network.visit_start[stop], network.visit_start[stop + 1]):
            pattern, call = network.visit_pattern[visit], network.visit_call[visit]
            if network.pattern_product[pattern] < 0:
                continue
            if bags.first_call[pattern] == NEVER:
                bags.queue[queued] = pattern
                queued += 1
            bags.first_call[pattern] = min(bags.first_call[pattern], call)
    return queued


@kernel
def walk(network, meter, left, prospects, bags, deadline, rides, max_rides):  # type: ignore[no-untyped-def]
    """Walk from every stop just reached by vehicle to the stops near it, itself included."""
    rule, classes, states, entries = meter.rule, meter.classes, bags.states, bags.entries
    count, found, on_foot, walked_to = bags.counts, bags.found, bags.on_foot, bags.walked_to
    board_s, board_rides = left.board[max_rides - rides], left.board_rides
    walk_start, walk_to, walk_s = network.walk_start, network.walk_to, network.walk_s
    for number in range(count[RIDDEN_TO]):
        stop = bags.ridden_to[number]
        at = bags.by_ride[stop]
        while at != NONE:
            label, time = np.int64(entries[at, OF]), entries[at, TIME]
            fresh = entries[at, ROUND] == rides
            at = entries[at, NEXT]
            for way in range(walk_start[stop], walk_start[stop + 1] if fresh else 0):
                to, there = walk_to[way], time + walk_s[way]
                if there + board_s[to] > deadline:
                    continue
                more = board_rides[to]
                fare, founds = least(rule, classes, states, label, more), count[FOUNDS]
                until = useful_until(found, founds, deadline, fare, rides + more)
                if there + board_s[to] > until:
                    continue
                ahead = outlook(
                    rule, prospects.modes, prospects.board[to], max_rides - rides, there,
                    deadline, states[label, MODES],
                )  # fmt: skip
                if enter(
                    rule, classes, states, on_foot, entries, count, found, deadline,
                    to, label, there, rides, more, ahead,
                ):  # fmt: skip
                    count[WALKED_TO] = list_once(
                        walked_to, bags.walked_round, count[WALKED_TO], to, rides
                    )
    count[RIDDEN_TO] = 0


@kernel
def search_bags(  # type: ignore[no-untyped-def]
    network, metres, left, meter, prospects, bags, egress_s, access_stop, access_s, depart_at,
    deadline, max_rides, last_start,
):  # fmt: skip
    """Run the rounds; returns whether the arrays sufficed.

    `bags.found` may hold journeys known before, of which `bags.counts` says how many. The first
    vehicle leaves at most `last_start` seconds later than it might.
    """
    count = bags.counts
    begin(meter.rule, bags.states, 0)
    count[LABELS] = 1
    for at in range(access_stop.size):
        stop, time = access_stop[at], depart_at + access_s[at]
        if time + left.board[max_rides, stop] <= deadline:
            new = count[ENTRIES]
            bags.entries[new, OF], bags.entries[new, TIME] = 0, time
            bags.entries[new, NEXT], bags.entries[new, ROUND] = NONE, 0
            bags.entries[new, OWED], bags.entries[new, OUTLOOK] = 0, ANYTHING
            bags.on_foot[stop] = new
            bags.walked_to[new] = stop
            count[ENTRIES] = count[WALKED_TO] = new + 1
    for rides in range(1, max_rides + 1):
        queued = queue_patterns(network, bags, rides)
        count[WALKED_TO] = 0
        for at in range(queued):
            pattern = bags.queue[at]
            scan(
                network, metres, meter, left, prospects, bags, egress_s, deadline, pattern, rides,
                max_rides, last_start,
            )  # fmt: skip
            bags.first_call[pattern] = NEVER
        if count[FULL] or rides == max_rides or queued == 0:
            break
        if rides == 1 and last_start < NEVER:
            # Who has not left by then cannot wait, and so beats nobody who comes by.
            for at in range(access_stop.size):
                bags.on_foot[access_stop[at]] = NONE
        walk(network, meter, left, prospects, bags, deadline, rides, max_rides)
    return count[FULL] == 0
