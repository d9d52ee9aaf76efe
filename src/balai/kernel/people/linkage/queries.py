"""Pairs that wait, what speaks for them, and merges."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from balai.kernel.people.models import CandidatePair, Decision, LinkageRun, Merge, Person


def records_of(person: UUID) -> list[UUID]:
    """The record and every one that was merged into it: their looks and consents are read
    together, for neither may be rewritten.
    """
    merged = Person.objects.filter(merged_into_id=person).values_list("pk", flat=True)
    return [person, *merged]


def pairs(
    region: str, *, decision: str = Decision.OPEN, least: float = 0.0, text: str = ""
) -> QuerySet[CandidatePair]:
    """Pairs of a region by decision, the likeliest first; those merged elsewhere are left out."""
    rows = CandidatePair.objects.filter(region_code__startswith=region, probability__gte=least)
    if decision:
        rows = rows.filter(decision=decision)
    if decision == Decision.OPEN:
        rows = rows.filter(left__merged_into=None, right__merged_into=None)
    if text:
        rows = rows.filter(left__name__icontains=text) | rows.filter(right__name__icontains=text)
    return rows.select_related("left", "right").order_by("-probability", "id")


def pair(pair_id: UUID) -> CandidatePair | None:
    """The pair, if its row is open to who asks."""
    return CandidatePair.objects.select_related("left", "right").filter(pk=pair_id).first()


def newest_run(city: str) -> LinkageRun | None:
    """The newest search in the city."""
    return LinkageRun.objects.filter(city=city).order_by("-created_at").first()


def merges(region: str) -> QuerySet[Merge]:
    """Merges in a region, the newest first."""
    rows = Merge.objects.filter(region_code__startswith=region)
    return rows.select_related("kept", "absorbed").order_by("-merged_at")
