"""Booking entries of a statement in sets: known at once, decided in memory, written at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from balai.kernel.events import actions as events
from balai.kernel.identifiers import time_ordered_ids
from balai.kernel.ledger import actions as ledger
from balai.kernel.ledger import queries as ledger_queries
from balai.kernel.ledger.postings import Posting
from balai.kernel.payments.actions.books import (
    Cause,
    bill_standing,
    change_bill,
    changed,
    difference_rows,
    move_row,
    moves_of,
    posting,
    received,
    standing_after,
)
from balai.kernel.payments.engine import camt053, reconcile
from balai.kernel.payments.engine.reconcile import Decision, Outcome, Place, State
from balai.kernel.payments.events import bill_changed
from balai.kernel.payments.models import (
    Bank,
    Bill,
    Difference,
    Entry,
    Move,
    Payment,
    Refund,
    Request,
    Statement,
)
from balai.kernel.regions.queries import city_by_slug

NOBODYS = frozenset({Outcome.REVERSAL_UNMATCHED, Outcome.CHARGED, Outcome.WITHDRAWN})
"""Outcomes that belong to no payment, whatever reference the entry has."""
ROWS = 1000
"""How many rows one statement to the database writes."""


@dataclass(slots=True)
class Known:
    """What the database knows of a slice of entries, its bills held until the transaction ends."""

    payments: dict[str, Payment] = field(default_factory=dict)
    moves: dict[UUID, list[reconcile.Move]] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    bills: dict[str, Bill] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    repeats: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A move that is to be posted, and why."""

    move: reconcile.Move
    cause: Cause
    outcome: str
    bill: Bill | None
    posting: Posting


@dataclass(slots=True)
class Changes:
    """What booking a slice of entries writes."""

    payments: list[Payment] = field(default_factory=list)
    followed: dict[UUID, Payment] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    closed: set[tuple[UUID, str]] = field(default_factory=set)
    bills: dict[str, Bill] = field(default_factory=dict)
    paid: set[UUID] = field(default_factory=set)
    refunds: dict[UUID, Refund] = field(default_factory=dict)
    withdrawn: set[UUID] = field(default_factory=set)
    happenings: list[events.Happening] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)


