"""Paying approved statements: a bank file by four eyes, and the bank's word that it is booked."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from balai.kernel import keys
from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.actions.settlement.bank_accounts import checked_account, number_of
from balai.transit.actions.settlement.payouts import PAYER, pay
from balai.transit.models import BankAccount, PaymentBatch, Payout, Statement
from balai.transit.queries.settlement.accounts import REMEDY, accounts_in_use, why_unpaid


@transaction.atomic
def make_batch(
    city: str, *, execution: date, bank: str, account: str, by: Origin, without: bool = False
) -> PaymentBatch:
    """Gather what is approved and not yet paid, to be paid from the city's `account` at `bank`
    (its BIC). An operator whose sum is not above zero waits.

    ProblemError names a bad field, operators without an approved bank account (who wait where
    `without` is true), or that nothing is to be paid.
    """
    bank, account = checked_account(bank, account)
    due = _due(city)
    accounts = accounts_in_use([group[0].operator for group in due])
    faults = tuple(
        Fault(field="operator", value=group[0].operator.name,
              problem=why_unpaid(group[0].operator), remedy=REMEDY)
        for group in due if group[0].operator_id not in accounts
    )  # fmt: skip
    paid = [group for group in due if group[0].operator_id in accounts]
    if (faults and not without) or not paid:
        detail = "" if faults else "No approved statement waits to be paid."
        raise ProblemError("No bank file can be made", faults=faults, detail=detail)
    batch = _batch(city, paid, execution, bank, account, by)
    for number, group in enumerate(paid, 1):
        _payout(batch, number, group, accounts[group[0].operator_id])
    _told("transit.payment-made", batch, by, total=batch.total)
    return batch


def _due(city: str) -> list[list[Statement]]:
    """Approved statements in no bank file, held, by operator; those whose sum is above zero."""
    waiting = (
        Statement.objects.select_for_update(of=("self",))
        .filter(city=city, state=Statement.State.APPROVED, payment=None)
        .select_related("operator").order_by("operator__code", "day", "version")
    )  # fmt: skip
    groups: dict[int, list[Statement]] = defaultdict(list)
    for each in waiting:
        groups[each.operator_id].append(each)
    return [group for group in groups.values() if sum(each.change for each in group) > 0]


def _batch(
    city: str, paid: Sequence[Sequence[Statement]], execution: date, bank: str, account: str,
    by: Origin,
) -> PaymentBatch:  # fmt: skip
    chosen = [each for group in paid for each in group]
    facts = city_by_slug(city)
    count = PaymentBatch.objects.filter(city=city).count() + 1
    number = uuid4()
    batch = PaymentBatch.objects.create(
        id=number, city=city, payer_bank=bank, payer_end=account[-4:],
        payer_account=keys.seal(PAYER, account, about=str(number)),
        reference=f"TRANSIT-{facts.region_code.replace('.', '')}-{count:06}",
        execution_day=execution, total=sum(each.change for each in chosen), count=len(paid),
        made_by=by.actor, generated=any(each.generated for each in chosen),
    )  # fmt: skip
    Statement.objects.filter(pk__in=[each.pk for each in chosen]).update(payment=batch)
    return batch


def _payout(
    batch: PaymentBatch, number: int, group: Sequence[Statement], account: BankAccount
) -> None:
    made = Payout.objects.create(
        id=uuid4(),
        city=batch.city,
        batch=batch,
        operator=group[0].operator,
        account=account,
        reference=f"{batch.reference}-{number:03}",
        amount=sum(each.change for each in group),
    )
    made.statements.set(group)


@transaction.atomic
def release(batch: PaymentBatch, *, by: Origin) -> PaymentBatch:
    """Let the bank file go. ConflictError by who made it, or where it does not wait; ProblemError
    where an account was replaced since it was made.
    """
    found = _locked(batch, PaymentBatch.State.DRAFT)
    if found.made_by == by.actor:
        raise ConflictError("Another officer must release it",
                            detail="Who made the bank file cannot release it.")  # fmt: skip
    if faults := tuple(
        Fault(field="operator", value=each.operator.name,
              problem="has another bank account since the file was made",
              remedy="Withdraw the file and make it anew")
        for each in payouts_of(found) if each.account.state != BankAccount.State.APPROVED
    ):  # fmt: skip
        raise ProblemError("The bank file cannot be released", faults=faults)
    bank_file(found)
    found.state, found.released_by = PaymentBatch.State.RELEASED, by.actor
    found.released_at = timezone.now()
    found.save()
    _told("transit.payment-released", found, by, total=found.total)
    return found


@transaction.atomic
def withdraw_batch(batch: PaymentBatch, *, reason: str, by: Origin) -> PaymentBatch:
    """Give a batch up before the bank booked any of it; its statements wait for another."""
    found = _locked(batch, PaymentBatch.State.DRAFT, PaymentBatch.State.RELEASED)
    if not reason.strip():
        raise ProblemError("The bank file cannot be withdrawn",
                           faults=(Fault(field="reason", problem="is missing"),))  # fmt: skip
    if found.payouts.exclude(state=Payout.State.OPEN).exists():
        raise ConflictError("The bank booked a part of it already",
                            detail="Take back each payout that it did not pay.")  # fmt: skip
    found.statements.update(payment=None)
    found.payouts.update(state=Payout.State.WITHDRAWN)
    found.state, found.reason = PaymentBatch.State.WITHDRAWN, reason.strip()[:500]
    found.save()
    _told("transit.payment-withdrawn", found, by, reason=reason[:200])
    return found


@transaction.atomic
def book(batch: PaymentBatch, *, on: date, bank_reference: str, by: Origin) -> PaymentBatch:
    """An officer's word that the bank paid all that waits: nothing more is owed for it."""
    found = _locked(batch, PaymentBatch.State.RELEASED)
    if not bank_reference.strip():
        fault = Fault(field="bank_reference", problem="is missing")
        raise ProblemError("The payment cannot be booked", faults=(fault,))
    for each in found.payouts.filter(state=Payout.State.OPEN).order_by("reference"):
        pay(each, on=on, bank_reference=bank_reference, by=by)
    found.refresh_from_db()
    return found


