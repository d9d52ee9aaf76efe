"""The role that serves may read and add, but not rewrite history."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from balai.shell import rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_server():
    """Act as a role that has been granted the application's rights."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE balai_trial")
        rights.grant("balai_trial")
        cursor.execute("SET LOCAL ROLE balai_trial")
        yield cursor
        cursor.execute("RESET ROLE")


def test_every_ledger_and_event_table_is_declared_append_only() -> None:
    declared = rights.append_only_tables()
    assert "ledger_transfer" in declared
    assert any(table.startswith("events_") for table in declared)


@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_history_cannot_be_rewritten(as_server, verb: str) -> None:
    for table in rights.append_only_tables():
        as_server.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table]
        )
        column = as_server.fetchone()[0]
        with pytest.raises(ProgrammingError) as refused, transaction.atomic():
            as_server.execute(verb.format(table, column, column))
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_triggers_cannot_be_switched_off(as_server) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        as_server.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER ALL")
