"""Writing a decision down: transfers of the ledger, moves, what the bill has, what is listed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from balai.kernel.events import actions as events
from balai.kernel.ledger import actions as ledger
from balai.kernel.ledger.postings import Posting
from balai.kernel.payments.actions.banks import account_code
from balai.kernel.payments.engine import reconcile
from balai.kernel.payments.engine.reconcile import Decision, Place
from balai.kernel.payments.events import RECEIVED, Received, bill_changed
from balai.kernel.payments.models import (
    Act,
    Bank,
    Bill,
    Difference,
    Entry,
    Move,
    Notice,
    Payment,
    Request,
)
from balai.kernel.regions.queries import City, city_by_slug


@dataclass(slots=True, kw_only=True)
class Cause:
    """Why something moves: `key` makes its transfers happen once, `at` and `day` are when."""

    bank: Bank
    key: str
    at: datetime
    day: date
    payment: Payment | None = None
    entry: Entry | None = None
    act: Act | None = None
    notice: Notice | None = None


def lock_bank(bank: Bank, *, whole: bool = False) -> None:
    """Take the bank's books until the transaction ends: shared for one payment, or `whole` for a
    statement, whose many bills would otherwise be locked in another order.
    """
    kind = "" if whole else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pg_advisory_xact_lock{kind}(hashtextextended(%s, 1))",
            [f"payments/{bank.pk}"],
        )


def lock_reference(bank: Bank, reference: str) -> None:
    """Let one notice of a payment be judged after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))",
                       [f"{bank.pk}/{reference}"])  # fmt: skip


def write_moves(
    moves: Iterable[reconcile.Move], cause: Cause, outcome: str, bill: Bill | None
) -> None:
    """Post each move once and keep it; the bill's paid amount follows, its programme is told.

    A move whose bill is not `bill` (money matched by hand to another) is that one's.
    """
    changes: dict[Bill, int] = {}
    others: dict[str, Bill] = {str(bill.pk): bill} if bill else {}
    for number, move in enumerate(moves):
        of = _bill_of(move, others)
        posted = ledger.post(posting(move, cause, number, outcome, of))
        if posted.repeated:
            continue
        keep_move(move, cause, outcome, of, posted.id)
        if of is not None:
            sign = (move.credit is Place.BILL) - (move.debit is Place.BILL)
            changes[of] = changes.get(of, 0) + sign * move.amount
    for of, change in changes.items():
        if change:
            credit_bill(of, change, cause)


def keep_move(
    move: reconcile.Move, cause: Cause, outcome: str, bill: Bill | None, transfer: UUID
) -> None:
    """Keep a move beside its transfer."""
    move_row(move, cause, outcome, bill, transfer).save(force_insert=True)


def move_row(
    move: reconcile.Move, cause: Cause, outcome: str, bill: Bill | None, transfer: UUID
) -> Move:
    """The row of a move, not saved yet."""
    return Move(
        region_code=cause.bank.region_code, bank=cause.bank, payment=cause.payment,
        entry=cause.entry, act=cause.act, debit=move.debit, credit=move.credit,
        amount=move.amount, bill=bill, transfer=transfer, outcome=outcome, at=cause.at,
    )  # fmt: skip


def write_differences(decision: Decision, cause: Cause) -> list[Difference]:
    """List what the decision found."""
    return Difference.objects.bulk_create(difference_rows(decision, cause))


def difference_rows(decision: Decision, cause: Cause) -> list[Difference]:
    """The rows of what the decision found, not saved yet."""
    payment = cause.payment
    return [
        Difference(
            city=cause.bank.city,
            region_code=payment.region_code if payment else cause.bank.region_code,
            bank=cause.bank, day=cause.day, kind=each.kind, place=each.place or "",
            amount=each.amount, remaining=each.amount if each.place else 0, payment=payment,
            entry=cause.entry, notice=cause.notice,
        )
        for each in decision.differences
    ]  # fmt: skip


def close_differences(payment: Payment) -> None:
    """Money that left suspense by the bank's own act no longer waits for an officer."""
    Difference.objects.filter(payment=payment, remaining__gt=0).update(
        remaining=0, state=Difference.State.RESOLVED
    )


def record_received(decision: Decision, cause: Cause) -> None:
    """The event of money that came, for programmes and figures."""
    events.record(received(decision, cause, city_by_slug(cause.bank.city)))


def received(decision: Decision, cause: Cause, city: City) -> events.Happening:
    """That money came, as an event."""
    payment = cause.payment
    assert payment is not None
    to_bill = sum(m.amount for m in decision.moves if m.credit is Place.BILL)
    bill = payment.bill
    return events.Happening(
        kind=RECEIVED, at=cause.at, day=events.local_day(cause.at, city.zone), city=city.slug,
        place=payment.region_code, subject=f"payments.payment:{payment.pk}",
        data=Received(
            payment=payment.pk, bill=bill.pk if bill else None,
            programme=bill.programme if bill else "", method=payment.method,
            outcome=decision.outcome, amount=payment.amount, to_bill=to_bill,
            currency=payment.currency, generated=payment.generated,
        ),
        key=f"payments:{cause.key}:received",
    )  # fmt: skip


