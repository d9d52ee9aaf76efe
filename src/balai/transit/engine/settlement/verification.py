"""Which scheduled runs ran, and how many metres of each are verified.

**Named** reports (as GTFS-Realtime gives them) tell the run they are of; they count for it where
place and time bear it out. With **inferred** runs nothing is believed but the route: each
vehicle's day is divided over the runs of all of its paths so that the most metres are verified
and no second counts twice, and no path has more passes than its timetable has runs (`passes`).

What holds of both (tests/transit/engine/settlement/test_verification_laws.py): a track along the
timetable verifies every metre; a report less never verifies more (inferred: of metres less twice
`terminal_m` for each pass; both where no path is counted more passes than it has runs); the
order of reports and their repetition change nothing; no run is verified beyond its length. The
second because a pair of reports covers what lies between, all pairs count, and what is chosen is
an exact optimum of sums that only grow with reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from balai.transit.engine.settlement.groups import Groups, within
from balai.transit.engine.settlement.reports import NO_START, Reports

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balai.transit.engine.settlement.schedule import Schedule

NEAR_SAME_M = 25.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as evidence. Metres and seconds.

    `corridor_m`: how far from the path a position may lie; `early_s`, `late_s`: how far from the
    timetable (with inferred runs never wider together than the run lasts: what comes later is
    another run); `gap_s`: the longest time between two reports that vouch for what lies between;
    `fastest_ms`: no vehicle is faster; `terminal_m`: a run seen this near its end counts to it.
    """

    identify: Literal["named", "inferred"] = "named"
    corridor_m: float = 60.0
    early_s: int = 600
    late_s: int = 1800
    gap_s: int = 300
    fastest_ms: float = 30.0
    slack_m: float = 150.0
    terminal_m: float = 150.0


@dataclass(frozen=True, slots=True)
class Verified:
    """What is verified of each run of the schedule (arrays of its length unless said otherwise).

    `metres` (int64, whole metres of the path); `vehicles`: how many were seen on it;
    `vehicle`: the one with the most metres (object, "" for none); the parts covered are
    `part_from`, `part_to` (metres), from `part_start[r]` to `[r + 1]`; `passed` (float64 seconds,
    NaN unseen) is when each call was passed, from `call_start[r]` to `[r + 1]`. `status`: of each
    report, in the canonical order of `reports`: 0 counted, 1 off the path, 2 at another time,
    3 of no run. `pair_run`, `pair_metres`, `pair_vehicle`: what each vehicle has on each run.
    """

    metres: NDArray[np.int64]
    vehicles: NDArray[np.int32]
    vehicle: NDArray[np.object_]
    part_start: NDArray[np.int64]
    part_from: NDArray[np.float64]
    part_to: NDArray[np.float64]
    call_start: NDArray[np.int64]
    passed: NDArray[np.float64]
    reports: Reports
    status: NDArray[np.int8]
    pair_run: NDArray[np.int32]
    pair_metres: NDArray[np.int64]
    pair_vehicle: NDArray[np.object_]

    def gaps(self, run: int, length: float) -> list[tuple[int, int]]:
        """The parts of a run that are not verified, as whole metres from its beginning."""
        marks = [0.0]
        for k in range(self.part_start[run], self.part_start[run + 1]):
            marks += [float(self.part_from[k]), float(self.part_to[k])]
        marks.append(length)
        pairs = zip(marks[::2], marks[1::2], strict=True)
        return [(round(a), round(b)) for a, b in pairs if b - a >= 1.0]


def verify(schedule: Schedule, reports: Reports, rules: Rules = Rules()) -> Verified:
    """Match the reports of a service day with its runs."""
    reports = _canonical(reports)
    names, vehicle = np.unique(reports.vehicle.astype(str), return_inverse=True)
    if rules.identify == "inferred":
        groups, parts, status = _inferred(schedule, reports, vehicle, rules)
    else:
        groups, status = _grouped(schedule, reports, vehicle, rules, np.arange(len(schedule)))
        parts = _covered(schedule, groups, rules)
    return _told(schedule, reports, status, names, groups, parts, rules)


def _grouped(
    schedule: Schedule, reports: Reports, vehicle: Any, rules: Rules, turn: Any
) -> tuple[Groups, NDArray[np.int8]]:
    """What the reports tell, by vehicle and the run's `turn`, and the status of each report."""
    report, run, place, status = _matched(schedule, reports, rules)
    order = np.lexsort((place, reports.at[report], vehicle[report] * len(schedule) + turn[run]))
    report, run, place = report[order], run[order], place[order]
    return Groups.of(vehicle[report], run, reports.at[report], place), status


