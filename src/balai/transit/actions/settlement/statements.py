"""Approving statements by four eyes, taking one back, and what operators object to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.calendars import Calendar
from balai.kernel.calendars.city import city_calendar
from balai.kernel.documents import actions as documents
from balai.kernel.documents.queries.numbering import offices
from balai.kernel.ledger import actions as ledger
from balai.kernel.ledger import queries as books
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.actions.settlement.books import source_of
from balai.transit.models import Objection, Statement
from balai.transit.queries.settlement.words import line_title

OFFICE, POST, KIND = "transit", "settlement", "laporan-operator"
OBJECTION_DAYS, ANSWER_DAYS = 5, 5
"""Working days in which an operator may object, and in which it gets an answer."""


@transaction.atomic
def approve(statement: Statement, *, user: Any, by: Origin) -> Statement:
    """Approve what another officer settled, and issue it as a document to be signed.

    ConflictError where it does not wait for approval, or by who settled the day.
    """
    found = _locked(statement)
    if found.state != Statement.State.DRAFT:
        raise ConflictError("The statement does not wait for approval", detail=str(found))
    if found.made_by and found.made_by == by.actor:
        detail = "Who settled the day cannot approve its statements."
        raise ConflictError("Another officer must approve it", detail=detail)
    found.state, found.approved_by = Statement.State.APPROVED, by.actor
    found.approved_at = timezone.now()
    found.document = _issued(found, user, by)
    found.save(update_fields=["state", "approved_by", "approved_at", "document"])
    _told("transit.statement-approved", found, by)
    return found


@transaction.atomic
def withdraw(statement: Statement, *, reason: str, by: Origin) -> Statement:
    """Take the latest version back: its transfers are reversed, its document is void.

    ConflictError where a later version stands on it, or it is in a bank file.
    """
    found = _locked(statement)
    _need_reason(reason, "The statement cannot be withdrawn")
    if found.state not in (Statement.State.DRAFT, Statement.State.APPROVED) or found.payment_id:
        raise ConflictError("The statement is paid, withdrawn, or in a bank file")
    later = Statement.objects.filter(
        operator=found.operator_id, day=found.day, version__gt=found.version
    ).exclude(state=Statement.State.WITHDRAWN)
    if later.exists():
        raise ConflictError("A later version stands on this one", detail="Withdraw that one first.")
    for transfer in books.transfers_of(source_of(found)):
        if transfer.reverses is None:
            ledger.reverse(transfer.id, reason=reason[:200], at=timezone.now(),
                           key=f"transit:statement:{found.pk}:reversal:{transfer.id}")  # fmt: skip
    if found.document:
        documents.void(found.document, reason=reason, by=by)
    found.state, found.reason, found.replaces = Statement.State.WITHDRAWN, reason[:500], None
    found.save(update_fields=["state", "reason", "replaces"])
    _told("transit.statement-withdrawn", found, by, reason=reason[:200])
    return found


@transaction.atomic
def object_to(statement: Statement, *, text: str, by: Origin) -> Objection:
    """An operator's objection, within the days for it; it has an answer within as many more."""
    found = _locked(statement)
    _need_reason(text, "The objection cannot be taken")
    if found.state not in (Statement.State.APPROVED, Statement.State.PAID):
        raise ConflictError("Only an approved statement can be disputed")
    now = timezone.now()
    if now > objection_due(found):
        detail = f"It ended on {objection_due(found):%Y-%m-%d %H:%M}."
        raise ConflictError("The time for an objection is over", detail=detail)
    if found.objections.filter(state=Objection.State.OPEN).exists():
        raise ConflictError("An objection waits for its answer already")
    calendar = _calendar(city_by_slug(found.city))
    made = Objection.objects.create(
        statement=found, text=text.strip()[:2000], by=by.actor,
        answer_due=calendar.add_working(now, days=ANSWER_DAYS),
    )  # fmt: skip
    _told("transit.objection-made", found, by)
    return made


@transaction.atomic
def answer(objection: Objection, *, upheld: bool, text: str, by: Origin) -> Objection:
    """Answer an objection, with the reason. Upheld: mend the facts and settle the day again."""
    found = Objection.objects.select_for_update().get(pk=objection.pk)
    _need_reason(text, "The objection cannot be answered")
    if found.state != Objection.State.OPEN:
        raise ConflictError("The objection is answered already")
    found.state = Objection.State.UPHELD if upheld else Objection.State.REJECTED
    found.answer, found.answered_by = text.strip()[:2000], by.actor
    found.answered_at = timezone.now()
    found.save()
    _told("transit.objection-answered", found.statement, by, upheld=upheld)
    return found


def objection_due(statement: Statement) -> datetime:
    """Until when the operator may object to an approved statement."""
    assert statement.approved_at is not None
    calendar = _calendar(city_by_slug(statement.city))
    return calendar.add_working(statement.approved_at, days=OBJECTION_DAYS)


def _calendar(facts: City) -> Calendar:
    return city_calendar(facts)


def _issued(found: Statement, user: Any, by: Origin) -> Any:
    """The statement as a document of the transit office, waiting for the approver's signature."""
    facts = city_by_slug(found.city)
    office = next((each for each in offices(found.city) if each.code == OFFICE), None)
    if office is None:
        office = documents.ensure_office(
            found.city, OFFICE, region_code=facts.region_code, name="Dinas Perhubungan",
            parent=f"Pemerintah {facts.region_name}", address=facts.name, place=facts.name,
            head_title="Kepala Dinas Perhubungan",
        )  # fmt: skip
    name = getattr(user, "display_name", "") or by.actor or "Pejabat penyelesaian"
    documents.ensure_signatory(office, POST, title="Pejabat Penyelesaian Pembayaran", name=name,
                               user=user)  # fmt: skip
    document = documents.issue(
        KIND, office=OFFICE, city=found.city, data=_data(found), about=None, by=by,
        key=f"transit.statement:{found.pk}", generated=found.generated,
    )  # fmt: skip
    return document.pk


def _data(found: Statement) -> dict[str, str]:
    """What the document says, in Indonesian."""
    with translation.override("id"):
        lines = [
            f"{line_title(each)}|{each.quantity} {each.unit}".rstrip()
            + f"|{each.rate}|{each.amount}|{'1' if each.counts else '0'}"
            for each in found.lines.all()
        ]
    return {
        "operator": found.operator.name,
        "contract": found.contract.number if found.contract else "-",
        "service_day": found.day.isoformat(), "version": str(found.version),
        "scheduled": f"{found.scheduled_m / 1000:.3f}",
        "verified": f"{found.verified_m / 1000:.3f}",
        "runs": str(found.runs), "missed": str(found.missed), "lines": "\n".join(lines),
        "net": str(found.net), "change": str(found.change),
    }  # fmt: skip


def _locked(statement: Statement) -> Statement:
    return (
        Statement.objects.select_for_update(of=("self",))
        .select_related("operator")
        .get(pk=statement.pk)
    )


def _need_reason(text: str, title: str) -> None:
    if not text.strip():
        raise ProblemError(title, faults=(Fault(field="reason", problem="is missing"),))


def _told(action: str, found: Statement, by: Origin, **detail: Any) -> None:
    audit(action, by, subject=f"transit.statement:{found.pk}", region=found.operator.region_code,
          day=str(found.day), **detail)  # fmt: skip
