"""The data protection officer's desk: questions and requests with their clocks, and every look."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.kernel.people import actions
from balai.kernel.people.actions.requests import typed_proposal
from balai.kernel.people.forms import AnswerForm
from balai.kernel.people.looks import Purpose, log_look
from balai.kernel.people.models import AccessEntry
from balai.kernel.people.purposes import look_of
from balai.kernel.people.queries.accesses import open_questions, question
from balai.kernel.people.queries.record import person_at
from balai.kernel.people.queries.rights import closed_requests, open_requests, rights_request
from balai.kernel.people.request_forms import ClosingForm, changes_of
from balai.kernel.people.views.guards import needs_here
from balai.kernel.people.views.refusals import found_or_404, posted, tell
from balai.kernel.problems import ProblemError


@never_cache
@require_safe
@needs_here("people.protect_data")
def desk(request: HttpRequest, city: str) -> HttpResponse:
    """What waits for an answer, the nearest deadline first; what was answered lately."""
    show = request.GET.get("show", "open")
    requests = closed_requests() if show == "closed" else open_requests()
    context = {
        "show": show,
        "questions": open_questions()[:100],
        "page": page_of(request, requests),
        "now": timezone.now(),
        "late": open_requests().filter(due_at__lt=timezone.now()).count(),
    }
    return render(request, "people/desk.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_here("people.protect_data")
@found_or_404
def answer(request: HttpRequest, city: str, asked: UUID) -> HttpResponse:
    """One question, the look it is about, and the answer."""
    row = question(asked)
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.answer_question(row.pk, finding=given["finding"], answer=given["answer"],
                                    origin=origin_of(request))  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("The resident can read your answer."))
            return redirect("people:desk", city)
    return render(request, "people/answer.html", {
        "row": row, "form": form, "now": timezone.now(),
    })  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_here("people.protect_data")
@found_or_404
def handle(request: HttpRequest, city: str, made: UUID) -> HttpResponse:
    """One request: check what the law keeps, then carry it out or refuse it."""
    row = rights_request(made)
    asked = typed_proposal(row.proposal) if row.closed_at is None else {}
    changes = changes_of(person_at(row.person_id), asked)
    form = ClosingForm(posted(request), changes=changes)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.close_request(
                row.pk, given["status"], reason=given["reason"],
                legal_basis=given["legal_basis"], origin=origin_of(request),
                accepted=given.get("accept") if given["status"] == "done" else None,
            )  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("The request is closed; the resident can read why."))
            return redirect("people:desk", city)
    if request.method != "POST":
        look = look_of(request, Purpose("data-protection", _reason(row)))
        log_look(
            look,
            person=row.person_id,
            region_code=row.region_code,
            parts=("identity",) if changes else ("card",),
        )
    context = {"row": row, "form": form, "changes": changes.values(), "now": timezone.now(),
               "entries": row.entries.order_by("at")}  # fmt: skip
    return render(request, "people/handle.html", context)


@require_POST
@needs_here("people.protect_data")
@found_or_404
def check(request: HttpRequest, city: str, made: UUID) -> HttpResponse:
    """Let the rules say for each part whether it may go."""
    try:
        actions.check_request(made, origin=origin_of(request))
    except ProblemError as error:
        messages.error(request, _(error.title))
    return redirect("people:handle", city, made)


@never_cache
@require_safe
@needs_here("people.protect_data")
def all_looks(request: HttpRequest, city: str) -> HttpResponse:
    """Every look in the open regions, by who looked; misses too."""
    rows: Any = AccessEntry.objects.exclude(purpose="own").order_by("-at", "-id")
    actor = request.GET.get("actor", "").replace("\x00", "").strip()
    if actor:
        rows = rows.filter(actor=actor)
    if request.GET.get("kind") == "missed":
        rows = rows.filter(person=None)
    if wants_csv(request):
        return _csv(rows)
    return render(request, "people/all_looks.html", {
        "page": page_of(request, rows), "actor": actor, "kind": request.GET.get("kind", ""),
        "csv": csv_url(request),
    })  # fmt: skip


def _reason(row: Any) -> str:
    # In the language of the log's readers, whatever the officer's own is.
    with override("id"):
        return _("handling the request of %(day)s") % {"day": date_format(row.received_at, "j F Y")}


def _csv(rows: Any) -> HttpResponse:
    header = [_("When"), _("Who"), _("Office"), _("Purpose"), _("Reason"), _("Channel"),
              _("What was seen"), _("Record")]  # fmt: skip

    def cells(row: Any) -> list[Any]:
        return [row.at.isoformat(), row.actor, row.office, row.purpose, row.reason, row.channel,
                " ".join(row.parts), row.person_id or ""]  # fmt: skip

    answer: Any = as_csv("looks", header, rows.iterator(chunk_size=500), cells)
    found: HttpResponse = answer
    return found
