"""The loops of verification, compiled: placing reports on paths, and what they cover."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

MOST_PLACES = 8
MATCHED, OFF_PATH, OFF_TIME, UNKNOWN = 0, 1, 2, 3


@njit(cache=True)
def places_on_path(
    x: float, y: float, px: Any, py: Any, along: Any, first: int, last: int, corridor: float,
    near_same: float, out: Any,
) -> int:  # fmt: skip
    """Metres along the path at which a position may lie, into `out`; returns how many.

    One for each stretch of the path within `corridor` that comes within `near_same` of the
    nearest; parts of the path belong to one stretch where the places on them are close together.
    Where a path passes a place twice, both are told.
    """
    nearest = np.inf
    for k in range(first, last - 1):
        off = _off(x, y, px[k], py[k], px[k + 1], py[k + 1])[0]
        nearest = min(nearest, off)
    if nearest > corridor:
        return 0
    count = 0
    best, before = np.inf, -np.inf
    for k in range(first, last - 1):
        off, part = _off(x, y, px[k], py[k], px[k + 1], py[k + 1])
        if off > nearest + near_same or off > corridor:
            continue
        place = along[k] + part * (along[k + 1] - along[k])
        if place - before > 3.0 * near_same:
            if count == MOST_PLACES:
                return count
            count += 1
            best = np.inf
        before = place
        if off < best:
            best = off
            out[count - 1] = place
    return count


@njit(cache=True)
def _off(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> Any:
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    part = 0.0
    if square > 0.0:
        part = ((x - ax) * dx + (y - ay) * dy) / square
        part = min(1.0, max(0.0, part))
    ex, ey = ax + part * dx - x, ay + part * dy - y
    return np.sqrt(ex * ex + ey * ey), part


@njit(cache=True)
def scheduled_s(place: float, call_along: Any, call_s: Any, first: int, last: int) -> float:
    """Seconds after a run's start at which it should be at `place` metres."""
    low, high = first, last - 1
    if place <= call_along[low]:
        return float(call_s[low])
    if place >= call_along[high]:
        return float(call_s[high])
    while high - low > 1:
        middle = (low + high) // 2
        if call_along[middle] <= place:
            low = middle
        else:
            high = middle
    gap = call_along[high] - call_along[low]
    part = (place - call_along[low]) / gap if gap > 0.0 else 0.0
    return float(call_s[low] + part * (call_s[high] - call_s[low]))


@njit(cache=True)
def match(
    at: Any, x: Any, y: Any, group: Any, group_start: Any, group_path: Any,
    named: Any, path_run_start: Any, path_run: Any, run_start: Any, run_trip: Any, longest: Any,
    point_start: Any, px: Any, py: Any, along: Any, call_start: Any, call_along: Any,
    call_s: Any, early: Any, late: Any, corridor: float, near_same: float,
    filling: bool, out_report: Any, out_run: Any, out_place: Any, status: Any,
) -> int:  # fmt: skip
    """Pairs of a report and a run that it may be of, and the metres along the run's path.

    A report is tried on the paths of its group; of the runs on a path it may be of each that
    should be there within `early` and `late` seconds (by path), or of its `named` one alone.
    Without `filling` it only counts.
    """
    places = np.empty(MOST_PLACES)
    count = 0
    for i in range(at.size):
        if group[i] < 0:
            status[i] = UNKNOWN
            continue
        status[i] = OFF_PATH
        for g in range(group_start[group[i]], group_start[group[i] + 1]):
            p = group_path[g]
            found = places_on_path(x[i], y[i], px, py, along, point_start[p], point_start[p + 1],
                                   corridor, near_same, places)  # fmt: skip
            if found == 0:
                continue
            if status[i] == OFF_PATH:
                status[i] = OFF_TIME
            begin, end = path_run_start[p], path_run_start[p + 1]
            if named[i] < 0:
                begin = _first_from(run_start, path_run, begin, end,
                                    at[i] - longest[p] - late[p])  # fmt: skip
                end = _first_from(run_start, path_run, begin, end, at[i] + early[p] + 1)
            else:
                begin, end = 0, 1
            for k in range(begin, end):
                r = path_run[k] if named[i] < 0 else named[i]
                t = run_trip[r]
                place = _place_of(places, found, at[i] - run_start[r], call_along, call_s,
                                  call_start[t], call_start[t + 1], early[p], late[p])  # fmt: skip
                if place < 0.0:
                    continue
                status[i] = MATCHED
                if filling:
                    out_report[count], out_run[count], out_place[count] = i, r, place
                count += 1
    return count


