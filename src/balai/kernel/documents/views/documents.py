"""A city's documents for its officers: list, page, file, and making one void."""

from __future__ import annotations

from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from balai.kernel.access.actions import record as audit
from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, day_of, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.kernel.access.queries import holds
from balai.kernel.access.rows import person_behind
from balai.kernel.documents import actions, queries
from balai.kernel.documents.forms import ReasonForm
from balai.kernel.documents.kinds import all_kinds
from balai.kernel.documents.models import Document, State
from balai.kernel.documents.queries import Filter
from balai.kernel.documents.rules import ISSUE, VIEW, VOID
from balai.kernel.documents.views.refusals import put_on, refusing
from balai.kernel.problems import ProblemError

STATUS = {"waiting": "wait", "signed": "ok", "void": "late", "replaced": "mute"}


@require_safe
@needs(VIEW, within=True)
@refusing
def listing(request: HttpRequest, city: str) -> HttpResponseBase:
    """The documents of the rows open to the officer, filtered; `?format=csv` as a file."""
    asked = request.GET
    wanted = Filter(
        words=asked.get("q", "")[:80], kind=asked.get("kind", ""), state=asked.get("state", ""),
        start=day_of(request, "start"), end=day_of(request, "end"),
    )  # fmt: skip
    rows = queries.documents(city, wanted)
    if wants_csv(request):
        audit("documents.listed", origin_of(request), subject=f"city:{city}")
        return as_csv(
            "documents", ["number", "kind", "office", "date", "state", "holder", "code"],
            rows.iterator(),
            lambda row: [row.number, row.kind, row.office.name, row.day, row.state, row.holder,
                         row.code],
        )  # fmt: skip
    context = {
        "page": page_of(request, rows), "wanted": wanted, "kinds": all_kinds(), "states": State,
        "csv": csv_url(request), "status": STATUS,
        "may_issue": holds(request.user, ISSUE, city),
    }  # fmt: skip
    return render(request, "documents/list.html", context)


@require_safe
@never_cache
@needs(VIEW, within=True)
@refusing
def page(request: HttpRequest, city: str, document: UUID) -> HttpResponse:
    """A document: what it says, who signed, what happened. Reading it is written to the audit."""
    found = queries.one(document, city)
    _require(request, VIEW, found)
    queries.note_opening(found, by=origin_of(request))
    signatures = list(found.signatures.order_by("order"))
    context = {
        "document": found,
        "status": STATUS[found.state],
        "turn": next((each.order for each in signatures if each.signed_at is None), 0),
        "facts": queries.values_of(found),
        "signatures": signatures,
        "file": found.files.order_by("-step").defer("sealed").first(),
        "history": queries.history(found),
        "replaced_by": found.replacements.first(),
        "stands": found.state in {State.WAITING, State.SIGNED},
        "may_void": request.user.has_perm(VOID, found),
        "may_issue": request.user.has_perm(ISSUE, found),
    }
    return render(request, "documents/document.html", context)


@require_safe
@never_cache
@xframe_options_sameorigin
@csp_replace({"object-src": [SELF], "frame-ancestors": [SELF]})
@refusing
def file(request: HttpRequest, city: str, document: UUID) -> HttpResponse:
    """The PDF, for officers of its region and for the person it is about; our own pages may show
    it in a frame.
    """
    if not request.user.is_authenticated:
        raise PermissionDenied
    found = queries.one(document, city)
    own = found.person_id is not None and found.person_id == person_behind(request.user)
    if not own:
        _require(request, VIEW, found)
    content = queries.file_of(found, by=origin_of(request), own=own)
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"{found.kind}-{found.code}.pdf"
    how = "attachment" if "download" in request.GET else "inline"
    answer["Content-Disposition"] = f'{how}; filename="{name}"'
    return answer


@needs(VOID, within=True)
@refusing
def void(request: HttpRequest, city: str, document: UUID) -> HttpResponse:
    """Ask for the reason and make the document void."""
    found = queries.one(document, city)
    _require(request, VOID, found)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.void(found.id, reason=form.cleaned_data["reason"], by=origin_of(request))
        except ProblemError as error:
            put_on(form, error)
        else:
            messages.success(request, _("The document is void. Its number stays taken."))
            return redirect("documents:document", city, found.id)
    return render(request, "documents/void.html", {"document": found, "form": form})


def _require(request: HttpRequest, permission: str, document: Document) -> None:
    if not request.user.has_perm(permission, document):
        raise PermissionDenied
