"""An exchange: two transfers through exchange accounts, made as one, at an exact rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction

from balai.kernel.ledger import currencies, queries
from balai.kernel.ledger.actions.posting import post
from balai.kernel.ledger.actions.refusals import another_body
from balai.kernel.ledger.models import Exchange
from balai.kernel.ledger.postings import LARGEST, Posting
from balai.kernel.problems import Fault, ProblemError


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeOrder:
    """`amount` of `payer`'s currency becomes `receiver`'s currency at `rate`.

    `payer` is credited and `paid_into`, an exchange account of the same currency, debited;
    `paid_out_of`, an exchange account of the other currency, is credited and `receiver` debited.
    `rate` is how many of the received currency one of the paid buys; what is received is rounded
    down to the ledger's unit.
    """

    payer: str
    paid_into: str
    paid_out_of: str
    receiver: str
    amount: int
    rate: Fraction
    at: datetime
    key: str
    reason: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The two transfers, what was received in the ledger's units, and whether it is a repeat."""

    paid: UUID
    received: UUID
    amount: int
    repeated: bool


def exchange(order: ExchangeOrder) -> Exchanged:
    """Make both transfers, or none, once for the order's key; the rate is kept as a ratio.

    ConflictError where the key stands for another order; ProblemError where both sides are in one
    currency, the accounts of a side are not, or nothing would be received; MissingError where an
    account is absent.
    """
    paid, received = queries.account(order.payer).currency, queries.account(order.receiver).currency
    amount = _received(order, paid, received)
    common: dict[str, Any] = {"at": order.at, "reason": order.reason, "source": order.source}
    with transaction.atomic():
        out = post(Posting(debit=order.paid_into, credit=order.payer, amount=order.amount,
                           currency=paid, key=f"{order.key}:paid", **common))  # fmt: skip
        into = post(Posting(debit=order.receiver, credit=order.paid_out_of, amount=amount,
                            currency=received, key=f"{order.key}:received", **common))  # fmt: skip
        kept, made = Exchange.objects.get_or_create(
            idempotency_key=order.key,
            defaults={
                "paid_id": out.id, "received_id": into.id,
                "rate_numerator": order.rate.numerator, "rate_denominator": order.rate.denominator,
            },
        )  # fmt: skip
        if (kept.paid_id, kept.received_id, kept.rate_numerator, kept.rate_denominator) != (
            out.id, into.id, order.rate.numerator, order.rate.denominator,
        ):  # fmt: skip
            raise another_body(order.key)
    return Exchanged(out.id, into.id, amount, repeated=not made)


def _received(order: ExchangeOrder, paid: str, received: str) -> int:
    rate = order.rate
    if rate <= 0 or max(rate.numerator, rate.denominator) > LARGEST:
        raise _refused("rate", str(rate), "is not a ratio above zero")
    if paid == received:
        raise _refused("receiver", order.receiver, f"is in {paid}, as what is paid")
    amount = currencies.converted(order.amount, rate, paid, received)
    if amount <= 0:
        raise _refused("amount", str(order.amount), f"gives nothing in {received}")
    return amount


def _refused(field: str, value: str, problem: str) -> ProblemError:
    fault = Fault(field=field, value=value, problem=problem)
    return ProblemError("The exchange cannot be made", faults=(fault,))
