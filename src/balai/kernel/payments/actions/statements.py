"""Taking in a statement: each entry becomes one thing, in the order that the bank booked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction

from balai.kernel.events import actions as events
from balai.kernel.payments import queries
from balai.kernel.payments.actions.booking import Booking
from balai.kernel.payments.actions.books import Cause, lock_bank, write_moves
from balai.kernel.payments.engine import camt053
from balai.kernel.payments.engine.camt053 import Refused, Statement
from balai.kernel.payments.engine.reconcile import Move, Place
from balai.kernel.payments.events import RECONCILED, Reconciled, entries_booked
from balai.kernel.payments.models import Bank, Difference, Payment
from balai.kernel.payments.models import Statement as Row
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug

MOST_REMARKS = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """A statement that was taken in; `repeated`: an earlier call had."""

    statement: Row
    repeated: bool


@dataclass(slots=True)
class Intake:
    """What became of a file: statements that were taken in, and those that could not be."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def take_statement(bank: Bank, content: bytes, *, by: str = "") -> tuple[Taken, ...]:
    """Take in every statement of a camt.053 file, all or none, and reconcile its days.

    ProblemError names the entry, field, value and mend of each fault, or the balance that does
    not follow the statement before; ConflictError where the day came with another content.
    """
    found = sorted(camt053.read(content), key=lambda each: each.closing.on)
    with transaction.atomic():
        return tuple(_take(bank, each, by) for each in found)


def take_file(bank: Bank, content: bytes, *, by: str = "") -> Intake:
    """Take in the good statements of a file by their days; one that is refused keeps no other out
    but those that would have to follow it.

    ProblemError with every fault where none is good.
    """
    intake = Intake()
    for found in in_order(camt053.read_each(content)):
        if isinstance(found, Statement):
            try:
                with transaction.atomic():
                    lock_bank(bank, whole=True)
                    intake.taken.append(_take(bank, found, by))
            except ProblemError as error:
                faults = error.faults or (Fault(problem=error.detail or error.title),)
                intake.refused.append(Refused(identifier=found.identifier, faults=faults))
        else:
            intake.refused.append(found)
    if not intake.taken:
        faults = tuple(fault for each in intake.refused for fault in each.faults)
        raise ProblemError("The bank statement cannot be taken", faults=faults)
    return intake


def in_order(found: Iterable[Statement | Refused]) -> list[Statement | Refused]:
    """Statements by the day they close, those that cannot be read last."""
    return sorted(found, key=lambda each: (
        each.closing.on if isinstance(each, Statement) else date.max))  # fmt: skip


def _take(bank: Bank, statement: Statement, by: str) -> Taken:
    row, repeated = begin(bank, statement, by)
    if not repeated:
        book_slice(row, entries_of(statement))
        finish(row)
    return Taken(row, repeated=repeated)


@transaction.atomic
def begin(bank: Bank, statement: Statement, by: str) -> tuple[Row, bool]:
    """Open a statement's books: its row, and whether it was taken in whole before.

    ProblemError where it does not follow the one before; ConflictError where its day came with
    another content, or another statement is being taken in.
    """
    lock_bank(bank, whole=True)
    digest, day = _digest(statement), statement.closing.on
    known = Row.objects.filter(bank=bank, day=day).first()
    if known is not None:
        if bytes(known.digest) != digest:
            raise ConflictError(
                "Another statement of this day was taken in",
                detail=f"{known.identifier} of {day} differs from this one.",
            )
        return known, known.is_whole
    _refuse_strange(bank, statement)
    row = Row.objects.create(
        city=bank.city, region_code=bank.region_code, bank=bank,
        identifier=_identifier(bank, statement), day=day, opening=statement.opening.amount,
        closing=statement.closing.amount, digest=digest, told=len(statement.entries), by=by,
        remarks=[str(remark) for remark in statement.remarks[:MOST_REMARKS]],
    )  # fmt: skip
    row.refresh_from_db()
    _opening(bank, row)
    return row, False


