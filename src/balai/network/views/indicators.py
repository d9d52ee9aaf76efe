"""The page of an indicator: the figure, its way here, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from balai.kernel.events.measures import Column
from balai.network import actions
from balai.network.actions.publish import MAY_PUBLISH
from balai.network.engine.formula import Reference, references
from balai.network.queries import lineage, members, plans, values
from balai.network.queries.inputs import GENERATED
from balai.network.queries.members import CityRow
from balai.network.queries.values import Figure
from balai.network.views.refusals import refusing
from balai.network.views.telling import Story, story

RECORDS_BESIDE = 5
"""Records shown beside formula and inputs; the rest follow on pages of their own."""


@refusing
def indicator(request: HttpRequest, city: str, code: str) -> HttpResponseBase:
    """The figure with formula, inputs and records. `?period=` chooses which."""
    with _in_city(city) as (row, today):
        project, judged = plans.judged(city, code, on=today)
        figure = _figure(request, city, code)
        context: dict[str, Any] = {
            "row": row,
            "project": project,
            "judged": judged,
            "indicator": judged.indicator,
            "definitions": values.definitions(code),
            "figure": figure,
            "may_publish": _may(request, row),
        }
        if figure is not None:
            context |= _lineage(request, figure, judged, today)
        return render(request, "network/indicator.html", context)


@refusing
def record(request: HttpRequest, city: str, code: str, record: str) -> HttpResponseBase:
    """One record behind the figure, as its programme tells it."""
    with _in_city(city) as (row, today):
        project, judged = plans.judged(city, code, on=today)
        figure = _figure(request, city, code)
        if figure is None:
            return redirect("network:indicator", city, code)
        measure = _measure(request, figure)
        found = lineage.record(
            figure.value, measure, record, after=request.GET.get("after") or None
        )
        lines = {each.measure: each for each in lineage.input_lines(figure.value)}
        context = {
            "row": row,
            "project": project,
            "indicator": judged.indicator,
            "figure": figure,
            "record": found,
            "line": lines[measure],
        }
        return render(request, "network/record.html", context)


@login_required
@require_POST
@refusing
def recount(request: HttpRequest, city: str, code: str) -> HttpResponseBase:
    """Count a period again, by an officer who may publish for the city."""
    with _in_city(city) as (row, _today):
        if not _may(request, row):
            raise PermissionDenied
        period = values.period_named(request.POST.get("period", ""))
        done = actions.refresh(city, period, note=request.POST.get("note", "").strip()[:500])
        changed = sum(each.new for each in done)
        said = _("Counted again: %(n)s values changed.") % {"n": changed}
        messages.success(request, said if changed else _("Counted again: nothing changed."))
    return _back(city, code, str(period))


@login_required
@require_POST
@refusing
def publish(request: HttpRequest, city: str, code: str) -> HttpResponseBase:
    """Publish the value that stands for a period."""
    number = request.POST.get("value", "")
    value = values.value_by_id(city, code, int(number) if number.isdecimal() else 0)
    actions.publish(value, by=request.user, note=request.POST.get("note", "").strip()[:500])
    messages.success(request, _("The value is published."))
    return _back(city, code, value.period)


@contextmanager
def _in_city(slug: str) -> Iterator[tuple[CityRow, date]]:
    """The city and its day, under its clock."""
    row = members.city(slug, on=timezone.localdate())
    with timezone.override(ZoneInfo(row.time_zone)):
        yield row, timezone.localdate()


def _may(request: HttpRequest, row: CityRow) -> bool:
    return bool(request.user.is_authenticated and request.user.has_perm(MAY_PUBLISH, row))


def _back(city: str, code: str, period: str) -> HttpResponseBase:
    answer = redirect("network:indicator", city, code)
    answer["Location"] += f"?period={period}"
    return answer


def _figure(request: HttpRequest, city: str, code: str) -> Figure | None:
    if name := request.GET.get("period", ""):
        return values.figure(city, code, values.period_named(name))
    return values.latest_figure(city, code)


def _measure(request: HttpRequest, figure: Figure) -> str:
    known = figure.value.definition.measures
    return request.GET.get("measure") or known[-1]


def _lineage(
    request: HttpRequest, figure: Figure, judged: plans.Judged, today: date
) -> dict[str, Any]:
    value = figure.value
    measure = _measure(request, figure)
    after = request.GET.get("after") or None
    whole = "measure" in request.GET or after is not None
    limit = lineage.PAGE if whole else RECORDS_BESIDE
    told: Story = story(figure, judged, today)
    return {
        "value": value,
        "ratio": _fraction(value),
        "inputs": lineage.input_lines(value),
        "coverage": values.coverage(value, on=today),
        **_records(value, measure, after, limit, brief=not whole),
        "measure": measure,
        "whole": whole,
        "after": after or "",
        "newer": lineage.newer_records(value),
        "story": told,
        **_chart_words(told, figure),
        "comparison": _comparison(figure),
        "history": [
            {"value": e, "number": values.shown(e), "published": values.is_published(e)}
            for e in reversed(figure.history)
        ],
        "periods": _periods(value.city_id, value.indicator_id),
    }


def _records(
    value: Any, measure: str, after: str | None, limit: int, *, brief: bool
) -> dict[str, Any]:
    """A page of records, each with the address of its own page; `brief` leaves columns out."""
    page = lineage.records(value, measure, after=after, limit=limit)
    rows = []
    for each in page.shown:
        path = reverse("network:record", args=[value.city_id, value.indicator_id, each.id])
        query = {"period": value.period, "measure": measure}
        if after:
            query["after"] = after
        cells = [cell for n, cell in enumerate(each.cells) if not brief or _is_brief(n, cell[0])]
        rows.append({"cells": cells, "href": f"{path}?{urlencode(query)}"})
    headings = [
        column for n, column in enumerate(page.headings) if not brief or _is_brief(n, column)
    ]
    return {"records": page, "headings": headings, "rows": rows}


def _is_brief(number: int, column: Column) -> bool:
    """Whether a column stands in the short list: the record's name, and what makes it count."""
    return number == 0 or (column.kind not in ("text", "time", "day") and column.name != GENERATED)


