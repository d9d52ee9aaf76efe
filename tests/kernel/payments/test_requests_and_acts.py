"""Numbers given out once, acts with their undo, statements in their order, and who sees what."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from balai.kernel.ledger import queries as ledger
from balai.kernel.payments import queries
from balai.kernel.payments.actions import (
    add_range,
    announce_payment,
    cancel_bill,
    deposit,
    keep,
    match,
    present_bill,
    record_credit,
    refund,
    request_payment,
    take_back,
    take_statement,
    undo,
)
from balai.kernel.payments.actions.acts import By
from balai.kernel.payments.engine import qris
from balai.kernel.payments.engine.camt053 import Balance, Entry, Statement, write
from balai.kernel.payments.events import bill_changed
from balai.kernel.payments.models import Bill, Difference, Move, Payment, Refund
from balai.kernel.payments.payable import Announcement
from balai.kernel.problems import ConflictError, MissingError, ProblemError
from balai.kernel.row_security import rows_of

from .conftest import NOW, RECEIVABLE, owe, payable

DAY = date(2026, 11, 23)
BY = By("kasir", "looked at", NOW + timedelta(days=2))


def announce(bank, account: str, amount: int, reference: str = "B1", method="qris"):
    return announce_payment(
        bank,
        Announcement(
            reference=reference,
            account=account,
            amount=amount,
            currency="IDR",
            paid_at=NOW,
            method=method,
        ),
        at=NOW,
    )


def statement(bank, *entries: Entry, day: date = DAY, opening: int = 0, **changes) -> bytes:
    told = {
        "identifier": f"S{day}",
        "account": bank.account_number,
        "currency": "IDR",
        "opening": Balance(opening, day),
        "entries": entries,
        "closing": Balance(opening + sum(e.amount for e in entries), day),
        **changes,
    }
    return write([Statement(**told)], message="M", at=NOW)


def entry(amount: int, reference: str, number: str = "1", **more) -> Entry:
    return Entry(number=number, amount=amount, reference=reference, booked=DAY, **more)


def no_residual(bank) -> bool:
    return not [line for line in queries.books(bank) if line.residual]


def test_asking_twice_gives_the_same_number(bank):
    bill = owe("A1")
    first = request_payment(bill, "virtual_account", bank=bank, at=NOW)
    assert request_payment(bill, "virtual_account", bank=bank, at=NOW) == first
    assert request_payment(owe("A2"), "virtual_account", bank=bank, at=NOW).account != first.account


def test_an_expired_code_is_followed_by_a_new_one(bank):
    bill = owe("A1")
    first = request_payment(bill, "qris", bank=bank, at=NOW)
    code = qris.parse(first.qris)
    assert (code.amount, code.value("62.05"), code.is_dynamic) == (150_000, first.account, True)
    later = request_payment(bill, "qris", bank=bank, at=NOW + timedelta(hours=1))
    assert later.account != first.account


def test_a_paid_cancelled_or_expired_bill_gets_no_number(bank):
    paid = owe("P1")
    record_credit(paid, 150_000, method="counter", reference="K1", bank=bank, at=NOW)
    cancelled = owe("C1")
    cancel_bill(cancelled)
    over = owe("O1", expires_at=NOW)
    for bill, kind in ((paid, "bill-paid"), (cancelled, "bill-cancelled"), (over, "bill-expired")):
        with pytest.raises(ConflictError) as caught:
            request_payment(bill, "qris", bank=bank, at=NOW)
        assert caught.value.kind == kind
    with pytest.raises(ConflictError):
        cancel_bill(paid)


def test_a_range_that_is_used_up_gives_no_number(bank):
    bank.ranges.filter(kind="closed").update(last=2)
    request_payment(owe("A1"), "virtual_account", bank=bank, at=NOW)
    request_payment(owe("A2"), "virtual_account", bank=bank, at=NOW)
    with pytest.raises(ProblemError, match="not offered"):
        request_payment(owe("A3"), "virtual_account", bank=bank, at=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"prefix": "88088"},
        {"prefix": "8808", "digits": 11, "first": 8 * 10**10 + 5, "last": 8 * 10**10 + 9},
        {"prefix": "x"},
        {"last": 10**10},
        {"digits": 0},
    ],
)
def test_a_range_that_overlaps_or_does_not_fit_is_refused(bank, changes):
    told = {"title": "t", "prefix": "77", "digits": 10, "first": 1, "last": 9, **changes}
    with pytest.raises(ProblemError):
        add_range(bank, **told)


def test_a_reference_stands_for_one_bill(bank):
    owe("A1")
    with pytest.raises(ConflictError):
        present_bill(payable("A1", 1))
    for changes in ({"amount": 0}, {"receivable": "nowhere"}, {"purpose": {"id": "x"}},
                    ):  # fmt: skip
        with pytest.raises(ProblemError):
            present_bill(payable("A9", **changes))
    with pytest.raises(ProblemError):
        present_bill(payable("é"))


def test_programmes_are_told_in_the_payments_transaction(bank):
    heard = []

    def hear(**told):
        heard.append((told["reference"], told["paid"], told["amount"]))

    bill_changed.connect(hear, weak=False, dispatch_uid="test")
    try:
        asked = request_payment(owe("A1"), "qris", bank=bank, at=NOW)
        announce(bank, asked.account, 150_000)
        announce(bank, asked.account, 150_000)
    finally:
        bill_changed.disconnect(dispatch_uid="test")
    assert heard == [("A1", 150_000, 150_000)]


def test_a_receipt_is_for_money_that_reached_its_bill(bank):
    asked = request_payment(owe("A1"), "qris", bank=bank, at=NOW)
    announce(bank, asked.account, 160_000)
    receipt = queries.receipt(Payment.objects.get().pk)
    assert (receipt.reference, receipt.amount, receipt.settled) == ("A1", 150_000, False)
    announce(bank, "STRANGER", 5, "B2")
    with pytest.raises(MissingError):
        queries.receipt(Payment.objects.get(reference="B2").pk)


def test_money_matched_by_hand_credits_the_bill_and_undo_takes_it_back(bank):
    take_statement(bank, statement(bank, entry(200_000, "T1", remittance="bayar A1")))
    held = Difference.objects.get(kind="unknown")
    bill = owe("A1")
    act = match(held, bill, BY)
    bill.refresh_from_db()
    held.refresh_from_db()
    assert (bill.state, held.remaining, held.state) == ("paid", 50_000, "open")
    assert no_residual(bank)
    with pytest.raises(ConflictError):
        match(held, bill, BY)
    undo(act, BY)
    bill.refresh_from_db()
    held.refresh_from_db()
    assert (bill.paid, held.remaining) == (0, 200_000)
    with pytest.raises(ConflictError, match="undone"):
        undo(act, BY)
    assert no_residual(bank)
    assert ledger.balance(RECEIVABLE).amount == 150_000


def test_the_earlier_act_waits_for_the_undo_of_the_later(bank):
    take_statement(bank, statement(bank, entry(200_000, "T1")))
    held = Difference.objects.get()
    first = match(held, owe("A1"), BY)
    second = refund(held, BY)
    with pytest.raises(ConflictError, match="later act"):
        undo(first, BY)
    undo(second, BY)
    undo(first, BY)
    held.refresh_from_db()
    assert (held.remaining, held.state) == (200_000, "open")
    assert no_residual(bank)


def test_a_refund_is_found_on_the_statement_and_cannot_be_undone_then(bank):
    take_statement(bank, statement(bank, entry(30_000, "T1")))
    act = refund(Difference.objects.get(), BY)
    reference = Refund.objects.get().reference
    assert no_residual(bank)
    sent = entry(-30_000, "OUT", end_to_end=reference)
    take_statement(bank, statement(bank, sent, day=DAY + timedelta(days=1), opening=30_000))
    assert Refund.objects.get().sent_at is not None
    with pytest.raises(ConflictError, match="sent"):
        undo(act, BY)
    assert {line.place: line.ledger for line in queries.books(bank)} == {}


def test_a_payment_never_credited_is_taken_back_and_put_back(bank):
    bill = owe("A1")
    asked = request_payment(bill, "qris", bank=bank, at=NOW)
    announce(bank, asked.account, 150_000)
    opening = {"opening": 0}
    for ahead in range(3):
        take_statement(bank, statement(bank, day=DAY + timedelta(days=ahead), **opening))
    held = Difference.objects.get(kind="never-credited")
    act = take_back(held, BY)
    bill.refresh_from_db()
    assert (bill.paid, bill.state, Payment.objects.get().state) == (0, "open", "taken-back")
    assert no_residual(bank)
    undo(act, BY)
    bill.refresh_from_db()
    assert (bill.paid, Payment.objects.get().state) == (150_000, "never-credited")
    assert no_residual(bank)
    late = statement(bank, entry(150_000, "B1"), day=DAY + timedelta(days=3))
    take_statement(bank, late)
    assert Payment.objects.get().state == "settled"
    assert Difference.objects.filter(kind="credited-after-all").exists()
    assert no_residual(bank)


def test_cash_lies_in_the_till_until_it_is_paid_in(bank):
    record_credit(owe("A1"), 150_000, method="counter", reference="K1", bank=bank, at=NOW)
    record_credit(Bill.objects.get(), 150_000, method="counter", reference="K1", bank=bank, at=NOW)
    assert Payment.objects.count() == 1
    take_statement(bank, statement(bank, entry(150_000, "SETOR")))
    deposit(Difference.objects.get(kind="unknown"), BY)
    assert {line.place: line.ledger for line in queries.books(bank)} == {"bank": 150_000}
    assert no_residual(bank)


def test_keeping_needs_a_note_and_can_be_undone(bank):
    take_statement(bank, statement(bank, entry(5, "T1")))
    held = Difference.objects.get()
    with pytest.raises(ProblemError, match="note"):
        keep(held, By("kasir"))
    act = keep(held, BY)
    held.refresh_from_db()
    assert held.state == "kept"
    undo(act, BY)
    held.refresh_from_db()
    assert held.state == "open"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"account": "999"}, "is not 0170001234"),
        (
            {
                "opening": Balance(5, DAY + timedelta(days=1)),
                "closing": Balance(5, DAY + timedelta(days=1)),
            },
            "does not follow",
        ),
        ({"day": DAY - timedelta(days=1)}, "lies before"),
    ],
)
def test_a_statement_that_does_not_follow_changes_nothing(bank, changes, problem):
    changes = dict(changes)
    take_statement(bank, statement(bank, entry(100, "T1")))
    day = changes.pop("day", DAY + timedelta(days=1))
    told = {
        "identifier": "N",
        "account": bank.account_number,
        "currency": "IDR",
        "entries": (),
        "opening": Balance(100, day),
        "closing": Balance(100, day),
        **changes,
    }
    content = write([Statement(**told)], message="M", at=NOW)
    before = Move.objects.count()
    with pytest.raises(ProblemError) as caught:
        take_statement(bank, content)
    assert any(problem in line for line in caught.value.lines())
    assert Move.objects.count() == before


def test_another_statement_of_the_same_day_is_refused(bank):
    take_statement(bank, statement(bank, entry(100, "T1")))
    with pytest.raises(ConflictError):
        take_statement(bank, statement(bank, entry(101, "T1")))


def test_money_in_parts_reaches_a_bill_that_takes_them(bank):
    bill = owe("A1", takes_parts=True)
    asked = request_payment(bill, "virtual_account", bank=bank, at=NOW)
    announce(bank, asked.account, 50_000, "B1", "virtual_account")
    bill.refresh_from_db()
    assert (bill.state, bill.paid) == ("part", 50_000)
    announce(bank, asked.account, 120_000, "B2", "virtual_account")
    bill.refresh_from_db()
    assert (bill.state, bill.paid) == ("paid", 150_000)
    assert Difference.objects.get().kind == "over"


@pytest.mark.usefixtures("bank")
class TestRows:
    """Who sees which rows: as the role that serves, whose queries pass no policy."""

    def test_payments_are_seen_by_their_region_and_their_payer(self, bank):
        payer = uuid4()
        asked = request_payment(owe("A1", person=payer), "qris", bank=bank, at=NOW)
        announce(bank, asked.account, 150_000)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE balai_app")
        try:
            assert Payment.objects.count() == Bill.objects.count() == Move.objects.count() == 0
            with rows_of("73.71"):
                assert (Payment.objects.count(), Bill.objects.count()) == (1, 1)
            with rows_of("35.10"):
                assert (Payment.objects.count(), Bill.objects.count()) == (0, 0)
            with rows_of(person=payer):
                assert (Payment.objects.count(), Bill.objects.count()) == (1, 1)
                assert Difference.objects.count() == 0
            with rows_of(person=uuid4()):
                assert Payment.objects.count() == 0
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")

    def test_a_bank_may_pay_while_the_serving_role_serves(self, bank):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE balai_app")
        try:
            with rows_of("73.71"):
                asked = request_payment(owe("A1"), "qris", bank=bank, at=NOW)
                announce(bank, asked.account, 150_000)
                take_statement(bank, statement(bank, entry(150_000, "B1"), entry(7, "X", "2")))
                act = keep(Difference.objects.get(), BY)
                undo(act, BY)
                assert no_residual(bank)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
