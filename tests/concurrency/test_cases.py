"""Many at once: one key opens one case, one claim wins, and numbers have no gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from tests.kernel.cases.conftest import Office, build

from balai.kernel.cases import queries
from balai.kernel.cases.models import Case, CaseEvent
from balai.kernel.cases.queries import CaseView
from balai.kernel.problems import ConflictError

pytestmark = pytest.mark.django_db
TABLES = (
    "cases_casefile", "cases_caseevent", "cases_case", "cases_counter", "cases_serviceversion",
    "people_accountlink", "people_namekey", "people_person", "access_auditentry",
    "access_rolegrant", "events_event", "regions_city",
)  # fmt: skip


@pytest.fixture
def committed(db: None, settings, tmp_path) -> Iterator[Office]:
    """Threads have connections of their own, outside the test's transaction: sweep after them."""
    settings.KEYS_ROOT = tmp_path / "keys"
    yield in_thread(build)
    in_thread(sweep)


def sweep() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("DELETE FROM regions_region")
        cursor.execute(
            "DELETE FROM access_user WHERE username LIKE '%-uji' OR username LIKE '%-lain'"
        )


def in_thread(work: Callable[[], object]):
    def run() -> object:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def together(count: int, call: Callable[[int], object]) -> list[object]:
    """The results (or errors) of `count` threads that set off at once."""
    start = Barrier(count)

    def run(number: int) -> object:
        start.wait(timeout=60)
        try:
            return call(number)
        except Exception as error:  # noqa: BLE001 - the errors are what is looked at
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_fifty_posts_of_one_key_open_one_case(committed):
    results = together(50, lambda _: committed.open("one"))
    assert {type(each) for each in results} == {CaseView}, results
    assert len({each.id for each in results}) == 1
    assert Case.objects.count() == CaseEvent.objects.count() == 1


def test_of_officers_who_claim_at_once_one_wins_and_the_others_are_told(committed):
    case = in_thread(committed.open)
    officers = [committed.officer, committed.colleague] * 5
    results = together(10, lambda n: committed.act(case.id, "claim", officers[n]))
    won = [each for each in results if isinstance(each, CaseView)]
    refused = [each for each in results if isinstance(each, ConflictError)]
    assert (len(won), len(refused)) == (1, 9), results
    assert all(each.status == 409 and each.detail for each in refused)
    assert queries.case(case.id).sequence == 2


def test_numbers_have_no_gap_though_some_roll_back(committed):
    def call(number: int) -> object:
        if number % 3:
            return committed.open(f"k{number}").number
        with transaction.atomic():
            committed.open(f"k{number}")
            raise RuntimeError

    results = together(30, call)
    numbers = sorted(each for each in results if isinstance(each, str))
    assert numbers == [f"PM-2026-{number:06}" for number in range(1, 21)], results
