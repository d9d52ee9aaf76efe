"""Search with a bag of labels at each stop, for fares that are not finite in state (McRAPTOR).

Delling, Pajor, Werneck (2012), section 4. Used where `automaton.is_finite` says no: windows that
may close before the trip ends, and fares by the kilometre.

A label is a row of the pool: how it came about, with its fare state in the row of `states` of
the same number; row 0 is the start. An entry puts a label in a stop's bag, a list linked through
the entries and sorted by time. As in `search`, what a vehicle reached and what a walk reached
are kept apart. Labels that cannot end before what was found for no more are dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from .dominance import beats
from .meters import (
    ARRIVE,
    BENT,
    FARE,
    FOUND_FIELDS,
    LABEL,
    NOT_YET,
    OPENED,
    RELAXED,
    RIDES,
    begin,
    least,
    next_event,
    paid,
    ride,
    runs_out,
    useful_until,
)
from .search import NEVER, first_catchable

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Columns of the label pool.
PATTERN, BOARD, ALIGHT, DEPARTURE, PARENT, LABEL_FIELDS = range(6)
# Columns of the entries: the label, when it is at the stop, the next entry, in which round.
OF, TIME, NEXT, ROUND, ENTRY_FIELDS = range(5)
# Columns of a pattern's seats: the departure sat in, when and where it was boarded, from which
# label.
SEAT, TAP_IN, CALL, FROM, SEAT_FIELDS = range(5)
# Counters: labels, entries and finds used, stops listed by ride and on foot, and whether some
# array was too small.
LABELS, ENTRIES, FOUNDS, RIDDEN_TO, WALKED_TO, FULL, COUNTERS = range(7)
NONE = -1


class Left(NamedTuple):
    """What is left to do at the least, by stop.

    `alight[r, stop]` and `board[r, stop]` are the seconds to the destination of one who has just
    alighted there, or is about to board, and takes at most r more rides; `alight_rides` and
    `board_rides` the fewest rides (127: too many).
    """

    alight: NDArray[np.int32]
    board: NDArray[np.int32]
    alight_rides: NDArray[np.int8]
    board_rides: NDArray[np.int8]


class Bags(NamedTuple):
    """Where a search works: the first entry at each stop by ride and on foot, the stops that the
    round has reached by each, and the round in which a stop was last listed so."""

    pool: NDArray[np.int32]
    states: NDArray[np.int64]
    entries: NDArray[np.int32]
    seats: NDArray[np.int32]
    found: NDArray[np.int64]
    counts: NDArray[np.int64]
    by_ride: NDArray[np.int32]
    on_foot: NDArray[np.int32]
    ridden_to: NDArray[np.int32]
    walked_to: NDArray[np.int32]
    ridden_round: NDArray[np.int32]
    walked_round: NDArray[np.int32]
    first_call: NDArray[np.int32]
    queue: NDArray[np.int32]


@njit(cache=True)
def least_left(network, fastest, egress_s, max_rides):  # type: ignore[no-untyped-def]
    """`Left` by rounds backwards over each pattern's fastest times, as if none had to wait."""
    stops = egress_s.size
    alight = np.full((max_rides + 1, stops), NEVER, np.int32)
    board = np.full((max_rides + 1, stops), NEVER, np.int32)
    for stop in range(stops):
        alight[:, stop] = egress_s[stop]
    for rides in range(1, max_rides + 1):
        for stop in range(stops):
            board[rides, stop] = board[rides - 1, stop]
        for pattern in range(network.pattern_product.size):
            if network.pattern_product[pattern] < 0:
                continue
            seconds = NEVER
            low, high = network.call_start[pattern], network.call_start[pattern + 1]
            for call in range(high - 1, low - 1, -1):
                stop = network.call_stop[call]
                seconds = min(NEVER, seconds + fastest[call]) if call < high - 1 else seconds
                if network.call_board[call]:
                    board[rides, stop] = min(board[rides, stop], seconds)
                if network.call_alight[call]:
                    seconds = min(seconds, alight[rides - 1, stop])
        for stop in range(stops):
            for way in range(network.walk_start[stop], network.walk_start[stop + 1]):
                there = network.walk_s[way] + board[rides, network.walk_to[way]]
                alight[rides, stop] = min(alight[rides, stop], there)
    return Left(alight, board, fewest_rides(alight), fewest_rides(board))


@njit(cache=True)
def fewest_rides(seconds):  # type: ignore[no-untyped-def]
    """First row of each column that is not NEVER; 127 where all are."""
    fewest = np.full(seconds.shape[1], 127, np.int8)
    for stop in range(seconds.shape[1]):
        for rides in range(seconds.shape[0] - 1, -1, -1):
            if seconds[rides, stop] < NEVER:
                fewest[stop] = rides
    return fewest


