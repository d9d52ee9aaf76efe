"""CSV of what the pages show: cities, values with their history, records."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from balai.network.queries import lineage, members, plans, values
from balai.network.views.members import wanted_cities
from balai.network.views.refusals import refusing

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands back what is written."""

    def write(self, text: str) -> str:
        return text


@refusing
def cities_csv(request: HttpRequest) -> HttpResponseBase:
    """The cities of the page's filter."""
    found = members.members(wanted_cities(request), on=timezone.localdate())
    head = ("slug", "name", "country", "joined", "lat", "lon", "status", "data_through")
    rows = (
        (c.slug, c.name, c.state.code, c.joined, c.lat, c.lon, c.reporting, c.through or "")
        for c in found.cities
    )
    return _csv("asean-cities.csv", [head], rows)


@refusing
def values_csv(request: HttpRequest, city: str, code: str) -> HttpResponseBase:
    """The indicator's values by month and day, those that were replaced included."""
    plans.judged(city, code, on=timezone.localdate())
    head = (
        "period", "value", "numerator", "denominator", "state", "stands", "published_at",
        "definition", "cause", "data_through", "computed_at", "generated", "inputs_hash",
    )  # fmt: skip
    names = [
        each.period for length in ("month", "day") for each in values.series(city, code, length)
    ]
    rows = (
        _value_row(value, stands=value is figure.value)
        for figure in (values.figure(city, code, values.period_named(name)) for name in names)
        for value in figure.history
    )
    return _csv(f"{city}-{code}.csv", [head], rows)


def _value_row(value: Any, *, stands: bool) -> Sequence[Any]:
    published = value.publication.at.isoformat() if values.is_published(value) else ""
    return (
        value.period, values.shown(value), value.numerator, value.denominator, value.state,
        stands, published, value.definition.version, value.cause, value.through,
        value.computed_at.isoformat(), value.generated, value.inputs_hash,
    )  # fmt: skip


@refusing
def records_csv(request: HttpRequest, city: str, code: str) -> HttpResponseBase:
    """The records behind one input of a period's value."""
    period = values.period_named(request.GET.get("period", ""))
    value = values.figure(city, code, period).value
    measure = request.GET.get("measure") or value.definition.measures[-1]
    # Asked for now, so that a refusal is an answer and not a broken file.
    first = lineage.records(value, measure, limit=1)
    head = [column.name for column in first.headings]
    rows = (
        [cell for _, cell in each.cells]
        for page in lineage.every_record(value, measure)
        for each in page.shown
    )
    return _csv(f"{city}-{measure}-{period}.csv", [head], rows)


def _csv(
    name: str, head: Iterable[Sequence[Any]], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        for row in head:
            yield writer.writerow(row)
        for row in rows:
            yield writer.writerow([_cell(each) for each in row])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value.isoformat() if hasattr(value, "isoformat") else value
