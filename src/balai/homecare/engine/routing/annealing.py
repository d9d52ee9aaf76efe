"""Simulated annealing over the moves (Kirkpatrick, Gelatt, Vecchi 1983).

The threshold of acceptance is drawn before a move is timed, so that timing stops as soon as the
move costs more than that: most do by their distance alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from .chance import below, draw
from .compiling import kernel
from .day import DISTANCE, LARGEST, TARDINESS
from .moves import exchange_tails, relocate, relocate_pair, swap
from .timing import go_back, retime, settle

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Of a hundred moves, how many are below each: one node, some together, two exchanged, tails
# exchanged; the rest move a pair.
ONE, SOME, EXCHANGED, TAILS = 42, 54, 68, 84
COOLED_EVERY = 128


class Best(NamedTuple):
    """The best plan met: three times its cost, and by node what follows and when it starts."""

    total: NDArray[np.float64]
    following: NDArray[np.int32]
    start: NDArray[np.float64]


@kernel
def move(day, plan, chance):  # type: ignore[no-untyped-def]
    """Put the plan otherwise in some way; False where that way was barred."""
    node = below(chance, day.mate.size)
    kind = below(chance, 100)
    if kind < ONE:
        return relocate(day, plan, chance, node, 1)
    if kind < SOME:
        return relocate(day, plan, chance, node, 2 + below(chance, 2))
    if kind < EXCHANGED:
        return swap(day, plan, chance, node)
    if kind < TAILS:
        return exchange_tails(day, plan, chance, node)
    return relocate_pair(day, plan, chance, node)


@kernel
def anneal(day, plan, best, chance, at, end, steps, hot, cold):  # type: ignore[no-untyped-def]
    """Make proposals `at` to `end` of `steps`, cooling from `hot` to `cold` over them all.

    Temperatures are on three times the cost.
    """
    temperature, totals = hot, plan.totals
    for step in range(at, end):
        if step == at or step % COOLED_EVERY == 0:
            temperature = hot * math.exp(math.log(cold / hot) * step / steps)
        distance, tardiness, largest = totals[DISTANCE], totals[TARDINESS], totals[LARGEST]
        total = distance + tardiness + largest
        bound = total - temperature * math.log(1.0 - draw(chance))
        if not move(day, plan, chance):
            continue
        if retime(day, plan, bound):
            settle(plan)
            now = totals[DISTANCE] + totals[TARDINESS] + totals[LARGEST]
            if now < best.total[0] - 1e-7:
                keep(plan, best, now)
        else:
            go_back(day, plan, distance, tardiness, largest)


@kernel
def keep(plan, best, total):  # type: ignore[no-untyped-def]
    """Note the plan as the best."""
    best.total[0] = total
    for node in range(plan.following.size):
        best.following[node] = plan.following[node]
        best.start[node] = plan.start[node]


@kernel
def restore(day, plan, best):  # type: ignore[no-untyped-def]
    """Put the plan as the best was."""
    nodes, totals = day.mate.size, plan.totals
    totals[:] = 0.0
    for office in range(nodes, plan.following.size):
        node = office
        while True:
            after = best.following[node]
            plan.following[node], plan.preceding[after] = after, node
            totals[DISTANCE] += day.distance[node, after]
            if after >= nodes:
                break
            plan.carer[after] = office - nodes
            node = after
    for node in range(nodes):
        plan.start[node] = best.start[node]
        plan.late[node] = max(0.0, plan.start[node] - day.closes[node])
        totals[TARDINESS] += plan.late[node]
        totals[LARGEST] = max(totals[LARGEST], plan.late[node])
    plan.counts[:] = 0
