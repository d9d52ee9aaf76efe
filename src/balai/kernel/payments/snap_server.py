"""The side of SNAP BI that banks call: judged, answered once for each X-EXTERNAL-ID, kept.

Every answer is in the standard's own shape; bad input is answered 4xx, never an error of ours.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from balai.kernel.access import throttle
from balai.kernel.events.actions import local_day
from balai.kernel.keys import open_sealed
from balai.kernel.payments import queries
from balai.kernel.payments.actions.receive import announce_payment, refuse_notice
from balai.kernel.payments.engine.snap import messages as snap
from balai.kernel.payments.engine.snap.messages import Refusal
from balai.kernel.payments.engine.snap.signing import (
    Signed,
    is_external_id,
    minify,
    read_timestamp,
    token_call_holds,
    verifier,
)
from balai.kernel.payments.models import Bank, Bill, Notice, Payment, Request, SnapAnswer, SnapToken
from balai.kernel.payments.payable import Announcement
from balai.kernel.problems import ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import rows_of

TOKEN_SECONDS = 900
MOST_BYTES = 64 * 1024
MOST_TOKEN, MOST_SIGNATURE = 2048, 4096
TOKENS_OF_A_BANK = 50
"""Tokens that may be good at once: of more the oldest end."""
DISBELIEVED = "60/h"
"""Notices with a wrong signature that are kept for each bank."""
PAYMENTS = frozenset({snap.VA_PAYMENT, snap.QR_NOTIFY})


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it came: header names in lower case, the body untouched."""

    service: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """A header, empty where it is absent."""
        return self.headers.get(name.lower(), "")


@dataclass(frozen=True, slots=True)
class Reply:
    """The HTTP status and the JSON object of an answer."""

    status: int
    body: dict[str, Any]


def answer(call: Call, *, now: datetime | None = None) -> Reply:
    """Answer a bank's call. What it effects and the answer are kept in one transaction."""
    moment = now or timezone.now()
    try:
        if len(call.body) > MOST_BYTES:
            raise snap.bad_request("The body is too large")
        if call.service == snap.TOKEN:
            return Reply(200, _token(call, moment))
        bank = _caller(call, moment)
        return _once(bank, call, moment)
    except Refusal as refusal:
        return _refused(call, refusal)


def _token(call: Call, now: datetime) -> dict[str, Any]:
    client_key = call.header("X-CLIENT-KEY")
    if not client_key:
        raise snap.missing("X-CLIENT-KEY")
    stamp = _timestamp(call, now)
    bank = queries.bank_by_key(client_key)
    if bank is None:
        raise snap.unauthorized("Unknown Client")
    signature = call.header("X-SIGNATURE")
    if not signature:
        raise snap.missing("X-SIGNATURE")
    if not token_call_holds(client_key, stamp, signature, bank.public_key):
        raise snap.unauthorized("Signature")
    if snap.read_object(call.body).get("grantType") != "client_credentials":
        raise snap.bad_format("grantType")
    token = secrets.token_urlsafe(32)
    SnapToken.objects.filter(bank=bank, expires_at__lt=now).delete()
    SnapToken.objects.create(digest=_digest(token), bank=bank,
                             expires_at=now + timedelta(seconds=TOKEN_SECONDS))  # fmt: skip
    newest = SnapToken.objects.filter(bank=bank).order_by("-expires_at")
    older = newest.values_list("pk", flat=True)[TOKENS_OF_A_BANK:]
    SnapToken.objects.filter(pk__in=list(older)).delete()
    return snap.success(snap.TOKEN, accessToken=token, tokenType="Bearer",
                        expiresIn=str(TOKEN_SECONDS))  # fmt: skip


def _caller(call: Call, now: datetime) -> Bank:
    token = _bearer(call.header("Authorization"))
    stamp = _timestamp(call, now)
    signature = call.header("X-SIGNATURE")
    if not signature:
        raise snap.missing("X-SIGNATURE")
    if len(token) > MOST_TOKEN or len(signature) > MOST_SIGNATURE:
        raise snap.unauthorized("Signature")
    signed = Signed(call.method, call.path, call.body, stamp, token)
    bank = _bank(call, token, now)
    if call.header("X-PARTNER-ID") not in ("", bank.partner_id):
        raise snap.unauthorized("Unknown Partner")
    check = verifier(bank.signing, secret=secret_of(bank), public_key=bank.public_key)
    if not check(signed, signature):
        _keep_disbelieved(bank, call, now)
        raise snap.unauthorized("Signature")
    if not is_external_id(call.header("X-EXTERNAL-ID")):
        raise snap.bad_format("X-EXTERNAL-ID")
    return bank


