"""A resident's own documents."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from balai.kernel.access.lists import page_of
from balai.kernel.access.rows import person_behind
from balai.kernel.documents import queries
from balai.kernel.documents.views.documents import STATUS


@require_safe
@never_cache
@login_required
def listing(request: HttpRequest, city: str) -> HttpResponse:
    """The documents about the signed-in person, to download and to check."""
    person = person_behind(request.user)
    rows = queries.mine(city, person)
    context = {"page": page_of(request, rows), "status": STATUS, "linked": person is not None}
    return render(request, "documents/mine.html", context)
