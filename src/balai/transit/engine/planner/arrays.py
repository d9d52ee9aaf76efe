"""The arrays that searches read and write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER = np.int32(2**30)
NOWHERE = np.int32(-1)
# Columns of the label pool.
STOP, STATE, TIME, DEPARTURE, PATTERN, BOARD, ALIGHT, PARENT, RIDES, LEFT = range(10)
LABEL_FIELDS = 10
# Rows of a pattern's seats: by state the departure sat in, the earliest departure in that state or
# one that beats it, the call boarded at and the label come from; then the list of seated states.
SEAT_DEPARTURE, SEAT_BEST, SEAT_CALL, SEAT_PARENT, SEATED = range(5)
SEAT_ROWS = 5


class Network(NamedTuple):
    """The timetable's arrays and the seconds of its walks, as `Timetable` describes them."""

    call_start: NDArray[np.int32]
    call_stop: NDArray[np.int32]
    call_board: NDArray[np.bool_]
    call_alight: NDArray[np.bool_]
    departure_start: NDArray[np.int32]
    trip_start: NDArray[np.int32]
    trip_profile: NDArray[np.int32]
    profile_arrive: NDArray[np.int32]
    profile_depart: NDArray[np.int32]
    visit_start: NDArray[np.int32]
    visit_pattern: NDArray[np.int32]
    visit_call: NDArray[np.int32]
    walk_start: NDArray[np.int32]
    walk_to: NDArray[np.int32]
    walk_s: NDArray[np.int32]
    pattern_product: NDArray[np.int16]


class FareTable(NamedTuple):
    """A fare automaton as arrays.

    `step[s, product, band]` is the state after boarding; bands of the clock begin at `band_from`
    seconds. State s beats the states `beaten[beaten_start[s]:beaten_start[s + 1]]`, itself left
    out; `dearer` likewise lists the states whose fare so far is no lower.
    """

    step: NDArray[np.int16]
    band_from: NDArray[np.int32]
    beaten_start: NDArray[np.int32]
    beaten: NDArray[np.int16]
    dearer_start: NDArray[np.int32]
    dearer: NDArray[np.int16]


class Front(NamedTuple):
    """Labels of one round: `live[stop, :held[stop]]` are the states that hold one."""

    time: NDArray[np.int32]
    label: NDArray[np.int32]
    live: NDArray[np.int16]
    held: NDArray[np.int32]
    stops: NDArray[np.int32]
    listed: NDArray[np.bool_]


class Goal(NamedTuple):
    """Where the search is going: seconds to walk from each stop (`NEVER`: none), a lower bound
    of the seconds from each stop to the destination, and the earliest arrival by state, layer.

    `onward` is the time from which nothing counts for one who has yet to board, by the state and
    layer before: with what the next ride costs at the least, an arrival found may be as good.
    It is `best` where every stop is a destination.
    """

    egress_s: NDArray[np.int32]
    at_least_s: NDArray[np.int32]
    best: NDArray[np.int32]
    onward: NDArray[np.int32]


def new_front(stops: int, states: int) -> Front:
    """Return an empty front."""
    return Front(
        time=np.full((stops, states), NEVER, np.int32),
        label=np.full((stops, states), NOWHERE, np.int32),
        live=np.zeros((stops, states), np.int16),
        held=np.zeros(stops, np.int32),
        stops=np.zeros(stops + 1, np.int32),
        listed=np.zeros(stops, np.bool_),
    )


class Workspace(NamedTuple):
    """What a round works in: by pattern the call to begin at (`NEVER` between rounds), the
    patterns queued, and the rows of a pattern's seats by state."""

    first_call: NDArray[np.int32]
    queue: NDArray[np.int32]
    aboard: NDArray[np.int32]


def new_workspace(patterns: int, states: int) -> Workspace:
    """Return an empty workspace."""
    return Workspace(
        np.full(patterns, NEVER, np.int32),
        np.empty(patterns, np.int32),
        np.empty((SEAT_ROWS, states), np.int32),
    )
