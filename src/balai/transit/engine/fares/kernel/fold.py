"""Folding a partition: each card's taps are paired into rides, and the rides priced in order.

Compiled code is cached by its file's time alone, and holds what other files give it: `EDITION` is a
digest of that, in each file of the kernel, which a test holds to what stands there.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from balai.transit.engine.fares.compiled import GROUP
from balai.transit.engine.fares.kernel.layout import (
    ALIGHTING,
    BOARD,
    BOARD_AT,
    BOARDING,
    DISTANCE,
    MODE,
    MODE_BITS,
    NO_MODE,
    OPEN,
    OUT,
    OUT_AT,
    RIDE,
    STATE,
    compiled,
    inlined,
)  # fmt: skip
from balai.transit.engine.fares.kernel.packing import group_by_card, sort_run
from balai.transit.engine.fares.kernel.rules import price_boarding
from balai.transit.engine.fares.taps import IN, Status

EDITION = "2be39dec5b4285a6"
DUPLICATE, ORPHAN_OUT = int(Status.DUPLICATE), int(Status.ORPHAN_OUT)


@inlined
def begin(rides, n, position, at, mode, metres):
    """Write a ride that has not ended."""
    rides[n, BOARD], rides[n, BOARD_AT] = position, at
    rides[n, MODE], rides[n, DISTANCE] = mode, metres
    rides[n, OUT], rides[n, OUT_AT] = -1, at


@compiled
def pair_card(t, keys, payload, start, end, tap, packing, rides, status):
    """Pair one card's sorted taps; the number of rides, in order of time."""
    _, time_bits, position_bits, flip = packing
    mask = (np.int64(1) << position_bits) - 1
    time_mask = (np.int64(1) << time_bits) - 1
    n, riding = 0, False
    for i in range(start, end):
        rank, position = keys[i] >> position_bits, keys[i] & mask
        tied = i > start and rank == keys[i - 1] >> position_bits
        if tied and tap[position] == tap[keys[i - 1] & mask]:
            status[position] = DUPLICATE
            continue
        at, load = (rank >> 1) & time_mask, np.int64(payload[i])
        mode, metres = load & NO_MODE, (load >> MODE_BITS) - 1
        if (rank & 1) ^ flip == IN:
            n += riding
            begin(rides, n, position, at, mode, metres)
            riding = True
            continue
        fits = not t.same_mode or mode == NO_MODE or (riding and mode == rides[n, MODE])
        if riding and fits and at - rides[n, BOARD_AT] <= t.longest_ride:
            rides[n, OUT], rides[n, OUT_AT] = position, at
            if metres >= 0:
                rides[n, DISTANCE] = metres
            n, riding = n + 1, False
            continue
        status[position] = ORPHAN_OUT
        if t.orphan_opens and mode != NO_MODE:
            n += riding
            begin(rides, n, position, at, mode, metres)
            rides[n, OUT] = position
            n, riding = n + 1, False
    return n + riding


@compiled
def price_rides(t, modes, timed, rides, n, states, journeys, whole, reasons, row):
    """Price one card's rides into the output from `row` on; the number of journeys after."""
    for s in range(OPEN, len(states), STATE):
        states[s] = 0
    for i in range(n):
        out = rides[i, OUT]
        whole[BOARDING, row + i], whole[ALIGHTING, row + i] = rides[i, BOARD], out
        journeys = price_boarding(
            t, modes, timed, states, journeys, rides[i, BOARD_AT], rides[i, OUT_AT],
            rides[i, MODE], rides[i, DISTANCE], out < 0, whole, reasons, row + i,
        )  # fmt: skip
    return journeys


@compiled
def fold(
    t, modes, timed, keys, payload, starts, first, last, tap, packing, whole, reasons, row, status
):
    """Sort and price partitions first..last, writing boardings from `row` on without gaps.

    Returns the row after the last boarding and the number of journeys, which count from 0.
    """
    shift, time_bits, position_bits, _ = packing
    largest = np.int64(1)
    for partition in range(first, last):
        largest = max(largest, starts[partition + 1] - starts[partition])
    own_keys, own_payload = np.empty(largest, np.int64), np.empty(largest, np.uint32)
    rides = np.empty((largest, RIDE), np.int64)
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
            if low == high:
                continue
            sort_run(own_keys, own_payload, low, high, tap, position_bits)
            n = pair_card(t, own_keys, own_payload, low, high, tap, packing, rides, status)
            journeys = price_rides(t, modes, timed, rides, n, states, journeys, whole, reasons, row)
            row += n
    return row, journeys


@compiled
def close_gap(column, source, target, length):
    """Move `length` elements down from source to target."""
    for i in range(length):
        column[target + i] = column[source + i]


@compiled
def add(column, start, end, amount):
    """Add an amount to elements start..end."""
    for i in range(start, end):
        column[i] += amount
