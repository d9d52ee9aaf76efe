"""Presenting a bill, and giving out a code or number to pay it with."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from balai.kernel.ledger import currencies
from balai.kernel.ledger import queries as ledger
from balai.kernel.payments import queries
from balai.kernel.payments.engine import qris
from balai.kernel.payments.models import Bank, Bill, NumberRange, Request
from balai.kernel.payments.payable import METHODS, Method, PayableBill, PaymentRequest
from balai.kernel.problems import ConflictError, Fault, ProblemError

CODE_LIFE = timedelta(minutes=30)
"""How long a dynamic QRIS code may be paid; a new one is made after it."""
SLIP_LIFE = timedelta(days=1)
MOST = 10**13 - 1
"""The largest amount a QRIS code and a SNAP message hold."""


@transaction.atomic
def present_bill(payable: PayableBill) -> Bill:
    """The bill's row, made at the first call; again with the same figures it is the same.

    ConflictError where the reference stands for another amount or account; ProblemError where the
    receivable is no open account of the currency, or the amount is not above zero.
    """
    _refuse_bad_bill(payable)
    bill, made = Bill.objects.get_or_create(
        city=payable.city, programme=payable.programme, reference=payable.reference,
        defaults={
            "region_code": payable.region_code, "person_id": payable.person,
            "purpose": dict(payable.purpose), "amount": payable.amount,
            "currency": payable.currency, "receivable": payable.receivable,
            "takes_parts": payable.takes_parts, "expires_at": payable.expires_at,
            "generated": payable.generated,
        },
    )  # fmt: skip
    same = (bill.amount, bill.currency, bill.receivable, bill.person_id)
    if not made and same != (payable.amount, payable.currency, payable.receivable, payable.person):
        raise ConflictError(
            "The reference stands for another bill",
            detail=f"{payable.programme} {payable.reference} asks {bill.amount} {bill.currency}.",
        )
    if made:
        bill.refresh_from_db()
    return bill


@transaction.atomic
def cancel_bill(bill: Bill) -> None:
    """Take a bill back before anything was paid of it; ConflictError where something was."""
    locked = Bill.objects.select_for_update().get(pk=bill.pk)
    if locked.paid:
        raise ConflictError("The bill was paid already", detail=locked.reference)
    Bill.objects.filter(pk=bill.pk).update(state=Bill.State.CANCELLED)
    Request.objects.filter(bill=bill, state="waiting").update(state=Request.State.CANCELLED)


def request_payment(
    payable: PayableBill | Bill, method: Method, *, bank: Bank | None = None,
    at: datetime | None = None,
) -> PaymentRequest:  # fmt: skip
    """A way to pay the bill's rest: the one that is waiting already, or a new one.

    A bill has one waiting number at a bank, however many ask at once. ConflictError where the
    bill is paid, cancelled or expired; ProblemError where the method is not offered here.
    """
    now = at or timezone.now()
    if method not in METHODS:
        raise _not_offered(method, "is not a method", f"Use one of {', '.join(METHODS)}")
    with transaction.atomic():
        given = payable if isinstance(payable, Bill) else present_bill(payable)
        bill = Bill.objects.select_for_update().get(pk=given.pk)
        _refuse_unpayable(bill, now)
        chosen = bank or queries.bank_for(bill.city, bill.currency)
        if chosen is None:
            raise _not_offered(method, "the city has no open bank account for payments", "Add one")
        waiting = Request.objects.filter(bill=bill, bank=chosen, method=method, state="waiting")
        waiting.exclude(expires_at__gt=now, amount=bill.due).update(state=Request.State.EXPIRED)
        found = waiting.first()
        return queries.request_view(found or _issue(bill, method, chosen, now))


def _issue(bill: Bill, method: Method, bank: Bank, now: datetime) -> Request:
    numbers = None
    code = ""
    if method == "virtual_account":
        numbers, account, life = _number(bill, bank)
    else:
        account = _label(bill, method)
        life = CODE_LIFE if method == "qris" else SLIP_LIFE
        code = _code(bill, bank, account) if method == "qris" else ""
    expires = now + life
    if bill.expires_at is not None:
        expires = min(expires, bill.expires_at)
    made = Request.objects.create(
        bill=bill, city=bill.city, region_code=bill.region_code, person_id=bill.person_id,
        method=method, bank=bank, numbers=numbers, amount=bill.due, account=account, qris=code,
        expires_at=expires, generated=bill.generated, created_at=now,
    )  # fmt: skip
    made.refresh_from_db()
    return made


def _number(bill: Bill, bank: Bank) -> tuple[NumberRange, str, timedelta]:
    kind = "open" if bill.takes_parts else "closed"
    found = NumberRange.objects.filter(bank=bank, kind=kind, is_open=True).order_by("id")
    for numbers in found:
        with connection.cursor() as cursor:
            # The row's lock makes each number one bill's, however many ask.
            cursor.execute(
                "UPDATE payments_numberrange SET next = next + 1"
                " WHERE id = %s AND next <= last RETURNING next - 1", [numbers.pk],
            )  # fmt: skip
            row = cursor.fetchone()
        if row is not None:
            return numbers, numbers.number(row[0]), timedelta(hours=numbers.hours)
    raise _not_offered("virtual_account", f"no {kind} number is left", "Add a range of numbers")


def _label(bill: Bill, method: Method) -> str:
    serial = Request.objects.filter(bill=bill, method=method).count()
    told = f"{bill.city}/{bill.programme}/{bill.reference}/{method}/{serial}".encode()
    return base64.b32encode(hashlib.blake2s(told, digest_size=10).digest()).decode()


def _code(bill: Bill, bank: Bank, label: str) -> str:
    if not bank.qris_nmid:
        raise _not_offered("qris", "the bank account has no NMID", "Use a virtual account")
    merchant = qris.Merchant(
        name=bank.qris_name, city=bank.qris_city, postal_code=bank.qris_postal_code,
        category=bank.qris_category, nmid=bank.qris_nmid, criteria=bank.qris_criteria,
        accounts=(qris.Account(tag="26", guid=bank.qris_guid, pan=bank.qris_pan,
                               criteria=bank.qris_criteria),),
    )  # fmt: skip
    major = Decimal(currencies.decimal(bill.due, bill.currency))
    return qris.make(merchant, amount=major, bill_number=bill.reference[-25:],
                     reference_label=label)  # fmt: skip


def _refuse_unpayable(bill: Bill, now: datetime) -> None:
    if bill.due <= 0 or bill.state == Bill.State.PAID:
        raise ConflictError("The bill is paid", detail=bill.reference, kind="bill-paid")
    if bill.state == Bill.State.CANCELLED:
        raise ConflictError("The bill was cancelled", detail=bill.reference, kind="bill-cancelled")
    if bill.expires_at is not None and bill.expires_at <= now:
        raise ConflictError("The bill's time is over", detail=bill.reference, kind="bill-expired")


def _refuse_bad_bill(payable: PayableBill) -> None:
    faults = []
    if not 0 < payable.amount <= MOST:
        faults.append(
            Fault(
                field="amount",
                value=str(payable.amount),
                problem=f"is not a whole amount from 1 to {MOST}",
            )
        )
    if not (
        0 < len(payable.reference) <= 60
        and payable.reference.isascii()
        and payable.reference.isprintable()
    ):
        faults.append(
            Fault(
                field="reference",
                value=payable.reference[:60],
                problem="is not 1 to 60 plain characters",
            )
        )
    if missing := {"id", "en"} - set(payable.purpose):
        faults.append(Fault(field="purpose", problem=f"lacks {', '.join(sorted(missing))}"))
    _, currency = ledger.identities([payable.receivable]).get(payable.receivable, (0, ""))
    if currency != payable.currency:
        faults.append(
            Fault(
                field="receivable",
                value=payable.receivable,
                problem=f"is no open account in {payable.currency}",
                remedy="Open it in the ledger first",
            )
        )
    if faults:
        raise ProblemError("The bill cannot be presented", faults=tuple(faults))


def _not_offered(method: str, problem: str, remedy: str) -> ProblemError:
    fault = Fault(field="method", value=method, problem=problem, remedy=remedy)
    return ProblemError("This way to pay is not offered", faults=(fault,))