@njit(cache=True)
def enter(  # type: ignore[no-untyped-def]
    rule, classes, states, head, entries, count, found, deadline, stop, label, time, rides, more
):
    """Put a label in a stop's bag unless one there beats it; take out what it beats."""
    before, ahead_of, at = NONE, NONE, head[stop]
    while at != NONE:
        after, earlier = entries[at, NEXT], entries[at, TIME] <= time
        kept = entries[at, OF]
        worse = beats(
            rule, classes, states,
            kept if earlier else label, label if earlier else kept,
            time if earlier else entries[at, TIME],
            found, count[FOUNDS], deadline, rides + more, more,
        )  # fmt: skip
        if earlier and worse:
            return False
        if worse:
            if before == NONE:
                head[stop] = after
            else:
                entries[before, NEXT] = after
        else:
            before = at
            ahead_of = at if earlier else ahead_of
        at = after
    new = count[ENTRIES]
    if new == entries.shape[0]:
        count[FULL] = 1
        return False
    count[ENTRIES] += 1
    entries[new, OF], entries[new, TIME], entries[new, ROUND] = label, time, rides
    if ahead_of == NONE:
        entries[new, NEXT], head[stop] = head[stop], new
    else:
        entries[new, NEXT], entries[ahead_of, NEXT] = entries[ahead_of, NEXT], new
    return True


@njit(cache=True)
def find(found, count, arrive, fare, rides, label):  # type: ignore[no-untyped-def]
    """Keep a journey found unless one kept is as good; drop those it equals or beats."""
    for at in range(count[FOUNDS]):
        if found[at, ARRIVE] <= arrive and found[at, FARE] <= fare and found[at, RIDES] <= rides:
            return
    kept = 0
    for at in range(count[FOUNDS]):
        if found[at, ARRIVE] < arrive or found[at, FARE] < fare or found[at, RIDES] < rides:
            for field in range(FOUND_FIELDS):
                found[kept, field] = found[at, field]
            kept += 1
    if kept == found.shape[0]:
        count[FULL] = 1
        return
    found[kept, ARRIVE], found[kept, FARE] = arrive, fare
    found[kept, RIDES], found[kept, LABEL] = rides, label
    count[FOUNDS] = kept + 1


@njit(cache=True)
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


@njit(cache=True)
def scan(  # type: ignore[no-untyped-def]
    network, metres, meter, left, bags, egress_s, deadline, pattern, rides, max_rides, last_start
):
    """Ride a pattern from its first call with labels of the round before."""
    begin_at, taken = network.call_start[pattern], np.int64(0)
    for call in range(
        bags.first_call[pattern], network.call_start[pattern + 1] - network.call_start[pattern]
    ):
        if taken and network.call_alight[begin_at + call]:
            alight(
                network.trip_start, network.trip_profile, network.profile_arrive,
                network.call_stop[begin_at + call], network.pattern_product[pattern], metres,
                begin_at, call, pattern, meter.rule, meter.fares, meter.timed, meter.classes,
                left.alight[max_rides - rides], left.alight_rides, bags.pool, bags.states,
                bags.entries, bags.seats, bags.found, bags.counts, bags.by_ride, bags.ridden_to,
                bags.ridden_round, egress_s, deadline, taken, rides,
            )  # fmt: skip
        if network.call_board[begin_at + call]:
            taken = board(
                network.trip_start, network.trip_profile, network.profile_depart,
                network.departure_start[pattern], network.departure_start[pattern + 1],
                network.call_stop[begin_at + call], network.pattern_product[pattern], call,
                meter.rule, meter.fares, meter.edges, meter.classes,
                left.board[max_rides - rides + 1], left.board_rides, bags.states, bags.entries,
                bags.seats, bags.found, bags.counts, bags.on_foot, deadline, taken, rides,
                last_start,
            )  # fmt: skip


