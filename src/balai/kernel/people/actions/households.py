"""Households: founded, joined, left; their card numbers and addresses over time; kinship."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.people import facts, numbers
from balai.kernel.people.actions.person import region_faults, subject_of
from balai.kernel.people.models import Address, Household, HouseholdNumber, Member, Relation
from balai.kernel.people.models.columns import new_id
from balai.kernel.people.models.household import HEAD
from balai.kernel.people.queries.cards import checked_digits
from balai.kernel.people.queries.record import person_at
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError

ONE_DAY = timedelta(days=1)


@transaction.atomic
def found_household(
    head: UUID, *, kk: str, region_code: str, on: date | None, origin: Origin
) -> UUID:
    """Make a household with this card number and head; returns it.

    ConflictError where another household bears the number, or the head lives in one.
    """
    if faults := region_faults(region_code):
        raise ProblemError("The household cannot be founded", faults=tuple(faults))
    person = person_at(head)
    household = Household.objects.create(region_code=region_code, is_generated=person.is_generated)
    _number(household, kk, on)
    join_household(person.pk, household.pk, relation=HEAD, on=on, origin=origin)
    record("people.household-founded", origin, subject=subject_of(person.pk), region=region_code,
           household=str(household.pk))  # fmt: skip
    return household.pk


@transaction.atomic
def change_card_number(household_id: UUID, kk: str, *, on: date, origin: Origin) -> None:
    """Give a household another card number from this day; the former stays in the history."""
    household = open_household(household_id)
    former = HouseholdNumber.objects.filter(household=household, valid_to=None)
    if former.filter(valid_from__gte=on).exists():
        raise ProblemError(
            "The card number cannot be changed",
            faults=(Fault(field="on", value=str(on), problem="is not after the former number's day",
                          remedy="Give the day on which the new card was issued"),),
        )  # fmt: skip
    former.update(valid_to=on - ONE_DAY)
    _number(household, kk, on)
    record("people.card-number-changed", origin, subject=f"people.household:{household.pk}",
           region=household.region_code)  # fmt: skip


@transaction.atomic
def join_household(
    person_id: UUID, household_id: UUID, *, relation: int, on: date | None, origin: Origin
) -> None:
    """Make somebody a member; `relation` is the code of the relation to the head."""
    if relation not in facts.codes("relation"):
        raise ProblemError(
            "Nobody can join so",
            faults=(Fault(field="relation", value=str(relation), problem="is not a known relation",
                          remedy=f"Use 1 to {max(facts.codes('relation'))}"),),
        )  # fmt: skip
    household, person = open_household(household_id), person_at(person_id)
    try:
        with transaction.atomic():
            Member.objects.create(
                household=household, person=person, region_code=household.region_code,
                relation=relation, valid_from=on,
            )  # fmt: skip
    except IntegrityError as error:
        raise ConflictError(
            "Nobody can join so",
            detail="The resident is a member of a household, or this one has a head already.",
        ) from error
    record("people.household-joined", origin, subject=subject_of(person.pk),
           region=household.region_code, household=str(household.pk),
           relation=relation)  # fmt: skip


@transaction.atomic
def leave_household(person_id: UUID, *, on: date, origin: Origin) -> None:
    """End a membership with this day; ConflictError where there is none."""
    person = person_at(person_id)
    if not Member.objects.filter(person=person, valid_to=None).update(valid_to=on):
        raise ConflictError("No household to leave", detail="The resident is in no household.")
    record("people.household-left", origin, subject=subject_of(person.pk),
           region=person.region_code)  # fmt: skip


@transaction.atomic
def set_address(
    *,
    region_code: str,
    origin: Origin,
    household: UUID | None = None,
    person: UUID | None = None,
    on: date | None = None,
    **parts: Any,
) -> UUID:
    """Set where a household, or a person apart from it, lives from this day.

    `parts`: street, rt, rw, postal_code, lat, lon. The address before ends the day before.
    """
    faults = [*region_faults(region_code), *_address_faults(parts)]
    if faults:
        raise ProblemError("The address cannot be set", faults=tuple(faults))
    whose = {"household_id": household} if household else {"person_id": person}
    former = Address.objects.filter(**whose, valid_to=None)
    if on is None:
        former.delete()
    else:
        former.filter(valid_from__gte=on).delete()
        former.update(valid_to=on - ONE_DAY)
    row = Address.objects.create(**whose, region_code=region_code, valid_from=on, **parts)
    subject = f"people.household:{household}" if household else subject_of(person or row.pk)
    record("people.address-set", origin, subject=subject, region=region_code)
    return row.pk


@transaction.atomic
def relate(
    person_id: UUID, other_id: UUID, kind: str, *, on: date | None = None, origin: Origin
) -> None:
    """Record that `other` is the person's parent, spouse or guardian; again changes nothing."""
    if kind not in ("parent", "spouse", "guardian") or person_id == other_id:
        raise ProblemError(
            "They cannot be related so",
            faults=(Fault(field="kind", value=kind[:20], problem="is not a relation of two people",
                          remedy="Use parent, spouse or guardian"),),
        )  # fmt: skip
    person, other = person_at(person_id), person_at(other_id)
    _, is_new = Relation.objects.get_or_create(
        person=person, other=other, kind=kind, valid_to=None,
        defaults={"region_code": person.region_code, "valid_from": on},
    )  # fmt: skip
    if is_new:
        record("people.relation-added", origin, subject=subject_of(person.pk), kind=kind,
               region=person.region_code, other=str(other.pk))  # fmt: skip


def _number(household: Household, kk: str, on: date | None) -> None:
    digits = checked_digits(kk, "kk")
    row = new_id()
    try:
        with transaction.atomic():
            HouseholdNumber.objects.create(
                id=row, household=household, region_code=household.region_code,
                index=numbers.index_of(numbers.KK, digits),
                sealed=numbers.sealed(numbers.KK, digits, row), valid_from=on,
            )  # fmt: skip
    except IntegrityError as error:
        raise ConflictError(
            "The card number is taken", detail="Another household bears this number now.",
            kind="number-taken",
        ) from error  # fmt: skip


def open_household(household_id: UUID) -> Household:
    """The household's row; MissingError where it is not open to who asks."""
    found = Household.objects.filter(pk=household_id).first()
    if found is None:
        raise MissingError("No such household", detail="No household with this address is open.")
    return found


def _address_faults(parts: dict[str, Any]) -> list[Fault]:
    found = [
        Fault(field=name, value=str(value)[:20], problem="is not a number of up to 3 digits",
              remedy="Write it as 003")
        for name in ("rt", "rw")
        if (value := parts.get(name, "")) and not (value.isdigit() and len(value) <= 3)
    ]  # fmt: skip
    code = parts.get("postal_code", "")
    if code and not (code.isdigit() and len(code) == 5):
        found.append(Fault(field="postal_code", value=code[:20], problem="is not of 5 digits"))
    if len(parts.get("street", "")) > 200:
        found.append(Fault(field="street", problem="is longer than 200 letters"))
    return found
