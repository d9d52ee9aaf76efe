"""Riding a pattern with the labels of a round.

Who is aboard has a seat: a label of the round before, where it was boarded, and the fare state
it would have if it were left at the call looked at. A seat that another beats is given up, for
what is yet to be ridden aboard is the same for both.
"""

from __future__ import annotations

import numpy as np

from .arrays import NEVER
from .bags import (
    ALIGHT,
    ANEW,
    BOARD,
    CALL,
    DEPARTURE,
    FOUNDS,
    FROM,
    FULL,
    LABELS,
    NEXT,
    NONE,
    OF,
    PARENT,
    PATTERN,
    RIDDEN_TO,
    ROUND,
    SEAT,
    SEAT_FIELDS,
    TAP_IN,
    TIME,
    enter,
    find,
    list_once,
)
from .compiling import kernel
from .dominance import beats_from_here
from .meters import (
    BENT,
    BY_TAP_OUT,
    FAMILY,
    MODES,
    NOT_YET,
    OPENED,
    PACKAGE,
    RELAXED,
    STEP_PRICE,
    integrated,
    least,
    next_event,
    paid,
    ride,
    runs_out,
    useful_until,
)
from .prospects import ANYTHING, outlook
from .search import first_catchable


@kernel
def scan(  # type: ignore[no-untyped-def]
    network, metres, meter, left, prospects, bags, egress_s, deadline, pattern, rides, max_rides,
    last_start,
):  # fmt: skip
    """Ride a pattern from its first call with labels of the round before."""
    begin_at, taken = network.call_start[pattern], np.int64(0)
    more = max_rides - rides
    for call in range(bags.first_call[pattern], network.call_start[pattern + 1] - begin_at):
        stop = network.call_stop[begin_at + call]
        if taken:
            taken = advance(network, metres, meter, bags, pattern, call, taken)
        if taken and network.call_alight[begin_at + call]:
            alight(
                network, meter, bags, left.alight[more], left.alight_rides,
                prospects.alight[stop], prospects.modes, egress_s, deadline, pattern, call,
                taken, rides, more,
            )  # fmt: skip
        if network.call_board[begin_at + call]:
            taken = board(
                network, meter, bags, left.board[more + 1], left.board_rides,
                prospects.ride[stop], prospects.modes, deadline, pattern, call, taken, rides,
                more, last_start,
            )  # fmt: skip


@kernel
def advance(network, metres, meter, bags, pattern, call, taken):  # type: ignore[no-untyped-def]
    """Write the states that seats would be left with at a call; returns how many are kept."""
    rule, states, seats = meter.rule, bags.states, bags.seats
    begin_at, mode = network.call_start[pattern], network.pattern_product[pattern]
    first_row, kept = states.shape[0] - seats.shape[0], 0
    for seat in range(taken):
        departure, before, tap_in = seats[seat, SEAT], seats[seat, FROM], seats[seat, TAP_IN]
        time = network.trip_start[departure]
        time += network.profile_arrive[network.trip_profile[departure] + call]
        anew = seats[seat, ANEW] > 0
        bends = not anew and runs_out(rule, meter.fares, states, before, mode, tap_in, time)
        if bends and not rule[RELAXED]:
            continue
        ridden = metres[begin_at + call] - metres[begin_at + seats[seat, CALL]]
        move_seat(seats, states, seat, kept)
        ride(
            rule, meter.fares, meter.timed, states, before, first_row + kept, mode, tap_in, time,
            ridden, anew,
        )  # fmt: skip
        if bends:
            states[first_row + kept, BENT] = 1
        kept += 1
    return kept


@kernel
def move_seat(seats, states, seat, to):  # type: ignore[no-untyped-def]
    """Move a seat and its state to another place."""
    if seat != to:
        first_row = states.shape[0] - seats.shape[0]
        for field in range(SEAT_FIELDS):
            seats[to, field] = seats[seat, field]
        for field in range(states.shape[1]):
            states[first_row + to, field] = states[first_row + seat, field]


