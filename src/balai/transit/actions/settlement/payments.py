"""Paying approved statements: a bank file by four eyes, and the bank's word that it is booked."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from balai.kernel import keys
from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.ledger.actions import post_many
from balai.kernel.ledger.postings import Posting
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.actions.settlement.bank_accounts import checked_account, number_of
from balai.transit.actions.settlement.books import payable_account, treasury_account
from balai.transit.models import BankAccount, Operator, PaymentBatch, Statement
from balai.transit.queries.settlement.accounts import REMEDY, accounts_in_use, why_unpaid

PURPOSE = "transit.payer-account"


@dataclass(frozen=True, slots=True)
class Due:
    """What an operator is to be paid by a batch; `reference` comes back on the bank's statement.
    `account`: the approved one of the operator, None where it has none.
    """

    operator: Operator
    account: BankAccount | None
    amount: int
    reference: str
    days: tuple[date, ...]


@transaction.atomic
def make_batch(city: str, *, execution: date, bank: str, account: str, by: Origin) -> PaymentBatch:
    """Gather what is approved and not yet paid, to be paid from the city's `account` at `bank`
    (its BIC). An operator whose sum is not above zero waits.

    ProblemError names a bad field, operators without an approved bank account, or that nothing is
    to be paid.
    """
    bank, account = checked_account(bank, account)
    waiting = list(
        Statement.objects.select_for_update(of=("self",))
        .filter(city=city, state=Statement.State.APPROVED, payment=None)
        .select_related("operator").order_by("operator__code", "day", "version")
    )  # fmt: skip
    groups: dict[int, list[Statement]] = defaultdict(list)
    for each in waiting:
        groups[each.operator_id].append(each)
    paid = [group for group in groups.values() if sum(each.change for each in group) > 0]
    faults = tuple(
        Fault(field="operator", value=group[0].operator.name, problem=why, remedy=REMEDY)
        for group in paid if (why := why_unpaid(group[0].operator))
    )  # fmt: skip
    if faults or not paid:
        detail = "" if faults else "No approved statement waits to be paid."
        raise ProblemError("No bank file can be made", faults=faults, detail=detail)
    chosen = [each for group in paid for each in group]
    today = city_by_slug(city)
    count = PaymentBatch.objects.filter(city=city).count() + 1
    number = uuid4()
    batch = PaymentBatch.objects.create(
        id=number, city=city, payer_bank=bank, payer_end=account[-4:],
        payer_account=keys.seal(PURPOSE, account, about=str(number)),
        reference=f"TRANSIT-{today.region_code.replace('.', '')}-{count:06}",
        execution_day=execution, total=sum(each.change for each in chosen), count=len(paid),
        made_by=by.actor, generated=any(each.generated for each in chosen),
    )  # fmt: skip
    Statement.objects.filter(pk__in=[each.pk for each in chosen]).update(payment=batch)
    _told("transit.payment-made", batch, by, total=batch.total)
    return batch


@transaction.atomic
def release(batch: PaymentBatch, *, by: Origin) -> PaymentBatch:
    """Let the bank file go. ConflictError by who made it, or where it does not wait."""
    found = _locked(batch, PaymentBatch.State.DRAFT)
    if found.made_by == by.actor:
        raise ConflictError("Another officer must release it",
                            detail="Who made the bank file cannot release it.")  # fmt: skip
    bank_file(found)
    found.state, found.released_by = PaymentBatch.State.RELEASED, by.actor
    found.released_at = timezone.now()
    found.save()
    _told("transit.payment-released", found, by, total=found.total)
    return found


@transaction.atomic
def withdraw_batch(batch: PaymentBatch, *, reason: str, by: Origin) -> PaymentBatch:
    """Give a batch up before the bank booked it; its statements wait for another."""
    found = _locked(batch, PaymentBatch.State.DRAFT, PaymentBatch.State.RELEASED)
    if not reason.strip():
        raise ProblemError("The bank file cannot be withdrawn",
                           faults=(Fault(field="reason", problem="is missing"),))  # fmt: skip
    found.statements.update(payment=None)
    found.state, found.reason = PaymentBatch.State.WITHDRAWN, reason.strip()[:500]
    found.save()
    _told("transit.payment-withdrawn", found, by, reason=reason[:200])
    return found


@transaction.atomic
def book(batch: PaymentBatch, *, on: date, bank_reference: str, by: Origin) -> PaymentBatch:
    """The bank booked the file: what was owed is paid, and the payable is zero for it."""
    found = _locked(batch, PaymentBatch.State.RELEASED)
    if not bank_reference.strip():
        fault = Fault(field="bank_reference", problem="is missing")
        raise ProblemError("The payment cannot be booked", faults=(fault,))
    facts = city_by_slug(found.city)
    at = datetime.combine(on, time(12), facts.zone)
    post_many(
        [
            Posting(
                debit=payable_account(facts.slug, due.operator.code),
                credit=treasury_account(facts.slug), amount=due.amount, currency=facts.currency,
                at=at, key=f"transit:payment:{found.pk}:{due.operator.pk}",
                reason="Paid by bank file", source=f"transit.payment:{found.pk}",
            )
            for due in dues(found)
        ]
    )  # fmt: skip
    found.statements.update(state=Statement.State.PAID)
    found.state, found.booked_by, found.booked_on = PaymentBatch.State.BOOKED, by.actor, on
    found.bank_reference = bank_reference.strip()[:140]
    found.save()
    _told("transit.payment-booked", found, by, total=found.total)
    return found


def book_from_statement(city: str, content: bytes, *, by: Origin) -> list[PaymentBatch]:
    """Book every released file whose payments are all on a bank statement (camt.053).

    Payments are known by their EndToEndId and exact amount; a file of which one lacks waits.
    ProblemError where the statement cannot be read or pays another amount than was asked.
    """
    from balai.kernel.payments.engine.camt053 import read

    out = {entry.end_to_end: entry for each in read(content) for entry in each.entries
           if entry.amount < 0 and not entry.reversal and entry.end_to_end}  # fmt: skip
    booked, faults = [], []
    for batch in PaymentBatch.objects.filter(city=city, state=PaymentBatch.State.RELEASED):
        wanted = dues(batch)
        told = [out.get(each.reference) for each in wanted]
        faults += [
            Fault(field=due.reference, value=str(-entry.amount), problem=f"is not {due.amount}",
                  remedy="Ask the bank")
            for due, entry in zip(wanted, told, strict=True)
            if entry and -entry.amount != due.amount
        ]  # fmt: skip
        if all(told):
            booked.append((batch, [entry for entry in told if entry]))
    if faults:
        raise ProblemError("The bank paid other amounts", faults=tuple(faults))
    with transaction.atomic():
        return [
            book(batch, on=max(entry.booked for entry in entries), by=by,
                 bank_reference=entries[0].reference)
            for batch, entries in booked
        ]  # fmt: skip


def dues(batch: PaymentBatch) -> list[Due]:
    """What a batch pays to whom, by operator's code."""
    groups: dict[int, list[Statement]] = defaultdict(list)
    rows: Iterable[Statement] = batch.statements.select_related("operator").order_by(
        "operator__code", "day", "version"
    )
    for each in rows:
        groups[each.operator_id].append(each)
    accounts = accounts_in_use([group[0].operator for group in groups.values()])
    return [
        Due(group[0].operator, accounts.get(group[0].operator_id),
            sum(each.change for each in group), f"{batch.reference}-{number:03}"[:35],
            tuple(sorted({each.day for each in group})))
        for number, group in enumerate(groups.values(), 1)
    ]  # fmt: skip


