"""Who belongs to a household in which relation: moved, removed, a new head, a household split.

A row of a member is never rewritten once its day has passed: it ends the day before, and another
begins. A household has a head for as long as it has members.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.people import events, facts
from balai.kernel.people.actions.households import (
    change_card_number,
    found_household,
    join_household,
    open_household,
)
from balai.kernel.people.actions.person import subject_of
from balai.kernel.people.models import Household, HouseholdNumber, Member
from balai.kernel.people.models.columns import new_id
from balai.kernel.people.models.household import HEAD
from balai.kernel.people.queries.record import person_at
from balai.kernel.people.telling import tell_person
from balai.kernel.problems import ConflictError, Fault, ProblemError

ONE_DAY = timedelta(days=1)


@transaction.atomic
def start_household(head: UUID, *, kk: str, region_code: str, on: date, origin: Origin) -> UUID:
    """Found a household, from this day, for somebody who lives in none; returns it."""
    household = found_household(head, kk=kk, region_code=region_code, on=on, origin=origin)
    _tell(open_household(household), [head], "founded", on, origin)
    return household


@transaction.atomic
def move_member(
    person_id: UUID, household_id: UUID, *, relation: int, on: date, origin: Origin
) -> None:
    """Make somebody a member from this day, out of the household they were in, if any.

    ConflictError where they head others there, or are in this one already.
    """
    person, household = person_at(person_id), open_household(household_id)
    former = Member.objects.filter(person=person, valid_to=None).first()
    if former is not None and former.household_id == household.pk:
        raise ConflictError("Nobody can join so", detail="The resident is a member already.")
    if former is not None:
        remove_member(person.pk, on=on, origin=origin)
    join_household(person.pk, household.pk, relation=relation, on=on, origin=origin)
    _tell(household, _members(household), "joined", on, origin)


@transaction.atomic
def remove_member(person_id: UUID, *, on: date, origin: Origin) -> None:
    """End a membership the day before this one; the last who leaves closes the household.

    ConflictError where there is none, or the head would leave others without one.
    """
    person = person_at(person_id)
    member = Member.objects.filter(person=person, valid_to=None).first()
    if member is None:
        raise ConflictError("No household to leave", detail="The resident is in no household.")
    household = _locked(member.household_id)
    others = [each for each in _members(household) if each != person.pk]
    if member.relation == HEAD and others:
        raise ConflictError("The head cannot leave", detail="Name another head first.")
    _end([member], on)
    if not others:
        _close(household, on)
    record("people.household-left", origin, subject=subject_of(person.pk),
           region=household.region_code, household=str(household.pk))  # fmt: skip
    _tell(household, [person.pk, *others], "left", on, origin)


@transaction.atomic
def set_relations(
    household_id: UUID, relations: Mapping[UUID, int], *, on: date, origin: Origin
) -> None:
    """Say for each member the relation to the head from this day; one of them is the head.

    ProblemError where it is not each member, one head, and known codes. Again: changes nothing.
    """
    household = _locked(household_id)
    rows = list(Member.objects.filter(household=household, valid_to=None))
    if {row.person_id for row in rows} != set(relations):
        raise ConflictError("The members have changed", detail="Read the household again.")
    _check_relations(relations)
    changed = [row for row in rows if row.relation != relations[row.person_id]]
    if not changed:
        return
    _end(changed, on)
    Member.objects.bulk_create(
        Member(id=new_id(), household=household, person_id=row.person_id,
               region_code=household.region_code, relation=relations[row.person_id],
               valid_from=on)
        for row in changed
    )  # fmt: skip
    head = next(person for person, code in relations.items() if code == HEAD)
    record("people.relations-set", origin, subject=f"people.household:{household.pk}",
           region=household.region_code, head=str(head), changed=len(changed))  # fmt: skip
    _tell(household, relations, "relations", on, origin)


@transaction.atomic
def split_household(
    household_id: UUID, leaving: Mapping[UUID, int], *, kk: str, on: date, origin: Origin
) -> UUID:
    """Let some members (with their relation to a head of their own) found another household in
    the same village from this day; returns it. Its address is set afterwards.

    ConflictError where the head would leave others behind, or nobody stays.
    """
    household = _locked(household_id)
    members = _members(household)
    if not set(leaving) <= set(members):
        raise ConflictError("The members have changed", detail="Read the household again.")
    if set(leaving) == set(members):
        raise ConflictError("Nobody would stay", detail="Give the household a new KK number.")
    _check_relations(leaving)
    head = next(person for person, code in leaving.items() if code == HEAD)
    for person in leaving:
        remove_member(person, on=on, origin=origin)
    made = found_household(head, kk=kk, region_code=household.region_code, on=on, origin=origin)
    for person, code in leaving.items():
        if person != head:
            join_household(person, made, relation=code, on=on, origin=origin)
    _tell(open_household(made), leaving, "split", on, origin)
    return made


@transaction.atomic
def renew_card(household_id: UUID, kk: str, *, on: date, origin: Origin) -> None:
    """Give the household another card number from this day, and tell its members."""
    household = _locked(household_id)
    change_card_number(household.pk, kk, on=on, origin=origin)
    _tell(household, _members(household), "number", on, origin)


def _check_relations(relations: Mapping[UUID, int]) -> None:
    unknown = [code for code in relations.values() if code not in facts.codes("relation")]
    faults = [
        Fault(field="relation", value=str(code), problem="is not a known relation",
              remedy=f"Use 1 to {max(facts.codes('relation'))}")
        for code in unknown
    ]  # fmt: skip
    if list(relations.values()).count(HEAD) != 1:
        faults.append(Fault(field="relation", problem="has not one head",
                            remedy="Name exactly one head of the family"))  # fmt: skip
    if faults:
        raise ProblemError("The household cannot be so", faults=tuple(faults))


def _end(rows: Iterable[Member], on: date) -> None:
    for row in rows:
        if row.valid_from is not None and row.valid_from > on:
            raise ProblemError(
                "The day cannot be",
                faults=(Fault(field="on", value=str(on), problem="is before the membership began",
                              remedy="Give the true day"),),
            )  # fmt: skip
        if row.valid_from == on:
            row.delete()  # it would end before it began
        else:
            row.valid_to = on - ONE_DAY
            row.save(update_fields=["valid_to"])


def _close(household: Household, on: date) -> None:
    household.closed_on = on
    household.save(update_fields=["closed_on"])
    numbers = HouseholdNumber.objects.filter(household=household, valid_to=None)
    numbers.filter(valid_from__gte=on).update(valid_from=None)
    numbers.update(valid_to=on - ONE_DAY)


def _members(household: Household) -> list[UUID]:
    rows = Member.objects.filter(household=household, valid_to=None)
    return list(rows.values_list("person_id", flat=True))


def _locked(household_id: UUID) -> Household:
    return Household.objects.select_for_update().get(pk=open_household(household_id).pk)


def _tell(
    household: Household, people: Iterable[UUID], change: str, on: date, origin: Origin
) -> None:
    event = events.tell_household(household.pk, change, generated=household.is_generated,
                                  region_code=household.region_code, origin=origin)  # fmt: skip
    for person in people:
        tell_person(person, "people.household-changed", key=f"people.household/{event}/{person}",
                    day=on)  # fmt: skip
