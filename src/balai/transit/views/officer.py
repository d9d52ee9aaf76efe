"""The officer's first page, and the list of journeys."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, day_of, wants_csv
from balai.transit.models import Journey
from balai.transit.queries.feed import current_feed
from balai.transit.queries.journeys import journeys_of, standing
from balai.transit.views.taps.lists import listed


@require_safe
@needs("transit.view_taps")
def overview(request: HttpRequest, city: str) -> HttpResponse:
    """How many taps, journeys, orphans and quarantined rows there are, and what waits."""
    context = {"standing": standing(city), "feed": current_feed(city)}
    return render(request, "transit/officer.html", context)


@require_safe
@needs("transit.view_taps")
def journeys(request: HttpRequest, city: str) -> HttpResponseBase:
    """Journeys by day, those that one fare covers, those that late taps changed."""
    kind = request.GET.get("kind", "")
    rows = journeys_of(city, start=day_of(request, "start"), end=day_of(request, "end"), kind=kind)
    if wants_csv(request):
        header = ("journey", "day", "hour", "place", "tariff", "boardings", "charge", "full_price",
                  "integrated", "revision", "generated")  # fmt: skip
        return as_csv("journeys", header, rows.iterator(chunk_size=2000), _journey_cells)
    return listed(request, "transit/journeys.html", rows, kind=kind)


def _journey_cells(row: Journey) -> tuple[Any, ...]:
    hour = timezone.localtime(row.first_at).strftime("%H:00")
    return (row.id, row.day, hour, row.place, row.tariff, row.boardings, row.charge,
            row.full_price, row.integrated, row.revision, row.generated)  # fmt: skip
