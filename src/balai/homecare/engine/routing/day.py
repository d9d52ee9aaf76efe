"""A problem laid out for the solver, and the plan that it works on.

Nodes are the problem's services, then an office for each caregiver, from which their route leaves
and to which it returns: a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .problem import Problem

NEAR = 50
"""Neighbours of a node that moves look at."""
ALONE = -1
MOST_ARCS = 16
# Counters of a plan: arcs and nodes put otherwise and times changed since the last settled plan.
ARCS, CARRIED, RETIMED, COUNTERS = range(4)
# Totals: distance, tardiness and the largest tardiness.
DISTANCE, TARDINESS, LARGEST, TOTALS = range(4)


class Day(NamedTuple):
    """What does not change. By node unless said.

    `mate` is the other node of a pair (`ALONE`: none), which starts from `least` to `most` after
    this one (both negative where the other comes first). `near[node, :nears[node]]` are nodes
    that one may come from, the best first; `able[caregiver, node]`.
    """

    distance: NDArray[np.float64]
    duration: NDArray[np.float64]
    opens: NDArray[np.float64]
    closes: NDArray[np.float64]
    able: NDArray[np.bool_]
    mate: NDArray[np.int32]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    near: NDArray[np.int32]
    nears: NDArray[np.int32]


class Plan(NamedTuple):
    """What does. By node: the next and the one before in the circle, whose it is, when it starts
    and how late; then the totals, and what is needed to go back to the plan settled last."""

    following: NDArray[np.int32]
    preceding: NDArray[np.int32]
    carer: NDArray[np.int32]
    start: NDArray[np.float64]
    late: NDArray[np.float64]
    totals: NDArray[np.float64]
    counts: NDArray[np.int64]
    arc_from: NDArray[np.int32]
    arc_to: NDArray[np.int32]
    arc_was: NDArray[np.int32]
    before_was: NDArray[np.int32]
    carried: NDArray[np.int32]
    carer_was: NDArray[np.int32]
    retimed: NDArray[np.int32]
    start_was: NDArray[np.float64]
    stamp: NDArray[np.int64]
    queue: NDArray[np.int32]
    due: NDArray[np.float64]
    turn: NDArray[np.int64]
    touched: NDArray[np.float64]


def lay_out(problem: Problem) -> Day:
    """The day of a problem."""
    nodes, carers = problem.nodes, problem.caregivers
    place = np.concatenate((problem.place, np.zeros(carers, np.int32)))
    none = np.zeros(carers)
    day = Day(
        distance=np.ascontiguousarray(problem.distance[np.ix_(place, place)]),
        duration=np.concatenate((problem.duration, none)),
        opens=np.concatenate((problem.opens, none)),
        closes=np.concatenate((problem.closes, np.full(carers, np.inf))),
        able=problem.able,
        mate=np.full(nodes, ALONE, np.int32),
        least=np.zeros(nodes),
        most=np.zeros(nodes),
        near=np.zeros((nodes, NEAR), np.int32),
        nears=np.zeros(nodes, np.int32),
    )
    for pair in problem.pairs:
        day.mate[[pair.first, pair.second]] = pair.second, pair.first
        day.least[[pair.first, pair.second]] = pair.least, -pair.most
        day.most[[pair.first, pair.second]] = pair.most, -pair.least
    _fill_near(day)
    return day


def _fill_near(day: Day) -> None:
    """Rank from where a node may be come to: near, with little waiting and no lateness."""
    nodes = day.mate.size
    drive = day.distance[:nodes, :nodes]
    there = (day.opens + day.duration)[:nodes, None] + drive
    wait = np.maximum(0, day.opens[None, :nodes] - there)
    late = np.maximum(0, there - day.closes[None, :nodes])
    both = (day.able.astype(np.int64).T @ day.able.astype(np.int64)) > 0
    both[np.arange(nodes), np.arange(nodes)] = False
    both[np.arange(nodes)[day.mate != ALONE], day.mate[day.mate != ALONE]] = False
    cost = np.where(both, drive + 0.2 * wait + late, np.inf)
    for node in range(nodes):
        ranked = np.argsort(cost[:, node], kind="stable")[:NEAR]
        ranked = ranked[np.isfinite(cost[ranked, node])]
        day.near[node, : ranked.size] = ranked
        day.nears[node] = ranked.size


def empty_plan(day: Day) -> Plan:
    """A plan in which every caregiver stays at the office."""
    nodes, all_nodes = day.mate.size, day.duration.size
    circle = np.arange(all_nodes, dtype=np.int32)
    carer = np.concatenate((np.full(nodes, -1), np.arange(all_nodes - nodes))).astype(np.int32)
    room = 8 * all_nodes + 64
    return Plan(
        following=circle.copy(),
        preceding=circle.copy(),
        carer=carer,
        start=np.zeros(all_nodes),
        late=np.zeros(all_nodes),
        totals=np.zeros(TOTALS),
        counts=np.zeros(COUNTERS, np.int64),
        arc_from=np.zeros(MOST_ARCS, np.int32),
        arc_to=np.zeros(MOST_ARCS, np.int32),
        arc_was=np.zeros(MOST_ARCS, np.int32),
        before_was=np.zeros(MOST_ARCS, np.int32),
        carried=np.zeros(all_nodes, np.int32),
        carer_was=np.zeros(all_nodes, np.int32),
        retimed=np.zeros(room, np.int32),
        start_was=np.zeros(room),
        stamp=np.zeros(all_nodes, np.int64),
        queue=np.zeros(room, np.int32),
        due=np.zeros(room),
        turn=np.zeros(1, np.int64),
        touched=np.zeros(3),
    )
