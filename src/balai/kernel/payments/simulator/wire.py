"""What the simulated bank sends over the wire: SNAP bodies, headers and signatures. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from balai.kernel.payments.engine.snap import messages as snap
from balai.kernel.payments.engine.snap.signing import (
    Signed,
    sign_asymmetric,
    sign_symmetric,
    sign_token_call,
    timestamp_of,
)
from balai.kernel.payments.simulator.bank import Notice

PREFIX = "/api/v1/payments/snap"


@dataclass(frozen=True, slots=True)
class BankKeys:
    """What the simulated bank signs with. `client_key` is its own with us."""

    client_key: str
    client_secret: str
    private_key: str
    partner_id: str
    signing: str


@dataclass(frozen=True, slots=True)
class Wire:
    """A call ready to be sent."""

    service: str
    path: str
    headers: dict[str, str]
    body: bytes


def token_call(keys: BankKeys, now: datetime) -> Wire:
    """The call for an access token."""
    stamp = timestamp_of(now)
    body = json.dumps({"grantType": "client_credentials"}).encode()
    headers = {
        "x-client-key": keys.client_key, "x-timestamp": stamp,
        "x-signature": sign_token_call(keys.client_key, stamp, keys.private_key),
        "content-type": "application/json",
    }  # fmt: skip
    return Wire(snap.TOKEN, f"{PREFIX}{snap.PATHS[snap.TOKEN]}", headers, body)


def notice_call(
    notice: Notice, keys: BankKeys, *, token: str, external_id: str, now: datetime, prefix: str
) -> Wire:
    """A notice of a payment. `prefix`: the partner service ID that begins the number."""
    qris = notice.channel == "qris"
    service = snap.QR_NOTIFY if qris else snap.VA_PAYMENT
    body = _qr(notice) if qris else _va(notice, prefix)
    return signed_call(service, body, keys, token=token, external_id=external_id, now=now,
                       well=notice.is_signed_well)  # fmt: skip


def inquiry_call(
    number: str, keys: BankKeys, *, token: str, external_id: str, now: datetime, prefix: str
) -> Wire:
    """The question what a virtual account owes."""
    body = {**_number(number, prefix), "inquiryRequestId": external_id}
    return signed_call(snap.VA_INQUIRY, body, keys, token=token, external_id=external_id, now=now)


def signed_call(
    service: str, body: dict[str, Any], keys: BankKeys, *, token: str, external_id: str,
    now: datetime, well: bool = True,
) -> Wire:  # fmt: skip
    """A call with the bank's signature; where not `well`, over another body than is sent."""
    content = json.dumps(body, indent=1).encode()
    path = f"{PREFIX}{snap.PATHS[service]}"
    stamp = timestamp_of(now)
    signed = Signed("POST", path, content if well else content + b"0", stamp, token)
    signature = (
        sign_symmetric(signed, keys.client_secret) if keys.signing == "hmac"
        else sign_asymmetric(signed, keys.private_key)
    )  # fmt: skip
    headers = {
        "authorization": f"Bearer {token}", "x-timestamp": stamp, "x-signature": signature,
        "x-partner-id": keys.partner_id, "x-external-id": external_id, "channel-id": "95221",
        "content-type": "application/json",
    }  # fmt: skip
    return Wire(service, path, headers, content)


def _va(notice: Notice, prefix: str) -> dict[str, Any]:
    return {
        **_number(notice.account, prefix),
        "paymentRequestId": notice.reference,
        "paidAmount": snap.money(notice.amount),
        "trxDateTime": timestamp_of(notice.paid_at),
        "referenceNo": notice.reference[-15:],
    }


def _qr(notice: Notice) -> dict[str, Any]:
    return {
        "originalReferenceNo": notice.reference,
        "originalPartnerReferenceNo": notice.account,
        "latestTransactionStatus": "00",
        "transactionStatusDesc": "Success",
        "amount": snap.money(notice.amount),
        "paidTime": timestamp_of(notice.paid_at),
    }


def _number(number: str, prefix: str) -> dict[str, str]:
    customer = number.removeprefix(prefix)
    return {
        "partnerServiceId": f"{prefix:>8}",
        "customerNo": customer,
        "virtualAccountNo": f"{prefix:>8}{customer}",
    }