def _inferred(
    schedule: Schedule, reports: Reports, vehicle: Any, rules: Rules
) -> tuple[Groups, tuple[Any, Any, Any], NDArray[np.int8]]:
    """The passes that count, the parts they cover, and the status of each report."""
    from balai.transit.engine.settlement.batches import batches
    from balai.transit.engine.settlement.passes import passes_of

    turn = np.empty(len(schedule), np.int64)
    turn[np.lexsort((np.arange(len(schedule)), schedule.run_start))] = np.arange(len(schedule))
    status = np.zeros(len(reports), np.int8)
    found = []
    for rows in batches(schedule, vehicle, _routes_told(schedule, reports)):
        some = reports.taken(rows)
        groups, status[rows] = _grouped(schedule, some, vehicle[rows], rules, turn)
        found.append(passes_of(schedule, groups, rules))
    sizes = np.concatenate([np.diff(passes.bounds) for passes in found])
    parts = (
        np.append(0, np.cumsum(sizes)).astype(np.int64),
        np.concatenate([passes.part_from for passes in found]),
        np.concatenate([passes.part_to for passes in found]),
    )
    return Groups.joined([passes.groups for passes in found]), parts, status


def _told(
    schedule: Schedule, reports: Reports, status: Any, names: Any, groups: Groups, parts: Any,
    rules: Rules,
) -> Verified:  # fmt: skip
    metres = _sums(*parts)
    joined = _by_run(len(schedule), groups.run, parts)
    whole = np.minimum(np.floor(_sums(*joined) + 1e-6).astype(np.int64), schedule.run_metres)
    count, main = _vehicles(len(schedule), groups.run, metres, names[groups.vehicle])
    call_start, passed = _passed(schedule, groups, metres, rules)
    return Verified(
        metres=whole, vehicles=count, vehicle=main, part_start=joined[0], part_from=joined[1],
        part_to=joined[2], call_start=call_start, passed=passed, reports=reports, status=status,
        pair_run=groups.run.astype(np.int32), pair_metres=np.floor(metres).astype(np.int64),
        pair_vehicle=names[groups.vehicle].astype(object),
    )  # fmt: skip


def _canonical(reports: Reports) -> Reports:
    """Reports in an order of their own, each once."""
    if not len(reports):
        return reports
    columns = [reports.vehicle.astype(str), reports.at, reports.trip.astype(str),
               reports.route.astype(str), reports.trip_start, reports.lat, reports.lon]  # fmt: skip
    order = np.lexsort(tuple(reversed(columns)))
    kept = np.ones(order.size, bool)
    ordered = [column[order] for column in columns]
    kept[1:] = np.any([column[1:] != column[:-1] for column in ordered], axis=0)
    return reports.taken(order[kept])


def _matched(schedule: Schedule, reports: Reports, rules: Rules) -> tuple[Any, Any, Any, Any]:
    from balai.transit.engine.settlement import kernel

    named = np.full(len(reports), -1, np.int64)
    if rules.identify == "named":
        group, starts, paths, named = _named(schedule, reports, rules)
        early = np.full(schedule.point_start.size, rules.early_s, np.float64)
        late = np.full(schedule.point_start.size, rules.late_s, np.float64)
    else:
        group, starts, paths = _by_route(schedule, reports)
        early, late = _windows(schedule, rules)
    run_path = schedule.path_of[schedule.run_trip]
    path_run = np.lexsort((np.arange(run_path.size), schedule.run_start, run_path))
    path_run_start = np.searchsorted(run_path[path_run], np.arange(schedule.point_start.size))
    longest = np.zeros(schedule.point_start.size)
    np.maximum.at(longest, run_path, schedule.run_seconds.astype(np.float64))
    x, y = schedule.plane(reports.lat, reports.lon)
    status = np.zeros(len(reports), np.int8)
    fixed = (
        reports.at, x, y, group, starts, paths, named, path_run_start, path_run,
        schedule.run_start, schedule.run_trip, longest, schedule.point_start,
        schedule.x, schedule.y, schedule.along, schedule.call_start, schedule.call_along,
        schedule.call_s, early, late, rules.corridor_m, NEAR_SAME_M,
    )  # fmt: skip
    none, nowhere = np.empty(0, np.int64), np.empty(0)
    count = kernel.match(*fixed, False, none, none, nowhere, status)
    report, run, place = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count)
    kernel.match(*fixed, True, report, run, place, status)
    return report, run, place, status


def _named(schedule: Schedule, reports: Reports, rules: Rules) -> tuple[Any, Any, Any, Any]:
    """Each report's trip, and the run of it that starts nearest to the start it tells."""
    known = {trip: number for number, trip in enumerate(schedule.trips)}
    group = np.array([known.get(trip, -1) for trip in reports.trip], np.int64)
    first = np.searchsorted(schedule.run_trip, np.arange(len(schedule.trips) + 1))
    named = np.full(len(reports), -1, np.int64)
    for i in np.flatnonzero(group >= 0):
        begin, end = first[group[i]], first[group[i] + 1]
        told = reports.trip_start[i]
        if told == NO_START:
            named[i] = begin if end - begin == 1 else -1
        elif end > begin:
            near = begin + int(np.argmin(np.abs(schedule.run_start[begin:end] - told)))
            if abs(int(schedule.run_start[near]) - int(told)) <= rules.late_s:
                named[i] = near
    group[named < 0] = -1
    return group, np.arange(len(schedule.trips) + 1), schedule.path_of.astype(np.int64), named


