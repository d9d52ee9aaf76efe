"""Payouts of operators: what waits to be paid, and what the bank did with what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from balai.kernel.problems import MissingError
from balai.transit.models import BankAccount, Operator, PaymentBatch, Payout, Statement
from balai.transit.queries.settlement.accounts import accounts_in_use, why_unpaid


@dataclass(frozen=True, slots=True)
class ToPay:
    """What an operator's approved statements come to that no bank file holds. `refused`: why it
    cannot be paid (a msgid), empty where it can.
    """

    operator: Operator
    amount: int
    statements: int
    first: date
    last: date
    account: BankAccount | None
    refused: str


def to_pay(city: str) -> list[ToPay]:
    """What waits for the next bank file, by operator's name; sums above zero alone are paid."""
    rows = Statement.objects.filter(city=city, state=Statement.State.APPROVED, payment=None)
    sums = rows.order_by("operator").values("operator").annotate(
        amount=Sum("change"), count=Count("pk"), first=Min("day"), last=Max("day")
    )  # fmt: skip
    operators = {
        each.pk: each for each in Operator.objects.filter(pk__in=[row["operator"] for row in sums])
    }
    accounts = accounts_in_use(operators.values())
    found = [
        ToPay(own, row["amount"], row["count"], row["first"], row["last"], accounts.get(own.pk),
              "" if own.pk in accounts else why_unpaid(own))
        for row in sums if (own := operators[row["operator"]])
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.operator.name, each.operator.pk))


def payouts_of_city(city: str, *, state: str = "", text: str = "") -> QuerySet[Payout]:
    """The payouts of a city, latest first; `state` narrows (`odd`: with a remark), `text` by
    reference or operator.
    """
    rows = Payout.objects.filter(city=city).select_related("operator", "account", "batch")
    if text:
        rows = rows.filter(Q(reference__icontains=text) | Q(operator__name__icontains=text))
    if state == "odd":
        rows = rows.exclude(remark="")
    elif state in Payout.State.values:
        rows = rows.filter(state=state)
    return rows.order_by("-batch__made_at", "reference")


def payouts_of_operator(operator: Operator) -> QuerySet[Payout]:
    """What was sent to an operator's bank account, latest first."""
    rows = Payout.objects.filter(operator=operator).exclude(state=Payout.State.WITHDRAWN)
    sent = rows.exclude(batch__state=PaymentBatch.State.DRAFT).select_related("account", "batch")
    return sent.order_by("-batch__made_at", "reference")


def payout_of(city: str, reference: str) -> Payout:
    """A payout by its reference; MissingError where the city has none."""
    found = payouts_of_city(city).filter(reference=reference).first()
    if found is None:
        raise MissingError("There is no such payout", detail=f"No payout {reference[:40]!r}.")
    return found


def answers_of(batches: list[PaymentBatch]) -> Mapping[object, Mapping[str, int]]:
    """How many payouts of each bank file are in which state."""
    found: dict[object, dict[str, int]] = {each.pk: {} for each in batches}
    rows = Payout.objects.filter(batch__in=batches).order_by("batch", "state")
    for batch, state, count in rows.values_list("batch", "state").annotate(Count("pk")):
        found[batch][state] = count
    return found
