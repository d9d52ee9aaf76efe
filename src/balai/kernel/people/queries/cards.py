"""People by their number, and by name only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from balai.kernel.people import numbers
from balai.kernel.people.engine.nik import digits_of
from balai.kernel.people.looks import OWN, Look, check_purpose, log_many, log_miss
from balai.kernel.people.models import HouseholdNumber, Member, Person
from balai.kernel.people.queries.bearer import MOST_MERGES, bearer_of
from balai.kernel.problems import Fault, ProblemError


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A resident by name alone, with the village."""

    id: UUID
    name: str
    region_code: str


def find_by_nik(nik: str, *, look: Look) -> PersonCard | None:
    """The resident who bears this NIK, of those whose rows are open; None if there is none.

    Both outcomes are written to the log of looks, by the statement that finds: a find under the
    person, a miss by blind index. A number that was merged away leads to the record kept.
    ProblemError for what is no NIK, or for a look without a purpose or at oneself.
    """
    check_purpose(look.purpose)
    if look.purpose is OWN:
        raise ProblemError("One's own record is not looked up", kind="forbidden", status=403)
    index = numbers.index_of(numbers.NIK, checked_digits(nik, "nik"))
    found = bearer_of(index, look=look)
    return PersonCard(*found) if found else None


def find_by_kk(kk: str, *, look: Look) -> tuple[PersonCard, ...]:
    """The members now of the household with this family-card number, the head first; logged for
    each of them. Empty where no household bears it, which is logged too.
    """
    check_purpose(look.purpose)
    index = numbers.index_of(numbers.KK, checked_digits(kk, "kk"))
    number = HouseholdNumber.objects.filter(index=index, valid_to=None).first()
    members = (
        Member.objects.filter(household_id=number.household_id, valid_to=None)
        .select_related("person")
        .order_by("relation", "person__birth_date")
        if number
        else ()
    )
    people = [member.person for member in members]
    if not people:
        log_miss(look, index, "kk")
    log_many(look, [(each.pk, each.region_code) for each in people], parts=["card"])
    return tuple(map(_card, people))


def cards(ids: Iterable[UUID]) -> dict[UUID, PersonCard]:
    """Names for a list that shows no more than them; of people whose rows are open. Not logged."""
    rows = Person.objects.filter(pk__in=list(ids)).only("id", "name", "region_code")
    return {row.pk: _card(row) for row in rows}


def checked_digits(number: str, field: str) -> str:
    """The sixteen digits of a NIK or KK number; ProblemError without showing what was typed."""
    digits = digits_of(number)
    if not (digits.isascii() and digits.isdigit() and len(digits) == 16):
        raise ProblemError(
            "The number cannot be looked up",
            faults=(Fault(field=field, problem=f"has {len(digits)} letters, not 16 digits",
                          remedy="Copy it from the identity card or family card"),),
        )  # fmt: skip
    return digits


def kept_of(person: Person) -> Person:
    """The record that stands for this one after merges; itself where it was not merged."""
    for _ in range(MOST_MERGES):
        if person.merged_into_id is None:
            return person
        person = Person.objects.get(pk=person.merged_into_id)
    return person


def _card(person: Person) -> PersonCard:
    return PersonCard(person.pk, person.name, person.region_code)
