"""Solving a day: restarts of annealing within a budget, and the best plan met.

A budget is a number of proposals, so that the same seed gives the same plan whatever else the
machine does; seconds are turned into proposals at a pace that it keeps with some to spare.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .annealing import Best, anneal, keep, restore
from .building import NoCaregiverError, first_plan
from .chance import seeded
from .day import Plan, lay_out
from .problem import InstanceRefusedError, Problem, Shortcoming
from .solution_file import Route, Solution, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOT, COLD, QUENCHED = 100.0, 1.0, 0.1
"""Temperatures, on three times the cost: where annealing begins, where it ends, and where the last
part of a budget ends, which only goes down."""

QUENCH_SHARE = 0.05
CHUNK = 200_000
"""Proposals between two looks at the best so far."""

PACE, PACE_OF_FEW = 1_200_000, 80_000_000
"""Proposals a second that are counted on: for a long day, and added, by node, for a short one."""

MOST_RESTARTS = 16
PROPOSALS_A_NODE = 60_000
"""A restart with fewer for each node is not worth it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solver is: proposals made of how many, in which restart, and the best cost."""

    made: int
    of: int
    restart: int
    cost: float


def budget(seconds: float, nodes: int) -> int:
    """Proposals that a day of so many services affords in so many seconds on one core."""
    return round(seconds * (PACE + PACE_OF_FEW / max(1, nodes)))


class Solver:
    """Works on a problem; `solution` is the best so far at any time."""

    def __init__(self, problem: Problem, seed: int) -> None:
        """Raises InstanceRefusedError for a visit that nobody can give."""
        self.problem, self.day = problem, lay_out(problem)
        self.chance = seeded(seed)
        self.plan = self._begin()
        self.best = _best_of(self.plan)

    @property
    def cost(self) -> float:
        """Cost of the best plan so far."""
        return float(self.best.total[0]) / 3

    @property
    def solution(self) -> Solution:
        """The best plan so far."""
        problem, nodes = self.problem, self.problem.nodes
        routes = []
        for carer, name in enumerate(problem.caregiver_ids):
            stops, node = [], int(self.best.following[nodes + carer])
            while node < nodes:
                start = float(self.best.start[node])
                end = start + float(problem.duration[node])
                stops.append(Stop(problem.patient_ids[node], problem.service_ids[node], start, end))
                node = int(self.best.following[node])
            routes.append(Route(name, tuple(stops)))
        return Solution(tuple(routes))

    def run(self, proposals: int, passed: Callable[[], float] = lambda: 0.0) -> Iterator[Progress]:
        """Spend a budget of proposals, as restarts and a last part that only goes down.

        `passed` tells what share of the time has gone (0 to 1): where a machine is slower than
        the budget counts on, proposals are left out, so that the cooling still ends in time.
        """
        if self.problem.nodes == 0:
            return
        last = round(proposals * QUENCH_SHARE)
        enough = PROPOSALS_A_NODE * self.problem.nodes
        restarts = max(1, min(MOST_RESTARTS, (proposals - last) // enough))
        each = (proposals - last) // restarts
        for restart in range(restarts):
            if restart:
                self.plan = self._begin()
            yield from self._anneal(each, restart, restart * each, proposals, (HOT, COLD), passed)
        restore(self.day, self.plan, self.best)
        done = restarts * each
        yield from self._anneal(last, restarts, done, proposals, (COLD, QUENCHED), passed)

    def _begin(self) -> Plan:
        try:
            return first_plan(self.day)
        except NoCaregiverError as error:
            shortcoming = Shortcoming(
                f"patient {self.problem.patient_ids[error.node]}",
                self.problem.service_ids[error.node],
                "needs a service that nobody else here can give",
                "Give another caregiver that ability",
            )
            raise InstanceRefusedError((shortcoming,)) from None

    def _anneal(
        self,
        proposals: int,
        restart: int,
        before: int,
        of: int,
        temperatures: tuple[float, float],
        passed: Callable[[], float],
    ) -> Iterator[Progress]:
        at = 0
        while at < proposals:
            end = min(at + CHUNK, proposals)
            anneal(self.day, self.plan, self.best, self.chance, at, end, proposals, *temperatures)
            yield Progress(before + end, of, restart, self.cost)
            at = max(end, round(passed() * of) - before)


def _best_of(plan: Plan) -> Best:
    best = Best(np.array([np.inf]), plan.following.copy(), plan.start.copy())
    keep(plan, best, float(plan.totals.sum()))
    return best
