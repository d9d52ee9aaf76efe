"""What the bank did with each payout: paid once, or come back; the ledger follows it.

The bank's statement (ISO 20022 camt.053) tells a payout by the EndToEndId that its file gave it. A
debit marks it as paid and posts its transfer; a credit brings it back, reverses the transfer, and
lets its statements be paid by another file. Reading the same statement again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db import transaction

from balai.kernel import keys
from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.ledger import actions as ledger
from balai.kernel.ledger import queries as books
from balai.kernel.ledger.postings import Posting
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.settlement.books import payable_account, treasury_account
from balai.transit.models import PaymentBatch, Payout, Statement

if TYPE_CHECKING:
    from balai.kernel.payments.engine.camt053 import Entry

PAYER = "transit.payer-account"
REFERENCE = re.compile(r"TRANSIT-[0-9A-Z]+-[0-9]{6}-[0-9]{3}")
State = Payout.State


@dataclass(slots=True)
class Answered:
    """What a bank statement did: payouts paid, come back, and known before; what was odd."""

    paid: list[Payout] = field(default_factory=list)
    returned: list[Payout] = field(default_factory=list)
    repeated: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """Entries of one bank account: what they are told by, and who read them."""

    city: str
    account: str
    currency: str
    entries: Sequence[Entry]
    by: Origin


def read_bank_statement(city: str, content: bytes, *, by: Origin) -> Answered:
    """Book what a camt.053 file says of the city's payouts; entries of others are left alone.

    ProblemError with each fault where no statement of the file can be read; a statement that
    cannot be read keeps no other out.
    """
    from balai.kernel.payments.engine.camt053 import Refused, read_each

    answered, read = Answered(), 0
    found = list(read_each(content))
    good = [each for each in found if not isinstance(each, Refused)]
    for refused in (each for each in found if isinstance(each, Refused)):
        answered.faults += refused.faults
    for each in sorted(good, key=lambda statement: statement.closing.on):
        read += 1
        told = Told(city, each.account, each.currency, each.entries, by)
        book_entries(told, answered)
    if not read:
        raise ProblemError("The bank statement cannot be read", faults=tuple(answered.faults))
    return answered


@transaction.atomic
def book_entries(told: Told, answered: Answered | None = None) -> Answered:
    """Book the entries that name payouts, debits first; what is odd is remarked on the payout."""
    answered = answered or Answered()
    named = {reference: each for each in told.entries if not each.is_rest
             for reference in references_of(each)}  # fmt: skip
    if not named:
        return answered
    payouts = _held(Payout.objects.filter(city=told.city, reference__in=named))
    for entry in sorted(told.entries, key=lambda each: each.amount > 0):
        if entry.is_rest:
            continue
        payout = next(filter(None, map(payouts.get, references_of(entry))), None)
        if payout is not None:
            _one(payout, entry, told, answered)
    return answered


@transaction.atomic
def pay(payout: Payout, *, on: date, bank_reference: str, by: Origin, entry: str = "") -> Payout:
    """The bank paid it on a day: what was owed is posted, once. ConflictError where it does not
    wait for the bank.
    """
    found = _held(Payout.objects.filter(pk=payout.pk))[payout.reference]
    if found.state != State.OPEN or found.batch.state == PaymentBatch.State.DRAFT:
        raise ConflictError("The payout does not wait for the bank",
                            detail=str(found.get_state_display()))  # fmt: skip
    facts = city_by_slug(found.city)
    ledger.post_many([
        Posting(
            debit=payable_account(facts.slug, found.operator.code),
            credit=treasury_account(facts.slug), amount=found.amount, currency=facts.currency,
            at=_noon(found, on), key=_key(found), reason="Paid by bank file",
            source=f"transit.payment:{found.batch_id}",
        )
    ])  # fmt: skip
    found.state, found.paid_on, found.paid_by = State.PAID, on, by.actor
    found.bank_reference, found.entry, found.remark = bank_reference.strip()[:140], entry, ""
    found.save()
    found.statements.update(state=Statement.State.PAID)
    _close(found.batch, on, bank_reference, by)
    _record("transit.payout-paid", found, by)
    return found


@transaction.atomic
def take_back(
    payout: Payout, *, on: date, reason: str, by: Origin, bank_reference: str = "",
    entry: str = "",
) -> Payout:  # fmt: skip
    """The money came back, or never went: its transfer is reversed and its statements wait for
    another bank file. ConflictError where it is withdrawn, back already, or not released.
    """
    found = _held(Payout.objects.filter(pk=payout.pk))[payout.reference]
    if not reason.strip():
        raise ProblemError("The payout is not taken back",
                           faults=(Fault(field="reason", problem="is missing"),))  # fmt: skip
    if found.state not in (State.OPEN, State.PAID) or found.batch.state == PaymentBatch.State.DRAFT:
        raise ConflictError("The payout cannot come back", detail=str(found.get_state_display()))
    if posted := books.ids_of_keys([_key(found)]).get(_key(found)):
        ledger.reverse(posted, reason="Payout came back", key=f"{_key(found)}:back",
                       at=_noon(found, on))  # fmt: skip
    found.state, found.returned_on, found.returned_by = State.RETURNED, on, by.actor
    found.return_reference, found.reason = bank_reference.strip()[:140], reason.strip()[:500]
    found.return_entry, found.remark = entry, ""
    found.save()
    found.statements.update(state=Statement.State.APPROVED, payment=None)
    _close(found.batch, on, bank_reference, by)
    _record("transit.payout-returned", found, by, reason=reason[:200])
    return found


def references_of(entry: Entry) -> tuple[str, ...]:
    """By what an entry may name a payout: EndToEndId, the bank's own, what is written in it."""
    written = REFERENCE.findall(entry.remittance)
    names = (entry.end_to_end, entry.reference, entry.reverses, *written)
    return tuple(dict.fromkeys(name for name in names if REFERENCE.fullmatch(name)))


