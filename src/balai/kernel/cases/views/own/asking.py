"""Asking for a service: choose it, answer in rounds, check, send."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.origin import origin_of
from balai.kernel.cases import actions, queries
from balai.kernel.cases.engine import Service
from balai.kernel.cases.forms.answers import PAPER, AnswersForm, asked_again
from balai.kernel.cases.queries import CaseView
from balai.kernel.cases.queries.papers import papers_at_hand
from balai.kernel.cases.views.own.beginning import Beginning, beginning
from balai.kernel.cases.views.own.guards import (
    city_of,
    counter_look,
    filled_case,
    is_own,
    reader,
    signed_in,
    today_in,
    told,
    villages_of,
)
from balai.kernel.cases.views.own.prefill import prefilled
from balai.kernel.cases.words import titled
from balai.kernel.people.purposes import look_of
from balai.kernel.problems import ConflictError, ProblemError

KEY_LENGTH = 32


@require_safe
@never_cache
def catalogue(request: HttpRequest, city: str) -> HttpResponse:
    """The services of the city, for everybody; `q` looks in titles and summaries."""
    city_of(request)
    asked = request.GET.get("q", "").strip()[:80]
    words = asked.casefold().split()
    found = [
        each for each in queries.services()
        if all(word in _text(each) for word in words)
    ]  # fmt: skip
    return render(request, "cases/own/catalogue.html", {
        "services": found, "asked": asked, "person": request.GET.get("person", "")[:36],
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest, city: str, service: str) -> HttpResponse:
    """Begin: the first round of the form opens a draft; the same form sent twice opens one."""
    definition = queries.service(service)
    start = beginning(request, definition)
    if start.refusal:
        return render(request, "cases/own/not_open.html", {"service": definition, "start": start},
                      status=200)  # fmt: skip
    if not start.place:
        return render(request, "cases/own/place.html", {
            "service": definition, "villages": villages_of(city_of(request)), "start": start,
        })  # fmt: skip
    if request.method == "POST":
        return _begun(request, definition, start)
    known = _prefilled(request, definition, start)
    form = _form(request, definition, known=known, spare=_spare(definition, start.person))
    return _page(request, definition, form, start=start, key=uuid4().hex)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """Go on with a draft."""
    draft = filled_case(request, case)
    if draft.status != "draft":
        return redirect("cases:own", city, case)
    if request.method == "POST":
        return _round(request, draft)
    form = _form(request, draft.service, known=draft.answers, draft=draft)
    return _page(request, draft.service, form, draft=draft)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: HttpRequest, city: str, case: UUID) -> HttpResponse:
    """The answers once more, before they are sent; sending twice sends once."""
    draft = filled_case(request, case)
    if draft.status != "draft":
        return redirect("cases:sent", city, case)
    problem = ""
    if request.method == "POST":
        try:
            sent = actions.submit(draft.id, by=reader(request), origin=origin_of(request),
                                  key=f"web:send:{draft.id}")  # fmt: skip
        except ProblemError as error:
            problem = told(error)
        else:
            return _after(request, sent)
    return render(request, "cases/own/check.html", {
        "case": draft, "problem": problem, "own": is_own(draft, request),
        "spare": _spare(draft.service, draft.person_id, draft),
    })  # fmt: skip


def _after(request: HttpRequest, sent: CaseView) -> HttpResponse:
    if is_own(sent, request):
        return redirect("cases:sent", city_of(request).slug, sent.id)
    messages.success(request, _("Sent. The request has the number %(number)s.")
                     % {"number": sent.number})  # fmt: skip
    return redirect("cases:desk", city_of(request).slug, sent.id)


def _begun(request: HttpRequest, definition: Service, start: Beginning) -> HttpResponse:
    key = request.POST.get("key", "")
    if len(key) != KEY_LENGTH or not key.isalnum():
        key = uuid4().hex
    try:
        # Opened empty: the same form sent again with other answers goes on with the same draft.
        draft = actions.open_case(
            definition.code, city=city_of(request), region_code=start.place,
            person_id=start.person, answers={}, by=reader(request), origin=origin_of(request),
            key=f"web:{request.user.pk}:{key}", submit=False,
        )  # fmt: skip
    except ConflictError:
        messages.error(request, _("This form was used already. Begin a new one."))
        return redirect("cases:new", city_of(request).slug, definition.code)
    except ProblemError as error:
        messages.error(request, told(error))
        return redirect("cases:catalogue", city_of(request).slug)
    if draft.status != "draft":
        return _after(request, draft)
    return _round(request, filled_case(request, draft.id))


def _round(request: HttpRequest, draft: CaseView) -> HttpResponse:
    """One round of the form: what can be taken is kept, what cannot is told at its field."""
    refused = attach_all(request, draft)
    seen = filled_case(request, draft.id) if request.FILES else draft
    form = _form(request, seen.service, known=seen.answers, draft=seen, refused=refused)
    valid = form.is_valid()
    actions.save_draft(seen.id, answers=form.given, by=reader(request), origin=origin_of(request))
    slug = city_of(request).slug
    if request.POST.get("then") == "save":
        messages.success(request, _("Saved. You can go on later from Your requests."))
        return redirect("cases:own", slug, seen.id) if is_own(seen, request) else redirect(
            "cases:edit", slug, seen.id
        )  # fmt: skip
    lacking = form.missing_papers()
    if valid and not lacking and not form.new:
        return redirect("cases:check", slug, seen.id)
    return _page(request, seen.service, form, draft=seen)


def attach_all(request: HttpRequest, case: CaseView) -> dict[str, str]:
    """Attach every file of the request; what was wrong with each that cannot be taken."""
    refused: dict[str, str] = {}
    for name, upload in request.FILES.items():
        try:
            actions.attach_file(case.id, name.removeprefix(PAPER), upload, by=reader(request),
                                origin=origin_of(request))  # fmt: skip
        except ProblemError as error:
            words = [f"{each.problem}. {each.remedy}." for each in error.faults]
            refused[name] = " ".join(words) or told(error)
    return refused


def _form(
    request: HttpRequest, definition: Service, *, known: Any, draft: CaseView | None = None,
    spare: Any = None, refused: Any = None,
) -> AnswersForm:  # fmt: skip
    held = {each.code: each for each in draft.files} if draft else {}
    if draft is not None:
        spare = _spare(definition, draft.person_id, draft)
    asks_place = any(each.kind == "region" for each in definition.fields)
    return AnswersForm(
        definition, request.POST if request.method == "POST" else None, today=today_in(request),
        known=known, held=held, spare=spare or (), refused=refused,
        places=villages_of(city_of(request)) if asks_place else (),
    )  # fmt: skip


def _page(
    request: HttpRequest, definition: Service, form: AnswersForm, *,
    draft: CaseView | None = None, start: Beginning | None = None, key: str = "",
) -> HttpResponse:  # fmt: skip
    follows = asked_again(len(form.new)) if form.new and not form.errors else ""
    return render(request, "cases/own/form.html", {
        "service": definition, "form": form, "draft": draft, "start": start, "key": key,
        "follows": follows, "for_other": draft is not None and not is_own(draft, request),
    })  # fmt: skip


def _prefilled(request: HttpRequest, definition: Service, start: Beginning) -> dict[str, Any]:
    if start.person is None:
        return {}
    look = counter_look(request) if start.at_counter else look_of(request)
    return prefilled(definition, start.person, look)


def _spare(definition: Service, person: UUID | None, draft: CaseView | None = None) -> Any:
    return papers_at_hand(definition, person, at=timezone.now(), but=draft.id if draft else None)


def _text(service: Service) -> str:
    words = [titled(service.titles), titled(service.summary), service.code.replace("-", " ")]
    return " ".join(words).casefold()
