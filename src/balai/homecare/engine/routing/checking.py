"""Whether a solution keeps every rule, and what it costs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .problem import Pair, Problem
    from .solution_file import Route, Solution, Stop

Nodes: TypeAlias = "defaultdict[tuple[str, str], list[int]]"
Given: TypeAlias = "tuple[str, Stop]"  # by whom, and when

TOLERANCE = 0.005
"""Times in files are rounded to three places, and each may carry the roundings of several."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule broken: its short name, by whom or for whom, and what is seen there."""

    rule: str
    caregiver_id: str
    patient_id: str
    problem: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a solution costs, and which rules it breaks (none: it is feasible).

    The cost is (distance + total tardiness + largest tardiness) / 3.
    """

    distance: float
    total_tardiness: float
    max_tardiness: float
    violations: tuple[Violation, ...]

    @property
    def feasible(self) -> bool:
        """Whether no rule is broken."""
        return not self.violations

    @property
    def cost(self) -> float:
        """The cost."""
        return (self.distance + self.total_tardiness + self.max_tardiness) / 3


def check(problem: Problem, solution: Solution) -> Verdict:
    """Check a solution against a problem.

    What a solution does not know (a caregiver, patient or service of no such name) is a violation,
    and adds nothing to the cost.
    """
    named: Nodes = defaultdict(list)
    for node, name in enumerate(zip(problem.patient_ids, problem.service_ids, strict=True)):
        named[name].append(node)
    violations: list[Violation] = []
    said: dict[tuple[str, str], list[Given]] = defaultdict(list)
    distance, seen = 0.0, set()
    for route in solution.routes:
        if route.caregiver_id not in problem.caregiver_ids:
            violations.append(_broken("unknown-caregiver", route, None, "no such caregiver"))
            continue
        if route.caregiver_id in seen:
            violations.append(_broken("caregiver-twice", route, None, "has two routes"))
        seen.add(route.caregiver_id)
        distance += _follow(problem, route, named, said, violations)
    given = _by_node(named, said)
    violations += _visits(problem, given)
    late = [
        max(0.0, stop.start - float(problem.closes[node]))
        for node, stops in given.items()
        for _, stop in stops
    ]
    return Verdict(distance, sum(late), max(late, default=0.0), tuple(violations))


def _follow(
    problem: Problem,
    route: Route,
    named: Nodes,
    said: dict[tuple[str, str], list[Given]],
    violations: list[Violation],
) -> float:
    """Follow a caregiver from the office and back; returns the distance."""
    caregiver = problem.caregiver_ids.index(route.caregiver_id)
    here, free, distance = 0, 0.0, 0.0
    for stop in route.stops:
        nodes = named.get((stop.patient_id, stop.service_id))
        if nodes is None:
            problem_told = f"asks for no service {stop.service_id}, or is no patient"
            violations.append(_broken("unknown-service", route, stop, problem_told))
            continue
        said[stop.patient_id, stop.service_id].append((route.caregiver_id, stop))
        if not problem.able[caregiver, nodes[0]]:
            told = f"cannot give {stop.service_id}"
            violations.append(_broken("skill", route, stop, told))
        place = int(problem.place[nodes[0]])
        leg = float(problem.distance[here, place])
        violations += _times(problem, route, stop, nodes, free + leg)
        distance, here, free = distance + leg, place, stop.end
    return distance + (float(problem.distance[here, 0]) if route.stops else 0.0)


def _by_node(named: Nodes, said: dict[tuple[str, str], list[Given]]) -> dict[int, list[Given]]:
    """Who gives each node and when. Of a visit that needs one service of two, the one that starts
    first is the first; what is given once too often counts for the last."""
    given: dict[int, list[Given]] = defaultdict(list)
    for name, stops in said.items():
        nodes = named[name]
        for at, one in enumerate(sorted(stops, key=lambda each: each[1].start)):
            given[nodes[min(at, len(nodes) - 1)]].append(one)
    return given


def _times(
    problem: Problem, route: Route, stop: Stop, nodes: list[int], there: float
) -> Iterator[Violation]:
    """What is wrong with a stop's times for one who can be there at `there`."""
    if stop.start < there - TOLERANCE:
        told = f"starts at {stop.start:g}, but can be there at {there:.3f} at the soonest"
        yield _broken("travel", route, stop, told)
    opens, lasts = problem.opens[nodes[0]], problem.duration[nodes]
    if stop.start < opens - TOLERANCE:
        told = f"starts at {stop.start:g}, before {opens:g}"
        yield _broken("early-start", route, stop, told)
    if min(abs(stop.end - stop.start - lasts)) > TOLERANCE:
        told = f"takes {stop.end - stop.start:g}, not {lasts[0]:g}"
        yield _broken("duration", route, stop, told)


def _visits(problem: Problem, given: dict[int, list[Given]]) -> Iterator[Violation]:
    """What is wrong between the services of the visits."""
    for node in range(problem.nodes):
        patient, service = problem.patient_ids[node], problem.service_ids[node]
        stops = given.get(node, [])
        if not stops:
            yield Violation("missing-service", "", patient, f"{service} is not given")
        for caregiver, _ in stops[1:]:
            yield Violation("service-twice", caregiver, patient, f"{service} is given twice")
    for pair in problem.pairs:
        patient = problem.patient_ids[pair.first]
        for one, first in given.get(pair.first, []):
            for other, second in given.get(pair.second, []):
                if one == other:
                    told = "gives both services of a visit that needs two"
                    yield Violation("same-caregiver", one, patient, told)
                gap = second.start - first.start
                if not pair.least - TOLERANCE <= gap <= pair.most + TOLERANCE:
                    told = f"the second starts {gap:g} after the first, not {_span(pair)}"
                    yield Violation("synchronisation", other, patient, told)


def _span(pair: Pair) -> str:
    if pair.least == pair.most == 0:
        return "together"
    return f"from {pair.least:g} to {pair.most:g}"


def _broken(rule: str, route: Route, stop: Stop | None, told: str) -> Violation:
    return Violation(rule, route.caregiver_id, stop.patient_id if stop else "", told)
