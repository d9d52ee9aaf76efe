"""Journeys that need not be proven the best are true all the same, and the rest stays exact."""

from __future__ import annotations

import numpy as np
import pytest

from transit.engine.planner.brute_force import all_journeys
from transit.engine.planner.test_other_questions import AT, asked

SHORT = "jaklingko-integrated, short"
LIMITS = {"max_rides": 3, "horizon_s": 4500}


def costs(journeys):
    return {(j.arrive, j.transfers, j.fare or 0) for j in journeys}


@pytest.mark.parametrize("seed", range(8))
def test_what_is_not_proven_is_no_better_than_the_truth(seed):
    for planner, network, rules, origin, destination in asked(seed, SHORT):
        true = all_journeys(network, rules, origin, destination, AT, **LIMITS)
        for prove_s in (0, 600):
            quick = costs(planner.plan(origin, destination, AT, prove_s=prove_s, **LIMITS))
            for cost in quick:
                assert any(all(t <= c for t, c in zip(best, cost, strict=True)) for best in true)
            soonest = min((arrive for arrive, *_ in true), default=None)
            assert soonest == min((arrive for arrive, *_ in quick), default=None)
            if prove_s:
                proven = {best for best in true if best[0] <= soonest + prove_s} if true else set()
                assert proven <= quick
        whole = planner.plan(origin, destination, AT, prove_s=4500, **LIMITS)
        assert costs(whole) == costs(planner.plan(origin, destination, AT, **LIMITS))


@pytest.mark.parametrize("seed", range(8))
def test_a_budget_leaves_the_ways_that_keep_to_it(seed):
    for planner, _, _, origin, _ in asked(seed, SHORT):
        every = planner.one_to_all(origin, AT, **LIMITS)
        for most in (3_500, 6_000, 10_000):
            within = planner.one_to_all(origin, AT, max_fare=most, **LIMITS)
            np.testing.assert_array_equal(within.earliest(most), every.earliest(most))
            np.testing.assert_array_equal(within.open(most), every.open(most))


@pytest.mark.parametrize("seed", range(8))
def test_the_fastest_for_the_money_equals_brute_force(seed):
    for planner, network, rules, origin, destination in asked(seed, SHORT):
        for most in (3_500, 10_000):
            journey = planner.fastest(origin, destination, AT, max_fare=most, **LIMITS)
            true = all_journeys(network, rules, origin, destination, AT, **LIMITS)
            wanted = min((arrive for arrive, _, fare in true if fare <= most), default=None)
            assert (journey and journey.arrive) == wanted
