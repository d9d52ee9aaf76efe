"""The compiled fare kernel: taps are packed, sorted card by card and folded in one pass.

A tap becomes one 63-bit key (low bits of its card, seconds since the first tap, direction, its
position) beside a 32-bit payload (mode and metres). Keys are first spread over partitions of
neighbouring cards small enough for the processor's cache, then each partition is sorted by card
and time and its journeys are folded while it is still there. Every function releases the GIL.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from balai.transit.engine.fares.compiled import (
    BASE,
    CAPPED,
    FARTHEST,
    GROUP,
    INCLUDED,
    INTEGRATED,
    MAXIMUM,
    PER_BOARDING,
    STEP,
    STEP_PRICE,
)
from balai.transit.engine.fares.taps import IN, UNKNOWN, Reason, Status

Keys: TypeAlias = NDArray[np.int64]
Payload: TypeAlias = NDArray[np.uint32]

MODE_BITS = 4
NO_MODE = (1 << MODE_BITS) - 1
LONG_RUN = 48

FULL_PRICE, FREE_MODE = int(Reason.FULL_PRICE), int(Reason.FREE_MODE)
TOPPED_UP, CAP_REACHED = int(Reason.TOPPED_UP_TO_CAP), int(Reason.CAP_REACHED)
TICKET_OPEN, OWN_FARE = int(Reason.TICKET_OPEN), int(Reason.OWN_FARE)
INTEGRATED_SO_FAR, INTEGRATED_CAP = int(Reason.INTEGRATED), int(Reason.INTEGRATED_CAP)
MISSED_TAP_OUT, OUTSIDE_CAP = int(Reason.MISSED_TAP_OUT), int(Reason.OUTSIDE_CAP)
DUPLICATE, ORPHAN_OUT = int(Status.DUPLICATE), int(Status.ORPHAN_OUT)

# What the fold remembers of a card, and of its journey or of each ticket class.
OPEN, SINCE, PAID, JOURNEY, LEG, LAST_OUT, METRES, MODES, FIRST, WHOLE = range(10)
STATE = 10

# Rows of the integer output.
BOARDING, ALIGHTING, JOURNEY_OF, LEG_OF, CHARGE, FULL, RIDDEN, OPENED = range(8)


compiled = njit(cache=True, nogil=True, error_model="numpy")
# Inlined before typing, so that no array's reference is counted per boarding: 4 times faster.
inlined = njit(inline="always", error_model="numpy")


@compiled
def count(card, direction, low, high, shift, every_tap, taps, boardings):  # type: ignore[no-untyped-def]
    """Count taps and possible boardings of each partition among taps low..high."""
    for i in range(low, high):
        partition = card[i] >> shift
        taps[partition] += 1
        if every_tap or direction[i] == IN:
            boardings[partition] += 1


@compiled
def spread(card, at, direction, mode, metres, low, high, packing, origin, cursor, keys, payload):  # type: ignore[no-untyped-def]
    """Pack taps low..high and write each into its partition at the cursor."""
    shift, time_bits, position_bits, flip = packing
    low_card = (np.int64(1) << shift) - 1
    for i in range(low, high):
        code = np.int64(card[i])
        place = cursor[code >> shift]
        cursor[code >> shift] = place + 1
        key = ((code & low_card) << time_bits) | np.int64(at[i] - origin)
        key = (key << 1) | (np.int64(direction[i]) ^ flip)
        keys[place] = (key << position_bits) | i
        payload[place] = (np.uint32(metres[i] + 1) << MODE_BITS) | np.uint32(mode[i] & NO_MODE)


@compiled
def before(key, load, other, other_load, tap, position_bits):  # type: ignore[no-untyped-def]
    """The total order of taps: card, time, direction, identity, content, position."""
    left, right = key >> position_bits, other >> position_bits
    if left != right:
        return left < right
    mask = (np.int64(1) << position_bits) - 1
    tap_left, tap_right = tap[key & mask], tap[other & mask]
    if tap_left != tap_right:
        return tap_left < tap_right
    if load != other_load:
        return load < other_load
    return key < other


@compiled
def sort_run(keys, payload, start, end, tap, position_bits):  # type: ignore[no-untyped-def]
    """Sort one card's taps in place."""
    if end - start > LONG_RUN:
        order = np.argsort(keys[start:end])
        keys[start:end] = keys[start:end][order]
        payload[start:end] = payload[start:end][order]
    for i in range(start + 1, end):
        key, load = keys[i], payload[i]
        j = i - 1
        while j >= start and before(key, load, keys[j], payload[j], tap, position_bits):
            keys[j + 1], payload[j + 1] = keys[j], payload[j]
            j -= 1
        keys[j + 1], payload[j + 1] = key, load


