"""Operators that are owed something, a bank file for them, and what the bank says of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

from django.utils import timezone

from balai.kernel.access.origin import Origin
from balai.kernel.payments.engine import camt053
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.settlement import payments
from balai.transit.actions.settlement.bank_accounts import approve_account, enter_account
from balai.transit.actions.settlement.books import open_books, post_statement
from balai.transit.actions.settlement.operators import add_operator
from balai.transit.models import SettledDay, Statement

ONE, OTHER = (Origin(actor=name, channel="cli") for name in ("one", "other"))
DAY, NEXT = date(2026, 11, 20), date(2026, 11, 21)
PAYER = "9990001112"
AMOUNTS = {"kop-a": 700_000, "kop-b": 450_000}


def owe_two():
    """Two operators with an approved account and an approved statement each, in the ledger."""
    settled = SettledDay.objects.create(city="jakarta", day=DAY, version=1, reports=0, done=True,
                                        seen_at=timezone.now())  # fmt: skip
    for number, (code, amount) in enumerate(AMOUNTS.items()):
        own = add_operator("jakarta", code, name=f"Koperasi {code}", kind="cooperative",
                           joined_on=date(2018, 1, 15), by=ONE)  # fmt: skip
        account = enter_account(own, bank="BDINIDJA", account=f"12345678{number}", by=ONE,
                                holder=own.name)  # fmt: skip
        approve_account(account, number=f"12345678{number}", by=OTHER)
        owe(settled, own, amount)


def owe(settled, operator, amount):
    zeros = dict.fromkeys(("scheduled_m", "verified_m", "runs", "missed", "penalties", "revenue",
                           "adjustments"), 0)  # fmt: skip
    made = Statement.objects.create(
        id=uuid4(), city="jakarta", operator=operator, settled=settled, day=settled.day, version=1,
        state="approved", pay=amount, net=amount, change=amount, made_by="one",
        approved_by="other", approved_at=timezone.now(), **zeros,
    )  # fmt: skip
    open_books(city_by_slug("jakarta"), [operator])
    post_statement(city_by_slug("jakarta"), made, None, at=datetime(2026, 11, 20, 16, tzinfo=UTC))


def released(**more):
    batch = payments.make_batch("jakarta", execution=NEXT, bank="BDINIDJA", account=PAYER, by=ONE,
                                **more)  # fmt: skip
    return payments.release(batch, by=OTHER)


def entry(payout, number=1, sign=-1, **more):
    given = {
        "number": str(number), "amount": sign * payout.amount, "reference": f"BANK-{sign}-{number}",
        "booked": NEXT, "end_to_end": payout.reference,
    } | more  # fmt: skip
    return camt053.Entry(**given)


def statement(*entries, account=PAYER, currency="IDR"):
    opening = camt053.Balance(10_000_000, DAY)
    closing = camt053.Balance(10_000_000 + sum(each.amount for each in entries), NEXT)
    made = camt053.Statement(identifier="S-1", account=account, currency=currency, opening=opening,
                             closing=closing, entries=tuple(entries))  # fmt: skip
    return camt053.write([made], message="M-1", at=datetime(2026, 11, 21, 18, tzinfo=UTC))
