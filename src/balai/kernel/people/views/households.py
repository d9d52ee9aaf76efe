"""An officer keeps the household of the resident whose record is open: each act on a page of its
own, behind the purpose, audited, and told to the members.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from balai.kernel.access.origin import Origin
from balai.kernel.people import actions, forms
from balai.kernel.people import household_forms as own_forms
from balai.kernel.people.limits import looked_up
from balai.kernel.people.looks import Look
from balai.kernel.people.models.household import HEAD
from balai.kernel.people.purposes import look_of
from balai.kernel.people.queries.cards import find_by_nik
from balai.kernel.people.queries.record import PersonRecord, household_by_kk, open_person
from balai.kernel.people.views.changes import answered, guarded
from balai.kernel.people.views.guards import may_here, needs_here
from balai.kernel.people.views.record import with_purpose
from balai.kernel.people.views.refusals import city_of_page, found_or_404, limited, posted
from balai.kernel.problems import ConflictError, Fault, ProblemError


@never_cache
@require_safe
@needs_here("people.open_record")
@found_or_404
@with_purpose
def household(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """The household: card, members, address, its card numbers over time, and what can be done."""
    found = _opened(request, person, standing)
    own = next((each for each in found.household if each.person_id == found.id), None)
    return render(request, "people/household.html", {
        "person": found, "standing": standing,
        "is_head": own is not None and own.relation == HEAD and len(found.household) > 1,
        "may_change": may_here(request, "people.change_record"),
    })  # fmt: skip


@guarded
def found(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Found a household with this resident as its head."""
    who = _opened(request, person, standing)
    form = own_forms.FoundForm(posted(request), city=city_of_page(request),
                               initial={"region_code": who.region_code})  # fmt: skip
    return answered(
        request, city, who, form,
        lambda given, origin: actions.start_household(
            who.id, kk=given["kk"], region_code=given["region_code"], on=given["on"], origin=origin
        ),
        title=_("Found a household"), button=_("Found the household"), back="people:household",
        note=_("This resident becomes the head of the family. Set the address afterwards."),
    )  # fmt: skip


@guarded
@limited
def move(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Move this resident into another household, found by the number of its card."""
    who = _opened(request, person, standing)
    form = own_forms.JoinForm(posted(request))
    look = look_of(request, standing.purpose)

    def act(given: dict[str, Any], origin: Origin) -> object:
        other = looked_up(household_by_kk, given["kk"], look=look, city=city_of_page(request))
        if other is None:
            raise _nobody("kk")
        return actions.move_member(who.id, other, relation=given["relation"], on=given["on"],
                                   origin=origin)  # fmt: skip

    return answered(request, city, who, form, act, title=_("Move to another household"),
                    button=_("Move the resident"), back="people:household", warns=True,
                    note=_("The membership in the former household ends the day before. The "
                           "look-up of the card is logged."))  # fmt: skip


@guarded
@limited
def member(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Let somebody, found by NIK, join this resident's household."""
    who = _opened(request, person, standing)
    form = own_forms.MemberForm(posted(request))
    look: Look = look_of(request, standing.purpose)

    def act(given: dict[str, Any], origin: Origin) -> object:
        card = looked_up(find_by_nik, given["nik"], look=look, city=city_of_page(request))
        if card is None:
            raise _nobody("nik")
        return actions.move_member(card.id, _household_of(who), relation=given["relation"],
                                   on=given["on"], origin=origin)  # fmt: skip

    return answered(request, city, who, form, act, title=_("Add a member"),
                    button=_("Add the member"), back="people:household",
                    note=_("Who lives in another household leaves it the day before. The look-up "
                           "of the NIK is logged."))  # fmt: skip


@guarded
def remove(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Take this resident out of the household."""
    who = _opened(request, person, standing)
    return answered(
        request, city, who, forms.DayForm(posted(request)),
        lambda given, origin: actions.remove_member(who.id, on=given["on"], origin=origin),
        title=_("Take out of the household"), button=_("Take the resident out"), warns=True,
        back="people:household",
        note=_("The membership ends the day before and stays in the history. The last member who "
               "leaves closes the family card."),
    )  # fmt: skip


@guarded
def relations(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Name another head, and what each member is to them."""
    who = _opened(request, person, standing)
    form = own_forms.RelationsForm(posted(request), members=who.household)
    return answered(
        request, city, who, form,
        lambda given, origin: actions.set_relations(
            _household_of(who), form.relations, on=given["on"], origin=origin
        ),
        title=_("Head and relations"), button=_("Save the relations"), back="people:household",
        note=_("Say for each member what they are to the head. What stood before stays in the "
               "history."),
    )  # fmt: skip


@guarded
def split(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Let some members found a household of their own."""
    who = _opened(request, person, standing)
    form = own_forms.SplitForm(posted(request), members=who.household)
    return answered(
        request, city, who, form,
        lambda given, origin: actions.split_household(
            _household_of(who), form.relations, kk=given["kk"], on=given["on"], origin=origin
        ),
        title=_("Split the household"), button=_("Split the household"), warns=True,
        back="people:household",
        note=_("Who leaves gets a new family card; the others keep theirs. Where the head leaves, "
               "name another head first."),
    )  # fmt: skip


@guarded
def card_number(request: HttpRequest, city: str, person: UUID, standing: Any) -> HttpResponse:
    """Give the household a new card number."""
    who = _opened(request, person, standing)
    return answered(
        request, city, who, forms.CardNumberForm(posted(request)),
        lambda given, origin: actions.renew_card(
            _household_of(who), given["kk"], on=given["on"], origin=origin
        ),
        title=_("New family card"), button=_("Save the number"), back="people:household",
        note=_("The former number stays in the history of the household."),
    )  # fmt: skip


def _opened(request: HttpRequest, person: UUID, standing: Any) -> PersonRecord:
    return open_person(person, look=look_of(request, standing.purpose), parts=("household",))


def _household_of(person: PersonRecord) -> UUID:
    if person.household_id is None:
        raise ConflictError("No household", detail="The resident is in no household.")
    return person.household_id


def _nobody(field: str) -> ProblemError:
    return ProblemError(
        "Nobody is found",
        faults=(Fault(field=field, problem="is borne by nobody in your region",
                      remedy="Check the digits"),),
    )  # fmt: skip
