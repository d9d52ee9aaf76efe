"""Messages of SNAP BI: the codes of its answers, and the bodies that banks send us.

A responseCode is the HTTP status, the service code and the case, seven digits in all. Service
codes: 24 inquiry, 25 payment and 27 creation of a virtual account; 47 generation, 51 query and 52
notification of a QRIS payment; 73 access token; 11 balance.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

BALANCE, VA_INQUIRY, VA_PAYMENT, VA_CREATE = "11", "24", "25", "27"
QR_GENERATE, QR_QUERY, QR_NOTIFY, TOKEN = "47", "51", "52", "73"
PATHS = {
    TOKEN: "/v1.0/access-token/b2b",
    BALANCE: "/v1.0/balance-inquiry",
    VA_INQUIRY: "/v1.0/transfer-va/inquiry",
    VA_PAYMENT: "/v1.0/transfer-va/payment",
    VA_CREATE: "/v1.0/transfer-va/create-va",
    QR_GENERATE: "/v1.0/qr/qr-mpm-generate",
    QR_QUERY: "/v1.0/qr/qr-mpm-query",
    QR_NOTIFY: "/v1.0/qr/qr-mpm-notify",
}
LARGEST = 10**13


class Refusal(Exception):  # noqa: N818 - the standard's word for it
    """An answer other than success: status, case, and what to say; `field` is named with it."""

    def __init__(self, status: int, case: str, message: str, field_name: str = "") -> None:
        super().__init__(message)
        self.status, self.case = status, case
        self.message = f"{message} {field_name}".strip()

    def code(self, service: str) -> str:
        """The responseCode of the service."""
        return f"{self.status}{service}{self.case}"


def bad_request(message: str = "Bad Request") -> Refusal:
    """400 case 00."""
    return Refusal(400, "00", message)


def bad_format(name: str) -> Refusal:
    """400 case 01: a field is not of its form."""
    return Refusal(400, "01", "Invalid Field Format", name)


def missing(name: str) -> Refusal:
    """400 case 02: a mandatory field is absent."""
    return Refusal(400, "02", "Invalid Mandatory Field", name)


def unauthorized(reason: str) -> Refusal:
    """401 case 00: the signature or the client is not right."""
    return Refusal(401, "00", f"Unauthorized. {reason}")


def bad_token() -> Refusal:
    """401 case 01."""
    return Refusal(401, "01", "Invalid Token (B2B)")


def conflict() -> Refusal:
    """409 case 00: the X-EXTERNAL-ID was used today for another body."""
    return Refusal(409, "00", "Conflict")


def unknown_number() -> Refusal:
    """404 case 12: no such virtual account."""
    return Refusal(404, "12", "Invalid Bill/Virtual Account Not Found")


def bad_amount() -> Refusal:
    """404 case 13: not the amount that is asked."""
    return Refusal(404, "13", "Invalid Amount")


def paid_already() -> Refusal:
    """404 case 14: the bill is paid."""
    return Refusal(404, "14", "Paid Bill")


def expired() -> Refusal:
    """404 case 19: the virtual account's time is over."""
    return Refusal(404, "19", "Invalid Bill/Virtual Account Expired")


def unknown_transaction() -> Refusal:
    """404 case 01."""
    return Refusal(404, "01", "Transaction Not Found")


def success(service: str, **members: Any) -> dict[str, Any]:
    """The members of an answer of success."""
    return {"responseCode": f"200{service}00", "responseMessage": "Successful", **members}


