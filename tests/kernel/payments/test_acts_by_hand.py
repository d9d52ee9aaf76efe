"""What officers do by hand: matching reversals, writing off, finding bills; each with its undo."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from balai.kernel.access.actions import ensure_demo_users
from balai.kernel.access.models import AuditEntry, User
from balai.kernel.ledger import queries as ledger
from balai.kernel.payments import actions, queries
from balai.kernel.payments.actions.acts import By
from balai.kernel.payments.engine.camt053 import Entry
from balai.kernel.payments.models import Act, Bill, Difference, Payment, Request
from balai.kernel.payments.payable import Announcement
from balai.kernel.problems import ConflictError, ProblemError

from .conftest import NOW, owe
from .test_statements import announced, balanced, places, take, told

DAY = date(2026, 11, 23)
BY = By("kasir", "looked at", NOW + timedelta(days=2))
BASE = "/makassar/payments/officer/differences/"


def reversed_by_the_bank(bank, amount: int = 150_000, reference: str = "STRANGE") -> Difference:
    """A reversal that names nothing we know, on the day after the payment's."""
    taken_back = Entry(number="1", amount=-amount, reference=reference, booked=DAY, reversal=True)
    opening = places(bank).get("bank", 0)
    take(bank, taken_back, day=DAY + timedelta(days=1), opening=opening)
    return Difference.objects.get(kind="reversal-unmatched")


def test_a_reversal_is_matched_to_its_payment_and_undone(bank):
    bill = announced(bank, "A", 150_000)
    take(bank, told(150_000, "A"))
    held = reversed_by_the_bank(bank)
    assert [p.reference for p in queries.payments_to_match(held)] == ["A"]
    act = actions.match_reversal(held, Payment.objects.get(), BY)
    bill.refresh_from_db()
    held.refresh_from_db()
    assert (bill.paid, bill.state, held.remaining, held.state) == (0, "open", 0, "resolved")
    assert Payment.objects.get().state == "reversed"
    assert places(bank) == {}
    assert balanced(bank)
    actions.undo(act, BY)
    bill.refresh_from_db()
    held.refresh_from_db()
    assert (bill.paid, bill.state, held.remaining, held.state) == (150_000, "paid", 150_000, "open")
    assert Payment.objects.get().state == "settled"
    assert balanced(bank)
    actions.match_reversal(held, Payment.objects.get(), BY)
    assert places(bank) == {}
    assert balanced(bank)


def test_a_reversal_takes_what_waits_in_suspense_too(bank):
    bill = announced(bank, "A", 150_000)
    take(bank, told(170_000, "A"))
    act = actions.match_reversal(reversed_by_the_bank(bank, 170_000), Payment.objects.get(), BY)
    bill.refresh_from_db()
    assert bill.paid == 0
    assert not Difference.objects.filter(remaining__gt=0).exists()
    assert balanced(bank)
    actions.undo(act, BY)
    assert Difference.objects.get(kind="over").remaining == 20_000
    assert balanced(bank)


@pytest.mark.parametrize("amount", [149_999, 150_001])
def test_a_reversal_takes_back_a_whole_payment_of_its_amount(bank, amount):
    announced(bank, "A", 150_000)
    take(bank, told(150_000, "A"))
    held = reversed_by_the_bank(bank, amount)
    assert queries.payments_to_match(held) == []
    with pytest.raises(ConflictError, match="A"):
        actions.match_reversal(held, Payment.objects.get(), BY)
    assert balanced(bank)


def test_a_payment_that_is_not_in_the_account_cannot_have_been_taken_back(bank):
    announced(bank, "A", 150_000)
    held = reversed_by_the_bank(bank)
    with pytest.raises(ConflictError):
        actions.match_reversal(held, Payment.objects.get(), BY)


def test_the_undo_of_a_reversal_waits_where_the_bill_was_paid_anew(bank):
    bill = announced(bank, "A", 150_000)
    take(bank, told(150_000, "A"))
    act = actions.match_reversal(reversed_by_the_bank(bank), Payment.objects.get(), BY)
    actions.record_credit(bill, 150_000, method="counter", reference="K", bank=bank, at=NOW)
    with pytest.raises(ConflictError, match="A"):
        actions.undo(act, BY)
    assert Bill.objects.get().paid == 150_000
    assert balanced(bank)


