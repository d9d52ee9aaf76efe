"""What breaches of the service standard cost: a schedule of rules as data, with caps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from balai.transit.engine.settlement.pay import rounded

Basis = Literal["amount", "kilometres", "share"]


@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """One row of the schedule. Each breach beyond `free` costs `value`: rupiah (`amount`),
    kilometres at the contract's rate (`kilometres`), or a share of the day's pay (`share`). `cap`
    is the most that this rule takes in a day, as a share of the day's pay; None without one.
    """

    code: str
    basis: Basis
    value: Fraction
    free: int = 0
    cap: Fraction | None = None


Breaches = Mapping[str, int]
"""How many breaches of each rule there were."""


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a rule takes: `counted` breaches beyond the free ones; `uncapped` before its cap."""

    rule: PenaltyRule
    breaches: int
    counted: int
    uncapped: int
    amount: int


def penalties_of(
    breaches: Breaches, rules: Sequence[PenaltyRule], *, pay: int, rate: Fraction,
    cap: Fraction | None = None,
) -> tuple[Penalty, ...]:  # fmt: skip
    """Penalties of a day, in the rules' order; together at most `cap` of the day's `pay`, and
    never more than the pay. What the cap leaves is taken from rules in their order.
    """
    left = rounded(cap * pay) if cap is not None else pay
    left = max(0, min(left, pay))
    found = []
    for rule in rules:
        count = breaches.get(rule.code, 0)
        counted = max(0, count - rule.free)
        each = {"amount": rule.value, "kilometres": rule.value * rate,
                "share": rule.value * pay}[rule.basis]  # fmt: skip
        uncapped = rounded(each * counted)
        most = left if rule.cap is None else min(left, rounded(rule.cap * pay))
        amount = min(uncapped, most)
        left -= amount
        if count:
            found.append(Penalty(rule, count, counted, uncapped, amount))
    return tuple(found)
