"""One resident's record, behind a purpose."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.lists import page_of
from balai.kernel.people.forms import PurposeForm
from balai.kernel.people.limits import allow_opening
from balai.kernel.people.looks import Purpose
from balai.kernel.people.purposes import (
    drop_purpose,
    keep_purpose,
    look_of,
    standing_purpose,
)
from balai.kernel.people.queries.accesses import accesses_of
from balai.kernel.people.queries.record import (
    open_person,
    person_at,
    reveal_contact,
    reveal_number,
)
from balai.kernel.people.views.guards import may_here, needs_here
from balai.kernel.people.views.refusals import city_of_page, found_or_404, limited, posted

View = Callable[..., HttpResponse]


def with_purpose(view: View) -> View:
    """Send who has said no purpose for this person, or too long ago, to say it first."""

    @wraps(view)
    def guarded(request: HttpRequest, city: str, person: UUID, **kwargs: Any) -> HttpResponse:
        standing = standing_purpose(request, person)
        if standing is None:
            return redirect("people:purpose", city, person)
        return view(request, city, person, standing=standing, **kwargs)

    return guarded


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_here("people.open_record")
@found_or_404
def purpose(request: HttpRequest, city: str, person: UUID) -> HttpResponse:
    """Ask why the record is opened; the answer is kept for a while and shown to the resident."""
    found = person_at(person)
    form = PurposeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        keep_purpose(request, found.pk, Purpose(said["purpose"], said["reason"]))
        return redirect("people:record", city, found.pk)
    return render(request, "people/purpose.html", {"form": form, "name": found.name})


@never_cache
@require_safe
@needs_here("people.open_record")
@found_or_404
@with_purpose
@limited
def record(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """The record with everything on it; this look is logged."""
    look = look_of(request, standing.purpose)
    allow_opening(look, city_of_page(request))
    found = open_person(person, look=look)
    return render(request, "people/record.html", _context(request, found, standing))


@never_cache
@require_POST
@needs_here("people.open_record")
@found_or_404
@with_purpose
def show(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """The record with one number or contact in full: a look of its own."""
    look = look_of(request, standing.purpose)
    kind, _sep, identifier = request.POST.get("what", "").partition(":")
    reveal = {"number": reveal_number, "contact": reveal_contact}.get(kind)
    shown = _uuid(identifier)
    if reveal is None or shown is None:
        return redirect("people:record", city, person)
    full = reveal(person, shown, look=look)
    found = open_person(person, look=look)
    context = _context(request, found, standing)
    return render(request, "people/record.html", {**context, "shown": shown, "full": full})


@require_POST
@needs_here("people.open_record")
def close(request: HttpRequest, city: str, person: UUID) -> HttpResponse:
    """Close the record: the purpose is forgotten."""
    drop_purpose(request, person)
    messages.success(request, _("The record is closed. The next look needs a purpose again."))
    return redirect("people:list", city)


@never_cache
@require_safe
@needs_here("people.open_record")
@found_or_404
@with_purpose
def history(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Who looked at this record."""
    found = open_person(person, look=look_of(request, standing.purpose), parts=("accesses",))
    page = page_of(request, accesses_of(found.id))
    return render(request, "people/history.html",
                  {"person": found, "page": page, "standing": standing})  # fmt: skip


def _context(request: HttpRequest, found: Any, standing: Any) -> dict[str, Any]:
    return {
        "person": found,
        "standing": standing,
        "looks": accesses_of(found.id)[:5],
        "may_change": may_here(request, "people.change_record"),
        "may_ask": may_here(request, "cases.work"),
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