def _routes_told(schedule: Schedule, reports: Reports) -> NDArray[np.object_]:
    """The route of each report: its own, else its trip's, else ""."""
    of_trip = dict(zip(schedule.trips, schedule.routes, strict=True))
    told = [route or of_trip.get(trip, "")
            for route, trip in zip(reports.route, reports.trip, strict=True)]  # fmt: skip
    return np.array(told, dtype=object)


def _by_route(schedule: Schedule, reports: Reports) -> tuple[Any, Any, Any]:
    """Each report's route, and the paths of each route."""
    routes = sorted(set(schedule.routes))
    number = {route: k for k, route in enumerate(routes)}
    told = _routes_told(schedule, reports)
    group = np.array([number.get(route, -1) for route in told], np.int64)
    pairs = sorted(
        {(number[route], path)
         for route, path in zip(schedule.routes, schedule.path_of.tolist(), strict=True)}
    )  # fmt: skip
    starts = np.searchsorted([pair[0] for pair in pairs], np.arange(len(routes) + 1))
    return group, starts, np.array([pair[1] for pair in pairs], np.int64)


def _windows(schedule: Schedule, rules: Rules) -> tuple[Any, Any]:
    """How early and late a run of each path may be, never wider than the run lasts."""
    lasts = np.full(schedule.point_start.size, np.inf)
    run_path = schedule.path_of[schedule.run_trip]
    np.minimum.at(lasts, run_path, schedule.run_seconds.astype(np.float64))
    part = np.minimum(1.0, lasts / max(1, rules.early_s + rules.late_s))
    return rules.early_s * part, rules.late_s * part


def _covered(schedule: Schedule, groups: Groups, rules: Rules) -> tuple[Any, Any, Any]:
    """The parts of its run that each group covers: bounds by group, from and to (metres)."""
    from balai.transit.engine.settlement import kernel

    length = schedule.path_metres[schedule.path_of[schedule.run_trip[groups.run]]]
    begin, end = np.empty(groups.at.size), np.empty(groups.at.size)
    bounds = np.zeros(groups.start.size, np.int64)
    kernel.stretches(groups.start, groups.at, groups.place, length, rules.gap_s, rules.fastest_ms,
                     rules.slack_m, rules.terminal_m, begin, end, bounds)  # fmt: skip
    return bounds, begin[: bounds[-1]], end[: bounds[-1]]


def _sums(bounds: Any, begin: Any, end: Any) -> NDArray[np.float64]:
    total = np.append(0.0, np.cumsum(end - begin))
    return np.asarray(total[bounds[1:]] - total[bounds[:-1]], np.float64)


def _by_run(count: int, of_run: Any, parts: Any) -> tuple[Any, Any, Any]:
    """The parts of the groups, joined for each run."""
    bounds, begin, end = parts
    run = np.repeat(of_run, np.diff(bounds))
    order = np.lexsort((end, begin, run))
    run, begin, end = run[order], begin[order], end[order]
    starts: list[int] = [0]
    left: list[float] = []
    right: list[float] = []
    at = 0
    for number in range(count):
        while at < run.size and run[at] == number:
            if len(left) > starts[-1] and begin[at] <= right[-1]:
                right[-1] = max(right[-1], end[at])
            else:
                left.append(begin[at])
                right.append(end[at])
            at += 1
        starts.append(len(left))
    return np.array(starts, np.int64), np.array(left, np.float64), np.array(right, np.float64)


def _vehicles(count: int, of_run: Any, metres: Any, names: Any) -> tuple[Any, Any]:
    """How many vehicles each run has metres of, and the one with the most (then by its name)."""
    seen = np.flatnonzero(metres >= 1.0)
    vehicles = np.bincount(of_run[seen], minlength=count).astype(np.int32)
    main = np.full(count, "", dtype=object)
    for k in seen[np.lexsort((names[seen], -metres[seen]))][::-1]:
        main[of_run[k]] = str(names[k])
    return vehicles, main


def _passed(
    schedule: Schedule, groups: Groups, metres: Any, rules: Rules
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """When each call of each run was passed: the earliest that a vehicle with metres tells."""
    from balai.transit.engine.settlement import kernel

    first, last = schedule.call_start[schedule.run_trip], schedule.call_start[schedule.run_trip + 1]
    call_start = np.append(0, np.cumsum(last - first)).astype(np.int64)
    passed = np.full(int(call_start[-1]), np.nan)
    seen = np.flatnonzero(metres >= 1.0)
    if not seen.size:
        return call_start, passed
    sizes = groups.start[seen + 1] - groups.start[seen]
    index = np.repeat(groups.start[seen], sizes) + within(sizes)
    runs = groups.run[seen]
    calls = last[runs] - first[runs]
    out_start = np.append(0, np.cumsum(calls)).astype(np.int64)
    out = np.full(int(out_start[-1]), np.nan)
    bounds = np.append(0, np.cumsum(sizes)).astype(np.int64)
    kernel.passings(bounds, groups.at[index], groups.place[index], first[runs], last[runs],
                    schedule.call_along, rules.gap_s, rules.corridor_m, rules.terminal_m,
                    out_start, out)  # fmt: skip
    target = np.repeat(call_start[runs], calls) + within(calls)
    np.fmin.at(passed, target, out)
    return call_start, passed
