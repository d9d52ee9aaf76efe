"""Single transfers, and those that come from a record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal
from uuid import UUID

from balai.kernel.ledger.models import Exchange, Transfer
from balai.kernel.ledger.postings import Entry, Posting
from balai.kernel.ledger.queries.filed import FRESH, filed
from balai.kernel.ledger.queries.rows import fetch
from balai.kernel.problems import MissingError

Stage = Literal["posted", "pending", "settled", "voided"]


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer with its accounts' codes."""

    id: UUID
    debit: str
    credit: str
    amount: int
    currency: str
    at: datetime
    recorded_at: datetime
    key: str
    reason: str
    source: str
    reverses: UUID | None
    reserved: int = 0
    resolves: UUID | None = None
    expires_at: datetime | None = None

    @property
    def stage(self) -> Stage:
        """Whether it moved money, set it aside, settled what was set aside, or gave it back."""
        if self.reserved > 0:
            return "pending"
        if self.resolves is None:
            return "posted"
        return "settled" if self.amount else "voided"

    def as_posting(self) -> Posting:
        """The posting that made it, if it is posted."""
        return Posting(
            debit=self.debit, credit=self.credit, amount=self.amount, currency=self.currency,
            at=self.at, key=self.key, reason=self.reason, source=self.source,
            reverses=self.reverses,
        )  # fmt: skip

    def as_entry(self) -> Entry:
        """What was recorded."""
        return Entry(
            debit=self.debit, credit=self.credit, amount=self.amount, currency=self.currency,
            at=self.at, key=self.key, reason=self.reason, source=self.source,
            reverses=self.reverses, reserved=self.reserved, resolves=self.resolves,
            expires_at=self.expires_at,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """The two transfers of an exchange and its exact rate."""

    key: str
    paid: UUID
    received: UUID
    rate: Fraction


def transfer(identifier: UUID) -> TransferView:
    """One transfer; MissingError if there is none."""
    return _one("transfer.id = %(value)s", identifier)


def transfer_by_key(key: str) -> TransferView:
    """The transfer made under an idempotency key; MissingError if there is none."""
    return _one("transfer.idempotency_key = %(value)s", key)


def reversal_of(identifier: UUID) -> TransferView | None:
    """The transfer that takes this one back, if any does."""
    return _first("transfer.reverses = %(value)s", identifier)


def resolution_of(identifier: UUID) -> TransferView | None:
    """The transfer that settles or voids this pending one, if any does."""
    return _first("transfer.resolves = %(value)s", identifier)


def exchange_of(identifier: UUID) -> ExchangeView | None:
    """The exchange that a transfer is a half of, if it is."""
    found = (
        Exchange.objects.filter(paid_id=identifier).first()
        or Exchange.objects.filter(received_id=identifier).first()
    )
    if found is None:
        return None
    return ExchangeView(found.idempotency_key, found.paid_id, found.received_id,
                        Fraction(found.rate_numerator, found.rate_denominator))  # fmt: skip


def transfers_of(*sources: str) -> list[TransferView]:
    """The transfers that come from these records (`transit.journey:UUID`), in time's order."""
    rows = fetch(_OF_SOURCES, {"sources": [source for source in sources if source], **filed()})
    return [TransferView(*row) for row in rows]


def count() -> int:
    """How many transfers there are."""
    return Transfer.objects.count()


def keys_present(keys: Iterable[str]) -> set[str]:
    """Those of the idempotency keys that stand for a transfer."""
    found = Transfer.objects.filter(idempotency_key__in=list(keys))
    return set(found.values_list("idempotency_key", flat=True))


def ids_of_keys(keys: Iterable[str]) -> dict[str, UUID]:
    """The transfer that stands for each of the idempotency keys; those that stand for none are
    left out.
    """
    found = Transfer.objects.filter(idempotency_key__in=list(keys))
    return dict(found.values_list("idempotency_key", "id"))


TRANSFER = """
SELECT transfer.id, debit.code, credit.code, transfer.amount, transfer.currency, transfer.at,
       transfer.recorded_at, transfer.idempotency_key, transfer.reason, transfer.source,
       transfer.reverses, transfer.reserved, transfer.resolves, transfer.expires_at
  FROM ledger_transfer AS transfer
  JOIN ledger_account AS debit ON debit.id = transfer.debit_id
  JOIN ledger_account AS credit ON credit.id = transfer.credit_id
"""

_OF_SOURCES = f"""
{TRANSFER} WHERE transfer.id IN (
  SELECT transfer_id FROM ledger_filedsource WHERE source = ANY(%(sources)s)
  UNION ALL
  SELECT id FROM ledger_transfer AS transfer
   WHERE {FRESH} AND transfer.source = ANY(%(sources)s))
 ORDER BY transfer.at, transfer.id
"""  # noqa: S608


def _one(condition: str, value: Any) -> TransferView:
    found = _first(condition, value)
    if found is None:
        raise MissingError("There is no such transfer", detail=f"No transfer {value} was made.")
    return found


def _first(condition: str, value: Any) -> TransferView | None:
    rows = fetch(f"{TRANSFER} WHERE {condition}", {"value": value})
    return TransferView(*rows[0]) if rows else None