@kernel
def alight(  # type: ignore[no-untyped-def]
    network, meter, bags, left_s, left_rides, until_boarding, inside, egress_s, deadline, pattern,
    call, taken, rides, rides_left,
):  # fmt: skip
    """Enter a label for each seat that may be left at the stop to good purpose."""
    rule, classes, states, seats, pool = (
        meter.rule,
        meter.classes,
        bags.states,
        bags.seats,
        bags.pool,
    )
    found, count = bags.found, bags.counts
    stop = network.call_stop[network.call_start[pattern] + call]
    ahead, more = left_s[stop], left_rides[stop]
    first_row = states.shape[0] - seats.shape[0]
    for seat in range(taken):
        departure, row = seats[seat, SEAT], first_row + seat
        time = network.trip_start[departure]
        time += network.profile_arrive[network.trip_profile[departure] + call]
        fare = least(rule, classes, states, row, more)
        until = useful_until(found, count[FOUNDS], deadline, fare, rides + more)
        if time + ahead > until or still_lasts(network, meter, bags, pattern, seat, time):
            continue
        new = count[LABELS]
        if new == pool.shape[0]:
            count[FULL] = 1
            return
        for field in range(states.shape[1]):
            states[new, field] = states[row, field]
        ahead_of_it = outlook(
            rule, inside, until_boarding, rides_left, time, deadline, states[row, MODES]
        )
        if enter(
            rule, classes, states, bags.by_ride, bags.entries, count, found, deadline,
            stop, new, time, rides, more, ahead_of_it,
        ):  # fmt: skip
            pool[new, PATTERN], pool[new, BOARD] = pattern, seats[seat, CALL]
            pool[new, ALIGHT], pool[new, DEPARTURE] = call, departure
            pool[new, PARENT] = seats[seat, FROM]
            count[LABELS] += 1
            count[RIDDEN_TO] = list_once(
                bags.ridden_to, bags.ridden_round, count[RIDDEN_TO], stop, rides
            )
            if time + egress_s[stop] <= deadline:
                find(found, count, time + egress_s[stop], paid(rule, states, new), rides, new)


@kernel
def still_lasts(network, meter, bags, pattern, seat, time):  # type: ignore[no-untyped-def]
    """Whether a seat is for one whose package ran out aboard, and it has not yet."""
    if not bags.seats[seat, ANEW] or not meter.rule[BY_TAP_OUT]:
        return False
    return not runs_out(
        meter.rule, meter.fares, bags.states, bags.seats[seat, FROM],
        network.pattern_product[pattern], bags.seats[seat, TAP_IN], time,
    )  # fmt: skip


@kernel
def board(  # type: ignore[no-untyped-def]
    network, meter, bags, left_s, left_rides, until_boarding, inside, deadline, pattern, call,
    taken, rides, rides_left, last_start,
):  # fmt: skip
    """Seat the labels of the round before in the first departure, and in later ones that may
    be worth the wait; returns the seats taken."""
    rule, states, entries, count = meter.rule, bags.states, bags.entries, bags.counts
    mode, stop = (
        network.pattern_product[pattern],
        network.call_stop[network.call_start[pattern] + call],
    )
    low, high = network.departure_start[pattern], network.departure_start[pattern + 1]
    ahead, more, at = left_s[stop], left_rides[stop], bags.on_foot[stop]
    while at != NONE:
        label, ready = np.int64(entries[at, OF]), entries[at, TIME]
        fresh = entries[at, ROUND] == rides - 1
        at = entries[at, NEXT]
        if not fresh or ready + ahead > deadline:
            continue
        fare = least(rule, meter.classes, states, label, more)
        until = useful_until(bags.found, count[FOUNDS], deadline, fare, rides - 1 + more)
        departure, waited_from = low, ready
        while ready + ahead <= until:
            departure = first_catchable(
                network.trip_start, network.trip_profile, network.profile_depart, departure,
                high, call, ready,
            )  # fmt: skip
            if departure == high:
                break
            tap_in = network.trip_start[departure]
            tap_in += network.profile_depart[network.trip_profile[departure] + call]
            if tap_in + ahead > until or (rides == 1 and tap_in - waited_from > last_start):
                break
            taken = take_seats(
                meter, bags, until_boarding, inside, deadline, mode, departure, tap_in, call,
                label, taken, rides, rides_left,
            )  # fmt: skip
            if count[FULL]:
                return taken
            ready = next_event(rule, meter.fares, meter.edges, states, label, mode, tap_in, until)
    return taken


