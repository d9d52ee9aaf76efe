"""The passes that vehicles drove, where reports do not say which runs they are of.

Each vehicle's day is divided over the runs of all paths of its routes together (`walks`): each
second of its driving counts for one run at most, so a street that two paths follow is paid once
for each time that it is driven. Which run of a service by headway a pass stands for says nothing;
that it was driven does. So a path has no more passes than its timetable has runs, those with the
most metres, and each then stands for the run nearest to it that is free. What a path had no run
left for is tried once more on the paths that have (`_rounds`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from balai.transit.engine.settlement.groups import Groups, within
from balai.transit.engine.settlement.walks import Walk, best_walks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balai.transit.engine.settlement.schedule import Schedule
    from balai.transit.engine.settlement.verification import Rules


@dataclass(frozen=True, slots=True)
class Passes:
    """The passes that count: the reports of each as groups, of the run it stands for.

    What each covers is `part_from`, `part_to` (whole metres along the path) from `bounds[k]` to
    `[k + 1]`.
    """

    groups: Groups
    bounds: NDArray[np.int64]
    part_from: NDArray[np.float64]
    part_to: NDArray[np.float64]


def passes_of(schedule: Schedule, groups: Groups, rules: Rules) -> Passes:
    """The passes that count, each standing for a run of its own.

    `groups` are ordered by vehicle and the run's beginning.
    """
    found = _rounds(schedule, groups, rules)
    found.sort(key=lambda walk: (walk.group, walk.first))
    first, last, group = (np.array([getattr(walk, name) for walk in found], np.int64)
                          for name in ("first", "last", "group"))  # fmt: skip
    rows = np.repeat(first, last - first + 1) + within(last - first + 1)
    chosen = Groups(
        np.append(0, np.cumsum(last - first + 1)).astype(np.int64),
        _stands(schedule, groups.run[group]), groups.vehicle[group], groups.at[rows],
        groups.place[rows],
    )  # fmt: skip
    ends = np.array([end for walk in found for end in walk.parts], np.float64).reshape(-1, 2)
    bounds = np.append(0, np.cumsum([len(walk.parts) for walk in found])).astype(np.int64)
    return Passes(chosen, bounds, ends[:, 0], ends[:, 1])


def _rounds(schedule: Schedule, groups: Groups, rules: Rules) -> list[Walk]:
    """The vehicles' passes, no more on a path than it has runs.

    Where a path's vehicles drove more, the rest of them are walked again through the time that no
    pass that counts has taken, over the paths that have runs left.
    """
    run_path = schedule.path_of[schedule.run_trip]
    free = np.bincount(run_path, minlength=schedule.point_start.size)
    kept: list[Walk] = []
    owner, rows = groups.vehicle[groups.of_row], np.arange(groups.at.size)
    while rows.size:
        fresh = best_walks(schedule, groups, owner, rows, rules)
        dropped: set[int] = set()
        for walk in sorted(fresh, key=lambda walk: (-walk.metres, walk.group, walk.first)):
            path = run_path[groups.run[walk.group]]
            if free[path]:
                free[path] -= 1
                kept.append(walk)
            else:
                dropped.add(int(groups.vehicle[walk.group]))
        owner, rows = left_over(groups, kept, dropped, free[run_path] > 0)
    return kept


def left_over(
    groups: Groups, kept: list[Walk], vehicles: set[int], open_runs: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of these vehicles outside of their passes, on runs that are open, and an owner of each
    that is another before and after each pass.
    """
    taken: dict[int, list[tuple[int, int]]] = {vehicle: [] for vehicle in sorted(vehicles)}
    for walk in kept:
        spans = taken.get(int(groups.vehicle[walk.group]))
        if spans is not None:
            spans.append((int(groups.at[walk.first]), int(groups.at[walk.last])))
    owner, rows, count = [np.empty(0, np.int64)], [np.empty(0, np.int64)], 0
    for vehicle, spans in taken.items():
        begin, end = np.array(sorted(spans), np.int64).reshape(-1, 2).T
        low, high = np.searchsorted(groups.vehicle, [vehicle, vehicle + 1])
        mine = np.arange(groups.start[low], groups.start[high])
        piece = np.searchsorted(end, groups.at[mine], "right")
        inside = np.append(begin, np.iinfo(np.int64).max)[piece] < groups.at[mine]
        is_open = np.repeat(open_runs[groups.run[low:high]], groups.sizes[low:high])
        use = is_open & ~inside
        order = np.argsort(piece[use], kind="stable")
        owner.append(count + piece[use][order])
        rows.append(mine[use][order])
        count += begin.size + 1
    return np.concatenate(owner), np.concatenate(rows)


def _stands(schedule: Schedule, of_run: Any) -> NDArray[np.int64]:
    """The runs that passes stand for, each its own, where they were found on these."""
    run_path = schedule.path_of[schedule.run_trip]
    stands = np.empty(of_run.size, np.int64)
    for path in np.unique(run_path[of_run]):
        rows = np.flatnonzero(run_path[of_run] == path)
        rows = rows[np.lexsort((rows, schedule.run_start[of_run[rows]]))]
        runs = np.flatnonzero(run_path == path)
        runs = runs[np.lexsort((runs, schedule.run_start[runs]))]
        stands[rows] = runs[placed(schedule.run_start[of_run[rows]], schedule.run_start[runs])]
    return stands


def placed(wanted: NDArray[Any], starts: NDArray[Any]) -> NDArray[np.int64]:
    """For each start wanted, in turn, the nearest run that is still free, the earlier of two."""
    free = np.ones(starts.size, bool)
    chosen = np.empty(wanted.size, np.int64)
    for k, second in enumerate(wanted):
        off = np.where(free, np.abs(starts.astype(np.int64) - second), np.iinfo(np.int64).max)
        chosen[k] = int(np.argmin(off))
        free[chosen[k]] = False
    return chosen
