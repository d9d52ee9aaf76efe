"""The officer's lists: journeys, taps, and rows that could not be taken."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, day_of, page_of, wants_csv
from balai.transit.engine.fares.modes import MODE_CODES
from balai.transit.models import Journey, Quarantined, Tap
from balai.transit.queries.feed import current_feed
from balai.transit.queries.journeys import journeys_of, quarantined_of, standing, taps_of


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
    return _list(request, "transit/journeys.html", rows, kind=kind)


@require_safe
@needs("transit.view_taps")
def taps(request: HttpRequest, city: str) -> HttpResponseBase:
    """Taps received, with those left without their other half."""
    kind, mode = request.GET.get("kind", ""), request.GET.get("mode", "")
    rows = taps_of(
        city, start=day_of(request, "start"), end=day_of(request, "end"), kind=kind,
        mode=mode if mode in MODE_CODES else "", zone=timezone.get_current_timezone(),
    )  # fmt: skip
    if wants_csv(request):
        header = ("validator", "sequence", "at", "direction", "mode", "route", "stop", "metres",
                  "received_at")  # fmt: skip
        return as_csv("taps", header, rows.iterator(chunk_size=2000), _tap_cells)
    return _list(request, "transit/taps.html", rows, kind=kind, mode=mode, modes=MODE_CODES)


@require_safe
@needs("transit.view_taps")
def quarantine(request: HttpRequest, city: str) -> HttpResponseBase:
    """Rows set aside, each with its fault and mend."""
    kind, text = request.GET.get("kind", ""), request.GET.get("text", "")[:100]
    rows = quarantined_of(city, kind=kind, text=text)
    if wants_csv(request):
        header = ("received_at", "batch", "row", "kind", "field", "value", "problem", "remedy")
        return as_csv("quarantine", header, rows.iterator(chunk_size=2000), _quarantined_cells)
    return _list(request, "transit/quarantine.html", rows, kind=kind, text=text)


def _list(request: HttpRequest, template: str, rows: Any, **more: Any) -> HttpResponse:
    days = {name: request.GET.get(name, "") for name in ("start", "end")}
    context = {"page": page_of(request, rows), **days, "csv": csv_url(request), **more}
    return render(request, template, context)


def _journey_cells(row: Journey) -> tuple[Any, ...]:
    hour = timezone.localtime(row.first_at).strftime("%H:00")
    return (row.id, row.day, hour, row.place, row.tariff, row.boardings, row.charge,
            row.full_price, row.integrated, row.revision, row.generated)  # fmt: skip


def _tap_cells(row: Tap) -> tuple[Any, ...]:
    return (row.validator.code, row.sequence, row.at.isoformat(), row.direction, row.mode,
            row.route_id, row.stop_id, row.metres, row.received_at.isoformat())  # fmt: skip


def _quarantined_cells(row: Quarantined) -> tuple[Any, ...]:
    return (row.received_at.isoformat(), row.batch_id, row.row, row.kind, row.field, row.value,
            row.problem, row.remedy)  # fmt: skip
