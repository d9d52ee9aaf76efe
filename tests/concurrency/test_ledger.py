"""Many at once: one key has one effect, whoever comes first, and overlapping batches agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from django.db import connection, transaction

from balai.kernel.events import actions as events
from balai.kernel.events import queries as events_queries
from balai.kernel.events.kinds import EventKind
from balai.kernel.ledger import actions, queries
from balai.kernel.ledger.postings import Posting
from balai.kernel.problems import ConflictError

AT = datetime(2025, 9, 1, 7, 30, tzinfo=UTC)


pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(db) -> Iterator[None]:
    """Threads have connections of their own, outside the test's transaction: sweep after them."""
    in_thread(open_both)
    yield
    in_thread(sweep)


def open_both() -> None:
    actions.open_account("a", currency="IDR", kind="asset", title="A")
    actions.open_account("b", currency="IDR", kind="income", title="B")


def sweep() -> None:
    """Empty the tables as their owner may; DELETE, for the test's transaction still reads them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("ledger_transfer", "ledger_account", "events_event"):
            cursor.execute(f"DELETE FROM {table}")


def in_thread(work: Callable[[], object]) -> None:
    def run() -> object:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def posting(key: str, **changes: object) -> Posting:
    body = {"debit": "a", "credit": "b", "amount": 5, "currency": "IDR", "at": AT,
            "key": key, "reason": "r"}  # fmt: skip
    return Posting(**{**body, **changes})  # type: ignore[arg-type]


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


def test_fifty_posts_of_one_key_have_one_effect(committed):
    results = together(50, lambda _: actions.post(posting("one")))
    assert {type(result) for result in results} == {actions.Posted}
    assert len({result.id for result in results}) == 1
    assert sum(not result.repeated for result in results) == 1
    assert queries.balance("b").amount == 5


def test_of_two_bodies_under_one_key_one_is_kept_and_the_other_refused(committed):
    results = together(30, lambda n: actions.post(posting("one", amount=5 + n % 2)))
    kept = queries.transfer_by_key("one").amount
    refused = [result for result in results if isinstance(result, ConflictError)]
    assert len(refused) == 15
    assert all(isinstance(result, actions.Posted | ConflictError) for result in results)
    assert queries.balance("b").amount == kept


def test_overlapping_batches_in_any_order_neither_deadlock_nor_repeat(committed):
    def call(number: int) -> actions.Batch:
        keys = [f"k{(number * 37 + step) % 400:04}" for step in range(300)]
        return actions.post_many([posting(key) for key in (keys, keys[::-1])[number % 2]])

    results = together(16, call)
    assert [result for result in results if not isinstance(result, actions.Batch)] == []
    assert sum(result.posted for result in results) == queries.count() == 400
    assert queries.check().holds


def test_a_transfer_is_reversed_once(committed):
    (made,) = together(1, lambda _: actions.post(posting("one")))
    results = together(
        20, lambda n: actions.reverse(made.id, reason="back", key=f"back:{n}", at=AT)
    )
    assert sum(isinstance(result, actions.Posted) for result in results) == 1
    assert sum(isinstance(result, ConflictError) for result in results) == 19
    assert queries.balance("b").amount == 0


def test_an_account_opened_by_many_is_one(committed):
    results = together(
        20, lambda _: actions.open_account("c/d", currency="IDR", kind="asset", title="C")
    )
    assert len({result.id for result in results}) == 1


def test_fifty_records_of_one_event_are_one(committed):
    @dataclass(frozen=True)
    class Fields:
        n: int

    kind = EventKind(name="test.one", version=1, fields=Fields, title={"en": "One"})
    happening = events.Happening(
        kind=kind, at=AT, day=date(2025, 9, 1), city="jakarta", subject="s:1", data=Fields(1),
        key="one",
    )  # fmt: skip
    results = together(
        50,
        lambda n: events.record(happening) if n % 2 else events.record_many([happening]),
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert len(events_queries.timeline("s:1").events) == 1
