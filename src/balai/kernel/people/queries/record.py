"""A resident's record, opened for a purpose and written to the log of looks."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from balai.kernel.people import facts, numbers
from balai.kernel.people.engine.nik import masked
from balai.kernel.people.looks import Look, log_look
from balai.kernel.people.models import (
    Address,
    Contact,
    Household,
    HouseholdNumber,
    Identifier,
    Member,
    Person,
    PersonSecret,
    Relation,
)
from balai.kernel.people.queries.accounts import account_of
from balai.kernel.people.queries.cards import checked_digits, find_by_kk, kept_of
from balai.kernel.problems import MissingError
from balai.kernel.row_security import opened, rows_of

PARTS = ("identity", "numbers", "household", "addresses", "relations", "contacts")
"""The parts of a record, as the log of looks names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number somebody bears; `shown` hides its middle unless it was opened."""

    id: UUID
    scheme: str
    shown: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A phone number or mail address, hidden unless it is the person who looks."""

    id: UUID
    channel: str
    shown: str
    verified_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Housemate:
    """A member of the household; `name` is empty where the person's row is not open."""

    person_id: UUID
    name: str
    relation: int
    birth_date: date | None
    valid_from: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """A relative: `kind` says what `name` is to the person (parent, spouse, guardian, child)."""

    person_id: UUID
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address with the village it lies in, and when it held."""

    id: UUID
    of_household: bool
    street: str
    rt: str
    rw: str
    postal_code: str
    region_code: str
    lat: float | None
    lon: float | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """A resident with everything that hangs on the record. Coded fields are codes."""

    id: UUID
    name: str
    region_code: str
    sex: str
    birth_date: date | None
    birth_place: str
    life_status: str
    died_on: date | None
    moved_on: date | None
    moved_to: str
    citizenship: str
    religion: int | None
    marital_status: int | None
    education: int | None
    occupation: int | None
    blood_type: int | None
    father_name: str
    mother_name: str
    is_generated: bool
    erased_at: datetime | None
    changed_at: datetime
    household_id: UUID | None
    numbers: tuple[Number, ...] = ()
    family_cards: tuple[Number, ...] = ()
    household: tuple[Housemate, ...] = ()
    addresses: tuple[Place, ...] = ()
    relations: tuple[Kin, ...] = ()
    contacts: tuple[Reach, ...] = ()
    has_account: bool = False
    merged: tuple[UUID, ...] = field(default=())

    def title_of(self, name: str) -> Any:
        """The title by language of a coded field's value."""
        return facts.title_of(name, getattr(self, name))


def open_person(
    person_id: UUID, *, look: Look, parts: Iterable[str] = PARTS, own: bool = False
) -> PersonRecord:
    """The record of a resident whose rows are open, written to the log of looks.

    `own`: the person looks at the own record, and sees the own numbers and contacts unhidden.
    MissingError where there is no such person, or the row is not open to who looks.
    """
    person = person_at(person_id)
    log_look(look, person=person.pk, region_code=person.region_code, parts=tuple(parts))
    return _record(person, own=own)


def household_by_kk(kk: str, *, look: Look) -> UUID | None:
    """The household that bears this card number now; the look is logged for each member, or as a
    miss.
    """
    if not find_by_kk(kk, look=look):
        return None
    index = numbers.index_of(numbers.KK, checked_digits(kk, "kk"))
    rows = HouseholdNumber.objects.filter(index=index, valid_to=None)
    return rows.values_list("household_id", flat=True).first()


def person_at(person_id: UUID) -> Person:
    """The person's row, or the one it was merged into. Not logged: for actions and forms that
    follow a logged look. MissingError where it is not open.
    """
    found = Person.objects.filter(pk=person_id).first()
    if found is None:
        raise MissingError("No such resident", detail="No resident with this address is open here.")
    return kept_of(found)


def reveal_number(person_id: UUID, number_id: UUID, *, look: Look) -> str:
    """A number in full; a look of its own. MissingError where it is not this person's."""
    person = person_at(person_id)
    row = Identifier.objects.filter(pk=number_id, person=person).first()
    if row is not None:
        log_look(look, person=person.pk, region_code=person.region_code,
                 parts=[f"{row.scheme}-shown"])  # fmt: skip
        return numbers.opened(row.scheme, row.sealed, row.pk)
    member = Member.objects.filter(person=person, valid_to=None).first()
    card = (
        HouseholdNumber.objects.filter(pk=number_id, household_id=member.household_id).first()
        if member
        else None
    )
    if card is None:
        raise MissingError("No such number", detail="This number is not this resident's.")
    log_look(look, person=person.pk, region_code=person.region_code, parts=["kk-shown"])
    return numbers.opened(numbers.KK, card.sealed, card.pk)


def reveal_contact(person_id: UUID, contact_id: UUID, *, look: Look) -> str:
    """A contact in full; a look of its own."""
    person = person_at(person_id)
    row = Contact.objects.filter(pk=contact_id, person=person, ended_at=None).first()
    if row is None:
        raise MissingError("No such contact", detail="This contact is not this resident's.")
    log_look(look, person=person.pk, region_code=person.region_code,
             parts=[f"{row.channel}-shown"])  # fmt: skip
    return _contact(row, PersonSecret.objects.get(person=person).secret)


def contacts_of(person_id: UUID) -> dict[str, str]:
    """The verified contacts now by channel (`phone`, `email`), for sending a notice. Not shown to
    anybody, so no look is logged.
    """
    secret = PersonSecret.objects.filter(person_id=person_id).first()
    if secret is None:
        return {}
    rows = Contact.objects.filter(
        person_id=person_id, ended_at=None, verified_at__isnull=False
    ).order_by("recorded_at")
    return {row.channel: _contact(row, secret.secret) for row in rows}


