"""The loop of inferred runs, compiled: what a vehicle's time was spent on, to the most metres.

A vehicle's day is a walk through its reports, each at a place of a run that it may be of. The
walk stays on a run or leaves it for a later one, and never goes back in time: so no second is
paid twice, whatever runs follow the same street. It is a longest path in a graph without cycles,
found exactly; a report less takes edges away, so it never finds more.

Longest is the walk whose metres are the most, less `2 * terminal` for each pass: as much as the
terminals can add to what was driven, so that breaking a pass in two never pays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

WINDING = 1.1
"""How much longer than the straight line a step along a path may be, else it winds."""
PACE = 1.25
"""How much faster than its timetable a vehicle may be where its path winds."""
METRE = 1 << 32
"""What a metre is worth: more than the scheduled metres of all runs of a vehicle's day, which are
taken off, so that of equal walks the one that leaves least of its runs undriven is taken."""
NEVER = -(1 << 62)


@njit(cache=True)
def best_walks(
    owner_start: Any, order: Any, group: Any, start: Any, at: Any, place: Any, x: Any, y: Any,
    due: Any, path: Any, begin: Any, lasts: Any, length: Any, gap: int, fastest: float,
    slack: float, terminal: int,
    before: Any, paid_from: Any, went_from: Any, enters: Any, ends: Any,
) -> None:  # fmt: skip
    """The best walk of each vehicle (owner), as pointers back from its last report.

    Rows are pairs of a report and a run, by group (a vehicle on a run, ordered within an owner by
    the run's beginning) and time, from `start[g]` to `[g + 1]`; `place` in whole metres, which
    lies at `x`, `y` and is `due` so many seconds after the run's start. `order` has the rows of
    each owner by time, from `owner_start[v]` to `[v + 1]`. Groups have the run's `path`, `begin`
    and `lasts` (seconds) and `length` (whole metres).

    Out, by row: `before` the end of the walk at which the row's run was entered (-1: none),
    `paid_from` the row from which metres up to this one are paid, `went_from` the row before it
    where the walk is best, both -1 where there is none. `enters`: whether the metres paid begin
    with the entry. `ends`, by owner: the walk's last row, as an end (-1 where nothing is paid).
    An end is `row * 2 + 1` where the run counts to its terminal, else `row * 2`.
    """
    entered = np.empty(at.size, np.int64)
    here = np.empty(at.size, np.int64)
    left = np.full(start.size, NEVER, np.int64)
    left_at = np.full(start.size, -1, np.int64)
    for v in range(owner_start.size - 1):
        best, first = 0, group[owner_start[v]]
        for k in range(owner_start[v], owner_start[v + 1]):
            j = order[k]
            g = group[j]
            entered[j], before[j] = _entry(first, g, path, begin, lasts, left, left_at)
            entered[j] -= length[g] + 2 * terminal * METRE
            paid = _step(start[g], j, at, place, x, y, due, entered, here, gap, fastest, slack,
                         terminal, paid_from, went_from, enters)  # fmt: skip
            rest = length[g] - place[j] if place[j] >= length[g] - terminal else 0
            end = 2 * j
            value = here[j]
            if paid > NEVER and paid + rest * METRE > value:
                value, end = paid + rest * METRE, 2 * j + 1
            if value > left[g]:
                left[g], left_at[g] = value, end
            if value > best:
                best, ends[v] = value, end


@njit(cache=True)
def _entry(first: int, g: int, path: Any, begin: Any, lasts: Any, left: Any, left_at: Any) -> Any:
    """The most that was paid on runs that may have gone before, and the end of that walk.

    A run begins when the last one of the same path is over by the timetable; one of another path
    half of that time after it: the two need not be equally late.
    """
    most, end = 0, -1
    for q in range(first, g):
        wait = lasts[q] if path[q] == path[g] else lasts[q] // 2
        if left[q] > most and begin[g] >= begin[q] + wait:
            most, end = left[q], left_at[q]
    return most, end


@njit(cache=True)
def _step(
    low: int, j: int, at: Any, place: Any, x: Any, y: Any, due: Any, entered: Any, here: Any,
    gap: int, fastest: float, slack: float, terminal: int, paid_from: Any, went_from: Any,
    enters: Any,
) -> int:  # fmt: skip
    """The most that is paid when a step with metres ends at `j`; fills the pointers back.

    A walk never goes back along its run, so no metre of a run is paid twice. Where a path passes
    a street twice, out and back or round a loop, a position may be of either pass: a step that is
    much longer than the straight line counts only if the timetable allows as long a one.
    """
    paid, here[j] = NEVER, NEVER
    paid_from[j], went_from[j], enters[j] = -1, -1, False
    for i in range(low, j):
        if here[i] > here[j] and place[i] <= place[j]:
            here[j], went_from[j] = here[i], i
        passed, step = at[j] - at[i], place[j] - place[i]
        if passed > gap or step <= 0 or step > fastest * passed + slack:
            continue
        straight = np.hypot(x[j] - x[i], y[j] - y[i])
        if step > WINDING * straight + slack and due[j] - due[i] > PACE * passed:
            continue
        fresh = entered[i] + (place[i] * METRE if place[i] <= terminal else 0)
        value = max(fresh, here[i]) + step * METRE
        if value > paid:
            paid, paid_from[j], enters[j] = value, i, fresh >= here[i]
    if paid >= here[j]:
        here[j], went_from[j] = paid, -1
    return paid