@pytest.mark.parametrize("amount", [30_000, -30_000])
def test_money_nobody_claims_or_explains_is_written_off_and_undone(bank, amount):
    take(bank, told(10**6, "CAPITAL"), told(amount, "X", "2"))
    held = Difference.objects.get(amount=30_000)
    with pytest.raises(ProblemError, match="note"):
        actions.write_off(held, By("kasir"))
    act = actions.write_off(held, BY)
    held.refresh_from_db()
    assert (held.remaining, held.state) == (0, "resolved")
    assert places(bank)["written-off"] == amount
    assert balanced(bank)
    actions.undo(act, BY)
    held.refresh_from_db()
    assert (held.remaining, held.state) == (30_000, "open")
    assert "written-off" not in places(bank)
    assert balanced(bank)


def test_what_was_written_off_and_then_taken_back_by_the_bank_is_listed(bank):
    take(bank, told(30_000, "X"))
    actions.write_off(Difference.objects.get(), BY)
    back = told(-30_000, "RX", reversal=True, reverses="X")
    take(bank, back, day=DAY + timedelta(days=1), opening=30_000)
    lost = Difference.objects.get(kind="reversal-unmatched")
    assert lost.remaining == 30_000
    assert balanced(bank)
    actions.write_off(lost, BY)
    assert places(bank) == {}
    assert balanced(bank)


def test_money_in_transit_is_neither_refunded_nor_written_off(bank):
    bill = owe("A", 100)
    account = actions.request_payment(bill, "qris", bank=bank, at=NOW).account
    actions.record_credit(bill, 100, method="counter", reference="K", bank=bank, at=NOW)
    actions.announce_payment(
        bank,
        Announcement(
            reference="D", account=account, amount=100, currency="IDR", paid_at=NOW, method="qris"
        ),
        at=NOW,
    )
    held = Difference.objects.get(kind="double")
    for act in (actions.refund, actions.write_off):
        with pytest.raises(ConflictError, match="statement"):
            act(held, BY)
    assert balanced(bank)


def test_bills_are_found_by_what_an_officer_knows(bank):
    first, other = owe("RET-77", 50_000), owe("RET-88", 75_000)
    number = actions.request_payment(other, "virtual_account", bank=bank, at=NOW).account
    take(bank, told(50_000, "X", remittance="bayar RET-88 terima kasih"))
    held = Difference.objects.get()

    def found(text: str = "") -> list[str]:
        return [bill.reference for bill in queries.bills_to_match(held, text)]

    assert found() == ["RET-77", "RET-88"]
    assert found("ret-8") == [other.reference]
    assert found(number) == [other.reference]
    assert found("Rp75.000") == [other.reference]
    assert found("sampah") == [first.reference, other.reference]
    assert found("%") == found("nothing") == []
    actions.record_credit(other, 75_000, method="counter", reference="K", bank=bank, at=NOW)
    assert found() == [first.reference]


@pytest.mark.django_db
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(choices=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=14))
@example(choices=[(1, 1), (3, 4)])
@example(choices=[(1, 1), (3, 4), (5, 1), (5, 0), (1, 1)])
@example(choices=[(4, 0), (4, 1), (3, 4), (5, 1)])
def test_whatever_officers_do_and_undo_no_rupiah_is_lost(bank, choices):
    """Acts on a full worklist in any order: refused or done, the books hold after each."""
    with transaction.atomic():
        announced(bank, "A", 150_000)
        owe("OPEN", 40_000)
        take(bank, told(170_000, "A"), told(30_000, "U", "2"), told(-9_000, "W", "3"))
        reversed_by_the_bank(bank, 170_000)
        for kind, which in choices:
            act_once(kind, which)
            assert balanced(bank)
        transaction.set_rollback(True)


def act_once(kind: int, which: int) -> None:
    listed = list(Difference.objects.order_by("day", "id"))
    held = listed[which % len(listed)]
    done = list(Act.objects.order_by("id"))
    acts = (
        lambda: actions.match(held, Bill.objects.get(reference="OPEN"), BY),
        lambda: actions.refund(held, BY),
        lambda: actions.write_off(held, BY),
        lambda: actions.match_reversal(held, Payment.objects.get(reference="A"), BY),
        lambda: actions.keep(held, BY),
        lambda: actions.undo(done[which % len(done)], BY) if done else None,
    )
    try:
        with transaction.atomic():
            acts[kind]()
    except ConflictError:
        pass


