"""Disputed charges: a rider's own, the officers' queue, and the evidence of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from balai.kernel.problems import MissingError
from balai.transit.models import Adjustment, Dispute, Leg, Tap

AROUND = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks about a disputed boarding: its reading now (None where the taps are no longer
    read as a boarding), the card's taps around it, and what was adjusted.
    """

    leg: Leg | None
    taps: tuple[Tap, ...]
    adjustments: tuple[Adjustment, ...]


def disputes_of(city: str, person: UUID) -> QuerySet[Dispute]:
    """A rider's disputes, latest first."""
    found = Dispute.objects.filter(city=city, person_id=person)
    return found.select_related("boarding").order_by("-filed_at")


def dispute_queue(city: str, state: str = "open") -> QuerySet[Dispute]:
    """Disputes of the regions that are open, those promised first on top."""
    found = Dispute.objects.filter(city=city).select_related("boarding")
    found = found.filter(state=state) if state else found
    return found.order_by("due_at", "pk")


def dispute_at(city: str, dispute: UUID, person: UUID | None = None) -> Dispute:
    """A dispute; MissingError where there is none, or not this rider's."""
    found = Dispute.objects.select_related("boarding").filter(city=city, pk=dispute)
    row = (found if person is None else found.filter(person_id=person)).first()
    if row is None:
        raise MissingError("There is no such dispute", detail=f"No dispute {dispute} in {city}.")
    return row


def open_disputes(boardings: Sequence[int]) -> dict[int, Dispute]:
    """The latest dispute of each boarding that has one, of those whose rows are open."""
    rows = Dispute.objects.filter(boarding_id__in=boardings).order_by("filed_at")
    return {row.boarding_id: row for row in rows}


def evidence_of(dispute: Dispute) -> Evidence:
    """The taps of six hours on either side, the reading, and what was adjusted."""
    at = dispute.boarding.at
    taps = Tap.objects.select_related("validator").filter(
        card_id=dispute.boarding.card_id, at__gte=at - AROUND, at__lte=at + AROUND
    )
    leg = Leg.objects.select_related("boarding", "alighting", "journey").filter(
        pk=dispute.boarding_id
    ).first()  # fmt: skip
    changed = Adjustment.objects.filter(boarding_id=dispute.boarding_id).order_by("revision")
    return Evidence(leg, tuple(taps.order_by("at", "pk")), tuple(changed))
