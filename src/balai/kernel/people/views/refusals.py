"""How a page answers what an action refuses: at the field where there is one, else on top."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from balai.kernel.access import throttle
from balai.kernel.problems import MissingError, ProblemError
from balai.kernel.regions.queries import City

View = Callable[..., HttpResponse]

REFUSALS = (
    gettext_noop("A request of this kind is open"),
    gettext_noop("Another household bears this number now."),
    gettext_noop("Another data protection officer must answer."),
    gettext_noop("Check the first six digits"),
    gettext_noop("Check the last four digits"),
    gettext_noop("Check the seventh to twelfth digits"),
    gettext_noop("Copy it from the identity card or family card"),
    gettext_noop("Nobody judges the own look"),
    gettext_noop("Somebody bears this number already, or this resident has one of this kind."),
    gettext_noop("The death is recorded already"),
    gettext_noop("The resident is a member of a household, or this one has a head already."),
    gettext_noop("The village left must first record the departure, and to which village."),
    gettext_noop("Give the true day"),
    gettext_noop("Give the day on which the new card was issued"),
    gettext_noop("Name another head first."),
    gettext_noop("Name exactly one head of the family"),
    gettext_noop("Read the household again."),
    gettext_noop("The resident is a member already."),
    gettext_noop("The resident is in no household."),
    gettext_noop("Give the household a new KK number."),
    gettext_noop("has not one head"),
    gettext_noop("is before the membership began"),
    gettext_noop("is not after the former number's day"),
    gettext_noop("This contact needs none."),
    gettext_noop("is not the code that holds now"),
    gettext_noop("Copy the newest one, or ask for another"),
    gettext_noop("is borne by nobody in your region"),
    gettext_noop("Check the digits"),
    gettext_noop("Choose what is changed, or refuse the request"),
    gettext_noop("Say why some of it is not changed"),
    gettext_noop("This account or this resident is joined already. Take that apart first."),
    gettext_noop("This look was asked about already"),
    gettext_noop("This question was answered already"),
    gettext_noop("This request is closed"),
    gettext_noop("This request must be checked first"),
    gettext_noop("This request was checked already"),
    gettext_noop("Wait for its answer, or withdraw it first."),
    gettext_noop("Who died cannot move"),
    gettext_noop("Write it as 0812 3456 7890"),
    gettext_noop("Write it as name@example.id"),
    gettext_noop("cannot be reached as written"),
    gettext_noop("is before the birth"),
    gettext_noop("is empty or too long"),
    gettext_noop("is no region's code"),
    gettext_noop("lies in the future"),
    gettext_noop("says too little"),
    gettext_noop("the serial is 0000; serials begin with 0001"),
)
"""What actions say when they refuse, so that the catalogue holds it."""


def found_or_404(view: View) -> View:
    """A view whose MissingError is a page that is not found."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except MissingError as error:
            raise Http404(str(error)) from error

    return answered


def limited(view: View) -> View:
    """A view that answers 429 with the page that says when to try again."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except throttle.ThrottledError as error:
            return throttle.refusal(request, error)

    return answered


def city_of_page(request: HttpRequest) -> City:
    """The city that the page's address names; MissingError outside of one."""
    city: City | None = getattr(request, "city", None)
    if city is None:
        raise MissingError("No city")
    return city


def tell(form: Form, error: ProblemError) -> None:
    """Put what was refused into the form: faults at their fields, the rest on top."""
    for fault in error.faults:
        words = ". ".join(_(text) for text in (fault.problem, fault.remedy) if text)
        form.add_error(fault.field if fault.field in form.fields else None, _sentence(words))
    if not error.faults:
        form.add_error(None, _sentence(_(error.detail) if error.detail else _(error.title)))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, also where it is nothing at all; None on a page that is only read."""
    return request.POST if request.method == "POST" else None
