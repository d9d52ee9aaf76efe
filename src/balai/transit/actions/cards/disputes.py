"""Disputing a charge: filed by its rider, answered by an officer, refunded as a reversal."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from balai.kernel.access.actions import record as audit
from balai.kernel.calendars import city_calendar
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.adjust import refund_boarding
from balai.transit.actions.cards.acting import Actor, tell
from balai.transit.actions.cards.hotlisting import refresh_hotlist
from balai.transit.actions.cards.notices import tell_person
from balai.transit.events import DISPUTE_ACTED, DisputeActed
from balai.transit.models import CardAccount, Dispute, Leg
from balai.transit.queries.card_rules import rule
from balai.transit.queries.cards import line_of

State = Dispute.State
LONGEST = 1000


@transaction.atomic
def file_dispute(
    account: CardAccount, boarding: int, why: str, words: str, *, person: UUID, region_code: str,
    by: Actor, now: datetime,
) -> Dispute:  # fmt: skip
    """Hold the charge of a boarding (the id of its tap-in) of the rider's own card to be wrong.

    It is answered within the city's working days. MissingError where the boarding is not this
    card's; ProblemError where nothing was charged or the days to dispute it are over;
    ConflictError where it is disputed already.
    """
    leg = _own_leg(account, boarding)
    city = city_by_slug(account.city)
    today = now.astimezone(city.zone).date()
    _refuse_bad_dispute(leg, why, words, now, int(rule(city.slug, "dispute_days", today)))
    if Dispute.objects.filter(boarding_id=boarding, state=State.OPEN).exists():
        raise ConflictError("The charge is disputed already", kind="dispute-open")
    days = int(rule(city.slug, "dispute_answer_days", today))
    made = Dispute.objects.create(
        city=city.slug, person_id=person, region_code=region_code, card_id=account.pk,
        boarding_id=boarding, journey=leg.journey_id, charge=leg.charge, why=why,
        words=words.strip(), filed_at=now,
        due_at=city_calendar(city).add_working(now, days=days), generated=account.generated,
    )  # fmt: skip
    _note(made, "transit.dispute-filed", by, now)
    return made


@transaction.atomic
def withdraw_dispute(dispute: Dispute, *, by: Actor, now: datetime) -> None:
    """Take a dispute back before it is answered."""
    _close(_open(dispute), State.WITHDRAWN, "", 0, by, now)


@transaction.atomic
def refuse_dispute(dispute: Dispute, *, answer: str, by: Actor, now: datetime) -> None:
    """Answer that the charge is right, with the reason that its rider reads."""
    _refuse_without_answer(answer)
    _close(_open(dispute), State.REFUSED, answer, 0, by, now)


@transaction.atomic
def refund_dispute(dispute: Dispute, amount: int, *, answer: str, by: Actor, now: datetime) -> None:
    """Give back `amount` rupiah of the charge, through a reversal in the ledger; once.

    ProblemError where it is more than the boarding costs now, or no answer is given.
    """
    _refuse_without_answer(answer)
    held = _open(dispute)
    refund_boarding(
        held.boarding_id, amount, by=by.account or by.origin.actor,
        key=f"transit.dispute:{held.pk}", reason=answer.strip()[:180], now=now,
    )  # fmt: skip
    _close(held, State.REFUNDED, answer, amount, by, now)
    refresh_hotlist(held.city, [held.card_id], now)


def _own_leg(account: CardAccount, boarding: int) -> Leg:
    leg = (
        Leg.objects.select_related("boarding")
        .filter(pk=boarding, boarding__card_id__in=line_of(account))
        .first()
    )
    if leg is None:
        raise MissingError("This card made no such trip", detail=f"No boarding {boarding}.")
    return leg


def _refuse_bad_dispute(leg: Leg, why: str, words: str, now: datetime, days: int) -> None:
    faults = []
    if not leg.charge:
        faults.append(Fault(field="boarding", problem="was charged nothing",
                            remedy="Choose a boarding that was charged"))  # fmt: skip
    if leg.boarding.at < now - timedelta(days=days):
        faults.append(Fault(field="boarding", problem="is too long ago",
                            remedy="Ask at the service desk"))  # fmt: skip
    if why not in Dispute.Why.values:
        faults.append(Fault(field="why", value=why[:40], problem="is not a reason",
                            remedy=f"Use one of {', '.join(Dispute.Why.values)}"))  # fmt: skip
    if len(words) > LONGEST:
        faults.append(Fault(field="words", problem="is empty or too long",
                            remedy="Say it in fewer words"))  # fmt: skip
    if faults:
        raise ProblemError("The charge cannot be disputed", faults=tuple(faults))


def _open(dispute: Dispute) -> Dispute:
    held = Dispute.objects.select_for_update().get(pk=dispute.pk)
    if held.state != State.OPEN:
        raise ConflictError(f"The dispute is {held.state}", kind="dispute-state",
                            detail="It was answered already.")  # fmt: skip
    return held


def _close(held: Dispute, state: str, answer: str, refund: int, by: Actor, now: datetime) -> None:
    held.state, held.answer, held.refund = state, answer.strip(), refund
    held.decided_at, held.decided_by = now, by.account
    held.save()
    _note(held, f"transit.dispute-{state}", by, now)
    if state in (State.REFUNDED, State.REFUSED):
        card = CardAccount.objects.get(pk=held.card_id)
        tell_person(held.city, held.person_id, "transit.dispute-answered",
                    key=f"transit.dispute-answered/{held.pk}", card=card.masked, refund=refund,
                    answer=held.answer,
                    link=f"/{held.city}/transit/cards/disputes/{held.pk}/")  # fmt: skip


def _note(held: Dispute, action: str, by: Actor, now: datetime) -> None:
    city = city_by_slug(held.city)
    audit(action, by.origin, subject=f"transit.dispute:{held.pk}", region=city.region_code,
          refund=held.refund)  # fmt: skip
    tell(city, DISPUTE_ACTED,
         DisputeActed(held.why, held.state, held.charge, held.refund, held.generated),
         subject=f"transit.dispute:{held.pk}", now=now,
         key=f"transit.dispute:{held.pk}:{held.state}")  # fmt: skip


def _refuse_without_answer(answer: str) -> None:
    if not 0 < len(answer.strip()) <= LONGEST:
        fault = Fault(field="answer", problem="is empty or too long",
                      remedy="Say why, for the rider to read")  # fmt: skip
        raise ProblemError("The dispute needs an answer", faults=(fault,))
