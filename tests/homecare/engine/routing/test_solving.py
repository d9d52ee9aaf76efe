"""Solving: every plan met keeps the rules and costs what it says; the same seed, the same plan."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balai.homecare.engine.routing import InstanceRefusedError, check, read_instance
from balai.homecare.engine.routing.annealing import Best, keep, move, restore
from balai.homecare.engine.routing.building import first_plan
from balai.homecare.engine.routing.chance import below, draw, seeded
from balai.homecare.engine.routing.day import COUNTERS, lay_out
from balai.homecare.engine.routing.solving import Solver
from balai.homecare.engine.routing.timing import go_back, retime, settle
from homecare.engine.routing.days import day, random_day, visit
from homecare.engine.routing.exhaustive import least_cost

# The first call of a kernel compiles it.
PATIENT = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.builds(random_day, st.integers(0, 10_000), st.integers(1, 12), st.integers(2, 5))


def solved(document, proposals=20_000, seed=1):
    solver = Solver(read_instance(document), seed)
    told = list(solver.run(proposals))
    return solver, told


def told_of(plan):
    """Everything that says a plan."""
    return [
        getattr(plan, name).tolist()
        for name in ("following", "preceding", "carer", "start", "late", "totals")
    ]


@PATIENT
@given(document=DAYS)
def test_a_plan_solved_keeps_every_rule_and_costs_what_the_check_says(document):
    solver, _ = solved(document, 5_000)
    verdict = check(solver.problem, solver.solution)
    assert verdict.violations == ()
    assert verdict.cost == pytest.approx(solver.cost)


@PATIENT
@given(document=DAYS, seed=st.integers(0, 1000))
def test_a_move_taken_back_leaves_no_trace_and_one_kept_is_timed_as_if_anew(document, seed):
    laid = lay_out(read_instance(document))
    plan, chance = first_plan(laid), seeded(seed)
    for _ in range(60):
        before, totals = told_of(plan), plan.totals.tolist()
        if not move(laid, plan, chance):
            assert told_of(plan) == before
        elif retime(laid, plan, 1e18) and draw(chance) < 0.5:
            settle(plan)
            best = Best(np.array([0.0]), plan.following.copy(), plan.start.copy())
            keep(plan, best, 0.0)
            settled = told_of(plan)
            restore(laid, plan, best)
            for name, one, other in zip("fpcslt", settled, told_of(plan), strict=True):
                assert other == pytest.approx(one, abs=1e-6), name
        else:
            go_back(laid, plan, *totals)
            assert told_of(plan) == before
        assert plan.counts.tolist() == [0] * COUNTERS


def test_the_same_seed_gives_the_same_plan_and_another_seed_another_search():
    one, others = solved(random_day(5, 12)), [solved(random_day(5, 12), seed=s) for s in (1, 2)]
    assert one[0].solution == others[0][0].solution
    assert [each.cost for each in one[1]] == [each.cost for each in others[0][1]]
    assert seeded(1).tolist() != seeded(2).tolist()


def test_progress_never_gets_worse_and_ends_at_the_budget():
    _, told = solved(random_day(7, 12), 900_000)
    assert [each.cost for each in told] == sorted((each.cost for each in told), reverse=True)
    assert told[-1].made == told[-1].of == 900_000
    assert {each.restart for each in told} == {0, 1}


def test_a_slow_machine_leaves_proposals_out_and_still_cools_to_the_end():
    solver = Solver(read_instance(random_day(7, 12)), 1)
    shares = itertools.count(1)
    told = list(solver.run(2_000_000, lambda: min(1.0, next(shares) / 5)))
    assert len(told) < 10
    assert told[-1].made == 2_000_000


@pytest.mark.parametrize("seed", range(8))
def test_small_days_are_solved_to_the_least_cost_of_all(seed):
    document = random_day(seed, 4, 3)
    solver, _ = solved(document, 60_000)
    assert solver.cost == pytest.approx(least_cost(solver.problem))


def test_a_visit_that_nobody_can_give_is_named():
    document = day()
    document["patients"].append(
        visit("p5", [0, 9], "injection", "injection", synchronization={"type": "simultaneous"})
    )
    document["distances"] = [[abs(a - b) for b in range(6)] for a in range(6)]
    with pytest.raises(InstanceRefusedError) as refused:
        Solver(read_instance(document), 1)
    assert refused.value.shortcomings[0].field == "patient p5"


def test_a_day_without_visits_costs_nothing():
    solver, told = solved({"patients": [], "caregivers": [], "distances": [[0]]})
    assert (solver.cost, told) == (0, [])


def test_chance_is_even_and_stays_below_its_bound():
    chance = seeded(11)
    drawn = np.array([below(chance, 7) for _ in range(7_000)])
    assert set(drawn.tolist()) == set(range(7))
    assert np.bincount(drawn).min() > 850
    assert all(0 <= draw(chance) < 1 for _ in range(100))