class TestPages:
    @pytest.fixture
    def officer(self, bank) -> Client:
        ensure_demo_users()
        client = Client()
        client.force_login(User.objects.get(username="kasir"))
        return client

    def test_a_match_is_shown_before_it_is_done_and_audited(self, officer, bank):
        bill = owe("RET-1", 50_000)
        take(bank, told(80_000, "X", remittance="RET-1", payer="SARI"))
        held = Difference.objects.get()
        page = officer.get(f"{BASE}{held.pk}/")
        assert b"?reference=RET-1" in page.content
        shown = officer.get(f"{BASE}{held.pk}/match/?reference=RET-1").content.decode()
        assert "Rp30.000" in shown.replace(" ", "").replace("\u00a0", "").replace(",", ".")
        bill.refresh_from_db()
        assert bill.paid == 0
        answer = officer.post(f"{BASE}{held.pk}/match/", {"reference": "RET-1", "note": "by name"})
        assert answer.status_code == 302
        bill.refresh_from_db()
        assert bill.state == "paid"
        assert Act.objects.get().note == "by name"
        assert AuditEntry.objects.filter(action="payments.act-done", actor="kasir").exists()

    def test_a_reversal_is_shown_before_it_is_done(self, officer, bank):
        announced(bank, "A", 150_000)
        take(bank, told(150_000, "A"))
        held = reversed_by_the_bank(bank)
        paid = Payment.objects.get()
        assert f"?payment={paid.pk}" in officer.get(f"{BASE}{held.pk}/").content.decode()
        assert officer.get(f"{BASE}{held.pk}/reverse/?payment={paid.pk}").status_code == 200
        for nonsense in ("", "x", str(uuid4())):
            assert (
                officer.post(f"{BASE}{held.pk}/reverse/", {"payment": nonsense}).status_code == 302
            )
        paid.refresh_from_db()
        assert paid.state == "settled"
        officer.post(f"{BASE}{held.pk}/reverse/", {"payment": str(paid.pk)})
        paid.refresh_from_db()
        assert paid.state == "reversed"

    def test_a_write_off_needs_its_note(self, officer, bank):
        take(bank, told(5, "X"))
        held = Difference.objects.get()
        assert officer.post(f"{BASE}{held.pk}/write-off/", {"off-note": " "}).status_code == 422
        officer.post(f"{BASE}{held.pk}/write-off/", {"off-note": "too small"})
        assert Act.objects.get().note == "too small"

    def test_the_list_is_narrowed_by_age_payer_and_bank(self, officer, bank):
        today = timezone.now().date()
        for days in (0, 10, 45, 200):
            Difference.objects.create(
                city="makassar",
                region_code="73.71",
                bank=bank,
                kind="unknown",
                place="suspense/unknown",
                amount=1000 + days,
                remaining=1000 + days,
                day=today - timedelta(days=days),
            )
        ages = queries.ageing(queries.worklist("makassar"), today)
        assert [(age.count, age.amount) for age in ages] == [
            (1, 1000),
            (1, 1010),
            (1, 1045),
            (1, 1200),
        ]
        for age, count in (("0-7", 1), ("8-30", 1), ("91-", 1), ("nonsense", 4), ("", 4)):
            answer = officer.get(f"{BASE}?age={age}&format=csv")
            rows = b"".join(answer.streaming_content).decode().strip().splitlines()
            assert len(rows) == 1 + count, age
        assert officer.get(f"{BASE}?age=8-30&bank={bank.slug}&text=%00x").status_code == 200
        empty = officer.get(f"{BASE}?bank=nobody&format=csv")
        assert len(b"".join(empty.streaming_content).decode().strip().splitlines()) == 1

    def test_who_may_only_look_cannot_act(self, bank):
        take(bank, told(5, "X"))
        held = Difference.objects.get()
        for path in ("match/", "reverse/", "write-off/", "refund/", "keep/"):
            answer = Client().post(f"{BASE}{held.pk}/{path}", {"note": "x", "off-note": "x"})
            assert answer.status_code in (302, 403)
        assert not Act.objects.exists()


def test_a_request_keeps_its_number_for_all_time(bank):
    bill = announced(bank, "A", 150_000)
    assert Request.objects.get(bill=bill).state == "paid"
    assert ledger.check().holds