def payouts_of(batch: PaymentBatch) -> QuerySet[Payout]:
    """What a bank file pays to whom, in its order."""
    rows = batch.payouts.select_related("operator", "account", "batch")
    return rows.prefetch_related("statements").order_by("reference")


def days_of(payout: Payout) -> tuple[date, ...]:
    """The days that a payout pays for."""
    return tuple(sorted({each.day for each in payout.statements.all()}))


def bank_file(batch: PaymentBatch) -> bytes:
    """The batch as ISO 20022 pain.001; ProblemError names an operator that cannot be written."""
    from balai.transit.engine.settlement.pain001 import Party, Transfer, payment_file

    facts = city_by_slug(batch.city)
    transfers = []
    for each in payouts_of(batch):
        to, days = each.account, days_of(each)
        note = f"Kilometres and fares {days[0]} to {days[-1]}"
        transfers.append(Transfer(Party(to.holder, number_of(to), to.bank), each.amount,
                                  each.reference, note))  # fmt: skip
    payer = keys.open_sealed(PAYER, bytes(batch.payer_account), about=str(batch.pk))
    try:
        return payment_file(
            reference=batch.reference, made_at=batch.made_at, execution=batch.execution_day,
            debtor=Party(f"Transit {facts.name}", payer, batch.payer_bank),
            transfers=transfers, currency=facts.currency,
        )  # fmt: skip
    except ValueError as error:
        raise ProblemError("The bank file cannot be written", detail=str(error)) from error


def bank_list(batch: PaymentBatch) -> str:
    """The batch as CSV, for a bank that takes no pain.001."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("reference", "name", "bank", "account", "amount", "days"))
    for each in payouts_of(batch):
        days, to = " ".join(map(str, days_of(each))), each.account
        row = (each.reference, to.holder, to.bank, number_of(to), each.amount, days)
        writer.writerow([f"'{cell}" if str(cell)[:1] in "=+-@" else cell for cell in row])
    return out.getvalue()


def _locked(batch: PaymentBatch, *states: str) -> PaymentBatch:
    found = PaymentBatch.objects.select_for_update().get(pk=batch.pk)
    if found.state not in states:
        raise ConflictError("The bank file is past this step", detail=found.get_state_display())
    return found


def _told(action: str, batch: PaymentBatch, by: Origin, **detail: Any) -> None:
    facts: City = city_by_slug(batch.city)
    audit(action, by, subject=f"transit.payment:{batch.pk}", region=facts.region_code, **detail)
