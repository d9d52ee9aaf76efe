"""Pretending to pay in a demonstration: a simulated bank kept in the database."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction

from balai.kernel.payments import queries
from balai.kernel.payments.actions.statements import Taken, take_statement
from balai.kernel.payments.engine import camt053
from balai.kernel.payments.engine.camt053 import Balance, Entry, Statement
from balai.kernel.payments.models import Bank, Request, SimulatedPayment
from balai.kernel.payments.simulator.bank import (
    QR_CODE,
    VA_CODE,
    Channel,
    Fault,
    Paid,
    SimulatedBank,
    numbered_entries,
)
from balai.kernel.payments.simulator.carrier import Carrier
from balai.kernel.payments.simulator.wire import BankKeys
from balai.kernel.payments.snap_server import private_key_of, secret_of
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.regions.queries import city_by_slug


def keys_of(bank: Bank) -> BankKeys:
    """The simulated bank's keys: it holds the same pair that we do."""
    return BankKeys(bank.client_key, secret_of(bank), private_key_of(bank), bank.partner_id,
                    bank.signing)  # fmt: skip


@transaction.atomic
def pretend_payment(
    request: Request, amount: int, *, at: datetime, fault: Fault = Fault.NONE
) -> Paid:
    """The simulated bank takes `amount` for a request and tells us, as `fault` says.

    ConflictError where the request is of a real bank. ProblemError where our own side refused.
    """
    bank = Bank.objects.select_for_update().get(pk=request.bank_id)
    if not bank.is_simulator:
        raise ConflictError("Only the simulated bank takes pretended money", detail=bank.name)
    simulated = _bank(bank)
    channel: Channel = "virtual_account" if request.method == "virtual_account" else "qris"
    paid = simulated.pay(request.account, amount, at, channel=channel, fault=fault)
    prefix = request.numbers.prefix if request.numbers else ""
    carrier = Carrier(simulated, keys_of(bank), prefix)
    carrier.serial = simulated.serial * 100
    # Whatever the bank would tell later, it tells now: the visitor waits for it.
    notices = simulated.due(at + timedelta(days=7))
    replies = [(notice, carrier.tell(notice, at)) for notice in notices]
    refused = [reply for notice, reply in replies if reply.status == 404 and notice.is_signed_well]
    if refused and fault is Fault.NONE:
        raise ProblemError("The bank was refused", detail=refused[0].body["responseMessage"])
    SimulatedPayment.objects.create(
        bank=bank, reference=paid.reference, account=paid.account, channel=channel,
        amount=amount, credited=paid.credited, at=at, fault=fault,
    )  # fmt: skip
    return paid


@transaction.atomic
def close_day(bank: Bank, now: datetime, *, by: str = "") -> Taken:
    """Let the simulated bank close its day: its statement is taken in and reconciled.

    The day is today in the city, or the day after the last statement.
    """
    if not bank.is_simulator:
        raise ConflictError("Only the simulated bank closes its day here", detail=bank.name)
    zone = city_by_slug(bank.city).zone
    last = queries.last_statement(bank)
    day = now.astimezone(zone).date()
    if last is not None:
        day = max(day, last.day + timedelta(days=1))
    opening = last.closing if last else 0
    rows = SimulatedPayment.objects.select_for_update().filter(bank=bank)
    fresh = list(rows.filter(booked_on=None, credited__gt=0).order_by("at", "reference"))
    taken_back = list(rows.filter(fault=Fault.REVERSED, booked_on__lt=day, reversed_on=None))
    entries = numbered_entries([*map(_credit, fresh), *map(_reversal, taken_back)], day)
    closing = opening + sum(entry.amount for entry in entries)
    statement = Statement(
        identifier=f"{bank.account_number}-{day:%Y%m%d}", account=bank.account_number,
        currency=bank.currency, opening=Balance(opening, day), closing=Balance(closing, day),
        entries=entries,
    )  # fmt: skip
    at = datetime.combine(day, time(23, 59), zone)
    content = camt053.write([statement], message=statement.identifier, at=at)
    (taken,) = take_statement(bank, content, by=by)
    rows.filter(pk__in=[row.pk for row in fresh]).update(booked_on=day)
    rows.filter(pk__in=[row.pk for row in taken_back]).update(reversed_on=day)
    return taken


def _bank(bank: Bank) -> SimulatedBank:
    count = SimulatedPayment.objects.filter(bank=bank).count()
    simulated = SimulatedBank(bank.account_number, seed=count + 1, currency=bank.currency,
                              zone=city_by_slug(bank.city).zone)  # fmt: skip
    simulated.serial = count
    return simulated


def _credit(row: SimulatedPayment) -> Entry:
    return Entry(number="0", amount=row.credited, reference=row.reference, account=row.account,
                 booked=row.at.date(), code=_code(row))  # fmt: skip


def _reversal(row: SimulatedPayment) -> Entry:
    return Entry(number="0", amount=-row.credited, reference=f"R{row.reference}",
                 booked=row.at.date(), code=_code(row), reversal=True,
                 reverses=row.reference)  # fmt: skip


def _code(row: SimulatedPayment) -> str:
    return QR_CODE if row.channel == "qris" else VA_CODE
