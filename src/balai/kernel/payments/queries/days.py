"""The books of a day: announced, on the statement, in the ledger, and what explains each rupiah."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from balai.kernel.ledger import queries as ledger
from balai.kernel.payments.engine import reconcile
from balai.kernel.payments.engine.reconcile import Line, Place
from balai.kernel.payments.models import (
    Act,
    Bank,
    Difference,
    Entry,
    Move,
    Payment,
    Refund,
    Statement,
)
from balai.kernel.payments.queries.banks import last_statement
from balai.kernel.regions.queries import city_by_slug

ASSETS = frozenset({
    Place.BANK, Place.TILL, Place.CLEARING, Place.NEVER_CREDITED, Place.REVERSED, Place.WITHDRAWN,
    Place.CHARGES,
})  # fmt: skip
"""Places whose accounts grow by debit; the others grow by credit."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day at a bank: announced by notices, shown on the statement, differences still open."""

    statement: Statement
    announced: int
    announced_count: int
    credited: int
    entries: int
    debited: int
    differences: int
    open: int


def books(bank: Bank, day: date | None = None) -> tuple[Line, ...]:
    """Every place of a bank with the ledger's balance, what explains it, and the residual.

    Now, or at the end of a past day. Now, each place is explained by other records than the
    ledger's: the bank by its statement, clearing by payments in transit, suspense by the worklist.
    """
    last = last_statement(bank)
    past = day is not None and last is not None and day < last.day
    standing = _ledger(bank, day if past else None)
    return reconcile.report(standing, _moved(bank, day) if past and day else _explained(bank))


def days(bank: Bank) -> QuerySet[Statement]:
    """The statements taken in, newest first, with their entries and differences counted."""
    return Statement.objects.filter(bank=bank).order_by("-day").annotate(
        count=Count("entries", distinct=True)
    )  # fmt: skip


def journal(bank: Bank, statement: Statement) -> Day:
    """The figures of a statement's day."""
    announced = Payment.objects.filter(bank=bank, announced_on=statement.day).aggregate(
        count=Count("pk"), amount=Coalesce(Sum("amount"), 0)
    )
    entries = list(statement.entries.values_list("amount", flat=True))
    listed = Difference.objects.filter(bank=bank, day=statement.day)
    return Day(
        statement=statement,
        announced=announced["amount"],
        announced_count=announced["count"],
        credited=sum(amount for amount in entries if amount > 0),
        debited=-sum(amount for amount in entries if amount < 0),
        entries=len(entries),
        differences=listed.count(),
        open=listed.filter(state="open").count(),
    )


def _ledger(bank: Bank, day: date | None) -> dict[Place, int]:
    prefix = f"{bank.city}/payments/{bank.slug}"
    zone = city_by_slug(bank.city).zone
    return {
        Place(each.account.removeprefix(f"{prefix}/")): each.amount
        for each in ledger.balances(prefix, day, zone=zone)
    }


def _moved(bank: Bank, day: date) -> Mapping[Place, int]:
    zone = city_by_slug(bank.city).zone
    until = datetime.combine(day + timedelta(days=1), time(), zone)
    standing: dict[Place, int] = {}
    moves = Move.objects.filter(bank=bank, at__lt=until)
    for side, sign in (("debit", 1), ("credit", -1)):
        for name, amount in moves.values_list(side).annotate(total=Sum("amount")):
            place = Place(name)
            natural = sign if place in ASSETS else -sign
            standing[place] = standing.get(place, 0) + natural * amount
    closing = Statement.objects.filter(bank=bank, day__lte=day).order_by("-day").first()
    if closing is not None:
        standing[Place.BANK] = closing.closing
    standing.pop(Place.BILL, None)
    return standing


def _explained(bank: Bank) -> Mapping[Place, int]:
    last = last_statement(bank)
    first = Statement.objects.filter(bank=bank).order_by("day").first()
    shown = last.opening + _sum(last.entries.all()) if last else 0
    payments = Payment.objects.filter(bank=bank)
    waiting = Difference.objects.filter(bank=bank, remaining__gt=0)
    told = {
        Place(place): amount
        for place, amount in waiting.values_list("place").annotate(total=Sum("remaining"))
    }
    deposits = Act.objects.filter(difference__bank=bank, kind="deposit", undone_at=None)
    charges = Entry.objects.filter(statement__bank=bank, outcome=reconcile.Outcome.CHARGED)
    written_off = Act.objects.filter(difference__bank=bank, kind=Act.Kind.WRITE_OFF, undone_at=None)
    losses = written_off.filter(difference__place__in=[Place.REVERSED, Place.WITHDRAWN])
    gains = written_off.exclude(difference__place__in=[Place.REVERSED, Place.WITHDRAWN])
    refunds = Refund.objects.filter(bank=bank, sent_at=None, cancelled_at=None)
    return {
        **told,
        # Its closing balance, once all its entries are taken in.
        Place.BANK: shown,
        Place.OPENING: first.opening if first else 0,
        Place.CLEARING: _sum(payments.filter(state="in-transit")),
        Place.TILL: _sum(payments.filter(method="counter", announced_on=None, entries=None))
        - _sum(deposits),
        Place.CHARGES: -_sum(charges),
        Place.REFUNDS: _sum(refunds),
        Place.WRITTEN_OFF: _sum(gains) - _sum(losses),
    }


def _sum(found: QuerySet[Payment] | QuerySet[Act] | QuerySet[Entry] | QuerySet[Refund]) -> int:
    return int(found.aggregate(total=Coalesce(Sum("amount"), 0))["total"])
