"""How well planted duplicates are found, on residents drawn from seeds the model was not set by."""

from __future__ import annotations

import pytest

from balai.kernel.people.linkage.model import THRESHOLD, find_pairs
from balai.kernel.people.linkage.rehearsal import planted, rehearse

VILLAGES = [f"73.71.{d:02}.10{v:02}" for d in range(1, 16) for v in range(1, 11)]


@pytest.mark.slow
def test_planted_duplicates_are_found_and_twins_are_not():
    quality = rehearse(6000, villages=VILLAGES, seed=20_260_417)
    assert quality.planted == 300
    assert quality.precision >= 0.985
    assert quality.recall >= 0.95


@pytest.mark.slow
def test_the_same_records_give_the_same_pairs():
    records, _ = planted(1500, villages=VILLAGES, seed=5)
    first, second = find_pairs(records), find_pairs(records)
    assert first.pairs.height > 0
    assert first.pairs.equals(second.pairs)
    assert (first.pairs["probability"] >= THRESHOLD).all()
    assert (first.pairs["left"] < first.pairs["right"]).all()


def test_a_city_of_one_resident_has_no_pairs():
    records, _ = planted(1, villages=VILLAGES, seed=5)
    assert find_pairs(records).pairs.height == 0
