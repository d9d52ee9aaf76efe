"""What programmes hand over and get back: a bill to be paid, and a way to pay it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

Method = Literal["qris", "virtual_account", "counter", "card"]
METHODS: tuple[Method, ...] = ("qris", "virtual_account", "counter", "card")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayableBill:
    """A bill of a programme. `amount` in minor units of `currency` (for IDR whole rupiah).

    - `programme` and `reference` identify it within the city; `purpose` says by language what for.
    - `person`: who owes it, None if nobody known; `region_code`: deepest known (Kemendagri).
    - `receivable`: the open ledger account that is credited when it is paid.
    - `takes_parts`: it may be paid bit by bit; else a part waits in suspense.
    - `expires_at`: money that comes after it waits in suspense.
    """

    city: str
    programme: str
    reference: str
    purpose: Mapping[str, str]
    amount: int
    currency: str
    receivable: str
    region_code: str
    person: UUID | None = None
    takes_parts: bool = False
    expires_at: datetime | None = None
    generated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """A way to pay a bill. `account` is the number or reference the payer uses; `qris` the code."""

    id: UUID
    bill: UUID
    method: Method
    bank: str
    account: str
    amount: int
    currency: str
    state: str
    expires_at: datetime
    qris: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A bank's word that a payment was made. `reference` is the bank's own, once for each payment;
    `account` the virtual account or QRIS reference that was paid.
    """

    reference: str
    account: str
    amount: int
    currency: str
    paid_at: datetime
    method: Method
    generated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receipt tells the documents room: ids and figures, not the payer's name."""

    payment: UUID
    bill: UUID
    reference: str
    purpose: Mapping[str, str]
    amount: int
    currency: str
    method: str
    paid_at: datetime
    settled: bool
    bank: str
    bank_reference: str
    transfers: tuple[UUID, ...] = field(default=())