@kernel
def take_seats(  # type: ignore[no-untyped-def]
    meter, bags, until_boarding, inside, deadline, mode, departure, tap_in, call, label, taken,
    rides, rides_left,
):  # fmt: skip
    """Seat a label in a departure: going on with what is open, beginning anew, or for either."""
    rule, fares, states, seats = meter.rule, meter.fares, bags.states, bags.seats
    over = runs_out(rule, fares, states, label, mode, tap_in, tap_in)
    goes_on = not over or (rule[RELAXED] and states[label, OPENED] != NOT_YET)
    runs = rule[BY_TAP_OUT] and runs_out(rule, fares, states, label, mode, tap_in, NEVER)
    for anew in range(2):
        if not (over or runs if anew else goes_on):
            continue
        if taken == seats.shape[0]:
            bags.counts[FULL] = 1
            return taken
        row = states.shape[0] - seats.shape[0] + taken
        seats[taken, SEAT], seats[taken, TAP_IN] = departure, tap_in
        seats[taken, CALL], seats[taken, FROM], seats[taken, ANEW] = call, label, anew
        ride(rule, fares, meter.timed, states, label, row, mode, tap_in, tap_in, 0, anew > 0)
        if over and not anew:
            states[row, BENT] = 1
        taken = settle_seat(
            meter, bags, until_boarding, inside, deadline, mode, taken, rides, rides_left, tap_in
        )
    return taken


@kernel
def settle_seat(  # type: ignore[no-untyped-def]
    meter, bags, until_boarding, inside, deadline, mode, taken, rides, rides_left, now
):
    """Keep the seat last taken unless one aboard beats it, and give up those that it beats.

    Not compared are seats whose package may run out aboard, nor, of a mode priced by distance,
    those of other boardings: what is yet ridden may cost them otherwise.
    """
    if meter.rule[BY_TAP_OUT]:
        return taken + 1
    states, kept = bags.states, 0
    for seat in range(taken):
        if seat_beats(
            meter, bags, until_boarding, inside, deadline, mode, seat, taken, rides, rides_left, now
        ):
            return taken
    for seat in range(taken):
        if not seat_beats(
            meter, bags, until_boarding, inside, deadline, mode, taken, seat, rides, rides_left, now
        ):
            move_seat(bags.seats, states, seat, kept)
            kept += 1
    move_seat(bags.seats, states, taken, kept)
    return kept + 1


@kernel
def seat_beats(  # type: ignore[no-untyped-def]
    meter, bags, until_boarding, inside, deadline, mode, one, other, rides, rides_left, now
):
    """Whether one who sits on a seat pays no more than one on another, wherever they leave."""
    rule, states, seats = meter.rule, bags.states, bags.seats
    first_row = states.shape[0] - seats.shape[0]
    a, b = first_row + one, first_row + other
    if seats[one, SEAT] > seats[other, SEAT] or paid(rule, states, a) > paid(rule, states, b):
        return False
    if meter.fares[mode, STEP_PRICE] and (
        seats[one, SEAT] != seats[other, SEAT] or seats[one, CALL] != seats[other, CALL]
    ):
        return False
    ahead = outlook(rule, inside, until_boarding, rides_left + 1, now, deadline, states[b, MODES])
    if rule[FAMILY] == PACKAGE and integrated(rule, states[a, MODES]):
        ahead = ANYTHING  # the kilometres of this very ride are yet to be paid
    return beats_from_here(
        ahead, rule, meter.classes, states, a, b, now, bags.found, bags.counts[FOUNDS], deadline,
        rides, 0,
    )  # fmt: skip
