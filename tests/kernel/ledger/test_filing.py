"""What is filed by account and source reads as what is not; nothing is missed or counted twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from balai.kernel.ledger import actions, queries
from balai.kernel.ledger.postings import Posting
from kernel.ledger.conftest import sealed

AT = datetime(2025, 9, 1, 7, 30, tzinfo=UTC)


def posting(number: int, **changes: object) -> Posting:
    body = {"debit": "solo/cash", "credit": f"solo/card/{number % 3}", "amount": 5 + number,
            "currency": "IDR", "at": AT + timedelta(hours=7 * (number * 31 % 17)),
            "key": f"k{number:05}", "reason": "fill", "source": f"test:{number % 10}"}  # fmt: skip
    return Posting(**{**body, **changes})  # type: ignore[arg-type]


def open_all() -> None:
    actions.open_account("solo/cash", currency="IDR", kind="asset", title="Cash")
    for number in range(3):
        actions.open_account(f"solo/card/{number}", currency="IDR", kind="liability", title="Card")


@pytest.fixture
def ledger(committed):
    committed(open_all)
    return committed


def file_all() -> None:
    """File until the last transfer is old enough for every transaction of the server."""
    with connection.cursor() as cursor:
        for _ in range(6000):
            actions.file_transfers()
            cursor.execute(
                "SELECT count(*), pg_sleep(0.1) FROM ledger_transfer WHERE recorded_in >="
                " coalesce((SELECT max(horizon) FROM ledger_filing), 0)"
            )
            if cursor.fetchone()[0] == 0:
                return
    raise AssertionError("other transactions of the server never ended")


def everything() -> object:
    """All that can be asked of the accounts, at several times, pages of three lines."""
    moments = [None, *(AT + timedelta(hours=7 * step) for step in range(-1, 18, 3)),
               *(date(2025, 9, day) for day in range(1, 7))]  # fmt: skip
    codes = ["solo/cash", "solo/card/0", "solo/card/1"]
    return (
        [queries.balances("solo", on) for on in moments],
        [queries.balance(code, on) for code in codes for on in moments],
        [pages(code) for code in codes],
        [list(queries.statement_lines(code, AT, AT + timedelta(days=9))) for code in codes],
        [queries.transfers_of(f"test:{number}") for number in range(10)],
        queries.transfers_of("test:1", "test:2", "", "absent"),
    )


def pages(code: str) -> list[queries.Statement]:
    found, after = [], None
    while True:
        page = queries.statement(code, AT, AT + timedelta(days=9), limit=3, after=after)
        found.append(page)
        if not (after := page.next):
            return found


def test_filing_changes_no_answer(ledger):
    def work():
        actions.post_many([posting(number) for number in range(40)])
        made = actions.post(posting(40))
        actions.reverse(made.id, reason="back", key="back", at=AT + timedelta(days=2))
        held = actions.reserve(posting(41))
        actions.reserve(posting(42))
        actions.settle(held.id, key="end", at=AT + timedelta(days=3), reason="end", amount=3)
        fresh = everything()
        file_all()
        return fresh, everything(), queries.check()

    fresh, filed, verdict = ledger(work)
    assert filed == fresh
    assert verdict.holds, verdict.breaks


def test_what_is_partly_filed_is_read_whole(ledger, monkeypatch):
    monkeypatch.setattr(actions.filing, "AT_ONCE", 7)

    def work():
        answers = []
        for cut in (25, 30):
            actions.post_many([posting(number) for number in range(cut)])
            actions.post(posting(cut))
            file_all()
        actions.post_many([posting(number) for number in range(40)])
        answers.append(everything())
        file_all()
        answers.append(everything())
        return answers, queries.count()

    (partly, wholly), count = ledger(work)
    assert partly == wholly
    assert count == 40


def test_a_transfer_is_read_in_the_transaction_that_posts_it(ledger):
    def work():
        actions.post(posting(1))
        file_all()
        with transaction.atomic():
            actions.post(posting(2, source="test:1"))
            actions.file_transfers()
            return queries.balance("solo/cash").amount, len(queries.transfers_of("test:1"))

    assert ledger(work) == (13, 2)


def test_few_transfers_are_not_worth_a_filing(ledger):
    def work():
        actions.post_many([posting(number) for number in range(9)])
        few = actions.file_transfers(least=10)
        file_all()
        return few, actions.file_transfers()

    assert ledger(work) == (0, 0)


def as_owner(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("DELETE FROM ledger_filedentry WHERE amount = -7", "it is not filed under account"),
        ("UPDATE ledger_filedentry SET amount = 9 WHERE amount = 7", "with another amount"),
        ("UPDATE ledger_filedentry SET transfer_id = uuidv7() WHERE amount = 7", "but not made"),
        ("DELETE FROM ledger_filedsource WHERE source = 'test:2'", "it is not filed under source"),
        ("INSERT INTO ledger_filedsource VALUES ('x', uuidv7())", "but not made, under source x"),
        ("DELETE FROM ledger_turnover", "the day's sums 0 and 0"),
        ("ALTER TABLE ledger_filedentry DISABLE TRIGGER ALL", "switched off"),
    ],
)
def test_what_is_filed_wrongly_is_found(ledger, change, problem):
    def work():
        actions.post_many([posting(number) for number in range(4)])
        file_all()
        assert queries.check().holds
        try:
            as_owner(change)
            return [found.problem for found in queries.check().breaks]
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE ledger_filedentry ENABLE TRIGGER ALL")

    assert any(problem in found for found in ledger(work))


@pytest.mark.parametrize("table", ["ledger_filing", "ledger_filedentry", "ledger_filedsource"])
def test_what_is_filed_is_not_rewritten(db, table):
    for verb in ("UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"):
        column = "number" if table == "ledger_filing" else "transfer_id"
        with (
            pytest.raises(Exception, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(verb.format(table, column, column))


def test_readers_see_whole_batches_while_others_post_and_file(ledger):
    """Each batch moves 10 to and 10 from `solo/cash`: whoever looks at any time finds it even."""
    rounds = 25

    def post(thread: int) -> None:
        for step in range(rounds):
            actions.post_many(
                [posting(n, key=f"{thread}:{step}:{n}", amount=1, source=f"batch:{thread}",
                         **({"debit": "solo/card/1", "credit": "solo/cash"} if n % 2 else {}))
                 for n in range(20)]
            )  # fmt: skip

    def file(_: int) -> None:
        for _ in range(4 * rounds):
            actions.file_transfers()

    def read(_: int) -> None:
        seen = 0
        for _ in range(4 * rounds):
            found = queries.balance("solo/cash")
            assert found.debits == found.credits >= seen
            assert found.debits % 10 == 0
            seen = found.debits
            assert len(queries.transfers_of("batch:0")) % 20 == 0

    def run(work, number: int) -> None:
        try:
            work(number)
        finally:
            connection.close()

    def work() -> None:
        tasks = [(post, 0), (post, 1), (file, 0), (file, 1), (read, 0), (read, 1)]
        with ThreadPoolExecutor(len(tasks)) as pool:
            for done in [pool.submit(run, *task) for task in tasks]:
                done.result()
        assert queries.balance("solo/cash").debits == 2 * rounds * 10
        file_all()
        assert queries.balance("solo/cash").debits == 2 * rounds * 10
        assert queries.check().holds

    ledger(work)


def test_the_migration_files_what_checkpoints_had_summed(ledger):
    """Back before filing and forth again: the same answers, part of them sealed by a checkpoint."""

    def work():
        actions.post_many([posting(number) for number in range(30)])
        sealed()
        actions.post_many([posting(number) for number in range(30, 40)])
        before = everything()
        with transaction.atomic():
            for target in ("0005_summarise", "0006_filing"):
                MigrationExecutor(connection).migrate([("ledger", target)])
            after, verdict = everything(), queries.check()
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM ledger_filedentry")
                filed = cursor.fetchone()[0]
            transaction.set_rollback(True)
        return before, after, verdict, filed

    before, after, verdict, filed = ledger(work)
    assert after == before
    assert verdict.holds, verdict.breaks
    assert filed == 60
