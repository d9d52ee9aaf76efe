"""Pending transfers: money set aside, then settled wholly or in part, voided, or expired.

Each step is a new transfer: a settlement or voiding names the pending transfer that it resolves,
and the database lets only one do so. What a settlement leaves over is given back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from balai.kernel.ledger import queries
from balai.kernel.ledger.actions.posting import Posted, record
from balai.kernel.ledger.actions.refusals import another_body
from balai.kernel.ledger.postings import Entry, Posting, entry_of
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError

EXPIRED = "Expired"


def reserve(posting: Posting, *, expires_at: datetime | None = None) -> Posted:
    """Set the posting's amount aside without moving it, until `expires_at` if that is given.

    Raises as `post` does; ProblemError where the posting is a reversal, or expires before it is.
    """
    if posting.reverses is not None:
        raise _refused("reverses", str(posting.reverses), "a reversal cannot be pending")
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= posting.at):
        raise _refused("expires_at", expires_at.isoformat(),
                       "has no time zone, or is not after the transfer")  # fmt: skip
    return record(
        replace(entry_of(posting), amount=0, reserved=posting.amount, expires_at=expires_at)
    )


def settle(
    pending: UUID, *, key: str, at: datetime, reason: str, amount: int | None = None
) -> Posted:
    """Move what a pending transfer set aside, or the part `amount`; the rest is given back.

    ConflictError where it is settled, voided or expired already, or the key stands for another
    body; ProblemError where it is not pending or sets less aside; MissingError where it is absent.
    """
    kept = queries.transfer(pending)
    part = kept.reserved if amount is None else amount
    if kept.stage == "pending" and (type(part) is not int or not 0 < part <= kept.reserved):
        raise _refused("amount", str(part), f"is not from 1 to the reserved {kept.reserved}")
    return _resolve(kept, part, key=key, at=at, reason=reason)


def void(pending: UUID, *, key: str, at: datetime, reason: str) -> Posted:
    """Give back what a pending transfer set aside. Raises as `settle` does."""
    return _resolve(queries.transfer(pending), 0, key=key, at=at, reason=reason)


def expire(now: datetime, *, limit: int = 1000) -> int:
    """Void the pending transfers whose time has run out, the oldest first; returns how many.

    They count no more from their time on; this makes their end a row of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRED, {"now": now, "limit": limit})
        found = cursor.fetchall()
    for identifier, expires_at in found:
        try:
            void(identifier, key=f"expired:{identifier}", at=expires_at, reason=EXPIRED)
        except ConflictError:
            continue  # Somebody voided it meanwhile.
    return len(found)


def _resolve(
    kept: queries.TransferView, amount: int, *, key: str, at: datetime, reason: str
) -> Posted:
    if kept.stage != "pending":
        raise _refused("pending", str(kept.id), "is not a pending transfer")
    if at.tzinfo is None:
        raise _refused("at", at.isoformat(), "has no time zone")
    # Checks the texts as any posting's.
    Posting(debit=kept.debit, credit=kept.credit, amount=kept.reserved, currency=kept.currency,
            at=at, key=key, reason=reason, source=kept.source)  # fmt: skip
    entry = Entry(
        debit=kept.debit, credit=kept.credit, amount=amount, currency=kept.currency, at=at,
        key=key, reason=reason, source=kept.source, reserved=-kept.reserved, resolves=kept.id,
    )  # fmt: skip
    try:
        return record(entry)
    except (ConflictError, ProblemError) as error:
        return _repeated(entry, error)


def _repeated(entry: Entry, error: ProblemError) -> Posted:
    """The resolution made before under this key; which of two unique keys refuses is by chance."""
    try:
        made = queries.transfer_by_key(entry.key)
    except MissingError:
        if error.status != 409 and "does not resolve" in error.detail:
            raise ConflictError("The pending transfer has expired", detail=error.detail,
                                kind="expired") from error  # fmt: skip
        raise error from error.__cause__
    if made.as_entry() != entry:
        raise another_body(entry.key) from error
    return Posted(made.id, repeated=True)


def _refused(field: str, value: str, problem: str) -> ProblemError:
    fault = Fault(field=field, value=value, problem=problem)
    return ProblemError("The pending transfer cannot be used so", faults=(fault,))


_EXPIRED = """
SELECT pending.id, pending.expires_at FROM ledger_transfer AS pending
 WHERE pending.reserved > 0 AND pending.expires_at <= %(now)s
   AND NOT EXISTS (SELECT FROM ledger_transfer AS resolution
                    WHERE resolution.resolves = pending.id)
 ORDER BY pending.expires_at, pending.id LIMIT %(limit)s
"""