@njit(cache=True)
def _place_of(
    places: Any, found: int, since: float, call_along: Any, call_s: Any, first: int, last: int,
    early: float, late: float,
) -> float:  # fmt: skip
    """The place of these that is nearest to the timetable `since` seconds after the run's start;
    -1 where none is near enough.
    """
    nearest, chosen = np.inf, -1.0
    for f in range(found):
        behind = since - scheduled_s(places[f], call_along, call_s, first, last)
        if -early <= behind <= late and abs(behind) < nearest:
            nearest, chosen = abs(behind), places[f]
    return chosen


@njit(cache=True)
def _first_from(run_start: Any, path_run: Any, begin: int, end: int, second: float) -> int:
    low, high = begin, end
    while low < high:
        middle = (low + high) // 2
        if run_start[path_run[middle]] < second:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True)
def stretches(
    start: Any, at: Any, place: Any, length: Any, longest_gap: int, fastest: float, slack: float,
    terminal: float, out_from: Any, out_to: Any, out_start: Any,
) -> None:  # fmt: skip
    """What the reports of each group (one vehicle on one run, by time) cover, in parts apart.

    Two reports cover what lies between them if no more than `longest_gap` seconds lie between,
    and no vehicle need have been faster than `fastest` metres a second, `slack` metres aside.
    All pairs count, not neighbours alone: a report more never takes anything away.
    """
    count = 0
    for g in range(start.size - 1):
        out_start[g] = count
        first, last = start[g], start[g + 1]
        reach = np.empty(last - first + 2)
        begin = np.empty(last - first + 2)
        n = 0
        for i in range(first, last):
            far = place[i]
            for j in range(i + 1, last):
                passed = at[j] - at[i]
                if passed > longest_gap:
                    break
                step = place[j] - place[i]
                if 0.0 < step <= fastest * passed + slack and place[j] > far:
                    far = place[j]
            if far > place[i]:
                begin[n] = 0.0 if place[i] <= terminal else place[i]
                reach[n] = length[g] if far >= length[g] - terminal else far
                n += 1
        order = np.argsort(begin[:n])
        for k in order:
            if count > out_start[g] and begin[k] <= out_to[count - 1]:
                out_to[count - 1] = max(out_to[count - 1], reach[k])
            else:
                out_from[count], out_to[count] = begin[k], reach[k]
                count += 1
    out_start[start.size - 1] = count


@njit(cache=True)
def passings(
    start: Any, at: Any, place: Any, call_from: Any, call_to: Any, call_along: Any,
    longest_gap: int, near: float, terminal: float, out_start: Any, out: Any,
) -> None:  # fmt: skip
    """When each group's vehicle passed each call of its run, NaN where no two reports tell.

    It left the first stop when it was last within `near` metres of it (else when it was first
    seen, within `terminal`), and reached the last when it was first as near.
    """
    for g in range(start.size - 1):
        first, last = start[g], start[g + 1]
        calls = call_to[g] - call_from[g]
        end = call_along[call_to[g] - 1]
        for c in range(calls):
            mark = call_along[call_from[g] + c]
            seen = np.nan
            if c == 0:
                seen = _left(at, place, first, last, mark + near, mark + terminal)
            elif c == calls - 1:
                seen = _reached(at, place, first, last, end - near, end - terminal)
            if np.isnan(seen):
                seen = _passing(at, place, first, last, mark, longest_gap)
            out[out_start[g] + c] = seen


@njit(cache=True)
def _passing(at: Any, place: Any, first: int, last: int, mark: float, longest_gap: int) -> float:
    for k in range(first, last - 1):
        if place[k] <= mark <= place[k + 1] and at[k + 1] - at[k] <= longest_gap:
            step = place[k + 1] - place[k]
            part = (mark - place[k]) / step if step > 0.0 else 0.0
            return float(at[k] + part * (at[k + 1] - at[k]))
    return np.nan


@njit(cache=True)
def _left(at: Any, place: Any, first: int, last: int, near: float, terminal: float) -> float:
    seen = np.nan
    for k in range(first, last):
        if place[k] <= near:
            seen = float(at[k])
    if np.isnan(seen) and place[first] <= terminal:
        seen = float(at[first])
    return seen


@njit(cache=True)
def _reached(at: Any, place: Any, first: int, last: int, near: float, terminal: float) -> float:
    for k in range(first, last):
        if place[k] >= near:
            return float(at[k])
    if place[last - 1] >= terminal:
        return float(at[last - 1])
    return np.nan
