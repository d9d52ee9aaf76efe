"""The price of verified kilometres: exact ratios, rounded once."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class PayTerms:
    """What a contract says of a day: `rate` rupiah a kilometre (exact), `target_m` metres a vehicle
    a day, for `vehicles`; `guaranteed` the share of the target that is paid whatever ran;
    `over_rate` the share of the rate for metres beyond the target (1: the same).
    """

    rate: Fraction
    target_m: int = 0
    vehicles: int = 0
    guaranteed: Fraction = Fraction(0)
    over_rate: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Pay:
    """Metres within the target and beyond it, and rupiah for each; `guarantee` tops the pay up."""

    within_m: int
    beyond_m: int
    within: int
    beyond: int
    guarantee: int

    @property
    def total(self) -> int:
        """What is owed for kilometres."""
        return self.within + self.beyond + self.guarantee


def pay_of(metres: int, terms: PayTerms) -> Pay:
    """Pay for `metres` verified in a day. Each amount is rounded to the nearest rupiah, half up."""
    target = terms.target_m * terms.vehicles
    within = min(metres, target) if target else metres
    beyond = metres - within
    base = rounded(Fraction(within, 1000) * terms.rate)
    more = rounded(Fraction(beyond, 1000) * terms.rate * terms.over_rate)
    least = rounded(Fraction(target, 1000) * terms.guaranteed * terms.rate)
    return Pay(within, beyond, base, more, max(0, least - base - more))


def rounded(amount: Fraction) -> int:
    """The nearest whole number, halves up (away from zero below it)."""
    if amount < 0:
        return -rounded(-amount)
    return int(amount + Fraction(1, 2))
