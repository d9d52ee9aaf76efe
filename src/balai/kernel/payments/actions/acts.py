"""What officers do about differences, each once and with its undo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from balai.kernel.events.actions import local_day
from balai.kernel.ledger import actions as ledger
from balai.kernel.payments.actions.banks import open_places
from balai.kernel.payments.actions.books import (
    Cause,
    close_differences,
    credit_bill,
    keep_move,
    lock_bank,
    locked_bill,
    standing,
    write_moves,
)
from balai.kernel.payments.engine import reconcile
from balai.kernel.payments.engine.reconcile import Move, Place, State
from balai.kernel.payments.models import Act, Bill, Difference, Payment, Refund
from balai.kernel.payments.models import Move as MoveRow
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug

RECEIVED = frozenset({Place.PARTIAL, Place.OVER, Place.DOUBLE, Place.LATE, Place.UNKNOWN})
"""Suspense that holds money received: it can go to a bill or back to the payer."""
LOST = frozenset({Place.REVERSED, Place.WITHDRAWN})
"""Suspense for money that left the account: what nobody can explain is a loss."""


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, when (now if None), and why."""

    name: str
    note: str = ""
    at: datetime | None = None


@transaction.atomic
def match(difference: Difference, bill: Bill, by: By) -> Act:
    """Credit a bill with money in suspense, as much as it is owed; the rest stays.

    ConflictError where the money has gone elsewhere, or the bill is owed nothing.
    """
    held = _held(difference, RECEIVED)
    target = locked_bill(bill.pk)
    if target is None or target.due <= 0 or target.state == Bill.State.CANCELLED:
        raise ConflictError("The bill is owed nothing", detail=bill.reference, kind="bill-paid")
    if target.currency != held.bank.currency or target.city != held.city:
        raise ProblemError("The bill is of another city or currency", detail=bill.reference)
    amount = min(held.remaining, target.due)
    move = Move(Place(held.place), Place.BILL, amount, str(target.pk))
    act = _act(held, Act.Kind.MATCH, by, amount=amount, bill=target)
    _move([move], act, held)
    _lower(held, amount)
    return act


@transaction.atomic
def refund(difference: Difference, by: By) -> Act:
    """Set money in suspense aside to be sent back; the statement will show it by its reference."""
    held = _held(difference, RECEIVED)
    if held.payment is None:
        raise ConflictError("Nobody is known who paid this")
    _refuse_in_transit(held)
    amount = held.remaining
    act = _act(held, Act.Kind.REFUND, by, amount=amount)
    _move([Move(Place(held.place), Place.REFUNDS, amount)], act, held)
    Refund.objects.create(
        region_code=held.region_code, bank=held.bank, payment=held.payment, act=act,
        reference=f"RF{act.pk.hex}", amount=amount,
    )  # fmt: skip
    _lower(held, amount)
    return act


@transaction.atomic
def match_reversal(difference: Difference, payment: Payment, by: By) -> Act:
    """Say which payment the bank took back: it is undone, and its bill is to be paid again.

    ConflictError where the payment is not in the account any more, or of another amount or bank.
    """
    held = _held(difference, frozenset({Place.REVERSED}))
    taken = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    if taken.bank_id != held.bank_id or taken.state != State.SETTLED:
        raise ConflictError("This payment is not in the bank account", detail=taken.reference,
                            kind="payment-not-settled")  # fmt: skip
    known = standing(taken)
    if taken.amount != held.remaining or sum(part.amount for part in known.parts) != taken.amount:
        raise ConflictError("The payment is not of this amount", detail=taken.reference,
                            kind="other-amount")  # fmt: skip
    # What was to be refunded went back with the rest: nobody is to be sent it any more.
    waiting = Refund.objects.filter(payment=taken, sent_at=None, cancelled_at=None)
    act = _act(held, Act.Kind.REVERSE, by, amount=held.remaining, bill=taken.bill, payment=taken,
               also=Difference.objects.filter(payment=taken, remaining__gt=0),
               refunds=waiting)  # fmt: skip
    waiting.update(cancelled_at=act.at)
    _move(reconcile.reverse(known), act, held)
    Payment.objects.filter(pk=taken.pk).update(state=State.REVERSED)
    close_differences(taken)
    _lower(held, held.remaining)
    return act


