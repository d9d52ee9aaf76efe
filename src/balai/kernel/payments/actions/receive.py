"""Money a bank announces, cash at the counter, and notices that are refused."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from balai.kernel.events.actions import local_day
from balai.kernel.payments.actions.books import (
    Cause,
    bill_standing,
    lock_bank,
    lock_reference,
    locked_bill,
    record_received,
    standing,
    write_differences,
    write_moves,
)
from balai.kernel.payments.engine import reconcile
from balai.kernel.payments.engine.reconcile import Kind, Outcome
from balai.kernel.payments.models import Bank, Bill, Difference, Notice, Payment, Request
from balai.kernel.payments.payable import Announcement, Method
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug


@transaction.atomic
def announce_payment(
    bank: Bank, told: Announcement, *, service: str = "", external_id: str = "",
    at: datetime | None = None,
) -> Notice:  # fmt: skip
    """Take a bank's notice: the money is in transit until the statement shows it.

    The same reference moves money once; with another amount it is listed. Returns the notice
    with its outcome. ProblemError where the currency is not the account's.
    """
    now = at or timezone.now()
    if told.currency != bank.currency:
        raise _refused("currency", told.currency, f"is not {bank.currency}")
    lock_bank(bank)
    lock_reference(bank, told.reference)
    known = Payment.objects.filter(bank=bank, reference=told.reference).first()
    request = Request.objects.filter(bank=bank, account=told.account).first()
    bill = locked_bill(request.bill_id) if request and known is None else None
    decision = reconcile.announce(
        told.amount, told.paid_at, standing(known) if known else None, bill_standing(bill)
    )
    payment = known or _payment(bank, told, request, bill, now)
    notice = Notice.objects.create(
        city=bank.city, region_code=bank.region_code, bank=bank, service=service,
        external_id=external_id, reference=told.reference, account=told.account,
        amount=told.amount, outcome=decision.outcome, payment=payment, at=now,
    )  # fmt: skip
    cause = Cause(bank=bank, key=f"payment/{payment.pk}/announced", at=told.paid_at,
                  day=_day(bank, now), payment=payment, notice=notice)  # fmt: skip
    write_moves(decision.moves, cause, decision.outcome, bill)
    write_differences(decision, cause)
    if known is None:
        record_received(decision, cause)
    return notice


@transaction.atomic
def record_credit(
    bill: Bill, amount: int, *, method: Method, reference: str, bank: Bank, at: datetime,
    generated: bool = False,
) -> Payment:  # fmt: skip
    """Cash taken at the city's counter for a bill: in the till at once; each reference once.

    ConflictError where the reference stands for another amount or bill.
    """
    if type(amount) is not int or amount <= 0:
        raise _refused("amount", str(amount), "is not a whole amount above zero")
    lock_bank(bank)
    lock_reference(bank, reference)
    known = Payment.objects.filter(bank=bank, reference=reference).first()
    if known is not None:
        if (known.amount, known.bill_id) != (amount, bill.pk):
            raise ConflictError("The receipt number stands for another payment", detail=reference)
        return known
    locked = locked_bill(bill.pk)
    decision = reconcile.receive(amount, at, bill_standing(locked))
    payment = Payment.objects.create(
        city=bill.city, region_code=bill.region_code, person_id=bill.person_id, bank=bank,
        bill=bill, method=method, reference=reference, amount=amount, currency=bill.currency,
        paid_at=at, state=reconcile.State.SETTLED, generated=generated,
    )  # fmt: skip
    payment.refresh_from_db()
    cause = Cause(bank=bank, key=f"payment/{payment.pk}/received", at=at, day=_day(bank, at),
                  payment=payment)  # fmt: skip
    write_moves(decision.moves, cause, decision.outcome, locked)
    write_differences(decision, cause)
    record_received(decision, cause)
    return payment


@transaction.atomic
def refuse_notice(
    bank: Bank, *, service: str, external_id: str, detail: str, reference: str = "",
    account: str = "", amount: int | None = None, at: datetime | None = None,
) -> Notice:  # fmt: skip
    """Keep a notice that was not believed (a wrong signature), and list it: no money moves."""
    now = at or timezone.now()
    notice = Notice.objects.create(
        city=bank.city, region_code=bank.region_code, bank=bank, service=service,
        external_id=external_id, reference=reference, account=account, amount=amount,
        outcome=Kind.NOTICE_REFUSED, detail=detail[:200], at=now,
    )  # fmt: skip
    Difference.objects.create(
        city=bank.city, region_code=bank.region_code, bank=bank, day=_day(bank, now),
        kind=Kind.NOTICE_REFUSED, amount=amount or 0, notice=notice,
    )  # fmt: skip
    return notice


def _payment(
    bank: Bank, told: Announcement, request: Request | None, bill: Bill | None, now: datetime
) -> Payment:
    about = request or bank
    payment = Payment.objects.create(
        city=bank.city, region_code=about.region_code,
        person_id=request.person_id if request else None, bank=bank, bill=bill, request=request,
        method=told.method, reference=told.reference, account=told.account, amount=told.amount,
        currency=told.currency, paid_at=told.paid_at, announced_on=_day(bank, now),
        state=reconcile.State.IN_TRANSIT, generated=told.generated,
    )  # fmt: skip
    payment.refresh_from_db()
    return payment


def _day(bank: Bank, at: datetime):  # type: ignore[no-untyped-def]
    return local_day(at, city_by_slug(bank.city).zone)


def _refused(field: str, value: str, problem: str) -> ProblemError:
    return ProblemError("The payment cannot be taken",
                        faults=(Fault(field=field, value=value, problem=problem),))  # fmt: skip


__all__ = ["Outcome", "announce_payment", "record_credit", "refuse_notice"]
