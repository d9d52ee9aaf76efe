"""Chance from a seed, the same on every machine (xorshift64*, Marsaglia 2003, Vigna 2016)."""

from __future__ import annotations

import numpy as np

from .compiling import kernel

MULTIPLIER = np.uint64(2685821657736338717)


def seeded(seed: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """A state of chance, an array of one number."""
    mixed = (seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % 2**64
    return np.array([mixed or 1], np.uint64)


@kernel
def draw(chance):  # type: ignore[no-untyped-def]
    """A number from 0 up to 1, which it is not."""
    state = chance[0]
    state ^= state >> np.uint64(12)
    state ^= state << np.uint64(25)
    state ^= state >> np.uint64(27)
    chance[0] = state
    return np.float64((state * MULTIPLIER) >> np.uint64(11)) / 9007199254740992.0


@kernel
def below(chance, many):  # type: ignore[no-untyped-def]
    """A whole number from 0 up to `many`, which it is not."""
    return np.int64(draw(chance) * many)
