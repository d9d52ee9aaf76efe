"""Kinds of documents, offices, and how far each has counted."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from balai.kernel.documents.kinds import Kind, all_kinds
from balai.kernel.documents.models import Counter, KindVersion, Office


def offices(city: str) -> QuerySet[Office]:
    """A city's offices, by name."""
    return Office.objects.filter(city=city).order_by("name")


def counters(city: str) -> QuerySet[Counter]:
    """The last number of each kind, office and year of a city."""
    rows = Counter.objects.filter(office__city=city).select_related("office")
    return rows.order_by("kind", "-year", "office__name")


def kind_rows() -> list[tuple[Kind, list[Any]]]:
    """Every kind with the versions that documents were made with, the newest first."""
    versions: dict[str, list[KindVersion]] = {}
    for row in KindVersion.objects.order_by("-version").defer("files", "definition"):
        versions.setdefault(row.kind, []).append(row)
    return [(kind, versions.get(kind.code, [])) for kind in all_kinds()]
