"""What a resident does with a request: answer what is asked, write, withdraw, appeal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from balai.kernel.access.origin import origin_of
from balai.kernel.cases import actions
from balai.kernel.cases.forms.answers import AnswersForm, asked_again
from balai.kernel.cases.forms.own import AppealForm, NoteForm, WithdrawForm
from balai.kernel.cases.queries import CaseView
from balai.kernel.cases.queries.papers import papers_at_hand
from balai.kernel.cases.views.own import progress
from balai.kernel.cases.views.own.asking import attach_all
from balai.kernel.cases.views.own.guards import (
    city_of,
    own_case,
    signed_in,
    today_in,
    told,
    villages_of,
)
from balai.kernel.problems import ProblemError


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def answer(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """Answer again what an office returned: just those fields, just those papers."""
    found = own_case(request, case)
    if "resubmit" not in found.acts:
        return redirect("cases:own", city, case)
    refused = attach_all(request, found) if request.method == "POST" else {}
    if request.FILES:
        found = own_case(request, case)
    form = _form(request, found, refused)
    if request.method == "POST":
        valid, lacking = form.is_valid(), form.missing_papers()
        if (
            valid
            and not lacking
            and not form.new
            and _did(request, found, "resubmit", form, answers=form.given)
        ):
            messages.success(request, _("Sent. The time goes on from here."))
            return redirect("cases:own", city, case)
    return render(request, "cases/own/answer.html", {
        "case": found, "service": found.service, "form": form,
        "reason": progress.reason_of(found), "asks": progress.asks_in_words(found),
        "follows": asked_again(len(form.new)) if form.new and not form.errors else "",
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """Withdraw a request, after a question."""
    return _written(request, case, "withdraw", WithdrawForm, "cases/own/withdraw.html",
                    _("The request is withdrawn."))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def appeal(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """Appeal against a refusal, within its days."""
    return _written(request, case, "appeal", AppealForm, "cases/own/appeal.html",
                    _("Your appeal has arrived. Somebody else decides on it."))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def note(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """Write to the office that has the request."""
    return _written(request, case, "note", NoteForm, "cases/own/note.html",
                    _("Your message is with the office."))  # fmt: skip


def _written(
    request: HttpRequest, case: UUID, kind: str, form_class: type[Form], template: str, done: str
) -> HttpResponse:
    found, slug = own_case(request, case), city_of(request).slug
    if kind not in found.acts:
        messages.error(request, _("This cannot be done with the request any more."))
        return redirect("cases:own", slug, case)
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if value}
        if _did(request, found, kind, form, **said):
            messages.success(request, done)
            return redirect("cases:own", slug, case)
    return render(request, template, {
        "case": found, "form": form, "notes": [e for e in found.events if e.kind == "note"],
        "ground": progress.ground_of(found), "reason": progress.reason_of(found),
        "appeal_until": progress.appeal_open_until(found), "holder": progress.holder_of(found),
    })  # fmt: skip


def _did(request: HttpRequest, case: CaseView, kind: str, form: Form, **payload: Any) -> bool:
    """Do the act, once for this state of the case; what is refused stands on the form."""
    try:
        actions.act(
            case.id, kind, payload=payload, by=request.user, role="resident",
            origin=origin_of(request), expected=_expected(request, case),
        )  # fmt: skip
    except ProblemError as error:
        for fault in error.faults:
            place = fault.field if fault.field in form.fields else None
            form.add_error(place, f"{fault.problem}. {fault.remedy}".strip())
        if not error.faults:
            form.add_error(None, told(error))
        return False
    return True


def _expected(request: HttpRequest, case: CaseView) -> int:
    """The state the page showed, and the files of this very round."""
    seen = request.POST.get("expected", "")
    if not seen.isascii() or not seen.isdigit() or len(seen) > 6:
        return case.sequence
    return int(seen) + sum(
        each.kind == "attach" and each.role == "resident" and each.sequence > int(seen)
        for each in case.events
    )  # fmt: skip


def _form(request: HttpRequest, case: CaseView, refused: dict[str, str]) -> AnswersForm:
    asks = progress.asks_of(case)
    asks_place = any(each.kind == "region" for each in case.service.fields)
    return AnswersForm(
        case.service, request.POST if request.method == "POST" else None, today=today_in(request),
        known=case.answers, only=asks or None, held={each.code: each for each in case.files},
        spare=papers_at_hand(case.service, case.person_id, at=timezone.now(), but=case.id),
        refused=refused, places=villages_of(city_of(request)) if asks_place else (),
    )  # fmt: skip