@njit(cache=True)
def alight(  # type: ignore[no-untyped-def]
    trip_start, trip_profile, profile_arrive, stop, mode, metres, begin_at, call, pattern,
    rule, fares, timed, classes, left_s, left_rides, pool, states, entries, seats, found, count,
    by_ride, ridden_to, ridden_round, egress_s, deadline, taken, rides,
):  # fmt: skip
    """Enter a label for each seat that may be left at the stop to good purpose."""
    ahead, more = left_s[stop], left_rides[stop]
    for seat in range(taken):
        departure, boarded = seats[seat, SEAT], seats[seat, CALL]
        time = trip_start[departure] + profile_arrive[trip_profile[departure] + call]
        if time + ahead > deadline:
            continue
        before, tap_in = np.int64(seats[seat, FROM]), seats[seat, TAP_IN]
        ridden = metres[begin_at + call] - metres[begin_at + boarded]
        over = runs_out(rule, fares, states, before, mode, tap_in, time)
        # A relaxed package that has run out may end or go on.
        bends = over and rule[RELAXED] and states[before, OPENED] != NOT_YET
        for bent in range(2 if bends else 1):
            new = count[LABELS]
            if new == pool.shape[0]:
                count[FULL] = 1
                return
            ride(
                rule, fares, timed, states, before, new, mode, tap_in, time, ridden,
                over and not bent,
            )  # fmt: skip
            if bent:
                states[new, BENT] = 1
            fare, founds = least(rule, classes, states, new, more), count[FOUNDS]
            if time + ahead > useful_until(found, founds, deadline, fare, rides + more):
                continue
            if not enter(
                rule, classes, states, by_ride, entries, count, found, deadline,
                stop, new, time, rides, more,
            ):  # fmt: skip
                continue
            pool[new, PATTERN], pool[new, BOARD], pool[new, ALIGHT] = pattern, boarded, call
            pool[new, DEPARTURE], pool[new, PARENT] = departure, before
            count[LABELS] += 1
            count[RIDDEN_TO] = list_once(ridden_to, ridden_round, count[RIDDEN_TO], stop, rides)
            if egress_s[stop] != NEVER:
                find(found, count, time + egress_s[stop], paid(rule, states, new), rides, new)


@njit(cache=True)
def board(  # type: ignore[no-untyped-def]
    trip_start, trip_profile, profile_depart, low, high, stop, mode, call,
    rule, fares, edges, classes, left_s, left_rides, states, entries, seats, found, count,
    on_foot, deadline, taken, rides, last_start,
):  # fmt: skip
    """Seat the labels of the round before in the first departure, and in later ones that may
    be worth the wait; returns the seats taken."""
    ahead, more, at = left_s[stop], left_rides[stop], on_foot[stop]
    while at != NONE:
        label, ready = np.int64(entries[at, OF]), entries[at, TIME]
        fresh = entries[at, ROUND] == rides - 1
        at = entries[at, NEXT]
        if not fresh or ready + ahead > deadline:
            continue
        fare = least(rule, classes, states, label, more)
        until = useful_until(found, count[FOUNDS], deadline, fare, rides - 1 + more)
        departure, waited_from = low, ready
        while ready + ahead <= until:
            departure = first_catchable(
                trip_start, trip_profile, profile_depart, departure, high, call, ready
            )
            if departure == high:
                break
            tap_in = trip_start[departure] + profile_depart[trip_profile[departure] + call]
            if tap_in + ahead > until or (rides == 1 and tap_in - waited_from > last_start):
                break
            if taken == seats.shape[0]:
                count[FULL] = 1
                return taken
            seats[taken, SEAT], seats[taken, TAP_IN] = departure, tap_in
            seats[taken, CALL], seats[taken, FROM] = call, label
            taken += 1
            ready = next_event(rule, fares, edges, states, label, mode, tap_in, until)
    return taken


@njit(cache=True)
def walk(network, meter, left, bags, deadline, rides, max_rides):  # type: ignore[no-untyped-def]
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
                if there + board_s[to] <= until and enter(
                    rule, classes, states, on_foot, entries, count, found, deadline,
                    to, label, there, rides, more,
                ):  # fmt: skip
                    count[WALKED_TO] = list_once(
                        walked_to, bags.walked_round, count[WALKED_TO], to, rides
                    )
    count[RIDDEN_TO] = 0


@njit(cache=True)
def list_once(stops, listed_in, count, stop, rides):  # type: ignore[no-untyped-def]
    """Add a stop to the round's list unless it is on it; returns the list's length."""
    if listed_in[stop] == rides:
        return count
    listed_in[stop] = rides
    stops[count] = stop
    return count + 1


@njit(cache=True)
def search_bags(  # type: ignore[no-untyped-def]
    network, metres, left, meter, bags, egress_s, access_stop, access_s, depart_at, deadline,
    max_rides, last_start,
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
            bags.on_foot[stop] = new
            bags.walked_to[new] = stop
            count[ENTRIES] = count[WALKED_TO] = new + 1
    for rides in range(1, max_rides + 1):
        queued = queue_patterns(network, bags, rides)
        count[WALKED_TO] = 0
        for at in range(queued):
            pattern = bags.queue[at]
            scan(
                network, metres, meter, left, bags, egress_s, deadline, pattern, rides, max_rides,
                last_start,
            )  # fmt: skip
            bags.first_call[pattern] = NEVER
        if count[FULL] or rides == max_rides or queued == 0:
            break
        if rides == 1 and last_start < NEVER:
            # Who has not left by then cannot wait, and so beats nobody who comes by.
            for at in range(access_stop.size):
                bags.on_foot[access_stop[at]] = NONE
        walk(network, meter, left, bags, deadline, rides, max_rides)
    return count[FULL] == 0
