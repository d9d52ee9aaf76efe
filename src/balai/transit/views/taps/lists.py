"""The lists of taps, validators, uploads and adjustments."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, day_of, page_of, wants_csv
from balai.transit.engine.fares.modes import MODE_CODES
from balai.transit.models import Adjustment, Tap, TapBatch, Validator
from balai.transit.queries.acceptance import acceptance_on
from balai.transit.queries.journeys import names_of_taps, taps_of
from balai.transit.queries.quarantine import adjustments_of, batches_of, validators_of
from balai.transit.views.running import mode_title
from balai.transit.views.taps.words import Remark, remarks_of, standing_of_card


class Remarked(NamedTuple):
    """A tap with what is to be known about it, and the names of its stop and its line."""

    tap: Tap
    remarks: list[Remark]
    stop: str
    line: str


@require_safe
@needs("transit.view_taps")
def taps(request: HttpRequest, city: str) -> HttpResponseBase:
    """Taps received: by day, validator, stop and mode, and those without their other half."""
    asked = {
        name: request.GET.get(name, "")[:100] for name in ("kind", "mode", "validator", "stop")
    }
    if asked["mode"] not in MODE_CODES:
        asked["mode"] = ""
    rows = taps_of(
        city, start=day_of(request, "start"), end=day_of(request, "end"),
        zone=timezone.get_current_timezone(), **asked,
    )  # fmt: skip
    if wants_csv(request):
        header = ("validator", "sequence", "at", "direction", "mode", "route", "stop", "metres",
                  "received_at", "remarks", "card_state", "card_block")  # fmt: skip
        return as_csv("taps", header, rows.iterator(chunk_size=2000), _tap_cells)
    page = page_of(request, rows)
    names = names_of_taps(city, list(page))
    page.object_list = [_remarked(row, names) for row in page]
    modes = [(code, mode_title(code)) for code in MODE_CODES]
    return listed(request, "transit/taps.html", page, modes=modes, **asked)


@require_safe
@needs("transit.view_taps")
def validators(request: HttpRequest, city: str) -> HttpResponseBase:
    """Validators: where they stand, when they were heard of last, and how far off their clocks
    are.
    """
    asked = {name: request.GET.get(name, "")[:100] for name in ("text", "order")}
    rows = validators_of(city, **asked)
    if wants_csv(request):
        header = ("validator", "place", "last_seen", "clock_ahead_s", "spread_s", "uploads")
        return as_csv("validators", header, rows.iterator(chunk_size=2000), _validator_cells)
    limits = acceptance_on(city, datetime.now(timezone.get_current_timezone()).date())
    return listed(request, "transit/taps/validators.html", rows, limits=limits, **asked)


@require_safe
@needs("transit.view_taps")
def batches(request: HttpRequest, city: str) -> HttpResponseBase:
    """Uploads: who sent how many taps when, and what became of them."""
    rows = batches_of(city, start=day_of(request, "start"), end=day_of(request, "end"),
                      zone=timezone.get_current_timezone())  # fmt: skip
    if wants_csv(request):
        header = ("received_at", "batch", "sender", "accepted", "duplicates", "rejected")
        return as_csv("uploads", header, rows.iterator(chunk_size=2000), _batch_cells)
    return listed(request, "transit/taps/batches.html", rows)


@require_safe
@needs("transit.view_taps")
def adjustments(request: HttpRequest, city: str) -> HttpResponseBase:
    """Settled charges that late taps or refunds changed."""
    kind = request.GET.get("kind", "")
    rows = adjustments_of(city, kind=kind if kind in Adjustment.Kind.values else "")
    if wants_csv(request):
        header = ("at", "journey", "kind", "before", "after", "reason")
        return as_csv("adjustments", header, rows.iterator(chunk_size=2000), _adjustment_cells)
    return listed(request, "transit/taps/adjustments.html", rows, kind=kind)


def listed(request: HttpRequest, template: str, rows: Any, **more: Any) -> HttpResponse:
    """A page of the rows (or the page itself), with the days asked for and the file's address."""
    days = {name: request.GET.get(name, "") for name in ("start", "end")}
    page = rows if isinstance(rows, Page) else page_of(request, rows)
    context = {"page": page, **days, "csv": csv_url(request), **more}
    return render(request, template, context)


def _remarked(row: Tap, names: dict[tuple[str, str], str]) -> Remarked:
    stop = names.get(("stop", row.stop_id), row.stop_id)
    return Remarked(row, remarks_of(row), stop, names.get(("route", row.route_id), row.route_id))


def _tap_cells(row: Tap) -> tuple[Any, ...]:
    remarks = " ".join(remark.code for remark in remarks_of(row))
    return (row.validator.code, row.sequence, row.at.isoformat(), row.direction, row.mode,
            row.route_id, row.stop_id, row.metres, row.received_at.isoformat(), remarks,
            *standing_of_card(row))  # fmt: skip


def _validator_cells(row: Validator) -> tuple[Any, ...]:
    seen = row.last_seen_at.isoformat() if row.last_seen_at else ""
    return (row.code, row.place, seen, row.drift_seconds, row.drift_spread, row.drift_uploads)


def _batch_cells(row: TapBatch) -> tuple[Any, ...]:
    return (row.received_at.isoformat(), row.pk, row.sender, row.accepted, row.duplicates,
            row.rejected)  # fmt: skip


def _adjustment_cells(row: Adjustment) -> tuple[Any, ...]:
    return (row.at.isoformat(), row.journey_id, row.kind, row.before, row.after, row.reason)