def bank_file(batch: PaymentBatch) -> bytes:
    """The batch as ISO 20022 pain.001; ProblemError names an operator that cannot be written."""
    from balai.transit.engine.settlement.pain001 import Party, Transfer, payment_file

    facts = city_by_slug(batch.city)
    transfers = [
        Transfer(
            Party(account.holder, number_of(account), account.bank), due.amount, due.reference,
            f"Kilometres and fares {due.days[0]} to {due.days[-1]}",
        )
        for due, account in _paid_to(batch)
    ]  # fmt: skip
    payer = keys.open_sealed(PURPOSE, bytes(batch.payer_account), about=str(batch.pk))
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
    for due, account in _paid_to(batch):
        days = " ".join(map(str, due.days))
        row = (due.reference, account.holder, account.bank, number_of(account), due.amount, days)
        writer.writerow([f"'{cell}" if str(cell)[:1] in "=+-@" else cell for cell in row])
    return out.getvalue()


def _paid_to(batch: PaymentBatch) -> list[tuple[Due, BankAccount]]:
    """What is paid to which account; ProblemError names operators without an approved one."""
    found = dues(batch)
    if faults := tuple(
        Fault(field="operator", value=due.operator.name, problem=why_unpaid(due.operator),
              remedy=REMEDY)
        for due in found if due.account is None
    ):  # fmt: skip
        raise ProblemError("The bank file cannot be written", faults=faults)
    return [(due, due.account) for due in found if due.account is not None]


def _locked(batch: PaymentBatch, *states: str) -> PaymentBatch:
    found = PaymentBatch.objects.select_for_update().get(pk=batch.pk)
    if found.state not in states:
        raise ConflictError("The bank file is past this step", detail=found.get_state_display())
    return found


def _told(action: str, batch: PaymentBatch, by: Origin, **detail: Any) -> None:
    facts: City = city_by_slug(batch.city)
    audit(action, by, subject=f"transit.payment:{batch.pk}", region=facts.region_code, **detail)
