"""Bills, the ways to pay them, and receipts."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from balai.kernel.payments.models import Bank, Bill, Move, Payment, Request
from balai.kernel.payments.payable import PaymentRequest, Receipt
from balai.kernel.problems import MissingError


def bills_of(city: str, person: UUID) -> QuerySet[Bill]:
    """A person's bills in a city, those to be paid first."""
    return Bill.objects.filter(city=city, person_id=person).order_by("-state", "-created_at")


def request_view(found: Request) -> PaymentRequest:
    """A request as other rooms see it."""
    return PaymentRequest(
        id=found.pk, bill=found.bill_id, method=found.method,  # type: ignore[arg-type]
        bank=found.bank.slug, account=found.account, amount=found.amount,
        currency=found.bill.currency, state=found.state, expires_at=found.expires_at,
        qris=found.qris,
    )  # fmt: skip


def request_by_account(bank: Bank, account: str) -> Request | None:
    """The request a number or reference was given out for, or None."""
    return Request.objects.select_related("bill").filter(bank=bank, account=account).first()


def receipt(payment: UUID) -> Receipt:
    """What a receipt tells of a payment that reached its bill; MissingError where none did."""
    found = Payment.objects.select_related("bill", "bank").filter(pk=payment).first()
    if found is None or found.bill is None or found.state not in ("in-transit", "settled"):
        raise MissingError("There is no receipt", detail=f"Payment {payment} paid no bill.")
    moves = Move.objects.filter(payment=found, bill=found.bill)
    paid = sum(m.amount if m.credit == "bill" else -m.amount for m in moves)
    if paid <= 0:
        raise MissingError("There is no receipt", detail=f"Payment {payment} paid no bill.")
    return Receipt(
        payment=found.pk, bill=found.bill.pk, reference=found.bill.reference,
        purpose=found.bill.purpose, amount=paid, currency=found.currency, method=found.method,
        paid_at=found.paid_at, settled=found.state == "settled", bank=found.bank.name,
        bank_reference=found.reference, transfers=tuple(m.transfer for m in moves),
    )  # fmt: skip