class Booking:
    """Books entries of one statement, at the end of its day. The bank's books must be locked."""

    def __init__(self, bank: Bank, statement: Statement, at: datetime) -> None:
        self.bank, self.statement, self.at = bank, statement, at
        self.city = city_by_slug(bank.city)
        self.known, self.changes = Known(), Changes()

    def book(self, entries: Sequence[camt053.Entry]) -> None:
        """Make each entry one thing and write it down, in their order."""
        self.known = known_of(self.bank, entries)
        self._decide(entries)
        self._write()

    def overdue(self, payments: Sequence[Payment], grace: Any) -> None:
        """Give up payments that were announced and not shown in the days of grace."""
        self.known.moves = moves_of(payments)
        for payment in payments:
            known = standing_after(payment, self.known.moves[payment.pk])
            decision = reconcile.overdue(known, self.statement.day, grace)
            if decision is not None:
                key = f"payment/{payment.pk}/overdue/{self.statement.day}"
                self._follow(decision, self._cause(key, payment), None)
        self._write()

    def _decide(self, entries: Sequence[camt053.Entry]) -> None:
        identifiers = time_ordered_ids(len(entries)) if entries else []
        for entry, identifier in zip(entries, identifiers, strict=True):
            self._one(entry, UUID(identifier))

    def _one(self, entry: camt053.Entry, identifier: UUID) -> None:
        payment = self._named(entry)
        known = self._standing(payment)
        request = self._request(entry)
        bill = self._bill((payment.bill_id if payment else None) or
                          (request.bill_id if request else None))  # fmt: skip
        refund = self._refund(entry)
        decision = reconcile.book(
            entry, payment.paid_at if payment else self.at, known, bill_standing(bill, known),
            refund=refund is not None,
        )  # fmt: skip
        if decision.outcome is Outcome.CREDITED:
            payment = self._unannounced(entry, request, payment)
        elif decision.outcome in NOBODYS:
            payment = None
        elif refund is not None:
            payment = refund.payment
            self._settle(refund, decision)
        row = entry_row(self.statement, entry, decision, payment, identifier)
        self.changes.entries.append(row)
        self._close(decision, payment, known)
        self._follow(decision, self._cause(f"entry/{row.pk}", payment, row), bill)

    def _named(self, entry: camt053.Entry) -> Payment | None:
        if entry.is_rest:
            return None
        names = (entry.reverses, entry.end_to_end, entry.reference) if entry.reversal else (
            entry.reference, entry.end_to_end
        )  # fmt: skip
        found = (self.known.payments.get(name) for name in names if name)
        return next((payment for payment in found if payment is not None), None)

    def _standing(self, payment: Payment | None) -> reconcile.Payment | None:
        if payment is None:
            return None
        return standing_after(payment, self.known.moves[payment.pk])

    def _request(self, entry: camt053.Entry) -> Request | None:
        if entry.is_rest or entry.amount < 0:
            return None
        return self.known.requests.get(entry.account)

    def _bill(self, identifier: UUID | None) -> Bill | None:
        return self.known.bills.get(str(identifier)) if identifier else None

    def _refund(self, entry: camt053.Entry) -> Refund | None:
        found = self.known.refunds.get(entry.end_to_end) if not entry.is_rest else None
        if found is None or found.cancelled_at is not None or found.amount != abs(entry.amount):
            return None
        # One that was sent can come back, and one that was not can be sent.
        return found if (found.sent_at is None) == (entry.amount < 0) else None

    def _settle(self, refund: Refund, decision: Decision) -> None:
        refund.sent_at = self.at if decision.outcome is Outcome.REFUNDED else None
        self.changes.refunds[refund.pk] = refund

    def _unannounced(
        self, entry: camt053.Entry, request: Request | None, other: Payment | None
    ) -> Payment:
        about = request or other
        payment = Payment(
            id=UUID(time_ordered_ids(1)[0]), city=self.bank.city, bank=self.bank,
            region_code=about.region_code if about else self.bank.region_code,
            person_id=about.person_id if about else None,
            bill_id=about.bill_id if about else None, request=request,
            method=request.method if request else other.method if other else "transfer",
            reference=self._free(entry), account=entry.account, amount=entry.amount,
            currency=self.bank.currency, paid_at=self.at, state=State.SETTLED,
            generated=about.generated if about else self.bank.is_simulator,
        )  # fmt: skip
        if payment.bill_id:
            payment.bill = self.known.bills[str(payment.bill_id)]
        self.changes.payments.append(payment)
        self.known.payments[payment.reference] = payment
        self.known.moves[payment.pk] = []
        return payment

    def _free(self, entry: camt053.Entry) -> str:
        """The bank's reference; one that stands for a payment already has a number added."""
        wanted = entry.reference or f"{entry.booked}/{entry.number}"
        free = wanted
        while free in self.known.payments or (
            free != entry.reference and self._is_taken(free)
        ):  # fmt: skip
            self.known.repeats[wanted] = self.known.repeats.get(wanted, 1) + 1
            free = f"{wanted}#{self.known.repeats[wanted]}"
        return free

    def _is_taken(self, reference: str) -> bool:
        return Payment.objects.filter(bank=self.bank, reference=reference).exists()

    def _cause(self, key: str, payment: Payment | None, entry: Entry | None = None) -> Cause:
        return Cause(bank=self.bank, key=key, at=self.at, day=self.statement.day, payment=payment,
                     entry=entry)  # fmt: skip

    def _close(
        self, decision: Decision, payment: Payment | None, known: reconcile.Payment | None
    ) -> None:
        """Money that left suspense by the bank's own act no longer waits for an officer."""
        if payment is None or known is None:
            return
        if decision.outcome in (Outcome.CORRECTED, Outcome.REVERSED):
            self._close_at(payment, "")
            self._call_off_refunds(payment)
        elif known.state == State.NEVER_CREDITED:
            self._close_at(payment, Place.NEVER_CREDITED)

    def _call_off_refunds(self, payment: Payment) -> None:
        """What the bank took back is not there to be sent back."""
        self.changes.withdrawn.add(payment.pk)
        for refund in self.known.refunds.values():
            if refund.payment_id == payment.pk and refund.sent_at is None:
                refund.cancelled_at = self.at

    def _close_at(self, payment: Payment, place: str) -> None:
        self.changes.closed.add((payment.pk, place))
        for each in self.changes.differences:
            if each.payment_id == payment.pk and each.remaining and place in ("", each.place):
                each.remaining, each.state = 0, Difference.State.RESOLVED

    def _follow(self, decision: Decision, cause: Cause, bill: Bill | None) -> None:
        """Note the moves, what is listed, and what the payment and its bills become."""
        changes: dict[str, int] = {}
        for number, move in enumerate(decision.moves):
            of = self.known.bills[move.bill] if move.bill else None
            asked = posting(move, cause, number, decision.outcome, of)
            self.changes.steps.append(Step(move, cause, decision.outcome, of, asked))
            if cause.payment is not None:
                self.known.moves[cause.payment.pk].append(move)
            if of is not None:
                sign = (move.credit is Place.BILL) - (move.debit is Place.BILL)
                changes[move.bill] = changes.get(move.bill, 0) + sign * move.amount
        for identifier, change in changes.items():
            self._credit(self.known.bills[identifier], change, cause)
        self.changes.differences += difference_rows(decision, cause)
        if cause.payment is not None:
            self._become(cause.payment, decision)
        if decision.outcome is Outcome.CREDITED:
            self.changes.happenings.append(received(decision, cause, self.city))

    def _credit(self, bill: Bill, change: int, cause: Cause) -> None:
        if not change:
            return
        change_bill(bill, change)
        self.changes.bills[str(bill.pk)] = bill
        if bill.due == 0:
            self.changes.paid.add(bill.pk)
        self.changes.told.append(changed(bill, cause))

    def _become(self, payment: Payment, decision: Decision) -> None:
        payment.state = decision.state or payment.state
        payment.amount = decision.amount if decision.amount is not None else payment.amount
        self.changes.followed[payment.pk] = payment

    def _write(self) -> None:
        found, self.changes = self.changes, Changes()
        fresh = {payment.pk for payment in found.payments}
        Payment.objects.bulk_create(found.payments, batch_size=ROWS)
        Payment.objects.bulk_update(
            [each for each in found.followed.values() if each.pk not in fresh],
            ["state", "amount"], batch_size=ROWS,
        )  # fmt: skip
        Entry.objects.bulk_create(found.entries, batch_size=ROWS)
        _write_moves(found.steps)
        _write_differences(found)
        Bill.objects.bulk_update(found.bills.values(), ["paid", "state"], batch_size=ROWS)
        Request.objects.filter(bill__in=found.paid, state="waiting").update(
            state=Request.State.PAID
        )
        Refund.objects.bulk_update(found.refunds.values(), ["sent_at"])
        Refund.objects.filter(payment__in=found.withdrawn, sent_at=None, cancelled_at=None).update(
            cancelled_at=self.at
        )
        events.record_many(found.happenings)
        for told in found.told:
            bill_changed.send(sender=Bill, **told)