@compiled
def group_by_card(keys, payload, start, end, card_shift, edges, own_keys, own_payload):  # type: ignore[no-untyped-def]
    """Move a partition's taps card by card into the thread's own arrays; edges get the runs."""
    edges[:] = 0
    for i in range(start, end):
        edges[(keys[i] >> card_shift) + 1] += 1
    for c in range(1, len(edges)):
        edges[c] += edges[c - 1]
    for i in range(start, end):
        card = keys[i] >> card_shift
        place = edges[card]
        edges[card] = place + 1
        own_keys[place], own_payload[place] = keys[i], payload[i]
    for c in range(len(edges) - 1, 0, -1):
        edges[c] = edges[c - 1]
    edges[0] = 0


@inlined
def own_price(t, modes, timed, mode, at, metres):  # type: ignore[no-untyped-def]
    """What the boarding costs by itself."""
    if len(timed):
        second = (at + t.midnight_shift) % 86_400
        for row in range(len(timed)):
            if timed[row, 0] == mode and timed[row, 1] <= second <= timed[row, 2]:
                return timed[row, 3]
    price = modes[mode, BASE]
    if modes[mode, STEP_PRICE] > 0:
        beyond = max(0, metres - modes[mode, INCLUDED])
        price += (beyond + modes[mode, STEP] - 1) // modes[mode, STEP] * modes[mode, STEP_PRICE]
    return min(price, modes[mode, MAXIMUM])


@inlined
def start_journey(states, s, at, journey):  # type: ignore[no-untyped-def]
    """Open a journey in a card's state."""
    states[s + OPEN], states[s + SINCE], states[s + JOURNEY] = 1, at, journey
    states[s + PAID] = states[s + LEG] = states[s + METRES] = states[s + MODES] = states[
        s + WHOLE
    ] = 0


@inlined
def charge_capped(t, states, s, price):  # type: ignore[no-untyped-def]
    """The charge under a cap: the price, or what is left to the cap."""
    charge = max(0, min(price, t.cap - states[s + PAID]))
    states[s + PAID] += charge
    if price == 0:
        return charge, FREE_MODE
    if charge == price:
        return charge, FULL_PRICE
    return charge, TOPPED_UP if charge > 0 else CAP_REACHED


@inlined
def charge_ticket(states, s, price):  # type: ignore[no-untyped-def]
    """The charge of a boarding with tickets: the first of an open ticket pays."""
    if price == 0:
        return 0, FREE_MODE
    if states[s + LEG] > 1:
        return 0, TICKET_OPEN
    return price, FULL_PRICE