def standing(payment: Payment) -> reconcile.Payment:
    """The payment as the engine sees it."""
    return standing_after(payment, moves_of([payment])[payment.pk])


def moves_of(payments: Iterable[Payment]) -> dict[UUID, list[reconcile.Move]]:
    """The moves of each payment, as the engine sees them."""
    found: dict[UUID, list[reconcile.Move]] = {payment.pk: [] for payment in payments}
    rows = Move.objects.filter(payment__in=list(found)).order_by("id").values_list(
        "payment_id", "debit", "credit", "amount", "bill_id"
    )  # fmt: skip
    for owner, debit, credit, amount, bill in rows:
        move = reconcile.Move(Place(debit), Place(credit), amount, str(bill or ""))
        found[UUID(str(owner))].append(move)
    return found


def standing_after(payment: Payment, moves: Iterable[reconcile.Move]) -> reconcile.Payment:
    """The payment as the engine sees it after its moves."""
    return reconcile.Payment(
        identifier=str(payment.pk), reference=payment.reference, amount=payment.amount,
        state=reconcile.State(payment.state), announced_on=payment.announced_on,
        parts=reconcile.parts_of(moves), bill=str(payment.bill_id or ""),
    )  # fmt: skip


def bill_standing(bill: Bill | None, without: reconcile.Payment | None = None) -> (
    reconcile.Bill | None
):  # fmt: skip
    """The bill as the engine sees it, less what one payment has credited to it."""
    if bill is None:
        return None
    own = sum(part.amount for part in without.parts if part.bill == str(bill.pk)) if without else 0
    return reconcile.Bill(
        identifier=str(bill.pk), amount=bill.amount, paid=bill.paid - own,
        takes_parts=bill.takes_parts, expires=bill.expires_at,
        cancelled=bill.state == Bill.State.CANCELLED,
    )  # fmt: skip


def locked_bill(identifier: UUID | str | None) -> Bill | None:
    """The bill, held until the transaction ends."""
    if not identifier:
        return None
    return Bill.objects.select_for_update().filter(pk=identifier).first()


def posting(
    move: reconcile.Move, cause: Cause, number: int, outcome: str, bill: Bill | None
) -> Posting:
    """The transfer of a move: the `number`th of its cause."""

    def account(place: Place) -> str:
        if place is not Place.BILL:
            return account_code(cause.bank, place)
        assert bill is not None
        return bill.receivable

    source = f"payments.payment:{cause.payment.pk}" if cause.payment else (
        f"payments.entry:{cause.entry.pk}" if cause.entry else f"payments.bank:{cause.bank.pk}"
    )  # fmt: skip
    return Posting(
        debit=account(move.debit), credit=account(move.credit), amount=move.amount,
        currency=cause.bank.currency, at=cause.at, key=f"payments:{cause.key}:{number}",
        reason=f"{outcome}: {move.credit.value} to {move.debit.value}", source=source,
    )  # fmt: skip


def _bill_of(move: reconcile.Move, known: dict[str, Bill]) -> Bill | None:
    if Place.BILL not in (move.debit, move.credit):
        return None
    if move.bill not in known:
        known[move.bill] = Bill.objects.select_for_update().get(pk=move.bill)
    return known[move.bill]


def credit_bill(bill: Bill, change: int, cause: Cause) -> None:
    """Change what was paid of a bill, and tell its programme."""
    change_bill(bill, change)
    bill.save(update_fields=["paid", "state"])
    if bill.due == 0:
        waiting = Request.objects.filter(bill=bill, state="waiting")
        waiting.update(state=Request.State.PAID)
    bill_changed.send(sender=Bill, **changed(bill, cause))


def change_bill(bill: Bill, change: int) -> None:
    """Change what was paid of a bill, and its state with it; not saved yet."""
    bill.paid += change
    if bill.state != Bill.State.CANCELLED:
        bill.state = (
            Bill.State.PAID if bill.due == 0
            else Bill.State.PART if bill.paid else Bill.State.OPEN
        )  # fmt: skip


def changed(bill: Bill, cause: Cause) -> dict[str, Any]:
    """What the programme of a bill is told when it changed."""
    return {
        "bill": bill.pk, "city": bill.city, "programme": bill.programme,
        "reference": bill.reference, "paid": bill.paid, "amount": bill.amount,
        "payment": cause.payment.pk if cause.payment else None,
    }  # fmt: skip
