"""A resident's requests about the own data."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.origin import origin_of
from balai.kernel.people import actions
from balai.kernel.people.actions.person import FIELDS
from balai.kernel.people.actions.requests import judge, known_parts
from balai.kernel.people.forms import RequestForm
from balai.kernel.people.models import RightsRequest
from balai.kernel.people.purposes import look_of
from balai.kernel.people.queries.record import open_person
from balai.kernel.people.queries.rights import KINDS, hours_to_answer, requests_of
from balai.kernel.people.request_forms import CorrectionForm
from balai.kernel.people.views.mine import own
from balai.kernel.people.views.refusals import posted, tell
from balai.kernel.problems import MissingError, ProblemError


@require_http_methods(["GET", "HEAD", "POST"])
@own
def requests(request: HttpRequest, city: str, person: UUID) -> HttpResponse:
    """The person's requests, and a form for another."""
    form = RequestForm(posted(request))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        parts = asked["parts"] if asked["kind"] == "erasure" else ()
        try:
            made = actions.make_request(person, asked["kind"], text=asked["text"], parts=parts,
                                        origin=origin_of(request))  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("Your request is received, and the clock runs."))
            return redirect("people:request", city, made)
    today = timezone.localdate()
    context = {
        "form": form,
        "rows": requests_of(person),
        "rules": [{"kind": kind, "hours": hours, "rule": rule}
                  for kind in KINDS for hours, rule in [hours_to_answer(kind, today)]],
        "keeps": judge(known_parts()),
    }  # fmt: skip
    return render(request, "people/requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def correct(request: HttpRequest, city: str, person: UUID) -> HttpResponse:
    """The own record as a form: what is changed in it becomes a request for correction."""
    found = open_person(person, look=look_of(request), parts=("identity",), own=True)
    form = CorrectionForm(posted(request), city=getattr(request, "city", None),
                          initial={name: getattr(found, name) for name in FIELDS})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_request(
                person, "rectification", text=form.cleaned_data["text"], proposal=form.proposal,
                origin=origin_of(request),
            )  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("Your request is received, and the clock runs."))
            return redirect("people:request", city, made)
    return render(request, "people/correct.html", {"form": form})


@require_safe
@own
def one(request: HttpRequest, city: str, person: UUID, made: UUID) -> HttpResponse:
    """One request: where it is, by when it is answered, and the answer."""
    row = _own_request(person, made)
    context = {"row": row, "entries": row.entries.order_by("at"), "now": timezone.now()}
    return render(request, "people/request.html", context)


@require_POST
@own
def withdraw(request: HttpRequest, city: str, person: UUID, made: UUID) -> HttpResponse:
    """Take a request back."""
    row = _own_request(person, made)
    try:
        actions.close_request(row.pk, "withdrawn", reason="", origin=origin_of(request))
    except ProblemError as error:
        messages.error(request, _(error.title))
    else:
        messages.success(request, _("Your request is withdrawn."))
    return redirect("people:request", city, made)


def _own_request(person: UUID, made: UUID) -> RightsRequest:
    found = requests_of(person).filter(pk=made).first()
    if found is None:
        raise MissingError("No such request")
    return found