def _bearer(header: str) -> str:
    """The token of an Authorization header (RFC 6750); the scheme's capitals do not matter."""
    scheme, _, token = header.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else header.strip()


def _bank(call: Call, token: str, now: datetime) -> Bank:
    """The bank by its token, or by its partner ID where it signs without one."""
    if token:
        found = SnapToken.objects.select_related("bank").filter(
            digest=_digest(token), expires_at__gt=now, bank__is_open=True
        ).first()  # fmt: skip
        if found is not None:
            return found.bank
        raise snap.bad_token()
    partner = call.header("X-PARTNER-ID")
    bank = Bank.objects.filter(partner_id=partner, signing="rsa", is_open=True).first()
    if not partner or bank is None:
        raise snap.bad_token()
    return bank


def _once(bank: Bank, call: Call, now: datetime) -> Reply:
    external_id = call.header("X-EXTERNAL-ID")
    digest = hashlib.sha256(call.service.encode() + minify(call.body)).digest()
    day = _day(bank, now)
    with rows_of(bank.region_code):
        # A second call with the id waits here until the first has committed its answer.
        SnapAnswer.objects.bulk_create(
            [SnapAnswer(region_code=bank.region_code, bank=bank, day=day,
                        external_id=external_id, digest=digest)],
            ignore_conflicts=True,
        )  # fmt: skip
        kept = SnapAnswer.objects.select_for_update().get(
            bank=bank, day=day, external_id=external_id
        )
        if bytes(kept.digest) != digest:
            raise snap.conflict()
        if kept.status is None:
            reply = _handled(bank, call, now)
            kept.status, kept.body = reply.status, reply.body
            kept.save(update_fields=["status", "body"])
        assert kept.status is not None
        assert kept.body is not None
        return Reply(kept.status, kept.body)


def _handled(bank: Bank, call: Call, now: datetime) -> Reply:
    try:
        with transaction.atomic():
            body = HANDLERS[call.service](bank, call, now)
            return Reply(int(body["responseCode"][:3]), body)
    except Refusal as refusal:
        return _refused(call, refusal)
    except ProblemError as problem:
        return _refused(call, snap.bad_request(problem.lines()[0][:100]))


def _inquiry(bank: Bank, call: Call, now: datetime) -> dict[str, Any]:
    asked = snap.read_va_inquiry(snap.read_object(call.body))
    request = _payable(bank, asked.number, now)
    return snap.success(snap.VA_INQUIRY, virtualAccountData={
        "inquiryStatus": "00",
        "inquiryReason": {"english": "Success", "indonesia": "Sukses"},
        **_account(asked.partner_service_id, asked.customer_no, request),
        "inquiryRequestId": asked.inquiry_id,
        "totalAmount": snap.money(request.bill.due, bank.currency),
        "virtualAccountTrxType": "I" if request.bill.takes_parts else "C",
    })  # fmt: skip


def _va_payment(bank: Bank, call: Call, now: datetime) -> dict[str, Any]:
    told = snap.read_va_payment(snap.read_object(call.body))
    known = Payment.objects.filter(bank=bank, reference=told.reference).first()
    if known is None:
        request = _payable(bank, told.number, now)
        if told.amount.value > request.bill.due or (
            told.amount.value < request.bill.due and not request.bill.takes_parts
        ):
            raise snap.bad_amount()
    else:
        found = queries.request_by_account(bank, told.number)
        if found is None or found.account != known.account:
            raise _inconsistent()
        request = found
    notice = announce_payment(
        bank, Announcement(
            reference=told.reference, account=told.number, amount=told.amount.value,
            currency=told.amount.currency, paid_at=told.paid_at, method="virtual_account",
            generated=request.generated,
        ), service=snap.VA_PAYMENT, external_id=call.header("X-EXTERNAL-ID"), at=now,
    )  # fmt: skip
    if notice.outcome == "contradicted":
        return _contradiction(snap.VA_PAYMENT)
    return snap.success(snap.VA_PAYMENT, virtualAccountData={
        **_account(told.partner_service_id, told.customer_no, request),
        "paymentRequestId": told.reference,
        "paidAmount": snap.money(told.amount.value, told.amount.currency),
        "paymentFlagStatus": "00",
        "paymentFlagReason": {"english": "Success", "indonesia": "Sukses"},
    })  # fmt: skip


