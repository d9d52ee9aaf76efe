"""Applications for concessions: a resident's own, the officers' queue, what the registry says."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from balai.kernel.people.queries import Look, open_person
from balai.kernel.problems import MissingError
from balai.transit.engine.concessions import Facts
from balai.transit.models import ConcessionClaim


def facts_of(person: UUID, look: Look, paper: str = "") -> Facts:
    """What the registry tells of a resident for a concession; the look is logged.

    MissingError where the record is not open to who looks.
    """
    record = open_person(person, look=look, parts=("identity",))
    return Facts(record.birth_date, record.region_code, record.life_status == "alive", paper)


def standing_claim(city: str, person: UUID, group: str, now: datetime) -> ConcessionClaim | None:
    """The claim under which the resident rides now, or will; the one that ends last."""
    return (
        ConcessionClaim.objects.select_related("entitlement")
        .filter(city=city, person_id=person, group=group, state="granted",
                entitlement__end__gte=now)
        .order_by("-entitlement__end").first()
    )  # fmt: skip


def claims_of(city: str, person: UUID) -> QuerySet[ConcessionClaim]:
    """A resident's applications, latest first."""
    found = ConcessionClaim.objects.filter(city=city, person_id=person)
    return found.select_related("entitlement").order_by("-applied_at")


def claim_queue(city: str, state: str = "applied") -> QuerySet[ConcessionClaim]:
    """Applications of the regions that are open, those promised first on top."""
    found = ConcessionClaim.objects.filter(city=city).select_related("entitlement", "card")
    found = found.filter(state=state) if state else found
    return found.order_by("due_at", "pk")


def claim_at(city: str, claim: UUID, person: UUID | None = None) -> ConcessionClaim:
    """An application; MissingError where there is none, or not this resident's."""
    found = ConcessionClaim.objects.select_related("entitlement").filter(city=city, pk=claim)
    row = (found if person is None else found.filter(person_id=person)).first()
    if row is None:
        raise MissingError("There is no such application", detail=f"No application {claim}.")
    return row
