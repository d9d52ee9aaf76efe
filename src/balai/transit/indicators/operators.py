"""A measure of standing: how many angkot operators have joined by the end of a span of days."""

from __future__ import annotations

from collections import Counter

from django.db.models import Max, Q, QuerySet

from balai.kernel.events.measures import (
    Column,
    Freshness,
    Measure,
    MeasureQuery,
    MeasureValue,
    RecordPage,
)
from balai.transit.models import Operator

COLUMNS = (
    Column("name", {"id": "Operator", "en": "Operator"}),
    Column("joined_on", {"id": "Bergabung", "en": "Joined"}, "day"),
    Column("generated", {"id": "Data buatan", "en": "Generated"}, "boolean"),
)


def joined(query: MeasureQuery) -> QuerySet[Operator]:
    """The cooperatives that have joined by the last day and not left."""
    there = Q(left_on=None) | Q(left_on__gt=query.end)
    found = Operator.objects.filter(
        there, city=query.city, kind=Operator.Kind.COOPERATIVE, joined_on__lte=query.end
    )
    return found if query.places is None else found.filter(region_code__in=query.places)


def _values(query: MeasureQuery) -> list[MeasureValue]:
    # It stands on the last day; a sum over days would count an operator many times.
    counts = Counter(joined(query).values_list("region_code", flat=True))
    return [MeasureValue(query.end, place, count, count) for place, count in sorted(counts.items())]


def _records(query: MeasureQuery, limit: int, after: str | None) -> RecordPage:
    rows = joined(query).order_by("pk")
    begin = int(after) if after and after.isdigit() else 0
    names = [column.name for column in COLUMNS]
    picked = list(rows.filter(pk__gt=begin).values_list("pk", *names)[: limit + 1])
    return RecordPage(
        columns=COLUMNS,
        rows=tuple(tuple(row[1:]) for row in picked[:limit]),
        next=str(picked[limit - 1][0]) if len(picked) > limit else None,
        total=rows.count(),
    )


def _freshness(query: MeasureQuery) -> Freshness:
    found = joined(query)
    return Freshness(found.count(), found.aggregate(latest=Max("made_at"))["latest"])


ANGKOT_OPERATORS = Measure(
    name="transit.angkot_operators",
    title={"id": "Operator angkot yang bergabung", "en": "Angkot operators that have joined"},
    unit="operators",
    version=1,
    description={
        "id": "Koperasi angkot yang sudah bergabung pada akhir kurun dan belum keluar.",
        "en": "Angkot cooperatives that had joined by the end of the span and not left.",
    },
    values=_values,
    records=_records,
    freshness=_freshness,
)