def _qr_notify(bank: Bank, call: Call, now: datetime) -> dict[str, Any]:
    told = snap.read_qr_payment(snap.read_object(call.body))
    if not told.is_paid:
        Notice.objects.create(
            city=bank.city, region_code=bank.region_code, bank=bank, service=snap.QR_NOTIFY,
            external_id=call.header("X-EXTERNAL-ID"), reference=told.reference,
            account=told.ours, amount=told.amount.value, outcome="not-paid",
            detail=f"status {told.status}", at=now,
        )  # fmt: skip
        return snap.success(snap.QR_NOTIFY)
    request = queries.request_by_account(bank, told.ours)
    notice = announce_payment(
        bank, Announcement(
            reference=told.reference, account=told.ours, amount=told.amount.value,
            currency=told.amount.currency, paid_at=told.paid_at or now,
            method="card" if request and request.method == "card" else "qris",
            generated=bool(request and request.generated),
        ), service=snap.QR_NOTIFY, external_id=call.header("X-EXTERNAL-ID"), at=now,
    )  # fmt: skip
    if notice.outcome == "contradicted":
        return _contradiction(snap.QR_NOTIFY)
    return snap.success(snap.QR_NOTIFY)


HANDLERS = {
    snap.VA_INQUIRY: _inquiry,
    snap.VA_PAYMENT: _va_payment,
    snap.QR_NOTIFY: _qr_notify,
}


def secret_of(bank: Bank) -> str:
    """The client secret we share with the bank."""
    return open_sealed("payments.client-secret", bytes(bank.client_secret), about=bank.client_key)


def private_key_of(bank: Bank) -> str:
    """Our private key (PEM) towards the bank."""
    return open_sealed("payments.private-key", bytes(bank.private_key), about=bank.client_key)


def _payable(bank: Bank, number: str, now: datetime) -> Request:
    request = queries.request_by_account(bank, number)
    if request is None or request.method != "virtual_account":
        raise snap.unknown_number()
    bill = request.bill
    if bill.due <= 0 or request.state == Request.State.PAID:
        raise snap.paid_already()
    if bill.state == Bill.State.CANCELLED or request.state == Request.State.CANCELLED:
        raise snap.unknown_number()
    if request.expires_at < now:
        raise snap.expired()
    return request


def _account(service: str, customer: str, request: Request) -> dict[str, str]:
    purpose = request.bill.purpose.get("id", "")
    return {
        "partnerServiceId": f"{service:>8}",
        "customerNo": customer,
        "virtualAccountNo": f"{service:>8}{customer}",
        "virtualAccountName": f"{purpose} {request.bill.reference}"[:255],
    }


def _contradiction(service: str) -> dict[str, Any]:
    # Not raised: the notice that says so must stay.
    return {"responseCode": f"404{service}18", "responseMessage": "Inconsistent Request"}


def _inconsistent() -> Refusal:
    return Refusal(404, "18", "Inconsistent Request")


def _keep_disbelieved(bank: Bank, call: Call, now: datetime) -> None:
    if call.service not in PAYMENTS:
        return
    told: dict[str, Any] = {}
    try:
        body = snap.read_object(call.body)
        if call.service == snap.VA_PAYMENT:
            va = snap.read_va_payment(body)
            told = {"reference": va.reference, "account": va.number, "amount": va.amount.value}
        else:
            qr = snap.read_qr_payment(body)
            told = {"reference": qr.reference, "account": qr.ours, "amount": qr.amount.value}
    except Refusal:
        told = {}
    try:
        throttle.spend("payments.disbelieved", DISBELIEVED, str(bank.pk))
    except throttle.ThrottledError:
        # Whoever knows a partner ID could fill the worklist. It is answered 401 all the same.
        return
    with rows_of(bank.region_code):
        refuse_notice(bank, service=call.service, at=now,
                      external_id=call.header("X-EXTERNAL-ID")[:36],
                      detail="The signature is wrong", **told)  # fmt: skip


def _timestamp(call: Call, now: datetime) -> str:
    stamp = call.header("X-TIMESTAMP")
    if not stamp:
        raise snap.missing("X-TIMESTAMP")
    try:
        read_timestamp(stamp, now=now)
    except ValueError:
        raise snap.bad_format("X-TIMESTAMP") from None
    return stamp


def _refused(call: Call, refusal: Refusal) -> Reply:
    body = {"responseCode": refusal.code(call.service), "responseMessage": refusal.message}
    return Reply(refusal.status, body)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _day(bank: Bank, at: datetime) -> date:
    return local_day(at, city_by_slug(bank.city).zone)
