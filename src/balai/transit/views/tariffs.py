"""Every version of the fare rules with its dated figures, articles and sources."""

from __future__ import annotations

from itertools import zip_longest

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from balai.transit.queries.tariffs import (
    Figure,
    figures,
    tariff_law,
    tariff_names,
    tariffs_in_force,
)

MAIN = ("rule", "mode_price", "distance_price", "base", "per_km", "cap", "window_seconds",
        "gap_seconds", "transfer_seconds", "validity_seconds", "timed_price")  # fmt: skip
"""The parameters that a rider asks for first."""


@require_safe
def tariffs(request: HttpRequest, city: str) -> HttpResponse:
    """The tariffs in force in the city, by date, and every figure of every tariff."""
    in_force = tariffs_in_force(city)
    today = timezone.localdate(timezone=request.city.zone)  # type: ignore[attr-defined]
    followers = [span.start for span in in_force[1:]]
    spans = [
        {"span": span, "title": tariff_law(span.tariff).title, "until": until,
         "now": span.holds(today) and (until is None or today < until)}
        for span, until in zip_longest(in_force, followers)
    ]  # fmt: skip
    versions = [
        {
            "name": name,
            "title": tariff_law(name).title,
            "holds": any(span["now"] and span["span"].tariff == name for span in spans),
            "figures": held,
            "main": _main(held),
        }
        for name, held in ((name, figures(name)) for name in tariff_names(city))
    ]
    versions.sort(key=lambda version: not version["holds"])
    return render(request, "transit/tariffs.html", {"spans": spans, "versions": versions})


def _main(held: list[Figure]) -> list[Figure]:
    """The figures that a rider asks for first, each as it was set last."""
    latest = {figure.parameter: figure for figure in sorted(held, key=lambda each: each.start)}
    return [latest[name] for name in MAIN if name in latest]