def _record(person: Person, *, own: bool) -> PersonRecord:
    member = Member.objects.filter(person=person, valid_to=None).first()
    with _of_household(member, own=own):
        home = _household(member)
        cards = _family_cards(member, own=own)
        places = _addresses(person, member)
    return PersonRecord(
        **{name: getattr(person, name) for name in (
            "id", "name", "region_code", "sex", "birth_date", "birth_place", "life_status",
            "died_on", "moved_on", "moved_to", "citizenship", *facts.CODED, "father_name",
            "mother_name", "is_generated", "erased_at", "changed_at",
        )},
        household_id=member.household_id if member else None,
        numbers=_numbers(person, own=own), family_cards=cards, household=home, addresses=places,
        relations=_relations(person), contacts=_contacts(person, own=own),
        has_account=account_of(person.pk) is not None,
        merged=tuple(Person.objects.filter(merged_into=person).values_list("pk", flat=True)),
    )  # fmt: skip


def _of_household(member: Member | None, *, own: bool) -> AbstractContextManager[Any]:
    # A family card names all its members to each of them. A resident's own scope opens only the
    # own rows, so the card's village is opened for as long as its rows are read, by its id alone.
    if not own or member is None:
        return nullcontext()
    place = Household.objects.filter(pk=member.household_id).values_list("region_code", flat=True)
    code = place.first() or member.region_code
    return rows_of(*opened().regions, code, person=member.person_id)


def _household(member: Member | None) -> tuple[Housemate, ...]:
    if member is None:
        return ()
    rows = list(
        Member.objects.filter(household_id=member.household_id, valid_to=None).order_by("id")
    )  # fmt: skip
    names = Person.objects.in_bulk([row.person_id for row in rows])
    rows.sort(key=lambda row: (row.relation, _born(names.get(row.person_id))))
    return tuple(
        Housemate(person_id=row.person_id, relation=row.relation, valid_from=row.valid_from,
                  name=found.name if (found := names.get(row.person_id)) else "",
                  birth_date=found.birth_date if found else None)
        for row in rows
    )  # fmt: skip


def _born(person: Person | None) -> date:
    return person.birth_date if person and person.birth_date else date.max


def _family_cards(member: Member | None, *, own: bool) -> tuple[Number, ...]:
    if member is None:
        return ()
    rows = HouseholdNumber.objects.filter(household_id=member.household_id)
    return tuple(
        _number(row, numbers.KK, own=own) for row in rows.order_by("-valid_from", "-recorded_at")
    )


def _addresses(person: Person, member: Member | None) -> tuple[Place, ...]:
    rows = Address.objects.filter(person=person)
    if member is not None:
        rows |= Address.objects.filter(household_id=member.household_id)
    names = ("id", "street", "rt", "rw", "postal_code", "region_code", "lat", "lon", "valid_from",
             "valid_to")  # fmt: skip
    found = [
        Place(of_household=row.household_id is not None, **{n: getattr(row, n) for n in names})
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: (each.valid_to is not None, str(each.valid_from))))


def _numbers(person: Person, *, own: bool) -> tuple[Number, ...]:
    rows = Identifier.objects.filter(person=person).order_by("valid_to", "-recorded_at")
    ordered = sorted(rows, key=lambda row: row.scheme != numbers.NIK)
    return tuple(_number(row, row.scheme, own=own) for row in ordered)


def _number(row: Identifier | HouseholdNumber, scheme: str, *, own: bool) -> Number:
    full = numbers.opened(scheme, row.sealed, row.pk)
    return Number(id=row.pk, scheme=scheme, shown=full if own else masked(full),
                  valid_from=row.valid_from, valid_to=row.valid_to)  # fmt: skip


def _relations(person: Person) -> tuple[Kin, ...]:
    ties = [
        (row.other_id, row.kind) for row in Relation.objects.filter(person=person, valid_to=None)
    ]
    back = Relation.objects.filter(other=person, valid_to=None)
    turned = {"parent": "child", "spouse": "spouse", "guardian": "ward"}
    ties += [(row.person_id, turned[row.kind]) for row in back]
    names = Person.objects.in_bulk({other for other, _ in ties})
    return tuple(
        Kin(person_id=other, kind=kind, name=names[other].name if other in names else "")
        for other, kind in sorted(set(ties), key=lambda tie: (tie[1], str(tie[0])))
    )


def _contacts(person: Person, *, own: bool) -> tuple[Reach, ...]:
    secret = PersonSecret.objects.filter(person=person).first()
    if secret is None:
        return ()
    rows = Contact.objects.filter(person=person, ended_at=None).order_by("channel", "recorded_at")
    return tuple(
        Reach(id=row.pk, channel=row.channel, verified_at=row.verified_at,
              shown=full if own else hidden_contact(row.channel, full))
        for row in rows
        if (full := _contact(row, secret.secret))
    )  # fmt: skip


def hidden_contact(channel: str, value: str) -> str:
    """A contact that can be recognised by who knows it: `+62••••••1234`, `s••••@example.id`."""
    if channel == "email":
        name, _, host = value.partition("@")
        return f"{name[:1]}••••@{host}"
    return f"{value[:3]}{'•' * max(len(value) - 7, 0)}{value[-4:]}"


def _contact(row: Contact, secret: numbers.Sealed) -> str:
    return numbers.opened_contact(secret, row.sealed, row.pk)
