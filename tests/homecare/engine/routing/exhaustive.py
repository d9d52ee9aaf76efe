"""The least cost of a very small day, by trying everything."""

from __future__ import annotations

import itertools
import math


def least_cost(problem):
    """The least of (distance + tardiness + largest tardiness) / 3 over all routes."""
    able = [
        [c for c in range(problem.caregivers) if problem.able[c, n]] for n in range(problem.nodes)
    ]
    best = math.inf
    for given in itertools.product(*able):
        if any(given[pair.first] == given[pair.second] for pair in problem.pairs):
            continue
        routes = [[n for n in range(problem.nodes) if given[n] == c] for c in set(given)]
        for orders in itertools.product(*(itertools.permutations(route) for route in routes)):
            distance = sum(length(problem, order) for order in orders)
            if distance / 3 < best and (late := tardiness(problem, orders)) is not None:
                best = min(best, (distance + sum(late) + max(late, default=0.0)) / 3)
    return best


def length(problem, order):
    """What a caregiver drives."""
    places = [0, *(int(problem.place[node]) for node in order), 0]
    return sum(float(problem.distance[a, b]) for a, b in itertools.pairwise(places))


def tardiness(problem, orders):
    """How late each service is at the earliest times; None where they wait in a circle."""
    start = [float(opens) for opens in problem.opens]
    for _ in range(problem.nodes + 2):
        before = list(start)
        for order in orders:
            free, here = 0.0, 0
            for node in order:
                place = int(problem.place[node])
                start[node] = max(start[node], free + float(problem.distance[here, place]))
                free, here = start[node] + float(problem.duration[node]), place
        for pair in problem.pairs:
            start[pair.second] = max(start[pair.second], start[pair.first] + pair.least)
            start[pair.first] = max(start[pair.first], start[pair.second] - pair.most)
        if start == before:
            return [max(0.0, s - float(c)) for s, c in zip(start, problem.closes, strict=True)]
    return None
