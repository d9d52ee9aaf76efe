"""Vehicles' walks through a day over the runs that they may have driven, as passes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from balai.transit.engine.settlement.groups import Groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balai.transit.engine.settlement.schedule import Schedule
    from balai.transit.engine.settlement.verification import Rules


class Walk(NamedTuple):
    """A pass: the group it is of, the rows of its first and last report, and the `parts` covered
    (whole metres, rising and apart).
    """

    group: int
    first: int
    last: int
    parts: list[tuple[int, int]]

    @property
    def metres(self) -> int:
        """What it covers."""
        return sum(high - low for low, high in self.parts)


def best_walks(
    schedule: Schedule, groups: Groups, owner: NDArray[np.int64], rows: NDArray[np.int64],
    rules: Rules,
) -> list[Walk]:  # fmt: skip
    """The passes that together verify the most metres of each owner's time, less twice
    `terminal_m` for each pass.

    Of `groups` the `rows` alone (rising by owner, then as in `groups`); `owner`, rising, says of
    each whose time it is: a vehicle's, or a part of its day. No second counts twice.
    """
    from balai.transit.engine.settlement import chains

    group = groups.of_row[rows]
    used = Groups.of(owner, group, groups.at[rows], groups.place[rows])
    place = np.floor(used.place + 1e-6).astype(np.int64)
    x, y, due = _on_path(schedule, groups.run[group], place)
    used_group, run = used.of_row, groups.run[used.run]
    length = schedule.run_metres[run]
    mine = np.unique(owner, return_index=True)[1]
    # As if by (owner, time, group, place): rows are by owner, group, time and place already.
    second = used.at - used.at.min() if rows.size else used.at
    span = int(second.max()) + 1 if rows.size else 1
    order = np.argsort((owner * span + second) * used.run.size + used_group, kind="stable")
    before, paid_from, went_from = (np.empty(rows.size, np.int64) for _ in range(3))
    enters, ends = np.empty(rows.size, np.bool_), np.full(mine.size, -1, np.int64)
    chains.best_walks(
        np.append(mine, rows.size), order, used_group, used.start, used.at, place, x, y, due,
        schedule.path_of[schedule.run_trip[run]].astype(np.int64),
        schedule.run_start[run].astype(np.int64), schedule.run_seconds[run].astype(np.int64),
        length, rules.gap_s, rules.fastest_ms, rules.slack_m,
        int(rules.terminal_m), before, paid_from, went_from, enters, ends,
    )  # fmt: skip
    found = []
    for last in ends.tolist():
        end = last
        while end >= 0:
            row, whole = divmod(end, 2)
            first, parts = _read(row, bool(whole), paid_from, went_from, enters, place,
                                 int(length[used_group[row]]), int(rules.terminal_m))  # fmt: skip
            found.append(Walk(int(group[row]), int(rows[first]), int(rows[row]), parts))
            end = int(before[first])
    return found


def _on_path(schedule: Schedule, run: Any, place: Any) -> tuple[Any, Any, Any]:
    """Where each place on its run's path lies (metres on the plane), and when it is due
    (seconds after the run's start).
    """
    x, y, due = (np.empty(place.size) for _ in range(3))
    trip = schedule.run_trip[run]
    order = np.argsort(trip, kind="stable")
    bounds = np.flatnonzero(np.diff(trip[order], prepend=-1, append=-1))
    for low, high in pairwise(bounds):
        rows = order[low:high]
        t = int(trip[rows[0]])
        points = slice(*schedule.point_start[schedule.path_of[t] :][:2])
        calls = slice(*schedule.call_start[t:][:2])
        x[rows] = np.interp(place[rows], schedule.along[points], schedule.x[points])
        y[rows] = np.interp(place[rows], schedule.along[points], schedule.y[points])
        due[rows] = np.interp(place[rows], schedule.call_along[calls], schedule.call_s[calls])
    return x, y, due


def _read(
    row: int, whole: bool, paid_from: Any, went_from: Any, enters: Any, place: Any, length: int,
    terminal: int,
) -> tuple[int, list[tuple[int, int]]]:  # fmt: skip
    """The first row of a pass that ends at `row`, and the parts it covers, rising and apart."""
    parts: list[tuple[int, int]] = []
    reach = length if whole else int(place[row])
    paying, entering = whole, False
    while not entering:
        if not paying and went_from[row] >= 0:
            row = int(went_from[row])
            reach = int(place[row])
            continue
        before, entering = int(paid_from[row]), bool(enters[row])
        low = 0 if entering and place[before] <= terminal else int(place[before])
        if parts and parts[-1][0] == reach:
            parts[-1] = (low, parts[-1][1])
        else:
            parts.append((low, reach))
        row, reach, paying = before, int(place[before]), False
    return row, parts[::-1]
