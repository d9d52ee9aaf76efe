"""SNAP BI: signatures by the published example, timestamps, messages."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.payments.engine.snap import messages as snap
from balai.kernel.payments.engine.snap.signing import (
    AsymmetricVerifier,
    Signed,
    SymmetricVerifier,
    is_external_id,
    minify,
    read_timestamp,
    sign_asymmetric,
    sign_symmetric,
    sign_token_call,
    timestamp_of,
    token_call_holds,
    verifier,
)
from kernel.payments.conftest import rsa_pair

# The request body and digest that DOKU publishes for its SNAP signatures.
PUBLISHED = b"""{
   "partnerServiceId":"  088899",
   "customerNo":"12345678901234567890",
   "virtualAccountNo":"  08889912345678901234567890",
   "virtualAccountName":"Jokul Doe",
   "virtualAccountEmail":"jokul@email.com",
   "virtualAccountPhone":"6281828384858",
   "trxId":"abcdefgh1234",
   "totalAmount":{
      "value":"12345678.00",
      "currency":"IDR"
   }
}"""
PUBLISHED_DIGEST = "3274fab8dac896837b106a16da2a974e7e65142dcecb4b768ef0294102838977"
STAMP = "2026-11-23T10:00:00+08:00"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SIGNED = Signed("post", "/v1.0/transfer-va/payment", PUBLISHED, STAMP, "token-1")


def test_the_published_body_has_the_published_digest():
    assert hashlib.sha256(minify(PUBLISHED)).hexdigest() == PUBLISHED_DIGEST
    assert SIGNED.text() == f"POST:/v1.0/transfer-va/payment:token-1:{PUBLISHED_DIGEST}:{STAMP}"
    assert SIGNED.text_without_token() == (
        f"POST:/v1.0/transfer-va/payment:{PUBLISHED_DIGEST}:{STAMP}"
    )


def test_the_symmetric_signature_is_hmac_sha512_in_base64():
    expected = base64.b64encode(
        hmac.new(b"secret", SIGNED.text().encode(), hashlib.sha512).digest()
    ).decode()
    assert sign_symmetric(SIGNED, "secret") == expected
    assert SymmetricVerifier("secret")(SIGNED, expected)
    assert not SymmetricVerifier("other")(SIGNED, expected)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.sampled_from([None, 1, 4, "\t"]))
def test_minify_removes_white_space_between_tokens_alone(value, indent):
    for ascii_only in (True, False):
        loose = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
        tight = json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only)
        encoded = loose.encode("utf-8", "surrogatepass")
        assert minify(encoded) == tight.encode("utf-8", "surrogatepass")


def test_minify_keeps_the_order_of_keys_and_the_writing_of_numbers():
    assert minify(b'{ "b" : 1.00 , "a" : "x \\" y" }') == b'{"b":1.00,"a":"x \\" y"}'


@pytest.mark.parametrize("kind", ["hmac", "rsa"])
@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"path": "/x"},
        {"body": b"{}"},
        {"timestamp": "2026-11-23T10:00:01+08:00"},
    ],
)
def test_a_signature_holds_for_what_was_signed_alone(kind, change):
    private, public = rsa_pair()
    check = verifier(kind, secret="s", public_key=public)
    signature = sign_symmetric(SIGNED, "s") if kind == "hmac" else sign_asymmetric(SIGNED, private)
    told = {"method": "POST", "path": SIGNED.path, "body": PUBLISHED, "timestamp": STAMP}
    assert check(Signed(**told, token="token-1"), signature)
    assert not check(Signed(**{**told, **change}, token="token-1"), signature)
    for nonsense in ("", "é", "AAAA", signature[:-4] + "AAA="):
        assert not check(SIGNED, nonsense)


def test_a_token_call_is_signed_by_the_banks_key():
    private, public = rsa_pair()
    signature = sign_token_call("client", STAMP, private)
    assert token_call_holds("client", STAMP, signature, public)
    assert not token_call_holds("client2", STAMP, signature, public)
    assert not token_call_holds("client", STAMP, "!!!", public)
    assert not AsymmetricVerifier("no key")(SIGNED, signature)
    with pytest.raises(ValueError, match="verifier"):
        verifier("md5", secret="", public_key="")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026-11-23T10:00:00", "offset"),
        ("2026-11-23T10:16:00+08:00", "minutes"),
        ("2026-11-23T09:44:00+08:00", "minutes"),
        ("yesterday", "not a time"),
        ("0001-01-01T00:00:00+14:00", "minutes|age"),
        ("", "not a time"),
    ],
)
def test_a_timestamp_needs_its_zone_and_lies_near(text, problem):
    with pytest.raises(ValueError, match=problem):
        read_timestamp(text, now=NOW)


def test_a_timestamp_is_read_as_it_is_written():
    assert read_timestamp(timestamp_of(NOW), now=NOW + timedelta(minutes=15)) == NOW
    with pytest.raises(ValueError, match="zone"):
        timestamp_of(datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(
    ("text", "good"),
    [("1" * 36, True), ("1" * 37, False), ("", False), ("12a", False), ("٣", False)],
)
def test_an_external_id_is_up_to_36_digits(text, good):
    assert is_external_id(text) is good


PAYMENT = {
    "partnerServiceId": "   88088", "customerNo": "0000000001",
    "virtualAccountNo": "   880880000000001", "paymentRequestId": "r1",
    "paidAmount": {"value": "15000.00", "currency": "IDR"}, "trxDateTime": STAMP,
}  # fmt: skip


def test_a_va_payment_is_read():
    told = snap.read_va_payment(PAYMENT)
    assert (told.number, told.amount.value, told.paid_at) == ("880880000000001", 15000, NOW)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"customerNo": None}, "4002502", "customerNo"),
        ({"virtualAccountNo": "   880889"}, "4002501", "virtualAccountNo"),
        ({"partnerServiceId": 88088}, "4002501", "partnerServiceId"),
        ({"paidAmount": {"value": "1.50", "currency": "IDR"}}, "4002501", "paidAmount.value"),
        ({"paidAmount": {"value": "-1", "currency": "IDR"}}, "4002501", "paidAmount.value"),
        ({"paidAmount": {"value": "1"}}, "4002502", "currency"),
        ({"paidAmount": "1"}, "4002501", "paidAmount"),
        ({"trxDateTime": "2026-11-23"}, "4002501", "trxDateTime"),
        ({"paymentRequestId": "x" * 129}, "4002501", "paymentRequestId"),
        ({"paymentRequestId": "a\x00b"}, "4002501", "paymentRequestId"),
    ],
)
def test_a_bad_field_is_named_in_the_standards_words(change, code, field):
    with pytest.raises(snap.Refusal) as caught:
        snap.read_va_payment({**PAYMENT, **change})
    assert caught.value.code(snap.VA_PAYMENT) == code
    assert field in caught.value.message


@given(JSON)
def test_any_json_is_read_or_refused(value):
    for read in (snap.read_va_payment, snap.read_va_inquiry, snap.read_qr_payment):
        if isinstance(value, dict):
            with suppress(snap.Refusal):
                read(value)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"NaN", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_a_bad_request(body):
    with pytest.raises(snap.Refusal) as caught:
        snap.read_object(body)
    assert caught.value.status == 400
