"""Who may see whose card, and telling a form what an action refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from balai.kernel.access import throttle
from balai.kernel.access.origin import origin_of
from balai.kernel.people.queries import cards as names_of
from balai.kernel.people.queries import person_of
from balai.kernel.problems import MissingError, ProblemError
from balai.transit.actions.cards.acting import Actor
from balai.transit.queries.card_rules import has_cards

View = Callable[..., HttpResponseBase]
SAID = (
    gettext_noop("does not fit the card's number"),
    gettext_noop("Check the number, and the code on the card or its last load"),
    gettext_noop("is no card number"),
    gettext_noop("Use 4 to 40 letters, digits and hyphens"),
    gettext_noop("is still to come"),
    gettext_noop("Give the day on which you missed the card"),
    gettext_noop("is not an amount this card may take"),
    gettext_noop("Choose an amount within the limits"),
    gettext_noop("is missing"),
    gettext_noop("Say why, for the holder to read"),
    gettext_noop("Say why, for the resident to read"),
    gettext_noop("Say why, for the rider to read"),
    gettext_noop("is not a living resident's"),
    gettext_noop("Ask at the population office"),
    gettext_noop("is outside the ages of this group"),
    gettext_noop("Choose a group that fits your age"),
    gettext_noop("lies outside the region of this group"),
    gettext_noop("Choose another group"),
    gettext_noop("Give the number of the paper that shows it"),
    gettext_noop("was charged nothing"),
    gettext_noop("Choose a boarding that was charged"),
    gettext_noop("is too long ago"),
    gettext_noop("Ask at the service desk"),
    gettext_noop("is empty or too long"),
    gettext_noop("is no pass of the tariff"),
    gettext_noop("Choose one of those offered"),
    gettext_noop("is not a day it can begin"),
    gettext_noop("Choose a day from today to sixty days on"),
    gettext_noop("costs more than the card holds"),
    gettext_noop("Load the card first"),
    gettext_noop("is not a day from which it can hold"),
    gettext_noop("Choose a day from the application to today, or none"),
    gettext_noop("is not what can be given back"),
    gettext_noop("is the number of no resident of this place"),
    gettext_noop("Check it against the identity card"),
    gettext_noop("Copy it from the identity card or family card"),
    gettext_noop("says too little"),
    gettext_noop("is too long or has control characters"),
    gettext_noop("The card has a holder"),
    gettext_noop("The card is no longer in use"),
    gettext_noop("The card was issued before"),
    gettext_noop("The card was replaced already"),
    gettext_noop("The cards desk blocked this card"),
    gettext_noop("The card is active"),
    gettext_noop("The card is blocked"),
    gettext_noop("The card is lost"),
    gettext_noop("The card is replaced"),
    gettext_noop("The card is expired"),
    gettext_noop("You applied for it already"),
    gettext_noop("The concession holds"),
    gettext_noop("The charge is disputed already"),
    gettext_noop("This way to pay is not offered"),
)
"""What actions say when they refuse, so that the catalogue holds it."""


def own(view: View) -> View:
    """A page about the cards of the resident whose account it is."""

    @wraps(view)
    def guarded(request: HttpRequest, city: str, **kwargs: Any) -> HttpResponseBase:
        person = person_of(request.user)
        if person is None:
            return render(request, "transit/cards/unlinked.html")
        return view(request, city, person, **kwargs)

    return never_cache(login_required(found_or_404(guarded)))


def found_or_404(view: View) -> View:
    """A view whose MissingError is a page that is not found, and whose limits answer 429."""

    @wraps(view)
    def answered(request: HttpRequest, city: str, **kwargs: Any) -> HttpResponseBase:
        if not has_cards(city):
            raise Http404
        try:
            return view(request, city, **kwargs)
        except MissingError as error:
            raise Http404(str(error)) from error
        except throttle.ThrottledError as error:
            return throttle.refusal(request, error)

    return answered


def actor_of(request: HttpRequest) -> Actor:
    """Who acts on a page, and from where."""
    return Actor(str(request.user.pk), origin_of(request))


def tell(form: Form, error: ProblemError, *, asked_by: Mapping[str, str] | None = None) -> None:
    """Put what was refused into the form: faults at their fields, the rest on top.

    `asked_by` names the field that asks for what a fault is about, where it is called otherwise.
    """
    for fault in error.faults:
        words = ". ".join(_(text) for text in (fault.problem, fault.remedy) if text)
        named = (asked_by or {}).get(fault.field or "", fault.field)
        field = named if named in form.fields else None
        form.add_error(field, words[:1].upper() + words[1:])
    if not error.faults:
        form.add_error(None, _(error.title))


def home_of(person: UUID) -> str:
    """The region of a resident's record, whose officers see what hangs on it."""
    return names_of([person])[person].region_code
