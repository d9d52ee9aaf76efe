"""Every version of the fare rules with its dated figures, articles and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from balai.transit.queries.tariffs import figures, tariff_law, tariff_names, tariffs_in_force


@require_safe
def tariffs(request: HttpRequest, city: str) -> HttpResponse:
    """The tariffs in force in the city, by date, and every figure of every tariff."""
    in_force = tariffs_in_force(city)
    followers = [span.start for span in in_force[1:]]
    spans = [
        {"span": span, "title": tariff_law(span.tariff).title, "until": until}
        for span, until in zip_longest(in_force, followers)
    ]
    versions = [
        {
            "name": name,
            "title": tariff_law(name).title,
            "figures": [
                {"figure": figure, "value": _written(figure.value)} for figure in figures(name)
            ],
        }
        for name in tariff_names(city)
    ]
    return render(request, "transit/tariffs.html", {"spans": spans, "versions": versions})


def _written(value: Any) -> str:
    """A figure as it stands in law: mappings and lists in a row."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_written(each)}" for key, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " | ".join(_written(each) for each in value)
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)
