"""Bags of labels at each stop, for fares that are not finite in state (McRAPTOR).

Delling, Pajor, Werneck (2012), section 4. Used where `automaton.is_finite` says no: windows that
may close before the trip ends, and fares by the kilometre.

A label is a row of the pool: how it came about, with its fare state in the row of `states` of
the same number; row 0 is the start. An entry puts a label in a stop's bag, a list linked through
the entries and sorted by time. As in `search`, what a vehicle reached and what a walk reached
are kept apart. Labels that cannot end before what was found for no more are dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .compiling import kernel
from .dominance import beats_from_here
from .meters import ARRIVE, FARE, FOUND_FIELDS, LABEL, RIDES, paid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Columns of the label pool.
PATTERN, BOARD, ALIGHT, DEPARTURE, PARENT, LABEL_FIELDS = range(6)
# Columns of the entries: the label, when it is at the stop, the next entry, in which round it
# came, what it has paid, and its outlook (`prospects`).
OF, TIME, NEXT, ROUND, OWED, OUTLOOK, ENTRY_FIELDS = range(7)
# Columns of a pattern's seats: the departure sat in, when and where it was boarded, from which
# label, and whether what was open before is taken to have run out.
SEAT, TAP_IN, CALL, FROM, ANEW, SEAT_FIELDS = range(6)
# Counters: labels, entries and finds used, stops listed by ride and on foot, and whether some
# array was too small.
LABELS, ENTRIES, FOUNDS, RIDDEN_TO, WALKED_TO, FULL, COUNTERS = range(7)
NONE = -1


class Bags(NamedTuple):
    """Where a search works: the first entry at each stop by ride and on foot, the stops that the
    round has reached by each, and the round in which a stop was last listed so.

    `states` ends with a row for each of the `seats`.
    """

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


@kernel
def enter(  # type: ignore[no-untyped-def]
    rule, classes, states, head, entries, count, found, deadline, stop, label, time, rides, more,
    outlook,
):  # fmt: skip
    """Put a label in a stop's bag unless one there beats it; take out what it beats."""
    before, ahead_of, at = NONE, NONE, head[stop]
    owed, in_all = paid(rule, states, label), rides + more
    while at != NONE:
        after, kept, kept_at = entries[at, NEXT], entries[at, OF], entries[at, TIME]
        kept_owed = entries[at, OWED]
        if kept_at <= time and kept_owed <= owed and beats_from_here(
            outlook, rule, classes, states, kept, label, time, found, count[FOUNDS], deadline,
            in_all, more,
        ):  # fmt: skip
            return False
        if kept_at >= time and kept_owed >= owed and beats_from_here(
            entries[at, OUTLOOK], rule, classes, states, label, kept, kept_at, found,
            count[FOUNDS], deadline, in_all, more,
        ):  # fmt: skip
            if before == NONE:
                head[stop] = after
            else:
                entries[before, NEXT] = after
        else:
            before = at
            ahead_of = at if kept_at <= time else ahead_of
        at = after
    new = count[ENTRIES]
    if new == entries.shape[0]:
        count[FULL] = 1
        return False
    count[ENTRIES] += 1
    entries[new, OF], entries[new, TIME], entries[new, ROUND] = label, time, rides
    entries[new, OWED], entries[new, OUTLOOK] = owed, outlook
    if ahead_of == NONE:
        entries[new, NEXT], head[stop] = head[stop], new
    else:
        entries[new, NEXT], entries[ahead_of, NEXT] = entries[ahead_of, NEXT], new
    return True


@kernel
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


@kernel
def list_once(stops, listed_in, count, stop, rides):  # type: ignore[no-untyped-def]
    """Add a stop to the round's list unless it is on it; returns the list's length."""
    if listed_in[stop] == rides:
        return count
    listed_in[stop] = rides
    stops[count] = stop
    return count + 1
