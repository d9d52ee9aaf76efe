"""Taking in a statement: each entry becomes one thing, in the order that the bank booked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction

from balai.kernel.events import actions as events
from balai.kernel.payments import queries
from balai.kernel.payments.actions.books import (
    Cause,
    bill_standing,
    close_differences,
    lock_bank,
    locked_bill,
    record_received,
    standing,
    write_differences,
    write_moves,
)
from balai.kernel.payments.engine import camt053, reconcile
from balai.kernel.payments.engine.reconcile import Decision, Move, Outcome, Place
from balai.kernel.payments.events import RECONCILED, Reconciled
from balai.kernel.payments.models import (
    Bank,
    Difference,
    Entry,
    Payment,
    Refund,
    Request,
    Statement,
)
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import City, city_by_slug


@dataclass(frozen=True, slots=True)
class Taken:
    """A statement that was taken in; `repeated`: an earlier call had."""

    statement: Statement
    repeated: bool


def take_statement(bank: Bank, content: bytes, *, by: str = "") -> tuple[Taken, ...]:
    """Take in every statement of a camt.053 file, all or none, and reconcile its days.

    ProblemError names the entry, field, value and mend of each fault, or the balance that does
    not follow the statement before; ConflictError where the day came with another content.
    """
    found = sorted(camt053.read(content), key=lambda each: each.closing.on)
    with transaction.atomic():
        lock_bank(bank, whole=True)
        return tuple(_take(bank, each, by) for each in found)


def _take(bank: Bank, statement: camt053.Statement, by: str) -> Taken:
    digest = hashlib.sha256(repr(statement).encode()).digest()
    day = statement.closing.on
    known = Statement.objects.filter(bank=bank, day=day).first()
    if known is not None:
        if bytes(known.digest) != digest:
            raise ConflictError(
                "Another statement of this day was taken in",
                detail=f"{known.identifier} of {day} differs from this one.",
            )
        return Taken(known, repeated=True)
    _refuse_strange(bank, statement)
    city = city_by_slug(bank.city)
    at = datetime.combine(day, time(23, 59), city.zone)
    row = Statement.objects.create(
        city=bank.city, region_code=bank.region_code, bank=bank, identifier=statement.identifier,
        day=day, opening=statement.opening.amount, closing=statement.closing.amount,
        digest=digest, by=by,
    )  # fmt: skip
    row.refresh_from_db()
    _opening(bank, row, at)
    # Credits first: a payment may be credited and reversed on one day.
    for entry in sorted(statement.entries, key=lambda each: each.amount < 0):
        _book(bank, row, entry, at)
    _overdue(bank, row, at)
    _tell(bank, row, len(statement.entries), city, at)
    return Taken(row, repeated=False)


def _refuse_strange(bank: Bank, statement: camt053.Statement) -> None:
    last = queries.last_statement(bank)
    faults = []
    if statement.account != bank.account_number:
        faults.append(
            _fault(
                "Acct",
                statement.account,
                f"is not {bank.account_number}",
                "Choose the bank this statement is of",
            )
        )
    if statement.currency != bank.currency:
        faults.append(_fault("Ccy", statement.currency, f"is not {bank.currency}", ""))
    if last is not None and statement.closing.on <= last.day:
        faults.append(
            _fault(
                "Dt",
                str(statement.closing.on),
                f"lies before {last.day}",
                "Statements are taken in by day",
            )
        )
    elif last is not None and statement.opening.amount != last.closing:
        faults.append(
            _fault(
                "Bal OPBD",
                str(statement.opening.amount),
                f"does not follow {last.closing}, the closing balance of {last.day}",
                "Take in the statement between them first",
            )
        )
    if faults:
        raise ProblemError("The bank statement cannot be taken", faults=tuple(faults))


def _opening(bank: Bank, row: Statement, at: datetime) -> None:
    if row.opening == 0 or queries.last_statement(bank, before=row.day) is not None:
        return
    move = Move(Place.BANK, Place.OPENING, row.opening) if row.opening > 0 else (
        Move(Place.OPENING, Place.BANK, -row.opening)
    )  # fmt: skip
    cause = Cause(bank=bank, key=f"opening/{bank.pk}", at=at - timedelta(days=1), day=row.day)
    write_moves([move], cause, "opening", None)


def _book(bank: Bank, row: Statement, entry: camt053.Entry, at: datetime) -> None:
    payment = _named(bank, entry)
    known = standing(payment) if payment else None
    request = Request.objects.filter(bank=bank, account=entry.account).first() if (
        entry.account and entry.amount > 0
    ) else None  # fmt: skip
    bill = locked_bill((payment.bill_id if payment else None) or
                       (request.bill_id if request else None))  # fmt: skip
    refund = _refund_of(bank, entry)
    paid_at = payment.paid_at if payment else at
    decision = reconcile.book(entry, paid_at, known, bill_standing(bill, known),
                              refund=refund is not None)  # fmt: skip
    if decision.outcome is Outcome.CREDITED:
        payment = _unannounced(bank, entry, request, payment, at)
    elif decision.outcome is Outcome.REVERSAL_UNMATCHED:
        payment = None
    kept = _keep(row, entry, decision, payment)
    cause = Cause(bank=bank, key=f"entry/{kept.pk}", at=at, day=row.day, payment=payment,
                  entry=kept)  # fmt: skip
    if decision.outcome in (Outcome.CORRECTED, Outcome.REVERSED) and payment:
        close_differences(payment)
    elif payment and known and known.state == reconcile.State.NEVER_CREDITED:
        _close(payment, Place.NEVER_CREDITED)
    write_moves(decision.moves, cause, decision.outcome, bill)
    write_differences(decision, cause)
    if payment is not None:
        _follow(payment, decision)
    if refund is not None and decision.outcome is Outcome.REFUNDED:
        Refund.objects.filter(pk=refund.pk).update(sent_at=at)
    if decision.outcome is Outcome.CREDITED:
        record_received(decision, cause)


def _refund_of(bank: Bank, entry: camt053.Entry) -> Refund | None:
    if entry.amount > 0 or not entry.end_to_end:
        return None
    ordered = Refund.objects.filter(bank=bank, sent_at=None, cancelled_at=None)
    return ordered.filter(reference=entry.end_to_end, amount=-entry.amount).first()


def _named(bank: Bank, entry: camt053.Entry) -> Payment | None:
    names = (entry.reverses, entry.end_to_end, entry.reference) if entry.reversal else (
        entry.reference, entry.end_to_end
    )  # fmt: skip
    for name in filter(None, names):
        if found := Payment.objects.filter(bank=bank, reference=name).first():
            return found
    return None


def _unannounced(
    bank: Bank, entry: camt053.Entry, request: Request | None, other: Payment | None, at: datetime
) -> Payment:
    reference = entry.reference or f"{entry.booked}/{entry.number}"
    if other is not None or Payment.objects.filter(bank=bank, reference=reference).exists():
        # The bank's reference stands for a payment already: this money is another.
        again = Payment.objects.filter(bank=bank, reference__startswith=f"{reference}#").count()
        reference = f"{reference}#{again + 2}"
    about = request or other
    payment = Payment.objects.create(
        city=bank.city, region_code=about.region_code if about else bank.region_code,
        person_id=about.person_id if about else None, bank=bank,
        bill_id=about.bill_id if about else None, request=request,
        method=request.method if request else other.method if other else "transfer",
        reference=reference, account=entry.account, amount=entry.amount, currency=bank.currency,
        paid_at=at, state=reconcile.State.SETTLED,
        generated=about.generated if about else bank.is_simulator,
    )  # fmt: skip
    return payment


def _keep(
    row: Statement, entry: camt053.Entry, decision: Decision, payment: Payment | None
) -> Entry:
    return Entry.objects.create(
        region_code=row.region_code, statement=row, number=entry.number, amount=entry.amount,
        reference=entry.reference, end_to_end=entry.end_to_end, account=entry.account,
        code=entry.code, reversal=entry.reversal, remittance=entry.remittance, payer=entry.payer,
        outcome=decision.outcome, payment=payment,
    )  # fmt: skip


def _follow(payment: Payment, decision: Decision) -> None:
    changes = {"state": decision.state, "amount": decision.amount}
    told = {name: value for name, value in changes.items() if value is not None}
    if told:
        Payment.objects.filter(pk=payment.pk).update(**told)


def _overdue(bank: Bank, row: Statement, at: datetime) -> None:
    waiting = Payment.objects.filter(bank=bank, state="in-transit", announced_on__lt=row.day)
    for payment in waiting.order_by("id"):
        decision = reconcile.overdue(standing(payment), row.day, timedelta(days=bank.grace_days))
        if decision is None:
            continue
        cause = Cause(bank=bank, key=f"payment/{payment.pk}/overdue/{row.day}", at=at,
                      day=row.day, payment=payment)  # fmt: skip
        write_moves(decision.moves, cause, decision.outcome, None)
        write_differences(decision, cause)
        _follow(payment, decision)


def _close(payment: Payment, place: Place) -> None:
    Difference.objects.filter(payment=payment, place=place, remaining__gt=0).update(
        remaining=0, state=Difference.State.RESOLVED
    )


def _tell(bank: Bank, row: Statement, entries: int, city: City, at: datetime) -> None:
    lines = queries.books(bank, row.day)
    events.record(events.Happening(
        kind=RECONCILED, at=at, day=row.day, city=city.slug, place=bank.region_code,
        subject=f"payments.statement:{row.pk}",
        data=Reconciled(
            statement=row.pk, bank=bank.slug, entries=entries,
            differences=Difference.objects.filter(bank=bank, day=row.day).count(),
            residual=sum(abs(line.residual) for line in lines),
        ),
        key=f"payments:statement/{row.pk}",
    ))  # fmt: skip


def _fault(field: str, value: str, problem: str, remedy: str) -> Fault:
    return Fault(field=f"statement, {field}", value=value, problem=problem, remedy=remedy)