@inlined
def integrated_total(t, metres):  # type: ignore[no-untyped-def]
    """The integrated total after so many metres."""
    return min(t.cap, t.base + t.per_km * metres // 1000)


@compiled
def restate(t, states, s, whole, reasons, row):  # type: ignore[no-untyped-def]
    """Give the package's earlier legs the rise of the integrated total at each; their sum."""
    metres = total = 0
    for i in range(states[s + FIRST], row):
        if whole[JOURNEY_OF, i] == states[s + JOURNEY]:
            metres += whole[RIDDEN, i]
            whole[CHARGE, i] = integrated_total(t, metres) - total
            total += whole[CHARGE, i]
            if reasons[i] != MISSED_TAP_OUT:
                reasons[i] = INTEGRATED_SO_FAR if total < t.cap else INTEGRATED_CAP
    return total


@inlined
def charge_integrated(t, states, s, mode, metres, price, whole, reasons, row):  # type: ignore[no-untyped-def]
    """The charge of a leg of a package: own fare until enough modes, then up to the total."""
    states[s + METRES] += metres
    if not (states[s + MODES] >> mode) & 1:
        states[s + MODES] |= 1 << mode
        states[s + WHOLE] += 1
        if states[s + WHOLE] == t.modes_needed and t.restated:
            states[s + PAID] = restate(t, states, s, whole, reasons, row)
    if states[s + WHOLE] < t.modes_needed:
        states[s + PAID] += price
        return price, OWN_FARE
    total = integrated_total(t, states[s + METRES])
    charge = max(0, total - states[s + PAID])
    states[s + PAID] += charge
    return charge, INTEGRATED_SO_FAR if total < t.cap else INTEGRATED_CAP


@inlined
def continues(t, states, s, at, out_at):  # type: ignore[no-untyped-def]
    """Whether a boarding belongs to the journey in the state."""
    if not states[s + OPEN]:
        return False
    instant = out_at if t.to_tap_out else at
    if t.family == PER_BOARDING:
        return at - states[s + SINCE] <= t.window
    if t.family == CAPPED:
        return instant - states[s + SINCE] <= t.window
    return instant - states[s + SINCE] <= t.window and at - states[s + LAST_OUT] <= t.gap


@inlined
def distance(t, modes, mode, metres, missed):  # type: ignore[no-untyped-def]
    """The metres a ride is priced by; UNKNOWN where the price does not need them."""
    needed = modes[mode, STEP_PRICE] > 0 or (t.family == INTEGRATED and modes[mode, GROUP] >= 0)
    if not needed:
        return np.int64(UNKNOWN) if missed else metres
    if missed and not t.missed_farthest:
        return np.int64(0)
    return modes[mode, FARTHEST] if metres < 0 else metres


@inlined
def state_for(t, modes, states, at, out_at, mode, journeys, row):  # type: ignore[no-untyped-def]
    """The state the boarding continues or opens, and the number of journeys after it."""
    group = modes[mode, GROUP]
    # A mode the rule does not cover pays its price and leaves the open journey alone.
    s = group * STATE if group >= 0 else len(states) - STATE
    if group < 0 or not continues(t, states, s, at, out_at):
        start_journey(states, s, at, journeys)
        states[s + FIRST] = row
        journeys += 1
    states[s + LEG] += 1
    return s, journeys


@inlined
def price_boarding(
    t, modes, timed, states, journeys, at, out_at, mode, metres, missed, whole, reasons, row
):  # type: ignore[no-untyped-def]
    """Price one boarding into `row` of the output; the number of journeys so far."""
    priced_by = distance(t, modes, mode, metres, missed)
    guessed = (missed or metres < 0) and priced_by >= 0
    price = own_price(t, modes, timed, mode, at, priced_by)
    s, journeys = state_for(t, modes, states, at, out_at, mode, journeys, row)
    if modes[mode, GROUP] < 0:
        charge, reason = price, FULL_PRICE if t.family == PER_BOARDING else OUTSIDE_CAP
        if t.family == INTEGRATED:
            reason = OWN_FARE
        if price == 0:
            reason = FREE_MODE
    elif t.family == CAPPED:
        charge, reason = charge_capped(t, states, s, price)
    elif t.family == PER_BOARDING:
        charge, reason = charge_ticket(states, s, price)
    else:
        charge, reason = charge_integrated(
            t, states, s, mode, priced_by, price, whole, reasons, row
        )
        states[s + LAST_OUT] = out_at
        if missed and t.missed_ends:
            states[s + OPEN] = 0
    whole[JOURNEY_OF, row], whole[LEG_OF, row] = states[s + JOURNEY], states[s + LEG]
    whole[CHARGE, row], whole[FULL, row] = charge, price
    whole[RIDDEN, row], whole[OPENED, row] = priced_by, states[s + SINCE]
    reasons[row] = MISSED_TAP_OUT if guessed else reason
    return journeys


@compiled
def fold_card(
    t,
    modes,
    timed,
    keys,
    payload,
    start,
    end,
    tap,
    packing,
    states,
    journeys,
    whole,
    reasons,
    row,
    status,
):  # type: ignore[no-untyped-def]
    """Pair one card's sorted taps and price its boardings from `row` on; (row, journeys) after."""
    _, time_bits, position_bits, flip = packing
    mask = (np.int64(1) << position_bits) - 1
    time_mask = (np.int64(1) << time_bits) - 1
    for s in range(OPEN, len(states), STATE):
        states[s] = 0
    riding = False
    board = board_at = board_mode = board_metres = np.int64(0)
    last = np.int64(-1)
    i = start
    while i <= end:
        position = out = np.int64(-1)
        at = out_at = mode = metres = np.int64(0)
        boards = closes = orphan = False
        if i < end:
            key, load = keys[i], np.int64(payload[i])
            position = key & mask
            at = (key >> (position_bits + 1)) & time_mask
            mode, metres = load & NO_MODE, (load >> MODE_BITS) - 1
            same = last >= 0 and (key >> position_bits) == (keys[last] >> position_bits)
            if same and tap[position] == tap[keys[last] & mask]:
                status[position] = DUPLICATE
                i += 1
                continue
            boards = ((key >> position_bits) & 1) ^ flip == IN
            if not boards:
                fits = not t.same_mode or mode == board_mode or mode == NO_MODE
                closes = riding and fits and at - board_at <= t.longest_ride
                orphan = not closes
        if orphan and not (t.orphan_opens and mode != NO_MODE):
            status[position] = ORPHAN_OUT
            last = i
            i += 1
            continue
        missed = riding and not closes
        if closes:
            out, out_at = position, at
            board_metres = metres if metres >= 0 else board_metres
        elif missed:
            out_at = board_at
        if riding:
            whole[BOARDING, row], whole[ALIGHTING, row] = board, out
            journeys = price_boarding(
                t,
                modes,
                timed,
                states,
                journeys,
                board_at,
                out_at,
                board_mode,
                board_metres,
                missed,
                whole,
                reasons,
                row,
            )
            row += 1
            riding = False
        if orphan:
            status[position] = ORPHAN_OUT
            whole[BOARDING, row], whole[ALIGHTING, row] = position, position
            journeys = price_boarding(
                t, modes, timed, states, journeys, at, at, mode, metres, False, whole, reasons, row
            )
            row += 1
        if boards:
            riding = True
            board, board_at, board_mode, board_metres = position, at, mode, metres
        last = i
        i += 1
    return row, journeys


@compiled
def fold(
    t, modes, timed, keys, payload, starts, first, last, tap, packing, whole, reasons, row, status
):  # type: ignore[no-untyped-def]
    """Sort and price partitions first..last, writing boardings from `row` on without gaps.

    Returns the row after the last boarding and the number of journeys, which count from 0.
    """
    shift, time_bits, position_bits, _ = packing
    largest = np.int64(0)
    for partition in range(first, last):
        largest = max(largest, starts[partition + 1] - starts[partition])
    own_keys, own_payload = np.empty(largest, np.int64), np.empty(largest, np.uint32)
    edges = np.empty((np.int64(1) << shift) + 1, np.int64)
    states = np.zeros((max(modes[:, GROUP].max(), 0) + 2) * STATE, np.int64)
    journeys = np.int64(0)
    card_shift = time_bits + 1 + position_bits
    for partition in range(first, last):
        start, end = starts[partition], starts[partition + 1]
        if start == end:
            continue
        group_by_card(keys, payload, start, end, card_shift, edges, own_keys, own_payload)
        for card in range(len(edges) - 1):
            low, high = edges[card], edges[card + 1]
            if low < high:
                sort_run(own_keys, own_payload, low, high, tap, position_bits)
                row, journeys = fold_card(
                    t, modes, timed, own_keys, own_payload, low, high, tap, packing, states, journeys,
                    whole, reasons, row, status,
                )  # fmt: skip
    return row, journeys


@compiled
def close_gap(column, source, target, length):  # type: ignore[no-untyped-def]
    """Move `length` elements down from source to target."""
    for i in range(length):
        column[target + i] = column[source + i]


@compiled
def add(column, start, end, amount):  # type: ignore[no-untyped-def]
    """Add an amount to elements start..end."""
    for i in range(start, end):
        column[i] += amount


@compiled
def instants(seconds, origin, start, end, opened):  # type: ignore[no-untyped-def]
    """Seconds since the origin as seconds since 1970 UTC."""
    for i in range(start, end):
        opened[i] = origin + seconds[i]