def _write_moves(steps: Sequence[Step]) -> None:
    ledger.post_many([step.posting for step in steps])
    posted = ledger_queries.ids_of_keys(step.posting.key for step in steps)
    Move.objects.bulk_create(
        [
            move_row(step.move, step.cause, step.outcome, step.bill, posted[step.posting.key])
            for step in steps
        ],
        batch_size=ROWS,
    )


def _write_differences(found: Changes) -> None:
    for place in {place for _, place in found.closed}:
        rows = Difference.objects.filter(
            payment__in=[pk for pk, at in found.closed if at == place], remaining__gt=0
        )
        if place:
            rows = rows.filter(place=place)
        rows.update(remaining=0, state=Difference.State.RESOLVED)
    Difference.objects.bulk_create(found.differences, batch_size=ROWS)


def known_of(bank: Bank, entries: Iterable[camt053.Entry]) -> Known:
    """What the database knows of the entries: by their references, numbers and codes."""
    rows = list(entries)
    names = {n for e in rows for n in (e.reference, e.end_to_end, e.reverses) if n}
    accounts = {entry.account for entry in rows if entry.account and entry.amount > 0}
    payments = Payment.objects.filter(bank=bank, reference__in=names)
    requests = Request.objects.filter(bank=bank, account__in=accounts)
    refunds = Refund.objects.select_related("payment").filter(bank=bank, reference__in=names)
    found = Known(
        payments={payment.reference: payment for payment in payments},
        requests={request.account: request for request in requests},
        refunds={refund.reference: refund for refund in refunds},
    )
    by_id = {payment.pk: payment for payment in found.payments.values()}
    for refund in found.refunds.values():
        refund.payment = by_id.setdefault(refund.payment_id, refund.payment)
    owners = list(by_id.values())
    found.moves = moves_of(owners)
    bills = {*(p.bill_id for p in owners), *(r.bill_id for r in found.requests.values())}
    wanted = {str(bill) for bill in bills if bill}
    wanted |= {move.bill for moves in found.moves.values() for move in moves if move.bill}
    # In one order, so that two who lock many never wait for each other.
    held = Bill.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    found.bills = {str(bill.pk): bill for bill in held}
    return found


def entry_row(
    statement: Statement, entry: camt053.Entry, decision: Decision, payment: Payment | None,
    identifier: UUID,
) -> Entry:  # fmt: skip
    """The row of an entry and what it turned out to be, not saved yet."""
    return Entry(
        id=identifier, region_code=statement.region_code, statement=statement,
        number=entry.number, amount=entry.amount, reference=entry.reference,
        end_to_end=entry.end_to_end, account=entry.account, code=entry.code,
        reversal=entry.reversal, remittance=entry.remittance, payer=entry.payer, note=entry.note,
        outcome=decision.outcome, payment=payment,
    )  # fmt: skip
