"""Single transfers: made once, and taken back once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from psycopg import Cursor
from psycopg.types.numeric import Int8

from balai.kernel.ledger import queries
from balai.kernel.ledger.actions.refusals import account_fault, another_body, one_statement
from balai.kernel.ledger.postings import Entry, Posting, entry_of
from balai.kernel.problems import ProblemError

POST = """
INSERT INTO ledger_transfer (
  debit_id, credit_id, amount, reserved, currency, at, idempotency_key, reason, source, reverses,
  resolves, expires_at)
SELECT debit.id, credit.id, %(amount)s::bigint, %(reserved)s::bigint, %(currency)s::varchar,
       %(at)s::timestamptz, %(key)s::text, %(reason)s::text, %(source)s::text, %(reverses)s::uuid,
       %(resolves)s::uuid, %(expires_at)s::timestamptz
  FROM ledger_account AS debit, ledger_account AS credit
 WHERE debit.code = %(debit)s::text AND credit.code = %(credit)s::text
   AND debit.currency = %(currency)s::varchar AND credit.currency = %(currency)s::varchar
ON CONFLICT (idempotency_key) DO NOTHING
RETURNING id
"""


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
    values = {
        "debit": entry.debit, "credit": entry.credit, "amount": Int8(entry.amount),
        "reserved": Int8(entry.reserved), "currency": entry.currency, "at": entry.at,
        "key": entry.key, "reason": entry.reason, "source": entry.source,
        "reverses": entry.reverses, "resolves": entry.resolves, "expires_at": entry.expires_at,
    }  # fmt: skip
    connection.ensure_connection()
    # Prepared: planning the statement anew would take the server longer than the insert itself.
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        row = cursor.execute(POST, values, prepare=True).fetchone()
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
