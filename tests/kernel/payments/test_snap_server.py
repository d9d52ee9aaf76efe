"""The door banks knock at: tokens, signatures, one answer for each external id."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from balai.kernel import jobs
from balai.kernel.jobs import run_waiting
from balai.kernel.payments import queries
from balai.kernel.payments.actions import request_payment
from balai.kernel.payments.demo import new_keys
from balai.kernel.payments.engine.snap import messages as snap
from balai.kernel.payments.engine.snap.signing import Signed, sign_symmetric, timestamp_of
from balai.kernel.payments.models import (
    Bill,
    Difference,
    Notice,
    Payment,
    SnapAnswer,
    SnapToken,
)
from balai.kernel.payments.simulator.bank import Notice as Told
from balai.kernel.payments.simulator.carrier import in_process
from balai.kernel.payments.simulator.wire import (
    Wire,
    inquiry_call,
    notice_call,
    signed_call,
    token_call,
)
from balai.kernel.payments.snap_server import (
    TOKEN_SECONDS,
    TOKENS_OF_A_BANK,
    Call,
    answer,
)

from .conftest import NOW, PREFIX, bank_keys, make_bank, owe


@pytest.fixture
def keys(bank):
    return bank_keys(bank)


@pytest.fixture
def token(keys) -> str:
    reply = in_process(token_call(keys, NOW), NOW)
    assert (reply.status, reply.body["responseCode"]) == (200, "2007300")
    return reply.body["accessToken"]


@pytest.fixture
def number(bank) -> str:
    return request_payment(owe("A1", 50_000), "virtual_account", bank=bank, at=NOW).account


def told(number: str, amount: int = 50_000, **changes) -> Told:
    given = {
        "reference": "BANKREF1",
        "account": number,
        "channel": "virtual_account",
        "amount": amount,
        "paid_at": NOW,
        "due": NOW,
        **changes,
    }
    return Told(**given)


def payment(number, keys, token, external="1001", amount=50_000, **changes) -> Wire:
    return notice_call(
        told(number, amount, **changes),
        keys,
        token=token,
        external_id=external,
        now=NOW,
        prefix=PREFIX,
    )


def code(wire: Wire, now=NOW) -> str:
    return in_process(wire, now).body["responseCode"]


def test_an_inquiry_tells_what_is_owed_and_no_name(number, keys, token):
    wire = inquiry_call(number, keys, token=token, external_id="1", now=NOW, prefix=PREFIX)
    data = in_process(wire, NOW).body["virtualAccountData"]
    assert data["totalAmount"] == {"value": "50000.00", "currency": "IDR"}
    assert (data["inquiryStatus"], data["virtualAccountTrxType"]) == ("00", "C")


def test_a_payment_credits_the_bill_and_stands_in_clearing(bank, number, keys, token):
    assert code(payment(number, keys, token)) == "2002500"
    assert Bill.objects.get(reference="A1").state == "paid"
    lines = {line.place: line.ledger for line in queries.books(bank)}
    assert lines == {"clearing": 50_000}
    wire = inquiry_call(number, keys, token=token, external_id="2", now=NOW, prefix=PREFIX)
    assert code(wire) == "4042414"


def test_the_same_external_id_with_the_same_body_has_the_first_answer(number, keys, token):
    first = in_process(payment(number, keys, token), NOW)
    later = NOW + timedelta(minutes=5)
    again = notice_call(
        told(number), keys, token=token, external_id="1001", now=later, prefix=PREFIX
    )
    assert in_process(again, later) == first
    assert Payment.objects.count() == 1
    assert Notice.objects.count() == 1


def test_the_same_external_id_with_another_body_is_refused(number, keys, token):
    in_process(payment(number, keys, token), NOW)
    assert code(payment(number, keys, token, amount=50_001)) == "4092500"
    assert Payment.objects.get().amount == 50_000


def test_the_next_day_an_external_id_is_free_again(number, keys, token):
    in_process(payment(number, keys, token), NOW)
    later = NOW + timedelta(days=1)
    fresh = in_process(token_call(keys, later), later).body["accessToken"]
    wire = notice_call(
        told(number, reference="BANKREF1"),
        keys,
        token=fresh,
        external_id="1001",
        now=later,
        prefix=PREFIX,
    )
    assert code(wire, later) == "2002500"
    assert [n.outcome for n in Notice.objects.order_by("at")] == ["announced", "repeated"]
    assert Payment.objects.count() == 1


def test_a_refused_payment_keeps_its_answer_under_its_id(number, keys, token):
    wire = payment(number, keys, token, amount=49_000)
    assert code(wire) == code(wire) == "4042513"


@pytest.mark.parametrize(
    ("amount", "answered"), [(49_999, "4042513"), (50_001, "4042513"), (50_000, "2002500")]
)
def test_a_closed_number_takes_its_exact_amount(number, keys, token, amount, answered):
    assert code(payment(number, keys, token, amount=amount)) == answered


def test_a_number_that_was_never_given_out_is_unknown(keys, token):
    assert code(payment(f"{PREFIX}0000999999", keys, token)) == "4042512"


def test_an_expired_number_is_refused(bank, keys):
    number = request_payment(owe("E1", 50_000), "virtual_account", bank=bank, at=NOW).account
    later = NOW + timedelta(days=31)
    fresh = in_process(token_call(keys, later), later).body["accessToken"]
    wire = notice_call(told(number), keys, token=fresh, external_id="5", now=later, prefix=PREFIX)
    assert code(wire, later) == "4042519"


def test_two_amounts_for_one_reference_are_listed(number, keys, token):
    in_process(payment(number, keys, token), NOW)
    assert code(payment(number, keys, token, external="1002", amount=60_000)) == "4042518"
    assert Difference.objects.get().kind == "notice-contradicts"


def test_a_wrong_signature_moves_nothing_and_is_listed(number, keys, token):
    assert code(payment(number, keys, token, is_signed_well=False)) == "4012500"
    assert not Payment.objects.exists()
    assert Difference.objects.get().kind == "notice-refused"


def test_a_failed_qris_payment_moves_nothing(bank, keys, token):
    asked = request_payment(owe("Q1"), "qris", bank=bank, at=NOW)
    body = {
        "originalReferenceNo": "X",
        "originalPartnerReferenceNo": asked.account,
        "latestTransactionStatus": "06",
        "amount": snap.money(150_000),
    }
    wire = signed_call(snap.QR_NOTIFY, body, keys, token=token, external_id="7", now=NOW)
    assert code(wire) == "2005200"
    assert not Payment.objects.exists()


def test_a_bank_that_signs_by_rsa_needs_no_token(bank):
    other = make_bank("rsa", "bank-kedua")
    asked = request_payment(owe("R1", 20_000), "qris", bank=other, at=NOW)
    notice = told(asked.account, 20_000, channel="qris")
    wire = notice_call(notice, bank_keys(other), token="", external_id="8", now=NOW, prefix="")
    assert code(wire) == "2005200"
    assert Bill.objects.get(reference="R1").state == "paid"


@pytest.mark.parametrize(
    ("header", "value", "answered"),
    [
        ("authorization", "Bearer nonsense", "4012501"),
        ("authorization", "", "4012501"),
        ("x-signature", "AAAA", "4012500"),
        ("x-signature", "é", "4012500"),
        ("x-signature", "", "4002502"),
        ("x-timestamp", "", "4002502"),
        ("x-timestamp", "2026-11-23", "4002501"),
        ("x-timestamp", "2020-11-23T10:00:00+08:00", "4002501"),
        ("x-external-id", "12a", "4002501"),
        ("x-external-id", "1" * 37, "4002501"),
    ],
)
def test_a_bad_header_is_answered_in_the_standards_words(
    number, keys, token, header, value, answered
):
    wire = payment(number, keys, token)
    headers = {**wire.headers, header: value}
    if header == "authorization" and not value:
        headers["x-partner-id"] = "nobody"
    reply = answer(Call(wire.service, "POST", wire.path, headers, wire.body), now=NOW)
    assert reply.body["responseCode"] == answered
    assert not Payment.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"grantType":"password"}', b"\xff"])
def test_a_token_is_given_for_a_good_request_alone(keys, body):
    wire = token_call(keys, NOW)
    reply = answer(Call(wire.service, "POST", wire.path, wire.headers, body), now=NOW)
    assert reply.status == 400


def test_a_token_expires(number, keys, token):
    later = NOW + timedelta(minutes=16)
    wire = notice_call(told(number), keys, token=token, external_id="9", now=later, prefix=PREFIX)
    assert code(wire, later) == "4012501"


def test_the_addresses_answer_over_http(bank, keys, monkeypatch):
    now = timezone.now()
    number = request_payment(owe("H1", 50_000), "virtual_account", bank=bank).account
    client = Client()

    def send(wire: Wire):
        headers = {name: value for name, value in wire.headers.items() if name != "content-type"}
        return client.post(wire.path, wire.body, content_type="application/json", headers=headers)

    token = send(token_call(keys, now)).json()["accessToken"]
    wire = notice_call(told(number), keys, token=token, external_id="1", now=now, prefix=PREFIX)
    assert send(wire).json()["responseCode"] == "2002500"
    assert Bill.objects.get(reference="H1").state == "paid"
    bare = client.post(wire.path, b"{}", content_type="application/json")
    assert bare.status_code == 400, bare.content
    assert json.loads(bare.content)["responseCode"] == "4002502"


def test_notices_of_strangers_are_kept_up_to_a_limit_and_refused_all_the_same(bank):
    other = make_bank("rsa", "bank-kedua")
    stranger = replace(bank_keys(other), private_key=new_keys()[0])
    wires = [
        notice_call(told("X", channel="qris", reference=f"R{n}"), stranger, token="", now=NOW,
                    external_id=str(n), prefix="")
        for n in range(65)
    ]  # fmt: skip
    assert {code(wire) for wire in wires} == {"4015200"}
    assert Notice.objects.count() == Difference.objects.count() == 60
    true = request_payment(owe("R1", 50_000), "qris", bank=other, at=NOW).account
    honest = notice_call(told(true, channel="qris"), bank_keys(other), token="", now=NOW,
                         external_id="9", prefix="")  # fmt: skip
    assert code(honest) == "2005200"


def test_tokens_of_a_bank_are_bounded_and_the_newest_hold(bank, keys, number):
    tokens = [
        in_process(token_call(keys, at), at).body["accessToken"]
        for at in (NOW + timedelta(seconds=n) for n in range(TOKENS_OF_A_BANK + 3))
    ]
    assert SnapToken.objects.count() == TOKENS_OF_A_BANK
    assert code(payment(number, keys, tokens[0])) == "4012501"
    assert code(payment(number, keys, tokens[-1])) == "2002500"


def test_a_token_is_good_until_it_ends_and_not_after(number, keys, token):
    end = NOW + timedelta(seconds=TOKEN_SECONDS)
    for at, answered in ((end, "4012401"), (end - timedelta(seconds=1), "2002400")):
        wire = inquiry_call(number, keys, token=token, external_id="1", now=at, prefix=PREFIX)
        assert code(wire, at) == answered


def test_a_token_serves_its_own_bank_alone(number, keys, token):
    other = make_bank("hmac", "bank-kedua")
    theirs = replace(bank_keys(other), client_secret="another")
    assert code(payment(number, theirs, token)) == "4012500"
    assert code(payment(number, replace(keys, partner_id="nobody"), token)) == "4012500"
    assert not Payment.objects.exists()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_schemes_capitals_do_not_matter(number, keys, token, scheme):
    wire = payment(number, keys, token)
    headers = {**wire.headers, "authorization": f"{scheme} {token}"}
    reply = answer(Call(wire.service, "POST", wire.path, headers, wire.body), now=NOW)
    assert reply.status == 200


@pytest.mark.parametrize(
    ("minutes", "answered"), [(15, "2002500"), (-15, "2002500"), (16, "4002501"), (-16, "4002501")]
)
def test_a_clock_may_be_a_quarter_of_an_hour_off(number, keys, minutes, answered):
    at = NOW + timedelta(minutes=minutes)
    fresh = in_process(token_call(keys, NOW), NOW).body["accessToken"]
    wire = notice_call(told(number), keys, token=fresh, external_id="1", now=at, prefix=PREFIX)
    SnapToken.objects.update(expires_at=NOW + timedelta(days=1))
    assert code(wire, NOW) == answered


def test_a_call_caught_and_sent_again_after_midnight_moves_nothing_twice(number, keys):
    late = datetime(2026, 11, 23, 23, 58, tzinfo=ZoneInfo("Asia/Makassar"))
    fresh = in_process(token_call(keys, late), late).body["accessToken"]
    wire = notice_call(told(number), keys, token=fresh, external_id="1", now=late, prefix=PREFIX)
    for minutes in (0, 4, 4):
        assert code(wire, late + timedelta(minutes=minutes)) == "2002500"
    assert Payment.objects.count() == 1
    assert Bill.objects.get().paid == 50_000
    assert code(wire, late + timedelta(minutes=16)) in ("4002501", "4012501")


def test_white_space_makes_no_other_body_and_the_order_of_keys_does(number, keys, token):
    first = payment(number, keys, token)
    told_body = json.loads(first.body)
    tight = json.dumps(told_body, separators=(",", ":")).encode()
    turned = json.dumps(dict(reversed(told_body.items()))).encode()
    answers = []
    for body in (first.body, tight, turned):
        signed = Signed("POST", first.path, body, first.headers["x-timestamp"], token)
        headers = {**first.headers, "x-signature": sign_symmetric(signed, keys.client_secret)}
        reply = answer(Call(first.service, "POST", first.path, headers, body), now=NOW)
        answers.append(reply.body["responseCode"])
    assert answers == ["2002500", "2002500", "4092500"]


@pytest.mark.parametrize("change", ["body", "path", "method", "timestamp", "token"])
@pytest.mark.parametrize("signing", ["hmac", "rsa"])
def test_whatever_is_changed_under_a_signature_is_refused(bank, signing, change):
    own = make_bank(signing, f"bank-{signing}")
    keys = bank_keys(own)
    first, second = (
        in_process(token_call(keys, NOW), NOW).body["accessToken"] for _ in range(2)
    )  # fmt: skip
    asked = request_payment(owe("T1", 20_000), "qris", bank=own, at=NOW).account
    wire = notice_call(told(asked, 20_000, channel="qris"), keys, token=first, external_id="8",
                       now=NOW, prefix="")  # fmt: skip
    body, path, method, headers = wire.body, wire.path, "POST", dict(wire.headers)
    if change == "body":
        body = body.replace(b"20000.00", b"20001.00")
    elif change == "path":
        path += "?x=1"
    elif change == "method":
        method = "PUT"
    elif change == "timestamp":
        headers["x-timestamp"] = timestamp_of(NOW + timedelta(seconds=1))
    else:
        headers["authorization"] = f"Bearer {second}"
    reply = answer(Call(wire.service, method, path, headers, body), now=NOW)
    # A signature by RSA covers no token: another good one of the bank serves.
    serves = change == "token" and signing == "rsa"
    assert reply.body["responseCode"] == ("2005200" if serves else "4015200")
    assert Payment.objects.exists() == serves


def test_what_has_served_its_time_is_swept_away(number, keys, token):
    in_process(payment(number, keys, token), NOW)
    assert SnapAnswer.objects.count() == SnapToken.objects.count() == 1
    SnapAnswer.objects.update(at=timezone.now() - timedelta(days=32))
    SnapToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    jobs.start("payments.sweep")
    run_waiting()
    assert SnapAnswer.objects.count() == SnapToken.objects.count() == 0
    assert Payment.objects.count() == 1
