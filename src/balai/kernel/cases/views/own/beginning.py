"""Who begins a request, for whom, and in which village; or why it is not begun here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.kernel.cases.engine import Service
from balai.kernel.cases.queries import works_in
from balai.kernel.cases.views.own.guards import city_of
from balai.kernel.people.queries import PersonCard, cards, person_of
from balai.kernel.problems import MissingError
from balai.kernel.regions import queries as regions
from balai.kernel.regions.codes import is_code, is_under, level_of

VILLAGE = "village"
AT_OFFICE = gettext_lazy(
    "This service is asked for at the office. Bring your papers to the village office; an officer "
    "takes it down for you."
)
NOT_JOINED = gettext_lazy(
    "Your account is not joined to your record yet. Bring your identity card to the village office "
    "once; then you can ask for this service from here."
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """`person` is who the request is for (None: nobody of the register), `place` the village it
    comes from (empty: to be chosen), `refusal` why it is not begun here.
    """

    person: UUID | None = None
    card: PersonCard | None = None
    place: str = ""
    at_counter: bool = False
    refusal: str = ""


def beginning(request: HttpRequest, service: Service) -> Beginning:
    """How the reader begins a request for the service; MissingError for a person not open here."""
    city = city_of(request)
    if given := request.GET.get("person", ""):
        return _at_counter(request, city, service, given)
    person = person_of(request.user)
    card = cards([person]).get(person) if person else None
    if not service.applicants & {"self", "anyone"}:
        return Beginning(refusal=str(AT_OFFICE))
    if card is None and service.personal:
        return Beginning(refusal=str(NOT_JOINED))
    home = card.region_code if card else ""
    if service.personal and not is_under(home, city.region_code):
        return Beginning(refusal=_("Your record is kept in another city. Ask there."))
    return Beginning(person, card, _place(request, city, home, fixed=service.personal))


def _at_counter(request: HttpRequest, city: Any, service: Service, given: str) -> Beginning:
    try:
        person = UUID(given)
    except ValueError:
        raise MissingError("No such resident") from None
    card = cards([person]).get(person)
    if card is None or not works_in(request.user, card.region_code):
        raise MissingError("No such resident")
    if not service.applicants & {"officer", "anyone"}:
        return Beginning(person, card, at_counter=True,
                         refusal=_("Only the resident can ask for this service."))  # fmt: skip
    place = _place(request, city, card.region_code, fixed=service.personal)
    return Beginning(person, card, place, at_counter=True)


def _place(request: HttpRequest, city: Any, home: str, *, fixed: bool) -> str:
    """The village: the person's own, or the one chosen; empty where one must be chosen."""
    chosen = request.GET.get("place", "")[:20]
    if _is_village(home, city) and (fixed or not chosen):
        return home
    return chosen if _is_village(chosen, city) and regions.lineage(chosen) else ""


def _is_village(code: str, city: Any) -> bool:
    return is_code(code) and is_under(code, city.region_code) and level_of(code) == VILLAGE