def money(amount: int, currency: str = "IDR") -> dict[str, str]:
    """An amount of whole units as SNAP writes it: two decimals."""
    return {"value": f"{amount}.00", "currency": currency}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in whole units of its currency."""

    value: int
    currency: str


@dataclass(frozen=True, slots=True)
class VaInquiry:
    """A bank asks what a virtual account owes (service 24)."""

    partner_service_id: str
    customer_no: str
    number: str
    inquiry_id: str


@dataclass(frozen=True, slots=True)
class VaPayment:
    """A bank tells of a payment to a virtual account (service 25)."""

    partner_service_id: str
    customer_no: str
    number: str
    reference: str
    amount: Amount
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class QrPayment:
    """A bank tells of a payment of a QRIS code (service 52). `ours` is our reference."""

    ours: str
    reference: str
    status: str
    amount: Amount
    paid_at: datetime | None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_paid(self) -> bool:
        """Whether the money moved (latestTransactionStatus 00)."""
        return self.status == "00"


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; Refusal where it is none."""
    try:
        found = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise bad_request() from None
    if not isinstance(found, dict):
        raise bad_request()
    return found


def read_va_inquiry(body: Mapping[str, Any]) -> VaInquiry:
    """The inquiry; Refusal names the first field that is absent or not of its form."""
    return VaInquiry(*_account(body), inquiry_id=_text(body, "inquiryRequestId", 128))


def read_va_payment(body: Mapping[str, Any]) -> VaPayment:
    """The payment; Refusal names the first field that is absent or not of its form."""
    account = _account(body)
    reference = _text(body, "paymentRequestId", 128)
    amount = _amount(body, "paidAmount")
    return VaPayment(*account, reference=reference, amount=amount,
                     paid_at=_moment(body, "trxDateTime"))  # fmt: skip


def read_qr_payment(body: Mapping[str, Any]) -> QrPayment:
    """The notice; Refusal names the first field that is absent or not of its form."""
    paid_at = "paidTime" in body and body["paidTime"] not in (None, "")
    extra = body.get("additionalInfo")
    return QrPayment(
        ours=_text(body, "originalPartnerReferenceNo", 64),
        reference=_text(body, "originalReferenceNo", 64),
        status=_text(body, "latestTransactionStatus", 2),
        amount=_amount(body, "amount"),
        paid_at=_moment(body, "paidTime") if paid_at else None,
        extra=extra if isinstance(extra, dict) else {},
    )


def _account(body: Mapping[str, Any]) -> tuple[str, str, str]:
    service = _text(body, "partnerServiceId", 8)
    customer = _text(body, "customerNo", 20)
    number = _text(body, "virtualAccountNo", 28)
    if not service.strip().isdecimal() or not service.isascii():
        raise bad_format("partnerServiceId")
    if not (customer.isascii() and customer.isdecimal()):
        raise bad_format("customerNo")
    if number.strip() != f"{service.strip()}{customer}":
        raise bad_format("virtualAccountNo")
    return service.strip(), customer, number.strip()


def _text(body: Mapping[str, Any], name: str, most: int) -> str:
    value = body.get(name)
    if value is None or value == "":
        raise missing(name)
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise bad_format(name)
    return value


def _amount(body: Mapping[str, Any], name: str) -> Amount:
    given = body.get(name)
    if given is None:
        raise missing(name)
    if not isinstance(given, dict):
        raise bad_format(name)
    text = _text(given, "value", 16)
    currency = _text(given, "currency", 3)
    if not _MONEY.fullmatch(text):
        raise bad_format(f"{name}.value")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise bad_format(f"{name}.value") from None
    if value != value.to_integral_value() or not 0 < value < LARGEST:
        raise bad_format(f"{name}.value")
    if not (currency.isascii() and currency.isalpha() and currency.isupper()):
        raise bad_format(f"{name}.currency")
    return Amount(int(value), currency)


def _moment(body: Mapping[str, Any], name: str) -> datetime:
    text = _text(body, name, 35)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise bad_format(name) from None
    if at.tzinfo is None or not 2000 < at.year < 2100:
        raise bad_format(name)
    return at


def _refuse_constant(_: str) -> None:
    raise ValueError("not JSON")


_MONEY = re.compile(r"\d{1,13}(\.\d{2})?", re.ASCII)
Handler = Callable[[Mapping[str, Any]], dict[str, Any]]
