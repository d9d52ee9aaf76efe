"""Identifiers in the order of time, made where the database's own would slow a batch."""

from __future__ import annotations

import os
import time

COUNTER_BITS = 26


def time_ordered_ids(count: int) -> list[str]:
    """`count` UUIDs of version 7 as 32 hexadecimal digits, strictly increasing.

    A counter of 26 bits follows the millisecond, then 48 random bits (RFC 9562, section 6.2,
    method 1), so that a batch enters its index at the right edge. ValueError beyond the counter.
    """
    if count > 1 << COUNTER_BITS:
        raise ValueError(f"at most {1 << COUNTER_BITS} identifiers at once, not {count}")
    random = os.urandom(6 * count).hex()
    head = f"{time.time_ns() // 1_000_000:012x}7"
    return [
        f"{head}{at >> 14:03x}{0x8000 | at & 0x3FFF:04x}{random[12 * at : 12 * at + 12]}"
        for at in range(count)
    ]
