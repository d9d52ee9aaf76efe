"""The record of one journey: what stands behind a figure of the action plan."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from balai.kernel.problems import MissingError
from balai.transit.engine.fares.taps import Reason
from balai.transit.queries.journeys import journey_record
from balai.transit.queries.tariffs import tariff_law
from balai.transit.views.bill import reason_words


@require_safe
def record(request: HttpRequest, city: str, journey: UUID) -> HttpResponse:
    """Legs, the fare's arithmetic and the ledger's transfers; no card, times to the hour."""
    try:
        found = journey_record(city, journey)
    except MissingError as error:
        raise Http404(str(error)) from error
    legs = [{"leg": leg, "reason": reason_words(Reason[leg.reason.upper()])} for leg in found.legs]
    return render(
        request,
        "transit/journey.html",
        {"journey": found, "legs": legs, "law": tariff_law(found.tariff)},
    )
