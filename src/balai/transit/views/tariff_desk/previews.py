"""Previews: the city's journeys repriced by a draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import day_of
from balai.kernel.access.models import User
from balai.kernel.access.origin import origin_of
from balai.kernel.jobs.queries import find
from balai.kernel.problems import MissingError, ProblemError
from balai.transit.actions.preview_tariff import open_preview, start_preview
from balai.transit.views.tariff_desk.editing import found_version
from balai.transit.views.tariff_desk.sentences import error_texts


@require_POST
@needs("transit.view_tariffs")
def begin(request: HttpRequest, city: str, name: str) -> HttpResponse:
    """Start a preview and lead to where it will stand."""
    found_version(city, name)
    query = request.POST.copy()
    request.GET = query
    start, end, cards = day_of(request, "start"), day_of(request, "end"), query.get("cards", "")
    if start is None or end is None or not cards.isdecimal() or len(cards) > 7:
        messages.error(request, _("Give the first day, the last day and how many cards."))
        return redirect("transit:tariff", city, name)
    assert isinstance(request.user, User)
    try:
        made = start_preview(city, name, start=start, end=end, cards=int(cards), by=request.user,
                             origin=origin_of(request))  # fmt: skip
    except ProblemError as error:
        messages.error(request, " ".join(error_texts(error)))
        return redirect("transit:tariff", city, name)
    return redirect("transit:tariff-preview", city, name, made.pk)


@require_safe
@needs("transit.view_tariffs")
def preview(request: HttpRequest, city: str, name: str, preview: UUID) -> HttpResponse:
    """What the draft would have meant; asks again by itself until the job has ended."""
    try:
        found = open_preview(city, name, preview, who=request.user.get_username())
    except MissingError as error:
        raise Http404(str(error)) from error
    job = find(found.job) if found.job else None
    waiting = found.result is None and not found.problem
    failed = waiting and job is not None and job.state in ("failed", "cancelled")
    context: dict[str, Any] = {"preview": found, "version": found.version, "failed": failed,
                               "stands": found.digest == found.version.digest}  # fmt: skip
    if found.result is not None:
        context |= _told(found.result)
    elif not failed and job is not None:
        context["pulse"] = job.pulse
    answer = render(request, "transit/desk/preview.html", context)
    if waiting and not failed:
        answer["Refresh"] = "2"
    return answer


def _told(result: dict[str, Any]) -> dict[str, Any]:
    """The result with what a page needs beside it: shares of bands, change in all."""
    most = max((band["journeys"] for band in result["bands"]), default=0)
    bands = [band | {"share": band["journeys"] * 100 // most if most else 0}
             for band in result["bands"]]  # fmt: skip
    change = result["revenue_then"] - result["revenue_now"]
    share = change / result["revenue_now"] if result["revenue_now"] else None
    examples = [each | {"change": each["then"] - each["now"]} for each in result["examples"]]
    return {"result": result, "bands": bands, "change": change, "share": share,
            "examples": examples}  # fmt: skip
