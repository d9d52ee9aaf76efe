"""The checkpoints: how much each seals, who signed it, and the file to publish."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel import keys
from balai.kernel.access.actions.audit import record
from balai.kernel.access.guards import needs
from balai.kernel.access.origin import origin_of
from balai.kernel.ledger import actions, queries
from balai.kernel.problems import ProblemError
from balai.kernel.treasury.rules import SEAL, VIEW

PAGE_ROWS = 50


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW)
def listing(request: HttpRequest, city: str) -> HttpResponse:
    """The checkpoints, the latest first; posting makes a new one."""
    may_seal = request.user.has_perm(SEAL, request.city)  # type: ignore[attr-defined]
    if request.method == "POST":
        if not may_seal:
            raise PermissionDenied
        _seal(request)
        return redirect("treasury:checkpoints", city)
    found = queries.checkpoints(before=_before(request), limit=PAGE_ROWS + 1)
    context = {
        "rows": found[:PAGE_ROWS], "unsealed": queries.unsealed(), "may_seal": may_seal,
        "next": found[PAGE_ROWS - 1].number if len(found) > PAGE_ROWS else None,
        "keys": keys.public_keys(city, "checkpoints"),
    }  # fmt: skip
    return render(request, "treasury/checkpoints.html", context)


@require_safe
@needs(VIEW)
def export(request: HttpRequest, city: str) -> HttpResponseBase:
    """All checkpoints with their signatures and public keys, as a file."""
    answer = StreamingHttpResponse(queries.export_lines(), content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="checkpoints.json"'
    return answer


def _seal(request: HttpRequest) -> None:
    try:
        made = actions.make_checkpoint(now=timezone.now())
    except ProblemError as error:
        messages.error(request, error.detail or error.title)
        return
    if made is None:
        messages.info(request, _("Nothing new has been posted since the last checkpoint."))
        return
    record("treasury.sealed", origin_of(request), subject=f"checkpoint:{made.number}",
           region=request.city.region_code)  # type: ignore[attr-defined]  # fmt: skip
    messages.success(request, _("Checkpoint %(number)s was made.") % {"number": made.number})


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