def _chart_words(told: Story, figure: Figure) -> dict[str, Any]:
    """What is written on the chart, and how the page names an earlier period."""
    target = (*told.target, _("target")) if told.target else None
    first = (*told.first_published, _("first published")) if told.first_published else None
    return {
        "chart_target": target,
        "chart_first": first,
        "story_day": "month" if figure.value.length == "month" else "plain",
    }


def _fraction(value: Any) -> dict[str, Any] | None:
    """The formula as words over words, where numerator and denominator are single measures."""
    ratio = lineage.ratio(value.definition)
    if ratio is None:
        return None
    parts = {"numerator": ratio.numerator, "denominator": ratio.denominator}
    labels = {each.measure: each.label for each in lineage.input_lines(value)}
    if not all(isinstance(part, Reference) for part in parts.values()):
        return None
    named = {place: labels[references(part)[0].name] for place, part in parts.items()}
    return {"factor": ratio.factor.numerator, **named}


def _comparison(figure: Figure) -> dict[str, Any] | None:
    """The value first published beside the one that stands, input by input."""
    first = figure.first_published
    if first is None or not figure.restated:
        return None
    before = {each.measure: each for each in lineage.input_lines(first)}
    rows = [
        {"line": each, "before": before[each.measure].total if each.measure in before else None}
        for each in lineage.input_lines(figure.value)
    ]
    return {
        "first": first,
        "first_number": values.shown(first),
        "rows": rows,
        "restatements": figure.restatements,
    }


def _periods(city: str, code: str) -> dict[str, list[Any]]:
    """The periods that have a value, the latest first, by length."""
    return {
        "months": values.series(city, code, "month")[::-1],
        "days": values.series(city, code, "day", last=62)[::-1],
    }
