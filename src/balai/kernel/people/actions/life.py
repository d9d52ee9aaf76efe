"""Deaths, departures and arrivals."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.people import events, numbers
from balai.kernel.people.actions.person import region_faults, subject_of
from balai.kernel.people.models import Identifier, LifeStatus, Member, Person
from balai.kernel.people.queries.cards import checked_digits
from balai.kernel.people.queries.record import person_at
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError
from balai.kernel.row_security import EVERYWHERE, opened, rows_of


@transaction.atomic
def record_death(person_id: UUID, *, on: date, origin: Origin) -> None:
    """Record that somebody died on this day; the household keeps the others.

    ConflictError where a death is recorded already; ProblemError for a day that cannot be.
    """
    person = _locked(person_id)
    if person.life_status == LifeStatus.DEAD:
        raise ConflictError("The death is recorded already", detail="Correct the date instead.")
    _check_day("died_on", on, person)
    _set(person, life_status=LifeStatus.DEAD, died_on=on)
    _end_membership(person, on)
    record("people.death-recorded", origin, subject=subject_of(person.pk),
           region=person.region_code)  # fmt: skip
    about = events.AboutPerson(person.pk, person.is_generated)
    events.tell(events.DIED, about, region_code=person.region_code, origin=origin, on=on)


@transaction.atomic
def record_departure(person_id: UUID, *, on: date, to: str, origin: Origin) -> None:
    """Record that somebody moved away to another village's code, or to a place in words.

    The record stays with the village it left until the next one takes it over (`record_arrival`).
    """
    person = _locked(person_id)
    if person.life_status == LifeStatus.DEAD:
        raise ConflictError("Who died cannot move", detail="A death is recorded.")
    to = " ".join(to.split())
    if not to or len(to) > 200:
        raise ProblemError(
            "The departure cannot be recorded",
            faults=(Fault(field="moved_to", problem="is missing or too long",
                          remedy="Give the code of the village, or the place in words"),),
        )  # fmt: skip
    _check_day("moved_on", on, person)
    _set(person, life_status=LifeStatus.MOVED, moved_on=on, moved_to=to)
    _end_membership(person, on)
    record("people.departure-recorded", origin, subject=subject_of(person.pk),
           region=person.region_code, to=to)  # fmt: skip
    moved = events.Moved(person.pk, person.is_generated, person.region_code, to)
    events.tell(events.LEFT, moved, region_code=person.region_code, origin=origin, on=on)


@transaction.atomic
def record_arrival(nik: str, *, region_code: str, on: date, origin: Origin) -> UUID:
    """Take over the record of somebody who moved here: NIK and history come along.

    The record is found wherever it is, but only if its departure names this village or a region
    above it. MissingError otherwise, which tells nothing of who bears the number.
    """
    if faults := region_faults(region_code):
        raise ProblemError("The arrival cannot be recorded", faults=tuple(faults))
    index = numbers.index_of(numbers.NIK, checked_digits(nik, "nik"))
    found = _departed(index)
    if found is None or not f"{region_code}.".startswith(f"{found[1]}."):
        raise MissingError(
            "Nobody is on the way here with this number",
            detail="The village left must first record the departure, and to which village.",
        )
    here = opened()
    with rows_of(*here.regions, person=found[0]):
        person = _locked(found[0])
        left = person.region_code
        _set(person, region_code=region_code, life_status=LifeStatus.ALIVE, moved_on=None,
             moved_to="")  # fmt: skip
    record("people.arrival-recorded", origin, subject=subject_of(person.pk),
           region=region_code, left=left)  # fmt: skip
    moved = events.Moved(person.pk, person.is_generated, left, region_code)
    events.tell(events.ARRIVED, moved, region_code=region_code, origin=origin, on=on)
    return person.pk


def _departed(index: bytes) -> tuple[UUID, str] | None:
    # One equality over all regions, of which only the id and the destination come out.
    with rows_of(EVERYWHERE):
        return (
            Identifier.objects.filter(
                scheme=numbers.NIK, index=index, person__life_status=LifeStatus.MOVED,
                person__merged_into=None,
            )
            .values_list("person_id", "person__moved_to")
            .first()
        )  # fmt: skip


def _locked(person_id: UUID) -> Person:
    return Person.objects.select_for_update().get(pk=person_at(person_id).pk)


def _set(person: Person, **values: object) -> None:
    for name, value in values.items():
        setattr(person, name, value)
    person.changed_at = timezone.now()
    person.save(update_fields=[*values, "changed_at"])


def _end_membership(person: Person, on: date) -> None:
    Member.objects.filter(person=person, valid_to=None, valid_from__gt=on).update(valid_from=on)
    Member.objects.filter(person=person, valid_to=None).update(valid_to=on)


def _check_day(field: str, on: date, person: Person) -> None:
    if on > timezone.localdate():
        problem = "lies in the future"
    elif person.birth_date and on < person.birth_date:
        problem = "is before the birth"
    else:
        return
    raise ProblemError(
        "The day cannot be",
        faults=(Fault(field=field, value=str(on), problem=problem, remedy="Give the true day"),),
    )
