"""A query that forgets its filter returns nothing; what is opened closes with its transaction."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, migrations, transaction

from balai.kernel.row_security import (
    ACCOUNT,
    EVERYWHERE,
    Rows,
    RowSecurity,
    carried,
    name,
    opened,
    rows_of,
)

MINE, OTHER = uuid4(), uuid4()


@pytest.fixture
def guarded(db, as_application):
    """A guarded table with a row in Makassar, one in Banyuwangi, and one that only begins alike."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("CREATE TABLE trial (region_code text, person_id uuid)")
        cursor.execute("GRANT ALL ON trial TO balai_app")
        cursor.execute(
            "INSERT INTO trial VALUES ('73.71.01', %s), ('35.10.19.2004', %s), ('73.711', %s)",
            [MINE, OTHER, OTHER],
        )
        policy = RowSecurity("trial", region="region_code", person="person_id")
        for statement in policy.sql.split(";"):
            if statement.strip():
                cursor.execute(statement)
        cursor.execute("SET LOCAL ROLE balai_app")


def regions_seen() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT region_code FROM trial")
        return {code for (code,) in cursor.fetchall()}


@pytest.mark.usefixtures("guarded")
class TestGuardedTable:
    def test_without_rows_named_nothing_is_seen(self):
        assert regions_seen() == set()

    @pytest.mark.parametrize(
        ("regions", "seen"),
        [
            (("73.71",), {"73.71.01"}),
            (("35",), {"35.10.19.2004"}),
            (("35.10", "73"), {"73.71.01", "35.10.19.2004", "73.711"}),
            ((EVERYWHERE,), {"73.71.01", "35.10.19.2004", "73.711"}),
            (("73.7",), set()),
            ((), set()),
        ],
    )
    def test_a_region_opens_what_lies_in_it(self, regions, seen):
        with rows_of(*regions):
            assert regions_seen() == seen

    def test_a_person_sees_their_own_row(self):
        with rows_of(person=MINE):
            assert regions_seen() == {"73.71.01"}

    def test_a_row_of_another_region_cannot_be_written(self):
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            rows_of("73.71"),
            connection.cursor() as cursor,
        ):
            cursor.execute("INSERT INTO trial VALUES ('35.10', NULL)")
        assert regions_seen() == set()

    def test_what_was_open_before_is_open_again(self):
        with rows_of("35.10"):
            with rows_of("73.71"):
                assert regions_seen() == {"73.71.01"}
            assert regions_seen() == {"35.10.19.2004"}
        assert regions_seen() == set()

    def test_an_error_puts_the_former_rows_back(self):
        with rows_of("35.10"):
            with pytest.raises(ZeroDivisionError), rows_of("73.71"):
                raise ZeroDivisionError
            assert regions_seen() == {"35.10.19.2004"}

    def test_a_stream_is_drawn_under_the_rows_it_was_made_under(self):
        with rows_of("73.71"):
            lines = carried(code for code in [1] for code in regions_seen())
        assert regions_seen() == set()
        assert list(lines) == ["73.71.01"]


@pytest.mark.django_db
def test_the_account_is_named_with_the_rows_and_is_gone_after_them():
    def account():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {ACCOUNT}")
            return cursor.fetchone()[0]

    assert account() is None
    with rows_of("73.71", account=7):
        assert (account(), opened().account) == (7, 7)
        with rows_of("35", person=MINE):
            assert account() is None
        assert opened() == Rows(("73.71",), None, 7)
    assert account() is None


@pytest.mark.django_db
def test_nothing_stays_open_after_the_transaction(django_db_blocker):
    def on_a_connection_of_its_own() -> tuple[Rows, Rows]:
        try:
            with django_db_blocker.unblock():
                with rows_of("73.71", person=MINE):
                    inside = opened()
                with pytest.raises(RuntimeError, match="none is open"):
                    name(Rows(("73.71",)))
                return inside, opened()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        inside, after = threads.submit(on_a_connection_of_its_own).result()
    assert inside == Rows(("73.71",), MINE)
    assert after == Rows()


@pytest.mark.django_db
def test_a_code_with_a_comma_is_refused():
    with transaction.atomic(), pytest.raises(ValueError, match="comma"):
        name(Rows(("73.71,35",)))


def test_a_table_cannot_be_guarded_by_nothing():
    with pytest.raises(ValueError, match="guarded by nothing"):
        RowSecurity("trial")


def test_the_operation_can_be_written_into_a_migration():
    given = RowSecurity("trial", region="region_code", person="person_id", read_only_person=True)
    again = RowSecurity(*given.deconstruct()[1], **given.deconstruct()[2])
    assert isinstance(given, migrations.RunSQL)
    assert (again.sql, again.reverse_sql) == (given.sql, given.reverse_sql)


def test_a_person_may_neither_write_nor_delete_a_row_they_may_only_read(guarded):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("CREATE TABLE kept (region_code text, person_id uuid)")
        cursor.execute("GRANT ALL ON kept TO balai_app")
        cursor.execute("INSERT INTO kept VALUES ('73.71.01', %s)", [MINE])
        policy = RowSecurity(
            "kept", region="region_code", person="person_id", read_only_person=True
        )
        cursor.execute(policy.sql)
        cursor.execute("SET LOCAL ROLE balai_app")
        with rows_of(person=MINE):
            cursor.execute("DELETE FROM kept")
            assert cursor.rowcount == 0
            cursor.execute("SELECT count(*) FROM kept")
            assert cursor.fetchone() == (1,)
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                cursor.execute("UPDATE kept SET person_id = NULL")
        with rows_of("73.71"):
            cursor.execute("DELETE FROM kept")
            assert cursor.rowcount == 1
        cursor.execute("RESET ROLE")
        cursor.execute(policy.reverse_sql)
        cursor.execute("SELECT count(*) FROM pg_policies WHERE tablename = 'kept'")
        assert cursor.fetchone() == (0,)
