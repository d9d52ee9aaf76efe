"""A tariff with its prices lowered by what is taken off in the end.

The search of a trip follows what a rule charges, boarding by boarding; promotions, passes and
concessions take off afterwards. A search under lowered prices finds the ways that are worth
taking only because of them; what a way costs in truth is for `quote` or `price_taps` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from typing import Any

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff import (
    CappedWindow,
    Concession,
    DistanceIntegrated,
    OwnFare,
    Promotion,
    Relief,
    Rule,
    Tariff,
)

UNBOUNDED = 10**9
"""Rupiah that no ride costs."""


def lowered(tariff: Tariff, on: date, held: Collection[str] = ()) -> Tariff:
    """The tariff on a day for a holder of the concessions and passes whose codes are `held`.

    A mode's prices are lowered by all that may take off them at some time of that day. What a
    journey costs at most is lowered where one relief covers all modes that it joins. The same
    object where nothing is taken off.
    """
    taken: list[Relief] = [
        each for each in tariff.promotions
        if each.first_day <= on <= each.last_day and on.weekday() in each.weekdays
    ]  # fmt: skip
    taken += [each for each in tariff.entitlements() if each.code in held]
    if not taken:
        return tariff

    def lower(modes: Collection[Mode]) -> Callable[[int], int]:
        return lambda price: _least(taken, frozenset(modes), price)

    return replace(
        tariff,
        own_fares={mode: _own(own, lower([mode])) for mode, own in tariff.own_fares.items()},
        timed_prices=tuple(
            replace(each, modes=frozenset([mode]), price=lower([mode])(each.price))
            for each in tariff.timed_prices
            for mode in sorted(each.modes)
        ),
        rule=_rule(tariff.rule, lower),
        promotions=(), products=(), concessions=(),
    )  # fmt: skip


def _least(taken: Collection[Relief], modes: frozenset[Mode], price: int) -> int:
    """What is left of a price after the reliefs that cover all of the modes."""
    for each in taken:
        if modes <= each.modes:
            price = min(price, _after(each, price))
    return price


def _after(relief: Relief, price: int) -> int:
    if isinstance(relief, Promotion | Concession):
        if relief.price is not None:
            return relief.price
        return price * (100 - (relief.percent_off or 0)) // 100
    return 0


def _own(own: OwnFare, lower: Callable[[int], int]) -> OwnFare:
    most = lower(UNBOUNDED if own.maximum is None else own.maximum)
    return replace(own, base=lower(own.base), step_price=lower(own.step_price), maximum=most)


def _rule(rule: Rule, lower: Any) -> Rule:
    if isinstance(rule, CappedWindow):
        return replace(rule, cap=lower(rule.modes)(rule.cap))
    if isinstance(rule, DistanceIntegrated):
        down = lower(rule.modes)
        return replace(rule, base=down(rule.base), per_km=down(rule.per_km), cap=down(rule.cap))
    return rule
