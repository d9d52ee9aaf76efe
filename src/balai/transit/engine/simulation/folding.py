"""The compiled passes of a replay: journeys, groups and changes, summed into whole numbers.

Every array is indexed as `price_taps` gives it: rows are boardings in order of card and time,
`boarding` and `alighting` point into the taps, `journey` into the journeys. Group codes lie in one
index space; row `g` of a table of sums holds the sums of group `g`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

UNKNOWN = -1
JOURNEYS, BOARDINGS, CHARGE, FULL, RELIEF, INTEGRATED, MISSED = range(7)
LESS, SAME, MORE, SAVED, LOST, SQUARES, COUNTED = range(7)
BIN = 500
BINS = 401
HALF = BINS // 2


@njit(cache=True, nogil=True)
def dense(card: Any) -> Any:
    """Codes from 0 in order of first sight, the cards they stand for, and where each begins.

    `starts[code]` is a card's first row once the taps are arranged by code.
    """
    size = 1024
    while size < 2 * len(card):
        size *= 2
    slots = np.full(size, -1, np.int32)
    codes, seen, count = np.empty(len(card), np.uint32), np.empty(len(card), np.int64), 0
    starts = np.zeros(len(card) + 1, np.int32)
    for row in range(len(card)):
        at = mixed(card[row]) & np.uint64(size - 1)
        while slots[at] >= 0 and seen[slots[at]] != card[row]:
            at = (at + np.uint64(1)) & np.uint64(size - 1)
        if slots[at] < 0:
            slots[at] = count
            seen[count] = card[row]
            count += 1
        codes[row] = slots[at]
        starts[slots[at] + 1] += 1
    for code in range(count):
        starts[code + 1] += starts[code]
    return codes, seen[:count].copy(), starts[: count + 1].copy()


@njit(cache=True, nogil=True)
def arrange(codes: Any, starts: Any, columns: Any) -> Any:
    """The columns with each card's taps side by side, and the card codes so arranged.

    Every later pass, whatever the tariff, then walks through memory in order.
    """
    order, cursor = np.empty(len(codes), np.int32), starts.copy()
    for row in range(len(codes)):
        order[cursor[codes[row]]] = row
        cursor[codes[row]] += 1
    at, direction, mode, metres, tap, route, place = columns
    n = len(codes)
    card, at_, direction_ = np.empty(n, np.uint32), np.empty(n, np.int64), np.empty(n, np.int8)
    mode_, metres_, tap_ = np.empty(n, np.int8), np.empty(n, np.int32), np.empty(n, np.int64)
    route_, place_ = np.empty(n, np.int32), np.empty(n, np.int32)
    for to in range(n):
        row = order[to]
        card[to], at_[to], direction_[to] = codes[row], at[row], direction[row]
        mode_[to], metres_[to], tap_[to] = mode[row], metres[row], tap[row]
        route_[to], place_[to] = route[row], place[row]
    return card, at_, direction_, mode_, metres_, tap_, route_, place_


@njit(cache=True, nogil=True)
def mixed(value: Any) -> Any:
    """A 64-bit number whose every bit depends on every bit of the value (SplitMix64)."""
    z = np.uint64(value) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True, nogil=True)
def drawn(card: Any, bound: Any) -> Any:
    """Which taps belong to a sample of cards: those whose mixed number is at most `bound`."""
    kept = np.empty(len(card), np.bool_)
    for row in range(len(card)):
        kept[row] = mixed(card[row]) <= bound
    return kept


@njit(cache=True, nogil=True)
def homes(boarding: Any, card: Any, at: Any, place: Any, zone: Any, cards: Any, places: Any) -> Any:
    """Each card's place most often boarded first in a day; of equals, the one seen first.

    `places` where none of a card's first boardings has a known place.
    """
    found = np.full(cards, places, np.int32)
    counts, order, touched = np.zeros(places + 1, np.int32), np.empty(places + 1, np.int32), 0
    current, day = np.int64(-1), np.int64(-1)
    for row in range(len(boarding) + 1):
        tap = boarding[row] if row < len(boarding) else 0
        holder = np.int64(card[tap]) if row < len(boarding) else np.int64(-2)
        if holder != current:
            most = 0
            for k in range(touched):
                if counts[order[k]] > most:
                    most = counts[order[k]]
                    found[current] = order[k]
                counts[order[k]] = 0
            current, day, touched = holder, np.int64(-(1 << 60)), 0
        if row == len(boarding):
            break
        today = (at[tap] + zone) // 86400
        if today == day:
            continue
        day = today
        where = place[tap]
        if where != places:
            if counts[where] == 0:
                order[touched] = where
                touched += 1
            counts[where] += 1
    return found


@njit(cache=True, nogil=True)
def journeys_of(
    boarding: Any, alighting: Any, journey: Any, charge: Any, full: Any, relief: Any,
    shared: Any, metres: Any, count: Any,
) -> Any:  # fmt: skip
    """A table of journeys: columns as JOURNEYS to MISSED, the first row, and the metres ridden.

    Metres are UNKNOWN where a leg's are not known. `shared` tells by reason which boardings are
    covered by a fare they share with an earlier one.
    """
    sums = np.zeros((count, 7), np.int32)
    first = np.full(count, -1, np.int32)
    ridden = np.zeros(count, np.int32)
    for row in range(len(boarding)):
        j = journey[row]
        if first[j] < 0:
            first[j] = row
            sums[j, JOURNEYS] = 1
        elif shared[row]:
            sums[j, INTEGRATED] = 1
        sums[j, BOARDINGS] += 1
        sums[j, CHARGE] += charge[row]
        sums[j, FULL] += full[row]
        sums[j, RELIEF] += relief[row]
        out = alighting[row]
        leg = metres[out] if out >= 0 else UNKNOWN
        sums[j, MISSED] += out < 0
        ridden[j] = UNKNOWN if leg < 0 or ridden[j] < 0 else ridden[j] + leg
    return sums, first, ridden


@njit(cache=True, nogil=True)
def groups_of(
    boarding: Any, first: Any, ridden: Any, card: Any, at: Any, place: Any, home: Any,
    concession: Any, bounds: Any, zone: Any, starts: Any,
) -> Any:  # fmt: skip
    """The groups of each journey: all, home, place, concession, distance, hour; a column each.

    `bounds` are the upper limits of the distance bands in metres; the band after the last holds
    journeys of unknown distance. `starts` is where each dimension's groups begin.
    """
    groups = np.empty((len(first), 6), np.int32)
    for j in range(len(first)):
        tap = boarding[first[j]]
        band = len(bounds) + 1
        if ridden[j] >= 0:
            band = 0
            while band < len(bounds) and ridden[j] >= bounds[band]:
                band += 1
        groups[j, 0] = starts[0]
        groups[j, 1] = starts[1] + home[card[tap]]
        groups[j, 2] = starts[2] + place[tap]
        groups[j, 3] = starts[3] + concession[card[tap]]
        groups[j, 4] = starts[4] + band
        groups[j, 5] = starts[5] + (at[tap] + zone) % 86400 // 3600
    return groups


@njit(cache=True, nogil=True)
def add_boardings(
    boarding: Any, mode: Any, charge: Any, relief: Any, reason: Any, by_mode: Any, by_reason: Any
) -> None:
    """Count boardings and sum charge and relief by mode (the last: unknown) and by reason."""
    for row in range(len(boarding)):
        kind, why = mode[boarding[row]], reason[row]
        if kind < 0:
            kind = len(by_mode) - 1
        by_mode[kind, 0] += 1
        by_mode[kind, 1] += charge[row]
        by_mode[kind, 2] += relief[row]
        by_reason[why, 0] += 1
        by_reason[why, 1] += charge[row]
        by_reason[why, 2] += relief[row]


@njit(cache=True, nogil=True)
def add_groups(table: Any, groups: Any, sums: Any) -> None:
    """Add each journey's row to every group it belongs to."""
    for j in range(len(table)):
        for d in range(groups.shape[1]):
            g = groups[j, d]
            for measure in range(7):
                sums[g, measure] += table[j, measure]


