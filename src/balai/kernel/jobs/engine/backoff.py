"""How long to wait before another try: twice as long each time, with seeded jitter.

Jitter keeps those that failed together from coming back together (Brooker, "Exponential Backoff
And Jitter", 2015). It is drawn from a seed, so that a delay can be told again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

JITTER = 0.5
"""The share of a delay that jitter may take away."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """First delay, longest delay (seconds), and the number of tries in all."""

    first_s: float = 2.0
    longest_s: float = 3600.0
    tries: int = 5

    def __post_init__(self) -> None:
        if not 0 < self.first_s <= self.longest_s:
            raise ValueError("the first delay must be above 0 and at most the longest")
        if self.tries < 1:
            raise ValueError("at least one try is made")


def delay(rule: Backoff, tried: int, seed: str) -> float | None:
    """Seconds to wait after `tried` failed tries (1 or more); None where no try is left.

    Between half and the whole of first * 2^(tried - 1), and never above the longest.
    """
    if tried < 1:
        raise ValueError("tries are counted from 1")
    if tried >= rule.tries:
        return None
    # Beyond 2^40 the power alone would overflow the longest delay of any rule.
    whole = min(rule.longest_s, rule.first_s * 2.0 ** min(tried - 1, 40))
    return whole * (1 - JITTER * _share(f"{seed}/{tried}"))


def _share(seed: str) -> float:
    """A number from 0 (inclusive) to 1 (exclusive) that the seed decides."""
    digest = hashlib.blake2b(seed.encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> 11) / (1 << 53)
