"""A resident's own record, who looked at it, and a copy of everything."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.kernel.access.throttle import ThrottledError
from balai.kernel.people import actions
from balai.kernel.people.forms import CodeForm, ContactForm, QuestionForm
from balai.kernel.people.models import Contact
from balai.kernel.people.purposes import look_of
from balai.kernel.people.queries.accesses import accesses_of, questions_of
from balai.kernel.people.queries.accounts import person_of
from balai.kernel.people.queries.export import everything_of
from balai.kernel.people.queries.record import Reach, open_person
from balai.kernel.people.queries.rights import consent_history, consents_of
from balai.kernel.people.views.changes import set_contacts
from balai.kernel.people.views.refusals import found_or_404, limited, posted, tell
from balai.kernel.problems import ConflictError, MissingError, ProblemError

View = Callable[..., HttpResponse]


def own(view: View) -> View:
    """A page about the person whose account it is; without one it says how to get joined."""

    @wraps(view)
    def guarded(request: HttpRequest, city: str, **kwargs: Any) -> HttpResponse:
        person = person_of(request.user)
        if person is None:
            return render(request, "people/unlinked.html")
        return view(request, city, person, **kwargs)

    return never_cache(login_required(found_or_404(guarded)))


@require_safe
@own
def mine(request: HttpRequest, city: str, person: UUID) -> HttpResponse:
    """The own record, in full."""
    found = open_person(person, look=look_of(request), own=True)
    context = {
        "person": found,
        "looks": accesses_of(person, others_only=True)[:3],
        "consents": consents_of(person),
    }
    return render(request, "people/mine.html", context)


@require_safe
@own
def looks(request: HttpRequest, city: str, person: UUID) -> HttpResponse:
    """Who looked at the own record, in which office, why, when and from where."""
    with_own = request.GET.get("own") == "1"
    rows = accesses_of(person, others_only=not with_own)
    if wants_csv(request):
        return _looks_csv(rows)
    asked = {row.entry_id: row for row in questions_of(person)}
    page = page_of(request, rows)
    lines = [{"entry": row, "question": asked.get(row.pk)} for row in page]
    return render(request, "people/looks.html", {
        "page": page, "lines": lines, "csv": csv_url(request), "with_own": with_own,
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@own
def look(request: HttpRequest, city: str, person: UUID, entry: UUID) -> HttpResponse:
    """One look, the question about it and its answer."""
    found = accesses_of(person).filter(pk=entry).first()
    if found is None:
        raise MissingError("No such look")
    question = questions_of(person).filter(entry=found).first()
    form = QuestionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_about(entry, form.cleaned_data["question"], person=person,
                              origin=origin_of(request))  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("Your question is with the data protection officer."))
            return redirect("people:look", city, entry)
    return render(request, "people/look.html", {
        "entry": found, "question": question, "form": form,
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@own
def consents(request: HttpRequest, city: str, person: UUID) -> HttpResponse:
    """Give and withdraw consents; the history stays."""
    if request.method == "POST":
        try:
            actions.say_on_consent(
                person, request.POST.get("purpose", ""),
                granted=request.POST.get("granted") == "1",
                text_version=request.POST.get("version", ""), origin=origin_of(request),
            )  # fmt: skip
        except ProblemError as error:
            messages.error(request, _(error.detail or error.title))
        else:
            messages.success(request, _("Your word is kept."))
        return redirect("people:consents", city)
    history = consent_history(person)[:50]
    context = {"states": consents_of(person), "history": history}
    return render(request, "people/consents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def contacts(request: HttpRequest, city: str, person: UUID) -> HttpResponse:
    """Set the own phone number and mail address."""
    form = ContactForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            set_contacts(person, form.cleaned_data, origin_of(request))
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("Saved. Verify it with a code, so that notices go there."))
            return redirect("people:mine", city)
    return render(request, "people/contacts.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@own
@limited
def contact_code(request: HttpRequest, city: str, person: UUID, contact: UUID) -> HttpResponse:
    """Have a code sent to an own contact, and give it back."""
    reach = next((each for each in _reaches(request, person) if each.id == contact), None)
    if reach is None:
        raise MissingError("No such contact")
    asks = request.method == "POST" and "send" in request.POST
    form = CodeForm(None if asks else posted(request))
    if asks:
        try:
            actions.send_code(contact, origin=origin_of(request))
        except ConflictError as error:
            messages.error(request, _(error.detail or error.title))
        else:
            messages.success(request, _("The code is on its way."))
        return redirect("people:contact_code", city, contact)
    if request.method == "POST" and form.is_valid():
        try:
            actions.confirm_code(contact, form.cleaned_data["code"], origin=origin_of(request))
        except ThrottledError:
            raise
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("The contact is verified. Notices can reach you there."))
            return redirect("people:mine", city)
    return render(request, "people/contact_code.html", {"form": form, "reach": reach})


@require_POST
@own
def contact_gone(request: HttpRequest, city: str, person: UUID, contact: UUID) -> HttpResponse:
    """Remove an own contact for good."""
    if Contact.objects.filter(pk=contact, person_id=person).exists():
        actions.remove_contact(contact, origin=origin_of(request))
        messages.success(request, _("The contact is removed."))
    return redirect("people:mine", city)


@require_safe
@own
def copy(request: HttpRequest, city: str, person: UUID) -> HttpResponse:
    """Everything the register keeps about the person, to read and print."""
    return render(request, "people/copy.html", {
        "all": everything_of(person, look=look_of(request)),
    })  # fmt: skip


@require_safe
@own
def copy_file(request: HttpRequest, city: str, person: UUID) -> HttpResponse:
    """The same for programs (UU 27/2022 art. 13): JSON."""
    answer = JsonResponse(
        everything_of(person, look=look_of(request)), json_dumps_params={"ensure_ascii": False}
    )
    answer["Content-Disposition"] = 'attachment; filename="data-saya.json"'
    return answer


def _reaches(request: HttpRequest, person: UUID) -> tuple[Reach, ...]:
    return open_person(person, look=look_of(request), parts=("contacts",), own=True).contacts


def _looks_csv(rows: Any) -> HttpResponse:
    header = [_("When"), _("Who"), _("Office"), _("Purpose"), _("Reason"), _("Channel"),
              _("Address"), _("What was seen")]  # fmt: skip

    def cells(row: Any) -> list[Any]:
        return [row.at.isoformat(), row.actor_name or row.actor, row.office, row.purpose,
                row.reason, row.channel, row.address, " ".join(row.parts)]  # fmt: skip

    answer: Any = as_csv("looks", header, rows.iterator(chunk_size=500), cells)
    found: HttpResponse = answer
    return found