@njit(cache=True, nogil=True)
def shares(
    boarding: Any, alighting: Any, journey: Any, metres: Any, table: Any, ridden: Any,
    route: Any, sums: Any,
) -> None:  # fmt: skip
    """Place every rupiah of each journey's charge on its legs' routes, by metres ridden.

    Equally where a leg's metres are not known. What is given up to a leg is the total times the
    metres so far, rounded down: so a journey's shares add up to its charge.
    """
    given, so_far = np.zeros(len(table), np.int64), np.zeros(len(table), np.int64)
    for row in range(len(boarding)):
        j, tap = journey[row], boarding[row]
        known = ridden[j] > 0
        so_far[j] += metres[alighting[row]] if known else 1
        whole = np.int64(ridden[j]) if known else np.int64(table[j, BOARDINGS])
        due = np.int64(table[j, CHARGE]) * so_far[j] // whole
        sums[route[tap], 0] += 1
        sums[route[tap], 1] += due - given[j]
        given[j] = due


@njit(cache=True, nogil=True)
def spread(boarding: Any, charge: Any, taps: Any) -> Any:
    """The charges by tap; 0 where a tap is no boarding."""
    by_tap = np.zeros(taps, np.int32)
    for row in range(len(boarding)):
        by_tap[boarding[row]] = charge[row]
    return by_tap


@njit(cache=True, nogil=True)
def changed_journeys(boarding: Any, journey: Any, charge: Any, other: Any, count: Any) -> Any:
    """How much more each journey's boardings cost by the other charges (by tap)."""
    change = np.zeros(count, np.int32)
    for row in range(len(boarding)):
        change[journey[row]] += other[boarding[row]] - charge[row]
    return change


@njit(cache=True, nogil=True)
def paid_by_card(boarding: Any, card: Any, charge: Any, count: Any) -> Any:
    """What each card is charged in all."""
    paid = np.zeros(count, np.int64)
    for row in range(len(boarding)):
        paid[card[boarding[row]]] += charge[row]
    return paid


@njit(cache=True, nogil=True)
def add_changes(change: Any, groups: Any, sums: Any, bins: Any, width: Any) -> None:
    """Count who pays less, the same and more in each group, by how much, and in which bin.

    Bin `HALF` begins at 0 and is `width` rupiah wide; the outermost take everything beyond.
    """
    for k in range(len(change)):
        amount = np.int64(change[k])
        at = min(max(amount // width + HALF, 0), BINS - 1)
        for d in range(groups.shape[1]):
            g = groups[k, d]
            sums[g, COUNTED] += 1
            sums[g, SQUARES] += amount * amount
            if amount < 0:
                sums[g, LESS] += 1
                sums[g, SAVED] -= amount
            elif amount > 0:
                sums[g, MORE] += 1
                sums[g, LOST] += amount
            else:
                sums[g, SAME] += 1
            bins[g, at] += 1
