"""Giving back what a boarding was charged, after a dispute."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Sum
from django.utils import timezone

from balai.kernel.events.actions import record
from balai.kernel.ledger.actions import post
from balai.kernel.ledger.postings import Posting
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.pricing_turn import await_turn
from balai.transit.actions.settle_journeys import (
    card_account,
    fare_key,
    priced_event,
    revenue_account,
)
from balai.transit.models import Adjustment, Journey, Leg


def refund_boarding(
    boarding_id: int, amount: int, *, by: str, key: str, reason: str, now: datetime | None = None
) -> Adjustment:
    """Give back `amount` rupiah of what the boarding (the id of its tap-in) was charged.

    `by` is who decided (an account's id, no name), `reason` 1 to 200 letters. The same `key` with
    the same boarding and amount returns the first adjustment; ConflictError where it came with
    others. MissingError where nothing was charged for the tap; ProblemError where more would be
    given back than it costs now.

    What was granted holds through every later reading of the taps: the boarding then costs what
    the rule says less all grants, never below zero. So it does not matter whether a late tap came
    before or after the refund.
    """
    with transaction.atomic():
        city = _city_of(boarding_id)
        await_turn(city)
        if kept := Adjustment.objects.filter(key=key).first():
            return _again(kept, boarding_id, amount)
        leg = _leg(boarding_id, amount, reason)
        made = _grant(leg, amount, by, key, reason, now or timezone.now())
        _move(city, leg, made)
    return made


def _city_of(boarding_id: int) -> str:
    leg = Leg.objects.filter(pk=boarding_id).select_related("boarding").first()
    if leg is None:
        raise MissingError(
            "Nothing was charged for this tap", detail=f"No boarding {boarding_id} has a charge."
        )
    return leg.boarding.city


def _again(kept: Adjustment, boarding_id: int, amount: int) -> Adjustment:
    if (kept.boarding_id, kept.amount) != (boarding_id, amount):
        raise ConflictError(
            "The key stands for another refund",
            detail=f"The key {kept.key!r} came before with another boarding or amount.",
            kind="idempotency-conflict",
        )
    return kept


def _leg(boarding_id: int, amount: int, reason: str) -> Leg:
    leg = Leg.objects.select_related("boarding__validator", "boarding__card", "journey").get(
        pk=boarding_id
    )
    faults: list[Fault] = []
    if isinstance(amount, bool) or not 0 < amount <= leg.charge:
        faults.append(
            Fault(field="amount", value=str(amount), problem="is not what can be given back",
                  remedy=f"Give from 1 to {leg.charge} rupiah, what the boarding costs now")
        )  # fmt: skip
    if not 0 < len(reason.strip()) <= 200:
        faults.append(Fault(field="reason", problem="is not 1 to 200 letters",
                            remedy="Say why it is given back"))  # fmt: skip
    if faults:
        raise ProblemError("The refund cannot be made", faults=tuple(faults))
    return leg


def _grant(leg: Leg, amount: int, by: str, key: str, reason: str, now: datetime) -> Adjustment:
    kept = leg.boarding.adjustments.aggregate(latest=Max("revision"), granted=Sum("amount"))
    revision = max(leg.revision, kept["latest"] or 0) + 1
    before = leg.charge
    leg.charge, leg.refunded, leg.revision = before - amount, leg.refunded + amount, revision
    leg.save(update_fields=["charge", "refunded", "revision"])
    return Adjustment.objects.create(
        boarding_id=leg.pk, journey_id=leg.journey_id, revision=revision,
        kind=Adjustment.Kind.REFUND, before=before, after=leg.charge, amount=amount, key=key, by=by,
        reason=reason.strip(), at=now,
    )  # fmt: skip


def _move(city: str, leg: Leg, made: Adjustment) -> None:
    facts = city_by_slug(city)
    Journey.objects.filter(pk=leg.journey_id).update(
        charge=F("charge") - made.amount, revision=F("revision") + 1, priced_at=made.at
    )
    journey = Journey.objects.get(pk=leg.journey_id)
    assert made.amount is not None
    post(
        Posting(
            debit=revenue_account(city), credit=card_account(city, leg.boarding.card.reference),
            amount=made.amount, currency=facts.currency, at=made.at,
            key=fare_key(city, leg.boarding.validator.code, leg.boarding.sequence, made.revision),
            reason=f"Refund: {made.reason}"[:200], source=f"transit.journey:{leg.journey_id}",
        )
    )  # fmt: skip
    record(priced_event(journey, -made.amount))


def refunds_of(journey: UUID) -> list[dict[str, Any]]:
    """The refunds of a journey's boardings, first to last: boarding, amount, reason, at."""
    found = Adjustment.objects.filter(journey_id=journey, kind=Adjustment.Kind.REFUND)
    return list(found.order_by("at", "pk").values("boarding_id", "amount", "reason", "at"))
