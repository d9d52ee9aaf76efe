"""Money is divided exactly: nothing is lost and nobody is off by more than a unit."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.ledger.money import Money, split

AMOUNTS = st.integers(-(10**15), 10**15)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any)


@given(AMOUNTS, WEIGHTS)
def test_the_parts_sum_to_the_whole(amount, weights):
    assert sum(split(amount, weights)) == amount


@given(AMOUNTS, WEIGHTS)
def test_each_part_is_within_a_unit_of_its_exact_share(amount, weights):
    for part, weight in zip(split(amount, weights), weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1


@given(AMOUNTS, WEIGHTS)
def test_the_opposite_amount_splits_into_the_opposites(amount, weights):
    assert split(-amount, weights) == tuple(-part for part in split(amount, weights))


@given(AMOUNTS, WEIGHTS, st.integers(1, 1000))
def test_only_the_proportions_of_the_weights_count(amount, weights, factor):
    assert split(amount, [weight * factor for weight in weights]) == split(amount, weights)


def test_units_left_over_go_to_the_largest_remainders_the_earlier_first():
    assert split(100, [1, 1, 1]) == (34, 33, 33)
    assert split(10, [26, 47, 27]) == (2, 5, 3)
    assert split(5, [0, 1]) == (0, 5)


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_weights_that_divide_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        split(1, weights)


def test_money_of_two_currencies_does_not_add():
    assert Money(5, "IDR") + Money(2, "IDR") - Money(1, "IDR") == -Money(-6, "IDR")
    assert Money(5, "IDR").split([1, 1]) == (Money(3, "IDR"), Money(2, "IDR"))
    with pytest.raises(ValueError, match="cannot be added"):
        Money(5, "IDR") + Money(2, "SGD")