@transaction.atomic
def book_slice(row: Row, entries: Sequence[camt053.Entry]) -> None:
    """Book entries of a statement in their order; those booked before stay as they are."""
    lock_bank(row.bank, whole=True)
    numbers = [entry.number for entry in entries]
    booked = set(row.entries.filter(number__in=numbers).values_list("number", flat=True))
    fresh = [entry for entry in entries if entry.number not in booked]
    Booking(row.bank, row, _at(row)).book(fresh)
    entries_booked.send(sender=Row, bank=row.bank, entries=fresh, by=row.by)


@transaction.atomic
def finish(row: Row) -> None:
    """Close a statement's books: what should have been on it is overdue, and the record is told."""
    bank = row.bank
    lock_bank(bank, whole=True)
    waiting = Payment.objects.filter(bank=bank, state="in-transit", announced_on__lt=row.day)
    Booking(bank, row, _at(row)).overdue(
        list(waiting.order_by("id")), timedelta(days=bank.grace_days)
    )
    _tell(bank, row, _at(row))


def entries_of(statement: Statement) -> list[camt053.Entry]:
    """A statement's entries as they are booked: credits first, for a payment may be credited and
    reversed on one day.
    """
    return sorted(statement.entries, key=lambda each: each.amount < 0)


def _at(row: Row) -> datetime:
    return datetime.combine(row.day, time(23, 59), city_by_slug(row.city).zone)


def _digest(statement: Statement) -> bytes:
    """What makes two files the same statement, in whatever version they are written."""
    told = (
        statement.account, statement.currency, statement.opening, statement.closing,
        [(e.number, e.amount, e.reference, e.end_to_end, e.account, e.code, e.reversal, e.reverses)
         for e in statement.entries],
    )  # fmt: skip
    return hashlib.sha256(repr(told).encode()).digest()


def _identifier(bank: Bank, statement: Statement) -> str:
    """The bank's own name for it; some number each year anew, so its day is added then."""
    own = statement.identifier[:100] or f"{statement.closing.on}"
    known = Row.objects.filter(bank=bank, identifier=own).exists()
    return f"{own} {statement.closing.on}" if known else own


def _refuse_strange(bank: Bank, statement: Statement) -> None:
    last = queries.last_statement(bank)
    if last is not None and not last.is_whole:
        raise ConflictError("Another statement is being taken in", kind="statement-unfinished",
                            detail=f"{last.identifier} of {last.day}: wait for its job, or send "
                            "that file again.")  # fmt: skip
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


def _opening(bank: Bank, row: Row) -> None:
    if row.opening == 0 or queries.last_statement(bank, before=row.day) is not None:
        return
    move = Move(Place.BANK, Place.OPENING, row.opening) if row.opening > 0 else (
        Move(Place.OPENING, Place.BANK, -row.opening)
    )  # fmt: skip
    cause = Cause(bank=bank, key=f"opening/{bank.pk}", at=_at(row) - timedelta(days=1),
                  day=row.day)  # fmt: skip
    write_moves([move], cause, "opening", None)


def _tell(bank: Bank, row: Row, at: datetime) -> None:
    lines = queries.books(bank, row.day)
    events.record(events.Happening(
        kind=RECONCILED, at=at, day=row.day, city=row.city, place=bank.region_code,
        subject=f"payments.statement:{row.pk}",
        data=Reconciled(
            statement=row.pk, bank=bank.slug, entries=row.entries.count(),
            differences=Difference.objects.filter(bank=bank, day=row.day).count(),
            residual=sum(abs(line.residual) for line in lines),
        ),
        key=f"payments:statement/{row.pk}",
    ))  # fmt: skip


def _fault(field: str, value: str, problem: str, remedy: str) -> Fault:
    return Fault(field=f"statement, {field}", value=value, problem=problem, remedy=remedy)
