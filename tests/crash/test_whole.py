"""`kill -9` of any part, again and again: nothing acknowledged is lost, nothing is done twice.

A few rounds by default; `BALAI_CRASH_ROUNDS=100` for the promise itself (about ten minutes).
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from balai.shell import database
from crash.case_deeds import case_census, check_cases
from crash.deeds import Deeds, census
from crash.installation import TARGETS, Installation

ROUNDS = int(os.environ.get("BALAI_CRASH_ROUNDS", "10"))
CLIENTS = 6

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not database.is_embedded(), reason="kills the embedded PostgreSQL"),
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc"),
]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("crash"))
    made.balai("migrate")
    made.start()
    yield made
    made.stop()


def test_nothing_is_lost_or_done_twice(installation: Installation, record_property: Any) -> None:
    deeds = Deeds.seeded(installation)
    chance = random.Random(20261122)
    deeds.begin(CLIENTS)
    for number in range(ROUNDS):
        time.sleep(chance.uniform(0.2, 1.0))
        installation.kill(TARGETS[number % len(TARGETS)], chance)
    time.sleep(0.5)
    deeds.end()

    assert deeds.refusals == []
    transfers, documents = census(installation)
    kept, numbered = Counter(transfers), dict(documents)
    told = {UUID(each) for each in deeds.transfers.values()}
    assert len(deeds.transfers) == len(told) > ROUNDS
    assert told <= set(kept)
    assert max(kept.values()) == 1
    assert len(kept) == len(told), "a transfer that no client was told of"
    assert set(deeds.documents.values()) == set(numbered)
    assert sorted(numbered.values()) == list(range(1, len(numbered) + 1)), "a gap in the numbers"
    check_cases(deeds.cases, case_census(installation))
    assert len(deeds.cases.numbers) >= CLIENTS
    record_property("transfers", len(told))
    record_property("documents", len(numbered))
    record_property("cases", len(deeds.cases.numbers))
    record_property("case steps", sum(map(len, deeds.cases.steps.values())))
    assert installation.balai("ledger", "verify").returncode == 0
