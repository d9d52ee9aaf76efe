"""How well a day ran: runs missed, departures on time, headways kept."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balai.transit.engine.settlement.schedule import Schedule
    from balai.transit.engine.settlement.verification import Verified


@dataclass(frozen=True, slots=True)
class QualityRules:
    """What the service standard asks. A run is missed below `missed_below` (a share) of its
    metres; on time if it left no more than `early_s` before and `late_s` after its time; a headway
    is kept if it is no more than the timetable's by `headway_s` seconds or `headway_share` of it,
    whichever is more. Headways of the timetable above `longest_headway_s` are not judged.
    """

    missed_below: float = 0.5
    early_s: int = 60
    late_s: int = 300
    headway_s: int = 120
    headway_share: float = 0.5
    longest_headway_s: int = 3600


@dataclass(frozen=True, slots=True)
class Quality:
    """Of each run: `missed`, `departed` (seconds, NaN unseen), `late_by` (seconds after its time,
    NaN unseen), `on_time`; `headway` (seconds since the departure before it at the same stop,
    NaN where there is none), `headway_due` (the timetable's) and `headway_kept` (1 kept, 0 not,
    -1 not judged).
    """

    missed: NDArray[np.bool_]
    departed: NDArray[np.float64]
    late_by: NDArray[np.float64]
    on_time: NDArray[np.bool_]
    headway: NDArray[np.float64]
    headway_due: NDArray[np.float64]
    headway_kept: NDArray[np.int8]


def quality_of(
    schedule: Schedule, verified: Verified, rules: QualityRules = QualityRules()
) -> Quality:  # fmt: skip
    """Judge each run. Headways are those of departures at the first stop of a route's direction."""
    count = len(schedule)
    departed = verified.passed[verified.call_start[:-1]] if count else np.empty(0)
    late = departed - schedule.run_start
    missed = verified.metres < rules.missed_below * schedule.run_metres
    on_time = (late >= -rules.early_s) & (late <= rules.late_s) & ~missed
    headway, due = np.full(count, np.nan), np.full(count, np.nan)
    kept = np.full(count, -1, np.int8)
    for rows in _lines(schedule):
        _judge(schedule, departed, rows, rules, headway, due, kept)
    return Quality(missed, departed, late, on_time, headway, due, kept)


def _lines(schedule: Schedule) -> list[NDArray[np.int64]]:
    """Runs of one route that leave from one stop in one direction, by time."""
    lines: dict[tuple[str, int, str], list[int]] = {}
    for run, trip in enumerate(schedule.run_trip):
        stop = schedule.call_stop[schedule.call_start[trip]]
        key = (schedule.routes[trip], int(schedule.directions[trip]), stop)
        lines.setdefault(key, []).append(run)
    return [
        np.array(sorted(rows, key=lambda r: (schedule.run_start[r], r)), np.int64)
        for rows in lines.values()
    ]


def _judge(
    schedule: Schedule, departed: NDArray[np.float64], rows: NDArray[np.int64],
    rules: QualityRules, headway: NDArray[np.float64], due: NDArray[np.float64],
    kept: NDArray[np.int8],
) -> None:  # fmt: skip
    starts = schedule.run_start[rows].astype(np.float64)
    seen = rows[~np.isnan(departed[rows])]
    seen = seen[np.argsort(departed[seen], kind="stable")]
    if seen.size < 2 or starts.size < 2:
        return
    planned = np.diff(starts)
    for before, after in pairwise(seen.tolist()):
        # The timetable's headway in force when the later one left.
        at = int(np.clip(np.searchsorted(starts, departed[after], "right") - 1, 1, planned.size))
        due[after] = planned[at - 1]
        headway[after] = departed[after] - departed[before]
        if due[after] > rules.longest_headway_s or due[after] <= 0:
            continue
        allowed = due[after] + max(rules.headway_s, rules.headway_share * due[after])
        kept[after] = int(headway[after] <= allowed)
