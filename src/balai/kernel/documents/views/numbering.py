"""The kinds of documents, their versions, and how far each office has counted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.queries import holds
from balai.kernel.documents import queries
from balai.kernel.documents.rules import ISSUE, VIEW


@require_safe
@needs(VIEW)
def kinds(request: HttpRequest, city: str) -> HttpResponse:
    """Every kind with its format and versions; the counters of the city's offices."""
    context = {
        "rows": queries.kind_rows(),
        "counters": queries.counters(city),
        "offices": queries.offices(city),
        "may_issue": holds(request.user, ISSUE, city),
    }
    return render(request, "documents/kinds.html", context)
