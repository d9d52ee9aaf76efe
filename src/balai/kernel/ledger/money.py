"""Money as whole minor units of one currency, and its exact division. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` whole minor units of `currency` (for IDR the unit here is one rupiah)."""

    amount: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """The money divided by `weights`; the parts sum to it exactly (see `split`)."""
        return tuple(Money(part, self.currency) for part in split(self.amount, weights))

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return other.amount


def split(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide `amount` in proportion to whole `weights` by the method of largest remainders.

    The parts sum to `amount` exactly and each lies within one unit of its exact share; units left
    over go to the largest remainders, the earlier part first among equals (Hamilton's method).
    ValueError where a weight is negative or all are zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and one must be above zero")
    if amount < 0:
        return tuple(-part for part in split(-amount, weights))
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(parts)), key=lambda i: (-(amount * weights[i] % whole), i))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return tuple(parts)