def _one(payout: Payout, entry: Entry, told: Told, answered: Answered) -> None:
    """What one entry does to the payout that it names."""
    if fault := _odd(payout, entry, told):
        answered.faults.append(fault)
        payout.remark = " ".join(filter(None, (fault.value, fault.problem)))[:500]
        payout.save(update_fields=["remark"])
    elif entry.amount < 0 and payout.state == State.OPEN:
        answered.paid.append(_becomes(payout, pay(
            payout, on=entry.booked, bank_reference=entry.reference, by=told.by,
            entry=_name(entry),
        )))  # fmt: skip
    elif entry.amount > 0 and payout.state in (State.OPEN, State.PAID):
        answered.returned.append(_becomes(payout, take_back(
            payout, on=entry.booked, bank_reference=entry.reference, by=told.by,
            reason=entry.remittance or entry.note or "Returned by the bank", entry=_name(entry),
        )))  # fmt: skip
    else:
        answered.repeated += 1
        if entry.amount < 0 and not payout.entry:
            payout.entry = _name(entry)
            payout.save(update_fields=["entry"])


def _odd(payout: Payout, entry: Entry, told: Told) -> Fault | None:
    """Why an entry cannot be booked on the payout it names; None where it can."""
    plain = "".join(re.findall(r"[A-Za-z0-9]", told.account))
    own = keys.open_sealed(PAYER, bytes(payout.batch.payer_account), about=str(payout.batch_id))
    problem, remedy = "", "Ask the bank, then book it by hand on the payout's page"
    value = f"{abs(entry.amount)} {told.currency}"
    if plain != own:
        value, problem = f"…{plain[-4:]}", "is not the account that the bank file pays from"
    elif told.currency != city_by_slug(payout.city).currency:
        problem = "is not in the city's currency"
    elif abs(entry.amount) != payout.amount:
        problem = f"is not the amount of the payout, {payout.amount}"
    elif payout.batch.state == PaymentBatch.State.DRAFT:
        problem = "names a payout that is not released"
    elif entry.amount < 0 and payout.state == State.WITHDRAWN:
        problem = "pays a payout that was withdrawn"
    elif entry.amount < 0 and _given_up(payout):
        problem = "pays a payout that was given up"
    elif entry.amount < 0 and payout.entry and payout.entry != _name(entry):
        problem = "pays the payout a second time"
    return Fault(field=payout.reference, value=value, problem=problem,
                 remedy=remedy) if problem else None  # fmt: skip


def _given_up(payout: Payout) -> bool:
    """Whether an officer's word alone, and no statement, says that the bank did not pay it."""
    return (payout.state == State.RETURNED and payout.paid_on is None
            and not payout.return_entry and not payout.entry)  # fmt: skip


def _becomes(payout: Payout, done: Payout) -> Payout:
    """The payout in hand as the act left it, for entries that follow in the same statement."""
    for name in ("state", "entry", "return_entry", "paid_on", "remark"):
        setattr(payout, name, getattr(done, name))
    payout.batch.state = done.batch.state
    return done


def _close(batch: PaymentBatch, on: date, bank_reference: str, by: Origin) -> None:
    """A bank file is booked once the bank answered to each of its payouts."""
    if batch.state != PaymentBatch.State.RELEASED:
        return
    if batch.payouts.filter(state=State.OPEN).exists():
        return
    batch.state, batch.booked_by, batch.booked_on = PaymentBatch.State.BOOKED, by.actor, on
    batch.bank_reference = bank_reference.strip()[:140]
    batch.save(update_fields=["state", "booked_by", "booked_on", "bank_reference"])
    facts = city_by_slug(batch.city)
    audit("transit.payment-booked", by, subject=f"transit.payment:{batch.pk}",
          region=facts.region_code, total=batch.total)  # fmt: skip


def _held(rows: Any) -> dict[str, Payout]:
    """Payouts by reference, held with their bank files until the transaction ends."""
    found: Iterable[Payout] = list(rows.select_related("operator").order_by("reference"))
    batches = {
        each.pk: each for each in PaymentBatch.objects.select_for_update()
        .filter(pk__in={each.batch_id for each in found}).order_by("pk")
    }  # fmt: skip
    again = Payout.objects.select_for_update(of=("self",)).select_related("operator", "account")
    held = list(again.filter(pk__in=[each.pk for each in found]).order_by("pk"))
    for each in held:
        each.batch = batches[each.batch_id]
    return {each.reference: each for each in held}


def _key(payout: Payout) -> str:
    return f"transit:payment:{payout.batch_id}:{payout.operator_id}"


def _name(entry: Entry) -> str:
    """What makes two statements' entries the same one: its day and the bank's reference."""
    return f"{entry.booked}/{entry.reference or entry.number}"[:200]


def _noon(payout: Payout, on: date) -> datetime:
    return datetime.combine(on, time(12), city_by_slug(payout.city).zone)


def _record(action: str, payout: Payout, by: Origin, **detail: Any) -> None:
    audit(action, by, subject=f"transit.payment:{payout.batch_id}",
          region=payout.operator.region_code, payout=payout.reference, amount=payout.amount,
          **detail)  # fmt: skip
