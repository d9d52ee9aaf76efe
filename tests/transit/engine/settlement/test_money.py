"""Pay, penalties and shares: exact, capped, and every rupiah placed."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.ledger.money import split
from balai.transit.engine.settlement import (
    Legs,
    PayTerms,
    PenaltyRule,
    pay_of,
    penalties_of,
    split_charges,
)

RATE = Fraction("3459.36")


def test_the_contract_of_2018_pays_its_rate_for_a_whole_target():
    pay = pay_of(190_000, PayTerms(RATE, target_m=190_000, vehicles=1))
    assert (pay.total, pay.beyond) == (657_278, 0)
    assert Fraction(190) * RATE == Fraction("657278.4")


def test_halves_are_rounded_up_once():
    assert pay_of(500, PayTerms(Fraction(1))).total == 1
    assert pay_of(499, PayTerms(Fraction(1))).total == 0


def test_metres_beyond_the_target_have_their_own_rate_and_a_guarantee_tops_up():
    terms = PayTerms(
        Fraction(1000), 100_000, 2, guaranteed=Fraction(1, 2), over_rate=Fraction(1, 4)
    )
    over = pay_of(240_000, terms)
    assert (over.within, over.beyond, over.guarantee) == (200_000, 10_000, 0)
    assert pay_of(30_000, terms).guarantee == 70_000
    assert pay_of(30_000, terms).total == 100_000


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.fractions(0, 10_000))
def test_more_metres_are_never_paid_less(one, other, rate):
    terms = PayTerms(rate, 150_000, 3, Fraction(1, 3), Fraction(1, 2))
    low, high = sorted((one, other))
    assert pay_of(low, terms).total <= pay_of(high, terms).total


RULES = (
    PenaltyRule("missed_run", "kilometres", Fraction(5), free=1),
    PenaltyRule("headway", "share", Fraction("0.001"), cap=Fraction("0.02")),
    PenaltyRule("smoking", "amount", Fraction(250_000)),
)


def test_penalties_leave_out_what_is_free_and_stop_at_their_caps():
    found = penalties_of({"missed_run": 3, "headway": 50, "smoking": 1}, RULES, pay=1_000_000,
                         rate=RATE)  # fmt: skip
    assert [(each.counted, each.uncapped, each.amount) for each in found] == [
        (2, 34_594, 34_594), (50, 50_000, 20_000), (1, 250_000, 250_000),
    ]  # fmt: skip


@given(st.dictionaries(st.sampled_from(["missed_run", "headway", "smoking"]), st.integers(0, 99)),
       st.integers(0, 10**7), st.fractions(0, 1))  # fmt: skip
def test_penalties_never_exceed_their_cap_nor_the_pay(breaches, pay, cap):
    found = penalties_of(breaches, RULES, pay=pay, rate=RATE, cap=cap)
    assert sum(each.amount for each in found) <= min(pay, cap * pay + Fraction(1, 2))
    assert all(0 <= each.amount <= each.uncapped for each in found)


LEG = st.tuples(st.integers(0, 6), st.integers(-1, 40_000), st.integers(0, 20_000),
                st.integers(0, 20_000))  # fmt: skip


def legs_of(rows) -> Legs:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 4
    return Legs(*(np.array(column, np.int64) for column in
                  (columns[0], range(len(rows)), columns[1], columns[2], columns[3])))  # fmt: skip


def taken(legs: Legs, rows) -> Legs:
    return Legs(*(getattr(legs, name)[rows] for name in Legs.__slots__))


@given(st.lists(LEG, max_size=40), st.sampled_from(["distance", "boarding", "full_price"]))
def test_shares_sum_to_each_journeys_charge(rows, rule):
    legs = legs_of(rows)
    shares = split_charges(legs, rule).amount
    for journey in set(legs.journey.tolist()):
        mine = legs.journey == journey
        assert shares[mine].sum() == legs.charge[mine].sum()
        assert (shares[mine] >= 0).all()


@given(st.lists(LEG, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_shares_do_not_depend_on_the_order_of_legs(rows, chance):
    legs = legs_of(rows)
    order = list(range(len(rows)))
    chance.shuffle(order)
    mixed = split_charges(taken(legs, order)).amount
    assert mixed.tolist() == split_charges(legs).amount[order].tolist()


@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=8), st.integers(0, 10**6))
def test_a_journey_is_divided_as_the_ledger_divides(metres, charge):
    rows = [(0, each, 0, charge if at == 0 else 0) for at, each in enumerate(metres)]
    assert tuple(split_charges(legs_of(rows)).amount.tolist()) == split(charge, metres)


@given(st.lists(LEG, min_size=1, max_size=30), st.lists(LEG, min_size=1, max_size=30))
def test_adjustments_bring_the_old_division_to_the_new(before, after):
    old, new = legs_of(before), legs_of(after)
    books: dict[tuple[int, int], int] = {}
    for legs, sign in ((old, -1), (new, 1)):
        for key, amount in zip(zip(legs.journey.tolist(), legs.leg.tolist(), strict=True),
                               split_charges(legs).amount.tolist(), strict=True):  # fmt: skip
            books[key] = books.get(key, 0) + sign * amount
    assert sum(books.values()) == new.charge.sum() - old.charge.sum()


def test_a_refund_is_divided_as_the_mirror_of_a_charge():
    rows = [(0, 100, 0, 5), (0, 200, 0, 0)]
    mirror = [(0, 100, 0, -5), (0, 200, 0, 0)]
    assert (split_charges(legs_of(mirror)).amount == -split_charges(legs_of(rows)).amount).all()


def test_a_distance_nobody_knows_divides_by_boarding():
    assert split_charges(legs_of([(0, -1, 0, 5), (0, 9_000, 0, 0)])).amount.tolist() == [3, 2]
