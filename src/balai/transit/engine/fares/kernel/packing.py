"""Packing taps into keys, spreading them over partitions, and sorting a partition's cards."""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from balai.transit.engine.fares.kernel.layout import MODE_BITS, NO_MODE, compiled
from balai.transit.engine.fares.taps import IN

EDITION = "5a5dec671ce5ae03"

LONG_RUN = 48


@compiled
def count(card, direction, low, high, shift, every_tap, taps, boardings):
    """Count taps and possible boardings of each partition among taps low..high."""
    for i in range(low, high):
        partition = card[i] >> shift
        taps[partition] += 1
        if every_tap or direction[i] == IN:
            boardings[partition] += 1


@compiled
def spread(card, at, direction, mode, metres, low, high, packing, origin, cursor, keys, payload):
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
def before(key, load, other, other_load, tap, position_bits):
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
def sort_run(keys, payload, start, end, tap, position_bits):
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
def group_by_card(keys, payload, start, end, card_shift, edges, own_keys, own_payload):
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
