"""Several concentrators at once: each tap counts once, whoever brings it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from balai.kernel.ledger import queries as ledger
from balai.kernel.problems import ConflictError
from balai.kernel.regions.actions import install_cities
from balai.transit.actions.price_pending import Pricing, price_pending
from balai.transit.actions.receive_taps import Receipt, receive_taps
from balai.transit.actions.settle_journeys import revenue_account
from balai.transit.actions.tariffs_in_force import put_in_force
from balai.transit.models import Card, Leg, PendingTap, Quarantined, Tap, TapBatch, Validator
from balai.transit.queries.tariff_versions import forget_laws

pytestmark = pytest.mark.django_db
CITY, REGION = "jakarta", "31"
BEGIN = datetime(2025, 11, 3, 1, 0, tzinfo=UTC)
NOW = datetime(2025, 11, 10, 0, 0, tzinfo=UTC)
TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)


@pytest.fixture
def committed(db: None) -> Iterator[None]:
    """Threads have connections of their own, outside the test's transaction: sweep after them."""
    before: set[str] = in_thread(filled)
    in_thread(open_city)
    yield
    in_thread(lambda: sweep(before))
    forget_laws()


def open_city() -> None:
    forget_laws()
    install_cities()
    put_in_force(CITY, "jaklingko-integrated", date(2022, 8, 11))


def filled() -> set[str]:
    """The tables that have rows."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        asked = ", ".join(f'EXISTS (SELECT FROM "{name}")' for name in tables)
        cursor.execute(f"SELECT {asked}")
        return {name for name, some in zip(tables, cursor.fetchone(), strict=True) if some}


def sweep(before: set[str]) -> None:
    """Empty the tables that were empty; DELETE, for the test's transaction still reads them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in filled() - before:
            cursor.execute(f'DELETE FROM "{table}"')


def in_thread(work: Callable[[], Any]) -> Any:
    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def together(count: int, call: Callable[[int], object]) -> list[Any]:
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


def rides(count: int, **changes: Any) -> list[dict[str, Any]]:
    """Taps in and out of `count` / 2 rides: 20 cards, 7 validators that count by themselves."""
    return [
        {
            "validator": f"V-{at % 7}", "sequence": at // 7, "card": f"60320000{at // 2 % 20:04}",
            "at": (BEGIN + timedelta(minutes=10 * (at // 40) + 5 * (at % 2))).isoformat(),
            "direction": "out" if at % 2 else "in", "mode": "brt",
            **({"km": 3.5} if at % 2 else {}), **changes,
        }
        for at in range(count)
    ]  # fmt: skip


def post(rows: list[dict[str, Any]], *, sender: str = "", key: str | None = None) -> Receipt:
    return receive_taps(CITY, rows, place=REGION, sender=sender, key=key, now=NOW)


def test_one_request_sent_many_times_at_once_is_taken_in_once(committed):
    rows = rides(60)
    results = together(8, lambda _: post(rows, sender="north", key="a"))
    assert {type(result) for result in results} == {Receipt}
    assert len({result.batch for result in results}) == 1
    assert sum(not result.repeated for result in results) == 1
    assert all(result.count("accepted") == 60 for result in results)
    assert (Tap.objects.count(), PendingTap.objects.count(), TapBatch.objects.count()) == (
        60,
        60,
        1,
    )


def test_one_key_with_other_taps_at_once_is_refused(committed):
    results = together(6, lambda n: post(rides(40 + 2 * (n % 2)), key="a"))
    kept = TapBatch.objects.get().accepted
    assert sum(isinstance(result, ConflictError) for result in results) == 3
    assert Tap.objects.count() == kept in (40, 42)


def test_the_same_taps_from_several_concentrators_count_once(committed):
    rows = rides(200)
    results = together(6, lambda n: post(rows[:: (1, -1)[n % 2]], sender=f"c{n}", key="a"))
    assert {type(result) for result in results} == {Receipt}
    assert sum(result.count("accepted") for result in results) == Tap.objects.count() == 200
    assert sum(result.count("duplicate") for result in results) == 5 * 200
    assert not Quarantined.objects.exists()
    assert (Card.objects.count(), Validator.objects.count()) == (20, 7)


def test_overlapping_batches_in_any_order_neither_deadlock_nor_repeat(committed):
    rows = rides(240)

    def call(number: int) -> Receipt:
        part = [rows[(number * 53 + step) % 240] for step in range(160)]
        return post(part[:: (1, -1)[number % 2]], sender=f"c{number}", key="a")

    results = together(8, call)
    assert [result for result in results if not isinstance(result, Receipt)] == []
    assert sum(result.count("accepted") for result in results) == Tap.objects.count() == 240
    assert sum(len(result.others) for result in results) == 8 * 160 - 240
    assert PendingTap.objects.count() == 240


def test_of_taps_that_contradict_each_other_one_stands_and_the_other_is_told(committed):
    results = together(2, lambda n: post(rides(50, route_id=f"r{n}"), sender=f"c{n}"))
    assert sum(result.count("accepted") for result in results) == Tap.objects.count() == 50
    told = [row.reason for result in results for row in result.others]
    assert told == ["conflict"] * 50
    assert Quarantined.objects.filter(kind="conflict").count() == 50
    assert Tap.objects.values("route_id").distinct().count() == 1


def test_pricing_while_taps_come_in_ends_where_pricing_afterwards_does(committed):
    rows = rides(120)

    def call(number: int) -> Receipt | Pricing:
        if number < 3:
            return price_pending(CITY, as_of=NOW)
        return post(rows[(number - 3) * 30 : (number - 1) * 30], sender=f"c{number}")

    results = together(6, call)
    assert [result for result in results if isinstance(result, Exception)] == []
    in_thread(lambda: price_pending(CITY, as_of=NOW))
    assert not PendingTap.objects.exists()
    legs = list(Leg.objects.values_list("charge", flat=True))
    assert (len(legs), sum(legs)) == (60, 60 * 3_500)
    assert ledger.balance(revenue_account(CITY)).amount == 60 * 3_500
    assert ledger.check().holds
