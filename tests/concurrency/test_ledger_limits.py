"""Many at once on one account: it never falls below zero, and a pending transfer ends once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, transaction

from balai.kernel.ledger import actions, queries
from balai.kernel.ledger.postings import Posting
from balai.kernel.problems import ConflictError

AT = datetime(2025, 9, 1, 7, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def open_all() -> None:
    actions.open_account("bank", currency="IDR", kind="asset", title="Bank")
    for name in ("p", "q"):
        actions.open_account(name, currency="IDR", kind="liability", title=name,
                             never_negative=True)  # fmt: skip
        actions.post(posting(f"fill:{name}", "bank", name, 100))


def posting(key: str, debit: str, credit: str, amount: int) -> Posting:
    return Posting(debit=debit, credit=credit, amount=amount, currency="IDR", at=AT, key=key,
                   reason="r")  # fmt: skip


def sweep() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("ledger_transfer", "ledger_account", "ledger_standing"):
            cursor.execute(f"DELETE FROM {table}")


def together(count: int, call: Callable[[int], object]) -> list[object]:
    """The results (or errors) of `count` threads that set off at once."""
    start = Barrier(count)

    def run(number: int) -> object:
        start.wait(timeout=30)
        try:
            return call(number)
        except Exception as error:  # noqa: BLE001 - the errors are what is looked at
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture
def committed(db) -> Iterator[None]:
    together(1, lambda _: open_all())
    yield
    together(1, lambda _: sweep())


def made(results: list[object]) -> int:
    return sum(isinstance(result, actions.Posted | actions.Batch) for result in results)


def test_an_account_is_not_overdrawn_by_forty_at_once(committed):
    results = together(40, lambda n: actions.post(posting(f"k{n}", "p", "bank", 7)))
    assert made(results) == 14
    assert {type(r) for r in results} == {actions.Posted, ConflictError}
    assert queries.balance("p").amount == 2
    assert queries.check().holds


def test_what_is_reserved_at_once_is_not_reserved_twice(committed):
    results = together(30, lambda n: actions.reserve(posting(f"k{n}", "p", "bank", 30)))
    assert made(results) == 3
    assert queries.balance("p").available == 10


def test_batches_that_cross_two_limited_accounts_do_not_deadlock(committed):
    def call(number: int) -> object:
        pairs = [("p", "q"), ("q", "p")]
        return actions.post_many(
            [posting(f"{number}:{step}", *pairs[(number + step) % 2], 1) for step in range(40)]
        )

    results = together(16, call)
    assert made(results) == 16, [r for r in results if not isinstance(r, actions.Batch)][:1]
    assert queries.balance("p").amount + queries.balance("q").amount == 200
    assert queries.check().holds


def test_a_pending_transfer_is_settled_or_voided_once(committed):
    (pending,) = together(1, lambda _: actions.reserve(posting("h", "p", "bank", 50)))
    assert isinstance(pending, actions.Posted)

    def call(number: int) -> object:
        end = {"key": f"e{number}", "at": AT, "reason": "end"}
        step = actions.settle if number % 2 else actions.void
        return step(pending.id, **end)

    results = together(20, call)
    assert made(results) == 1
    assert sum(isinstance(r, ConflictError) for r in results) == 19
    assert queries.balance("p").amount in (50, 100)
    assert queries.balance("p").pending == 0
