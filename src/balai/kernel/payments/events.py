"""What this room tells the record of events, and the signals programmes listen to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.dispatch import Signal

from balai.kernel.events.kinds import EventKind, register_kind

bill_changed = Signal()
"""Sent in the payment's transaction when what was paid of a bill changes: `bill` (id), `city`,
`programme`, `reference`, `paid`, `amount`, `payment` (id or None)."""
entries_booked = Signal()
"""Sent in the statement's transaction when entries of it are booked, each once: `bank`, `entries`
(of `engine.camt053`), `by` (who sent the statement in). For programmes whose own payments leave by
the bank's account."""


@dataclass(frozen=True, slots=True)
class Received:
    """Money came: `amount` in all, `to_bill` of it to the bill."""

    payment: UUID
    bill: UUID | None
    programme: str
    method: str
    outcome: str
    amount: int
    to_bill: int
    currency: str
    generated: bool


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A statement was taken in and compared."""

    statement: UUID
    bank: str
    entries: int
    differences: int
    residual: int


RECEIVED = register_kind(
    EventKind(
        name="payments.received", version=1, fields=Received,
        title={"id": "Pembayaran diterima", "en": "Payment received"},
    )
)  # fmt: skip
RECONCILED = register_kind(
    EventKind(
        name="payments.reconciled", version=1, fields=Reconciled,
        title={"id": "Rekening koran dicocokkan", "en": "Statement reconciled"},
    )
)  # fmt: skip