@transaction.atomic
def write_off(difference: Difference, by: By) -> Act:
    """Give money up: what nobody claims becomes the city's, what nobody explains its loss."""
    _refuse_no_note(by)
    held = _held(difference, RECEIVED | LOST)
    _refuse_in_transit(held)
    open_places(held.bank, Place.WRITTEN_OFF)
    act = _act(held, Act.Kind.WRITE_OFF, by, amount=held.remaining)
    place = Place(held.place)
    move = Move(Place.WRITTEN_OFF, place, held.remaining) if place in LOST else (
        Move(place, Place.WRITTEN_OFF, held.remaining)
    )  # fmt: skip
    _move([move], act, held)
    _lower(held, held.remaining)
    return act


@transaction.atomic
def deposit(difference: Difference, by: By) -> Act:
    """Unknown money on the statement is cash of the till that was paid in."""
    held = _held(difference, frozenset({Place.UNKNOWN}))
    act = _act(held, Act.Kind.DEPOSIT, by, amount=held.remaining)
    _move([Move(Place.UNKNOWN, Place.TILL, held.remaining)], act, held)
    _lower(held, held.remaining)
    return act


@transaction.atomic
def take_back(difference: Difference, by: By) -> Act:
    """Undo a payment that a bank announced and never credited: its bill is to be paid again."""
    held = _held(difference, frozenset({Place.NEVER_CREDITED}))
    payment = Payment.objects.select_for_update().get(differences=held)
    moves = reconcile.take_back(standing(payment))
    act = _act(held, Act.Kind.TAKE_BACK, by, amount=held.remaining, bill=payment.bill,
               also=Difference.objects.filter(payment=payment, remaining__gt=0))  # fmt: skip
    _move(moves, act, held)
    Payment.objects.filter(pk=payment.pk).update(state=State.TAKEN_BACK)
    Difference.objects.filter(payment=payment, remaining__gt=0).update(
        remaining=0, state=Difference.State.RESOLVED
    )
    return act


@transaction.atomic
def keep(difference: Difference, by: By) -> Act:
    """Leave it where it is, with a note that says why."""
    _refuse_no_note(by)
    lock_bank(difference.bank)
    held = Difference.objects.select_for_update().get(pk=difference.pk)
    if held.state != Difference.State.OPEN:
        raise ConflictError("Somebody has dealt with this already", kind="difference-closed")
    act = _act(held, Act.Kind.KEEP, by)
    Difference.objects.filter(pk=held.pk).update(state=Difference.State.KEPT)
    return act


@transaction.atomic
def undo(act: Act, by: By) -> None:
    """Take an act back by the reversal of its transfers.

    ConflictError where it was undone, a refund was sent, or the money moved on since.
    """
    lock_bank(act.difference.bank)
    found = (
        Act.objects.select_for_update(of=("self",))
        .select_related("difference__bank")
        .get(pk=act.pk)
    )
    _refuse_undo(found)
    now = by.at or timezone.now()
    cause = _cause(found.difference, found, now)
    changes: dict[Bill, int] = {}
    for move in found.moves.select_related("bill").order_by("id"):
        made = ledger.reverse(move.transfer, reason=f"undone: {found.kind}",
                              key=f"payments:act/{found.pk}/undo/{move.pk}", at=now)  # fmt: skip
        back = Move(Place(move.credit), Place(move.debit), move.amount, str(move.bill_id or ""))
        bill = locked_bill(move.bill_id)
        keep_move(back, cause, "undone", bill, made.id)
        if bill is not None:
            sign = 1 if back.credit is Place.BILL else -1
            changes[bill] = changes.get(bill, 0) + sign * move.amount
    for bill, change in changes.items():
        if bill.paid + change > bill.amount:
            raise ConflictError("The bill was paid by other money since", detail=bill.reference,
                                kind="bill-paid")  # fmt: skip
        credit_bill(bill, change, cause)
    _restore(found)
    Refund.objects.filter(act=found).update(cancelled_at=now)
    Act.objects.filter(pk=found.pk).update(undone_at=now, undone_by=by.name)


def _refuse_no_note(by: By) -> None:
    if not by.note.strip():
        raise ProblemError("A note is needed", faults=(
            Fault(field="note", problem="is empty", remedy="Say why"),))  # fmt: skip


