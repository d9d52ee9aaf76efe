"""The desk of one case: facts, answers behind a purpose, papers, history, and what can be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.origin import origin_of
from balai.kernel.cases import queries
from balai.kernel.cases.models import Case
from balai.kernel.cases.queries.case import view_of
from balai.kernel.cases.views.desk.acting import new_key, offered
from balai.kernel.cases.views.desk.guards import for_officers, row_here
from balai.kernel.cases.views.desk.looks import (
    look_form,
    look_here,
    open_answers,
    shut_answers,
    standing,
)
from balai.kernel.documents import queries as documents
from balai.kernel.problems import MissingError

INLINE = ("application/pdf", "image/jpeg", "image/png")


@require_safe
@for_officers
def desk(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """The case in whole; with a standing purpose its personal answers, and the look is logged."""
    return render(request, "cases/desk/case.html", _context(request, row_here(request, case)))


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def answers(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """Say why the personal answers and papers are opened."""
    row = row_here(request, case)
    form = look_form(request.POST if request.method == "POST" else None, row)
    if request.method == "POST" and form.is_valid():
        open_answers(request, row.id, form.cleaned_data)
        return redirect("cases:desk", city, case)
    context = {"form": form, "case": view_of(row, user=request.user)}
    return render(request, "cases/desk/answers.html", context)


@require_POST
@for_officers
def close(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """Close the answers again."""
    shut_answers(request, row_here(request, case).id)
    messages.success(request, _("The answers are closed. The next look needs a purpose again."))
    return redirect("cases:desk", city, case)


@require_safe
@for_officers
def sheet(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """The case on paper: what is open now, without the papers themselves."""
    return render(request, "cases/desk/sheet.html", _context(request, row_here(request, case)))


@require_safe
@for_officers
def paper(request: HttpRequest, city: str, case: UUID, file: UUID) -> HttpResponse:
    """A paper, shown or saved; behind the purpose that opens the answers, and audited."""
    row = row_here(request, case)
    if standing(request, row) is None:
        messages.warning(request, _("Say first why you open the papers."))
        return redirect("cases:answers", city, case)
    found = next((each for each in queries.case(case).files if each.id == file), None)
    content = queries.file_content(case, file, origin=origin_of(request))
    media = found.media_type if found else "application/octet-stream"
    shown = media in INLINE and "save" not in request.GET
    answer = HttpResponse(content, content_type=media)
    name = (found.name if found else str(file)).replace('"', "").replace("\\", "")
    safe = name.encode("ascii", "replace").decode().replace("?", "_")
    answer["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{safe}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_safe
@for_officers
def letter(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """The document that the case led to, as it is signed so far; behind the same purpose."""
    row = row_here(request, case)
    if row.document_id is None:
        raise MissingError("There is no document", detail="The request led to no document yet.")
    if standing(request, row) is None:
        messages.warning(request, _("Say first why you open the papers."))
        return redirect("cases:answers", city, case)
    found = documents.one(row.document_id, row.city)
    answer = HttpResponse(documents.file_of(found, by=origin_of(request)),
                          content_type="application/pdf")  # fmt: skip
    answer["Content-Disposition"] = f'inline; filename="{row.number}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _context(request: HttpRequest, row: Case) -> dict[str, Any]:
    said = standing(request, row)
    seen = view_of(row, look=look_here(request, row), user=request.user)
    acts = offered(seen)
    return {
        "case": seen, "acts": acts, "first": acts[0] if acts else None, "standing": said,
        "look": look_form(None, row), "key": new_key(), "file_view": "cases:paper",
        "locked": said is None,
    }  # fmt: skip
