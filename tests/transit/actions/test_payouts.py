"""Payouts booked from the bank's camt.053: paid once, come back, and always with the ledger."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

from balai.kernel import keys
from balai.kernel.access.actions import grant_role
from balai.kernel.ledger import queries as ledger
from balai.kernel.ledger.verification import check
from balai.kernel.payments.engine import camt053
from balai.kernel.problems import ConflictError, ProblemError
from balai.transit.actions.settlement import payments
from balai.transit.actions.settlement.bank_accounts import approve_account, enter_account
from balai.transit.actions.settlement.books import (
    payable_account,
    treasury_account,
)
from balai.transit.actions.settlement.operators import link_account
from balai.transit.actions.settlement.payouts import pay, read_bank_statement, take_back
from balai.transit.models import Operator, Payout, Statement
from balai.transit.queries.settlement.days import owed
from balai.transit.queries.settlement.payouts import to_pay
from transit.actions.paying import NEXT, ONE, OTHER, PAYER, entry, owe_two, released, statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def owing(jakarta, settings, tmp_path):
    settings.KEYS_ROOT = tmp_path
    keys.make_master()
    owe_two()


def read(*entries, **more):
    return read_bank_statement("jakarta", statement(*entries, **more), by=ONE)


def payable(code):
    return ledger.balance(payable_account("jakarta", code)).amount


def assert_books_agree():
    for operator in Operator.objects.all():
        assert owed(operator) == payable(operator.code)
    assert check().holds


def test_a_debit_pays_its_payout_and_the_ledger_once(owing):
    batch = released()
    first, second = Payout.objects.order_by("reference")
    fee = camt053.Entry(number="9", amount=-5000, reference="FEE", booked=NEXT)
    done = read(entry(first), fee)
    assert [each.reference for each in done.paid] == [first.reference]
    assert (done.returned, done.repeated, done.faults) == ([], 0, [])
    assert (payable("kop-a"), payable("kop-b")) == (0, 450_000)
    batch.refresh_from_db()
    assert batch.state == "released"
    again = read(entry(first), entry(second, 2))
    assert (len(again.paid), again.repeated) == (1, 1)
    assert ledger.balance(treasury_account("jakarta")).amount == 1_150_000
    batch.refresh_from_db()
    assert (batch.state, batch.booked_on) == ("booked", NEXT)
    assert set(Statement.objects.values_list("state", flat=True)) == {"paid"}
    before = ledger.trial_balance("jakarta/transit").totals
    assert read(entry(first), entry(second, 2)).repeated == 2
    assert ledger.trial_balance("jakarta/transit").totals == before
    assert_books_agree()


@pytest.mark.parametrize("where", ["reference", "remittance"])
def test_a_payout_is_known_by_the_banks_reference_or_text_too(owing, where):
    released()
    payout = Payout.objects.first()
    told = entry(payout, end_to_end="", **{
        where: payout.reference if where == "reference" else f"OUT/{payout.reference} KM"
    })  # fmt: skip
    assert read(told).paid == [payout]


def test_a_returned_payout_reopens_and_is_paid_by_the_next_file(owing):
    released()
    first, second = Payout.objects.order_by("reference")
    read(entry(first), entry(second, 2))
    back = entry(first, 3, sign=1, reversal=True, remittance="Account closed")
    assert read(back).returned == [first]
    first.refresh_from_db()
    assert (first.state, first.reason, first.returned_on) == ("returned", "Account closed", NEXT)
    assert (payable("kop-a"), payable("kop-b")) == (700_000, 0)
    assert_books_agree()
    assert read(entry(first), entry(second, 2), back).repeated == 3, "the old files again"
    assert payable("kop-a") == 700_000
    assert [(each.operator.code, each.amount) for each in to_pay("jakarta")] == [("kop-a", 700_000)]
    batch = released()
    again = batch.payouts.get()
    assert again.reference not in (first.reference, second.reference)
    assert read(entry(again, 4)).paid == [again]
    assert payable("kop-a") == 0
    assert_books_agree()


def test_a_debit_and_its_return_on_one_statement_leave_it_owed(owing):
    released()
    payout = Payout.objects.get(operator__code="kop-a")
    done = read(entry(payout, 1, sign=1), entry(payout, 2))
    assert (len(done.paid), len(done.returned), done.faults) == (1, 1, [])
    assert payable("kop-a") == 700_000
    assert_books_agree()


@pytest.mark.parametrize(
    ("change", "more", "word"),
    [
        ({"amount": -699_999}, {}, "amount"),
        ({}, {"account": "5550001"}, "account"),
        ({}, {"currency": "USD"}, "currency"),
    ],
)
def test_an_entry_that_does_not_fit_is_remarked_and_keeps_no_other_out(owing, change, more, word):
    released()
    first, second = Payout.objects.order_by("reference")
    done = read(replace(entry(first), **change), entry(second, 2), **more)
    faults = [fault for fault in done.faults if fault.field == first.reference]
    assert len(faults) == 1
    assert word in faults[0].problem
    assert faults[0].remedy
    first.refresh_from_db()
    assert first.state == "open"
    assert word in first.remark
    assert payable("kop-a") == 700_000
    assert len(done.paid) == (0 if more else 1)


def test_a_second_debit_is_remarked_not_posted(owing):
    released()
    payout = Payout.objects.get(operator__code="kop-a")
    read(entry(payout))
    done = read(entry(payout, 7))
    assert "second time" in done.faults[0].problem
    assert payable("kop-a") == 0
    assert_books_agree()


def test_a_payout_booked_by_hand_is_known_when_the_statement_comes(owing):
    released()
    payout = Payout.objects.get(operator__code="kop-a")
    pay(payout, on=NEXT, bank_reference="slip 7", by=ONE)
    assert read(entry(payout)).repeated == 1
    assert "second time" in read(entry(payout, 8)).faults[0].problem
    with pytest.raises(ConflictError):
        pay(payout, on=NEXT, bank_reference="slip 8", by=ONE)


def test_money_for_a_payout_that_was_given_up_is_never_taken_for_granted(owing):
    released()
    payout = Payout.objects.get(operator__code="kop-a")
    with pytest.raises(ProblemError):
        take_back(payout, on=NEXT, reason=" ", by=ONE)
    take_back(payout, on=NEXT, reason="Refused at the counter", by=ONE)
    assert_books_agree()
    assert "given up" in read(entry(payout)).faults[0].problem
    with pytest.raises(ConflictError):
        take_back(payout, on=NEXT, reason="again", by=ONE)


def test_a_file_of_which_the_bank_booked_a_part_is_not_withdrawn(owing):
    batch = released()
    read(entry(Payout.objects.first()))
    with pytest.raises(ConflictError):
        payments.withdraw_batch(batch, reason="x", by=ONE)


def test_no_file_pays_an_operator_without_an_approved_account(owing):
    other = Operator.objects.get(code="kop-b")
    other.bank_accounts.update(state="refused")
    made = enter_account(other, bank="BDINIDJA", account="77778888", holder="B", by=ONE)
    with pytest.raises(ProblemError) as refused:
        released()
    [fault] = refused.value.faults
    assert (fault.value, "waits for another officer" in fault.problem) == (other.name, True)
    batch = released(without=True)
    assert [each.operator.code for each in batch.payouts.all()] == ["kop-a"]
    approve_account(made, number="77778888", by=OTHER)
    assert "77778888" in payments.bank_list(released())


def test_a_file_whose_account_was_replaced_is_not_released(owing):
    batch = payments.make_batch("jakarta", execution=NEXT, bank="BDINIDJA", account=PAYER, by=ONE)
    own = Operator.objects.get(code="kop-a")
    approve_account(enter_account(own, bank="BDINIDJA", account="4444", holder="A", by=ONE),
                    number="4444", by=OTHER)  # fmt: skip
    with pytest.raises(ProblemError, match="released") as refused:
        payments.release(batch, by=OTHER)
    assert refused.value.faults[0].value == own.name
    payments.withdraw_batch(batch, reason="new account", by=ONE)
    assert set(Payout.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert "4444" in payments.bank_list(released())


def test_a_statement_that_the_payments_desk_takes_in_books_payouts_too(owing):
    from balai.kernel.payments.actions.banks import Keys, add_bank
    from balai.kernel.payments.actions.statements import take_statement

    released()
    payout = Payout.objects.get(operator__code="kop-a")
    bank = add_bank("jakarta", "payer", name="Bank", account_number=PAYER, account_holder="City",
                    signing="hmac", partner_id="p",
                    keys=Keys(client_key="c", client_secret="s", private_key="", public_key=""),
                    )  # fmt: skip
    take_statement(bank, statement(entry(payout)), by="desk")
    payout.refresh_from_db()
    assert (payout.state, payout.paid_by) == ("paid", "desk")
    assert read(entry(payout)).repeated == 1
    assert payable("kop-a") == 0


def officer(client):
    user = get_user_model().objects.create_user("u-settle", password="a long password 3")
    grant_role(user, "transit.settlement-officer", origin=ONE, place="jakarta")
    client.force_login(user)
    return client


def test_the_page_reads_the_statement_and_shows_each_state(owing, client):
    released()
    first, second = Payout.objects.order_by("reference")
    desk, page = officer(client), "/jakarta/transit/officer/payments/payouts/"
    told = statement(entry(first), replace(entry(second, 2), amount=-1))
    answer = desk.post(page, {"file": SimpleUploadedFile("s.xml", told)},
                       headers={"accept-language": "en"})  # fmt: skip
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f"<b>{second.reference}</b>" in text
    assert desk.post(page, {"file": SimpleUploadedFile("s.xml", b"<no")}).status_code == 422
    assert first.reference in desk.get(page, {"state": "paid"}).content.decode()
    assert first.reference not in desk.get(page, {"state": "odd"}).content.decode()
    assert first.reference in b"".join(desk.get(page, {"format": "csv"})).decode()
    one = f"{page}{first.reference}/"
    back = {"act": "back", "back-on": "2026-11-22", "back-reason": "Closed"}
    assert "Closed" in desk.post(one, back, follow=True).content.decode()
    first.refresh_from_db()
    assert first.state == "returned"
    assert desk.get("/jakarta/transit/officer/payments/").status_code == 200
    assert desk.get(f"{page}TRANSIT-31-000009-001/").status_code == 404


def test_an_operator_sees_where_it_is_paid_and_what_came_back(owing, client):
    released()
    payout = Payout.objects.get(operator__code="kop-a")
    read(entry(payout), entry(payout, 2, sign=1, remittance="Account closed"))
    user = get_user_model().objects.create_user("kop", password="a long password 3")
    grant_role(user, "transit.operator", origin=ONE, place="jakarta")
    link_account(payout.operator, "kop")
    client.force_login(user)
    text = client.get("/jakarta/transit/operator/").content.decode()
    assert "BDINIDJA …6780" in text
    assert "Account closed" in text
    assert Payout.objects.get(operator__code="kop-b").reference not in text


def test_the_api_reads_the_statement_once_a_key(owing, client):
    released()
    first = Payout.objects.first()
    desk, there = officer(client), "/api/v1/transit/jakarta/payouts"
    told = statement(entry(first))
    for _ in range(2):
        answer = desk.post(f"{there}/bank-statement", told, content_type="application/xml",
                           headers={"idempotency-key": "a"})  # fmt: skip
        assert answer.json()["paid"] == [first.reference]
    bad = desk.post(f"{there}/bank-statement", b"no", content_type="application/xml",
                    headers={"idempotency-key": "b"})  # fmt: skip
    assert (bad.status_code, bad["content-type"]) == (422, "application/problem+json")
    assert [row["reference"] for row in desk.get(there, {"state": "paid"}).json()] == [
        first.reference
    ]
    back = desk.post(f"{there}/{first.reference}/return", {"on": "2026-11-22", "reason": "Closed"},
                     content_type="application/json",
                     headers={"idempotency-key": "c"})  # fmt: skip
    assert back.json()["state"] == "returned"
