"""An officer's changes to a record; each behind a purpose, and audited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from balai.kernel.access.origin import Origin, origin_of
from balai.kernel.access.queries import find_user
from balai.kernel.people import actions, forms
from balai.kernel.people.actions.person import FIELDS
from balai.kernel.people.purposes import look_of
from balai.kernel.people.queries.record import open_person
from balai.kernel.people.views.guards import needs_here
from balai.kernel.people.views.record import with_purpose
from balai.kernel.people.views.refusals import found_or_404, posted, tell
from balai.kernel.problems import ProblemError

Act = Callable[[dict[str, Any], Origin], object]


def guarded(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """A page on which an officer changes a record that is open under a purpose."""
    inner = needs_here("people.change_record")(found_or_404(with_purpose(view)))
    return never_cache(require_http_methods(["GET", "HEAD", "POST"])(inner))


@guarded
def edit(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Change the fields of the family card."""
    found = open_person(person, look=look_of(request, standing.purpose), parts=("identity",))
    initial = {name: getattr(found, name) for name in (*FIELDS, "region_code")}
    form = forms.ChangeForm(posted(request), initial=initial, city=_city(request),
                            region_code=found.region_code)  # fmt: skip

    def act(given: dict[str, Any], origin: Origin) -> object:
        reason = given.pop("reason")
        return actions.change_person(found.id, given, reason=reason, origin=origin)

    return answered(request, city, found, form, act, title=_("Change the record"),
                   button=_("Save the change"))  # fmt: skip


@guarded
def death(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Record a death."""
    found = open_person(person, look=look_of(request, standing.purpose), parts=("identity",))
    form = forms.DayForm(posted(request))
    return answered(
        request, city, found, form,
        lambda given, origin: actions.record_death(found.id, on=given["on"], origin=origin),
        title=_("Record a death"), button=_("Record the death"), warns=True,
        note=_("The membership in the household ends with this day. A recorded death cannot be "
               "taken back here."),
    )  # fmt: skip


@guarded
def departure(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Record that somebody moved away."""
    found = open_person(person, look=look_of(request, standing.purpose), parts=("identity",))
    form = forms.DepartureForm(posted(request))
    return answered(
        request, city, found, form,
        lambda given, origin: actions.record_departure(
            found.id, on=given["on"], to=given["to"], origin=origin
        ),
        title=_("Record a departure"), button=_("Record the departure"), warns=True,
        note=_("The village named here can then take the record over."),
    )  # fmt: skip


@guarded
def number(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Enter another number."""
    found = open_person(person, look=look_of(request, standing.purpose), parts=("numbers",))
    form = forms.NumberForm(posted(request))
    return answered(
        request, city, found, form,
        lambda given, origin: actions.add_number(
            found.id, given["scheme"], given["number"], valid_from=given["valid_from"],
            origin=origin,
        ),
        title=_("Add a number"), button=_("Add the number"),
    )  # fmt: skip


@guarded
def address(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Set where the household lives, or the person where there is no household."""
    found = open_person(person, look=look_of(request, standing.purpose), parts=("addresses",))
    form = forms.AddressForm(posted(request), city=_city(request),
                             initial={"region_code": found.region_code})  # fmt: skip

    def act(given: dict[str, Any], origin: Origin) -> object:
        whose: dict[str, Any] = (
            {"household": found.household_id} if found.household_id else {"person": found.id}
        )
        return actions.set_address(**whose, **given, origin=origin)

    note = _("For the whole household. The address before ends the day before.")
    return answered(request, city, found, form, act, title=_("New address"),
                   button=_("Save the address"), note=note)  # fmt: skip


@guarded
def contacts(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Set a phone number or mail address that the resident gave at the desk."""
    found = open_person(person, look=look_of(request, standing.purpose), parts=("contacts",))
    form = forms.ContactForm(posted(request))

    def act(given: dict[str, Any], origin: Origin) -> object:
        set_contacts(found.id, given, origin)
        return None

    return answered(request, city, found, form, act, title=_("Contacts"),
                   button=_("Save the contacts"))  # fmt: skip


@guarded
def link(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Join an account to this resident, whose card the officer has seen."""
    found = open_person(person, look=look_of(request, standing.purpose), parts=("identity",))
    form = forms.LinkForm(posted(request))

    def act(given: dict[str, Any], origin: Origin) -> object:
        user = find_user(given["username"])
        return actions.link_account(user, found.id, method=given["method"], origin=origin)

    return answered(request, city, found, form, act, title=_("Join an account"),
                   button=_("Join the account"),
                   note=_("From then on, whoever signs in with it reads this record."))  # fmt: skip


@require_POST
@needs_here("people.change_record")
@found_or_404
@with_purpose
def unlink(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Take the account and the resident apart."""
    actions.unlink_account(person, origin=origin_of(request))
    messages.success(request, _("The account no longer reads this record."))
    return redirect("people:record", city, person)


def set_contacts(person: UUID, given: dict[str, Any], origin: Origin) -> None:
    """Set whichever contact was given."""
    for channel in ("phone", "email"):
        if given[channel]:
            actions.set_contact(person, channel, given[channel], origin=origin)


def answered(
    request: HttpRequest,
    city: str,
    found: Any,
    form: Form,
    act: Act,
    *,
    back: str = "people:record",
    **words: Any,
) -> HttpResponse:
    """The page with its form; what it posts is acted on, and leads `back`."""
    if request.method == "POST" and form.is_valid():
        try:
            act(dict(form.cleaned_data), origin_of(request))
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(back, city, found.id)
    context = {"form": form, "person": found, "back": reverse(back, args=[city, found.id])}
    return render(request, "people/change.html", {**context, **words})


def _city(request: HttpRequest) -> Any:
    return getattr(request, "city", None)
