"""What waits in quarantine, the validators and uploads it came by, and what was adjusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Abs

from balai.transit.models import Adjustment, Quarantined, TapBatch, Validator


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of quarantine are asked for; empty: any."""

    kind: str = ""
    state: str = ""
    validator: str = ""
    text: str = ""


def quarantined_of(city: str, wanted: Wanted) -> QuerySet[Quarantined]:
    """Entries of quarantine, latest first."""
    found = Quarantined.objects.filter(city=city).order_by("-received_at", "-pk")
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.validator:
        found = found.filter(validator=wanted.validator)
    return found.filter(problem__icontains=wanted.text) if wanted.text else found


def open_by_kind(city: str) -> dict[str, int]:
    """How many entries are open, by kind."""
    rows = Quarantined.objects.filter(city=city, state=Quarantined.State.OPEN).values_list("kind")
    return dict(rows.annotate(Count("pk")).order_by("kind"))


def validators_of(city: str, *, text: str = "", order: str = "") -> QuerySet[Validator]:
    """A city's validators by code; or first those whose clocks are off most (`drift`), or those
    not seen for longest (`seen`).
    """
    found = Validator.objects.filter(city=city)
    found = found.filter(code__icontains=text) if text else found
    if order == "drift":
        return found.order_by(Abs("drift_seconds").desc(nulls_last=True), "code")
    if order == "seen":
        return found.order_by(F("last_seen_at").asc(nulls_last=True), "code")
    return found.order_by("code")


def cities_with_validators() -> list[str]:
    """The cities that have validators."""
    return list(Validator.objects.order_by("city").values_list("city", flat=True).distinct())


def batches_of(city: str, *, start: date | None, end: date | None, zone: Any) -> QuerySet[TapBatch]:
    """Uploads of taps, latest first."""
    found = TapBatch.objects.filter(city=city).order_by("-received_at", "pk").defer("answer")
    if start:
        found = found.filter(received_at__gte=datetime.combine(start, time(0), zone))
    if end:
        after = end + timedelta(days=1)
        found = found.filter(received_at__lt=datetime.combine(after, time(0), zone))
    return found


def adjustments_of(city: str, *, kind: str = "") -> QuerySet[Adjustment]:
    """Changes of settled charges, latest first."""
    found = Adjustment.objects.filter(journey__city=city).select_related(
        "journey", "boarding__validator"
    )
    found = found.filter(kind=kind) if kind else found
    return found.order_by("-at", "-pk")
