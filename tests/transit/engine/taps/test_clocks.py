"""Clocks that are off are found by when uploads came in; slow networks and offline devices not."""

from __future__ import annotations

import random

from balai.transit.engine.taps import clocks


def online(rng, ahead=0, uploads=40, latency=20):
    return [latency + rng.uniform(-5, 5) - ahead for _ in range(uploads)]


def test_a_clock_that_is_off_is_estimated_whichever_way():
    rng = random.Random(1)
    told = {f"V-{n}": online(rng) for n in range(20)}
    told |= {"fast": online(rng, 900), "slow": online(rng, -1800)}
    found = clocks(told, most_spread=60)
    assert abs(found["fast"].ahead - 900) < 10
    assert abs(found["slow"].ahead + 1800) < 10
    assert all(abs(found[f"V-{n}"].ahead) < 10 for n in range(20))


def test_a_network_that_is_slow_for_all_is_no_clocks_fault():
    rng = random.Random(2)
    found = clocks({f"V-{n}": online(rng, latency=600) for n in range(9)}, most_spread=60)
    assert all(abs(clock.ahead) < 10 for clock in found.values())


def test_an_offline_validator_is_told_by_its_spread():
    rng = random.Random(3)
    told = {f"V-{n}": online(rng) for n in range(9)}
    told["offline"] = [rng.uniform(0, 50_000) for _ in range(40)]
    assert clocks(told, most_spread=60)["offline"].spread > 10_000


def test_a_few_late_uploads_move_nothing():
    rng = random.Random(4)
    told = {f"V-{n}": online(rng) for n in range(9)}
    told["some-late"] = online(rng, 900) + [40_000.0] * 8
    found = clocks(told, most_spread=60)["some-late"]
    assert abs(found.ahead - 900) < 15
    assert found.spread < 60


def test_nothing_known_is_nothing_told():
    assert clocks({}, most_spread=60) == {}
    assert clocks({"V-1": []}, most_spread=60) == {}
