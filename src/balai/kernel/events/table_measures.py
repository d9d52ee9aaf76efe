"""Measures over a programme's own table of facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Aggregate, Count, Max, Q, QuerySet

from balai.kernel.events.marks import not_a_mark, read_mark, write_mark
from balai.kernel.events.measures import (
    Column,
    Freshness,
    Measure,
    MeasureQuery,
    MeasureValue,
    RecordPage,
)


def table_measure(
    rows: Callable[[], QuerySet[Any]],
    *,
    name: str,
    title: Mapping[str, str],
    unit: str,
    description: Mapping[str, str],
    columns: Sequence[Column],
    recorded: str,
    version: int = 1,
    value: Aggregate | None = None,
    city: str = "city",
    day: str = "day",
    place: str = "place",
) -> Measure:
    """A measure of the rows of a query set (called anew for each question).

    `city`, `day` and `place` name its fields or lookups; `recorded` its time of recording, by
    which additions are seen; `value` is an aggregate, by default the count of rows. The columns'
    names are fields or annotations: the programme shows none that tells of a person.
    """

    def met(query: MeasureQuery) -> QuerySet[Any]:
        wanted = Q(**{city: query.city, f"{day}__gte": query.start, f"{day}__lte": query.end})
        if query.places is not None:
            wanted &= Q(**{f"{place}__in": query.places})
        return rows().filter(wanted)

    def values(query: MeasureQuery) -> list[MeasureValue]:
        grouped = (
            met(query)
            .order_by()
            .values_list(day, place)
            .annotate(_value=value or Count("pk"), _count=Count("pk"))
            .order_by(day, place)
        )
        return [MeasureValue(d, p, _exact(v, name), n) for d, p, v, n in grouped]

    def records(query: MeasureQuery, limit: int, after: str | None) -> RecordPage:
        found = met(query)
        names = [column.name for column in columns]
        page = found if after is None else found.filter(_beyond(after, day, found))
        picked = list(page.order_by(day, "pk").values_list(day, "pk", *names)[: limit + 1])
        last = picked[limit - 1] if len(picked) > limit else None
        return RecordPage(
            columns=tuple(columns),
            rows=tuple(tuple(row[2:]) for row in picked[:limit]),
            next=write_mark([last[0].isoformat(), last[1]]) if last else None,
            total=found.count(),
        )

    def freshness(query: MeasureQuery) -> Freshness:
        found = met(query).aggregate(count=Count("pk"), latest=Max(recorded))
        return Freshness(found["count"], found["latest"])

    return Measure(
        name=name,
        title=title,
        unit=unit,
        version=version,
        description=description,
        values=values,
        records=records,
        freshness=freshness,
    )


def _beyond(after: str, day: str, found: QuerySet[Any]) -> Q:
    text, given = read_mark(after, 2)
    try:
        last = date.fromisoformat(text)
        key = found.model._meta.pk.to_python(given)
    except (ValueError, ValidationError) as error:
        raise not_a_mark(after) from error
    later = Q(**{f"{day}__gt": last}) | Q(**{day: last, "pk__gt": key})
    # The index serves the day by this, where it could not by the alternatives alone.
    return Q(**{f"{day}__gte": last}) & later


def _exact(value: Any, name: str) -> int | Decimal:
    if value is None:
        return 0
    if isinstance(value, int | Decimal):
        return value
    raise TypeError(f"{name} sums {type(value).__name__}: use whole numbers or decimals")
