"""Single transfers: made once, and taken back once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from balai.kernel.ledger import queries
from balai.kernel.ledger.actions.refusals import account_fault, another_body, one_statement
from balai.kernel.ledger.postings import Entry, Posting, entry_of
from balai.kernel.problems import ProblemError

COLUMNS = (
    "debit_id", "credit_id", "amount", "reserved", "currency", "at", "idempotency_key",
    "reason", "source", "reverses", "resolves", "expires_at",
)  # fmt: skip

POST = f"""
INSERT INTO ledger_transfer ({", ".join(COLUMNS)})
SELECT debit.id, credit.id, {", ".join(["%s"] * (len(COLUMNS) - 2))}
  FROM ledger_account AS debit, ledger_account AS credit
 WHERE debit.code = %s AND credit.code = %s
   AND debit.currency = %s AND credit.currency = %s
ON CONFLICT (idempotency_key) DO NOTHING
RETURNING id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Posted:
    """The transfer that stands for a posting, and whether an earlier call had made it."""

    id: UUID
    repeated: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """How many transfers of a batch are new, and how many an earlier call had made."""

    posted: int
    repeated: int


def post(posting: Posting) -> Posted:
    """Make the transfer once: the same key with the same body returns the one made before.

    ConflictError where the key stands for another body, or an account that may not fall below
    zero would; ProblemError where an account does not exist or is in another currency, or the
    reversal does not mirror its transfer.
    """
    return record(entry_of(posting))


def reverse(transfer: UUID, *, reason: str, key: str, at: datetime) -> Posted:
    """Take a transfer back by its mirror image; a transfer can be taken back once.

    MissingError where it does not exist; ConflictError where it is reversed already under
    another key, or the key stands for another body; ProblemError where it moved nothing.
    """
    original = queries.transfer(transfer)
    return post(
        Posting(
            debit=original.credit,
            credit=original.debit,
            amount=original.amount,
            currency=original.currency,
            at=at,
            key=key,
            reason=reason,
            source=original.source,
            reverses=original.id,
        )
    )


def record(entry: Entry) -> Posted:
    """Record a transfer of any stage once (see `post`)."""
    with one_statement():
        made = _insert(entry)
    if made is not None:
        return Posted(made, repeated=False)
    _refuse_bad_accounts(entry)
    kept = queries.transfer_by_key(entry.key)
    if kept.as_entry() != entry:
        raise another_body(entry.key)
    return Posted(kept.id, repeated=True)


def _insert(entry: Entry) -> UUID | None:
    values: list[Any] = [
        entry.amount, entry.reserved, entry.currency, entry.at, entry.key, entry.reason,
        entry.source, entry.reverses, entry.resolves, entry.expires_at,
        entry.debit, entry.credit, entry.currency, entry.currency,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(POST, values)
        row = cursor.fetchone()
    return row[0] if row else None


def _refuse_bad_accounts(entry: Entry) -> None:
    accounts = queries.identities({entry.debit, entry.credit})
    faults = [
        fault
        for field in ("debit", "credit")
        if (fault := account_fault(accounts, getattr(entry, field), entry.currency, field, None))
    ]
    if faults:
        raise ProblemError("The transfers cannot be made", faults=tuple(faults))
