"""A ledger whose transfers are committed: only those enter a checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from balai.kernel.ledger import actions, queries

TABLES = (
    "ledger_transfer", "ledger_account", "ledger_standing", "ledger_exchange",
    "ledger_checkpoint", "ledger_subtree", "ledger_turnover",
    "ledger_filing", "ledger_filedentry", "ledger_filedsource",
)  # fmt: skip


def in_thread(work: Callable[[], Any]) -> Any:
    """Run on a connection of its own, outside the test's transaction."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def sweep() -> None:
    """Empty the tables as their owner may; DELETE, for the test's transaction still reads them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")


@pytest.fixture
def committed(db, settings, tmp_path) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Runs work on a connection of its own, whose effects last until the test's end."""
    settings.KEYS_ROOT = tmp_path / "keys"
    yield in_thread
    in_thread(sweep)


def sealed() -> queries.CheckpointView:
    """A checkpoint over everything, once every transaction of this server lets it be made."""
    made = None
    for _ in range(6000):
        made = actions.make_checkpoint(now=datetime.now(UTC)) or made
        if not queries.unsealed():
            last = queries.last_checkpoint()
            assert last is not None
            return last
        time.sleep(0.1)
    raise AssertionError("other transactions of the server never ended")
