"""Many at once: one bill has one number, one notice one effect, and a bill is credited once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from balai.kernel.ledger import queries as ledger
from balai.kernel.payments import queries
from balai.kernel.payments.actions import announce_payment, request_payment
from balai.kernel.payments.models import Bank, Bill, Payment, Request, SnapAnswer
from balai.kernel.payments.payable import Announcement
from balai.kernel.payments.simulator.bank import Notice
from balai.kernel.payments.simulator.carrier import in_process
from balai.kernel.payments.simulator.wire import notice_call, token_call
from kernel.payments.conftest import NOW, PREFIX, bank_keys, owe, prepare

from .test_ledger import in_thread, together

pytestmark = pytest.mark.django_db
TABLES = (
    "payments_move", "payments_difference", "payments_notice", "payments_payment",
    "payments_request", "payments_bill", "payments_snapanswer", "payments_snaptoken",
    "payments_numberrange", "payments_bank", "ledger_transfer", "ledger_account", "events_event",
)  # fmt: skip


@pytest.fixture
def bank(db) -> Iterator[Bank]:
    """Threads have connections of their own, outside the test's transaction: sweep after them."""
    in_thread(prepare)
    yield Bank.objects.get()
    in_thread(sweep)


def sweep() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")


def good(results: list[object]) -> list[object]:
    assert [each for each in results if isinstance(each, Exception)] == []
    return results


def test_one_bill_asked_for_by_many_has_one_number(bank):
    in_thread(lambda: owe("A1"))
    bill = Bill.objects.get()
    results = good(
        together(20, lambda _: request_payment(bill, "virtual_account", bank=bank, at=NOW))
    )
    assert len({each.account for each in results}) == 1
    assert Request.objects.count() == 1


def test_many_bills_at_once_never_share_a_number(bank):
    in_thread(lambda: [owe(f"A{n}") for n in range(24)])
    bills = list(Bill.objects.order_by("reference"))
    results = good(
        together(24, lambda n: request_payment(bills[n], "virtual_account", bank=bank, at=NOW))
    )
    assert len({each.account for each in results}) == 24


def test_one_notice_sent_by_many_has_one_effect_and_one_answer(bank):
    in_thread(lambda: owe("A1", 50_000))
    asked = in_thread_result(
        lambda: request_payment(Bill.objects.get(), "virtual_account", bank=bank, at=NOW)
    )
    keys = bank_keys(bank)
    token = in_thread_result(lambda: in_process(token_call(keys, NOW), NOW)).body["accessToken"]
    told = Notice("REF1", asked.account, "virtual_account", 50_000, NOW, NOW)
    wire = notice_call(told, keys, token=token, external_id="77", now=NOW, prefix=PREFIX)
    results = good(together(30, lambda _: in_process(wire, NOW)))
    assert all(each == results[0] and each.status == 200 for each in results)
    assert Payment.objects.count() == SnapAnswer.objects.count() == 1
    assert Bill.objects.get().paid == 50_000
    assert ledger.count() == 2


def test_many_payments_of_one_bill_credit_it_once(bank):
    in_thread(lambda: owe("A1"))
    asked = in_thread_result(lambda: request_payment(Bill.objects.get(), "qris", bank=bank, at=NOW))
    told = Announcement(reference="R", account=asked.account, amount=150_000, currency="IDR",
                        paid_at=NOW + timedelta(minutes=1), method="qris")  # fmt: skip
    good(
        together(16, lambda n: announce_payment(bank, replace(told, reference=f"R{n % 8}"), at=NOW))
    )
    assert Bill.objects.get().paid == 150_000
    lines = {line.place: line for line in queries.books(bank)}
    assert lines["clearing"].ledger == 8 * 150_000
    assert lines["suspense/double"].ledger == 7 * 150_000
    assert not [line for line in lines.values() if line.residual]


def in_thread_result(work):
    def run():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()
