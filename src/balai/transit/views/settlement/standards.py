"""The penalties of the service standard as they stood on a day, for everybody and for the desk."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, wants_csv
from balai.kernel.problems import ProblemError
from balai.transit.models import Contract
from balai.transit.queries.settlement.contracts import operator_behind
from balai.transit.queries.settlement.standards import (
    PenaltyRow,
    PenaltySchedule,
    days_of_change,
    penalties_on,
)
from balai.transit.rules import VIEW_SETTLEMENT
from balai.transit.settlement_forms import DayForm
from balai.transit.views.settlement.common import may

COLUMNS = ("code", "title", "measure", "basis", "value", "free", "cap", "counted", "article",
           "source", "verified")  # fmt: skip


@require_safe
def public(request: HttpRequest, city: str) -> HttpResponseBase:
    """What breaches cost, open to everybody: it is law."""
    return _page(request, city, "frame/resident.html")


@require_safe
@needs(VIEW_SETTLEMENT)
def desk(request: HttpRequest, city: str) -> HttpResponseBase:
    """The same on the officers' desk."""
    return _page(request, city, "frame/officer.html")


def _page(request: HttpRequest, city: str, frame: str) -> HttpResponseBase:
    contract = _contract(request, city)
    form = DayForm(request.GET if "day" in request.GET else None)
    day = form.cleaned_data["day"] if form.is_bound and form.is_valid() else timezone.localdate()
    found = _found(city, day, contract)
    if wants_csv(request) and found:
        return as_csv(f"penalties-{day}", COLUMNS, found.rows, _cells)
    shown = form if form.is_bound and form.errors else DayForm(initial={"day": day})
    context = {
        "frame": frame, "schedule": found, "day": day, "form": shown,
        "contract": contract, "changes": days_of_change(city), "csv": csv_url(request),
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "transit/settlement/penalties.html", context, status=status)


def _found(city: str, day: date, contract: Contract | None) -> PenaltySchedule | None:
    """The schedule of a day; None where the standard says nothing of it."""
    try:
        return penalties_on(city, day, contract)
    except ProblemError:
        return None


def _contract(request: HttpRequest, city: str) -> Contract | None:
    """The contract that is asked for: officers see each, an operator its own."""
    wanted = request.GET.get("contract", "")
    if not wanted:
        return None
    found = (
        Contract.objects.filter(pk=wanted, operator__city=city).select_related("operator").first()
        if wanted.isdecimal() and len(wanted) < 10 else None
    )  # fmt: skip
    own = operator_behind(request.user.get_username())
    if found is None or not (may(request, VIEW_SETTLEMENT) or found.operator == own):
        raise Http404
    return found


def _cells(row: PenaltyRow) -> list[Any]:
    return [getattr(row, name) for name in COLUMNS]
