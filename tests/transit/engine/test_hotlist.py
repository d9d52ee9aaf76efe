"""The law of the hotlist: deltas in order give the snapshot, whatever was changed between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.transit.engine.hotlist import Change, applied, delta, digest, listed_at

changes = st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=30).map(
    lambda rows: [Change(number, *row) for number, row in enumerate(rows, 1)]
)


@given(changes, st.lists(st.integers(0, 30), max_size=6), st.randoms())
def test_deltas_applied_in_order_equal_the_snapshot(log, stops, random):
    last = len(log)
    versions = [*sorted(min(stop, last) for stop in stops), last]
    shuffled = random.sample(log, last)
    listed, standing = frozenset(), 0
    for version in versions:
        listed = applied(listed, delta(shuffled, standing, version))
        standing = version
        assert listed == listed_at(log, version)
        assert digest(listed) == digest(listed_at(shuffled, version))


@given(changes, st.data())
def test_a_delta_names_only_what_differs(log, data):
    since = data.draw(st.integers(0, len(log)))
    found = delta(log, since, len(log))
    before = listed_at(log, since)
    assert not set(found.added) & before
    assert set(found.removed) <= before
    assert list(found.added) == sorted(set(found.added))


def test_a_version_to_come_is_refused():
    with pytest.raises(ValueError, match="later"):
        delta([], 2, 1)
