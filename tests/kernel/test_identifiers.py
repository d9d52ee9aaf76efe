"""Identifiers: UUIDs of version 7, in the order they were made."""

from __future__ import annotations

import time
from uuid import RFC_4122, UUID

import pytest

from balai.kernel.identifiers import COUNTER_BITS, time_ordered_ids


def test_a_batch_is_strictly_increasing_and_of_version_7():
    before = time.time_ns() // 1_000_000
    texts = time_ordered_ids(40_000)
    found = [UUID(text) for text in texts]
    assert {(one.version, one.variant) for one in found} == {(7, RFC_4122)}
    assert texts == sorted(set(texts))
    assert before <= found[0].int >> 80 <= time.time_ns() // 1_000_000


def test_two_batches_share_nothing():
    assert not set(time_ordered_ids(5_000)) & set(time_ordered_ids(5_000))


def test_a_batch_beyond_the_counter_is_refused():
    with pytest.raises(ValueError, match="at most"):
        time_ordered_ids((1 << COUNTER_BITS) + 1)
    assert time_ordered_ids(0) == []