def _refuse_in_transit(held: Difference) -> None:
    # The statement may yet show another amount, or none.
    if held.payment is not None and held.payment.state in (State.IN_TRANSIT, State.NEVER_CREDITED):
        raise ConflictError("The bank has not credited this money yet", kind="not-credited",
                            detail="Wait for its statement.")  # fmt: skip


def _held(difference: Difference, places: frozenset[Place]) -> Difference:
    lock_bank(difference.bank)
    rows = Difference.objects.select_for_update(of=("self",)).select_related("bank", "payment")
    held = rows.get(pk=difference.pk)
    if held.place not in places or held.remaining <= 0:
        raise ConflictError(
            "The money is not here any more",
            kind="difference-closed",
            detail="Somebody, or the bank, has dealt with it: see its story.",
        )
    return held


def _act(
    held: Difference, kind: Act.Kind, by: By, *, amount: int = 0, bill: Bill | None = None,
    payment: Payment | None = None, also: Iterable[Difference] = (),
    refunds: Iterable[Refund] = (),
) -> Act:  # fmt: skip
    owner = payment or held.payment
    listed = {each.pk: each for each in (held, *also)}
    act = Act.objects.create(
        region_code=held.region_code, difference=held, kind=kind, amount=amount, bill=bill,
        payment=payment,
        before={
            "differences": [[str(d.pk), d.remaining, d.state] for d in listed.values()],
            "state": owner.state if owner else "",
            "refunds": [str(refund.pk) for refund in refunds],
        },
        note=by.note[:1000], by=by.name, at=by.at or timezone.now(),
    )  # fmt: skip
    act.refresh_from_db()
    return act


def _cause(held: Difference, act: Act, at: datetime) -> Cause:
    day = local_day(at, city_by_slug(held.city).zone)
    return Cause(bank=held.bank, key=f"act/{act.pk}", at=at, day=day, act=act,
                 payment=act.payment or held.payment)  # fmt: skip


def _move(moves: Sequence[Move], act: Act, held: Difference) -> None:
    write_moves(moves, _cause(held, act, act.at), act.kind, None)


def _lower(held: Difference, amount: int) -> None:
    left = held.remaining - amount
    Difference.objects.filter(pk=held.pk).update(
        remaining=left,
        state=Difference.State.OPEN if left else Difference.State.RESOLVED,
    )


def _refuse_undo(act: Act) -> None:
    if act.undone_at is not None:
        raise ConflictError("It was undone already", kind="act-undone")
    if Refund.objects.filter(act=act, sent_at__isnull=False).exists():
        raise ConflictError("The refund was sent already", kind="refund-sent")
    touched = Q(difference=act.difference)
    for identifier, *_ in act.before["differences"]:
        touched |= Q(before__differences__contains=[[identifier]])
    if Act.objects.filter(touched, undone_at=None, pk__gt=act.pk).exists():
        raise ConflictError("Undo the later act first", kind="act-followed")
    kept = Difference.objects.filter(pk=act.difference_id, state=Difference.State.KEPT)
    if act.kind == Act.Kind.KEEP and not kept.exists():
        raise ConflictError("The bank has dealt with it since", kind="act-followed")
    payment = act.payment or act.difference.payment
    own = act.moves.order_by("-id").first()
    if payment is not None and own is not None:
        later = MoveRow.objects.filter(payment=payment, pk__gt=own.pk)
        if any(not (move.act and move.act.undone_at) and move.outcome != "undone"
               for move in later.select_related("act")):  # fmt: skip
            raise ConflictError(
                "The money has moved on since",
                kind="act-followed",
                detail="Look at the payment's story.",
            )


def _restore(act: Act) -> None:
    for identifier, remaining, state in act.before["differences"]:
        Difference.objects.filter(pk=identifier).update(remaining=remaining, state=state)
    Refund.objects.filter(pk__in=act.before.get("refunds", [])).update(cancelled_at=None)
    owner = act.payment_id or act.difference.payment_id
    if act.kind in (Act.Kind.TAKE_BACK, Act.Kind.REVERSE) and owner:
        Payment.objects.filter(pk=owner).update(state=act.before["state"])
