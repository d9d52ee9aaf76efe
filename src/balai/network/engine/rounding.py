"""From an exact ratio to the figure a person reads. Halves go away from zero, as people expect."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def rounded(value: Fraction, decimals: int) -> Decimal:
    """The value with that many decimals, exact before rounding; halves go away from zero."""
    scaled = abs(value) * 10**decimals
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    sign = int(value < 0 and whole > 0)
    # Built from its digits: Decimal's arithmetic would round at the context's precision.
    return Decimal((sign, tuple(map(int, str(whole))), -decimals))
