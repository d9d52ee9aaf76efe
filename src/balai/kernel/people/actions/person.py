"""Registering a resident and changing the record, with before and after in the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from balai.kernel.access.actions import record, record_change
from balai.kernel.access.origin import Origin
from balai.kernel.people import events, facts
from balai.kernel.people.models import Person, Sex
from balai.kernel.people.models.person import LONGEST_NAME
from balai.kernel.people.queries.record import person_at
from balai.kernel.problems import Fault, ProblemError
from balai.kernel.regions.queries import lineage

OLDEST_YEARS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDetails:
    """What a family card says of somebody. Coded fields hold codes of `facts/codes.yaml`."""

    name: str
    sex: str = ""
    birth_date: date | None = None
    birth_place: str = ""
    citizenship: str = "ID"
    religion: int | None = None
    marital_status: int | None = None
    education: int | None = None
    occupation: int | None = None
    blood_type: int | None = None
    father_name: str = ""
    mother_name: str = ""


FIELDS = tuple(each.name for each in fields(PersonDetails))


@transaction.atomic
def register_person(
    details: PersonDetails,
    *,
    region_code: str,
    origin: Origin,
    nik: str = "",
    born: bool = False,
    generated: bool = False,
) -> UUID:
    """Enter a resident of this village; `born`: a birth is recorded with it.

    ProblemError names each field that cannot be taken; ConflictError where the NIK is borne by
    somebody whose row is open.
    """
    from balai.kernel.people.actions.numbers import add_number

    faults = [*faults_of(details), *region_faults(region_code)]
    if born and details.birth_date is None:
        faults.append(Fault(field="birth_date", problem="is missing", remedy="Give the birth date"))
    if faults:
        raise ProblemError("The resident cannot be registered", faults=tuple(faults))
    person = Person.objects.create(
        **cleaned(asdict(details)), region_code=region_code, is_generated=generated
    )
    if nik:
        add_number(person.pk, "nik", nik, origin=origin)
    record("people.person-registered", origin, subject=subject_of(person.pk), region=region_code)
    about = events.AboutPerson(person.pk, generated)
    events.tell(events.BORN if born else events.REGISTERED, about, region_code=region_code,
                origin=origin, on=details.birth_date if born else None)  # fmt: skip
    return person.pk


@transaction.atomic
def change_person(
    person_id: UUID, changes: Mapping[str, Any], *, reason: str, origin: Origin
) -> tuple[str, ...]:
    """Set these fields (of `PersonDetails`, and `region_code`); returns the names that changed.

    The audit keeps which fields changed, before and after; what tells of a person by words
    (names, dates, places) is named there and not shown.
    """
    unknown = set(changes) - {*FIELDS, "region_code"}
    if unknown:
        raise ProblemError(
            "The record cannot be changed so",
            faults=tuple(
                Fault(field=n, problem="is no field of a record") for n in sorted(unknown)
            ),
        )
    person = Person.objects.select_for_update().get(pk=person_at(person_id).pk)
    before = {name: getattr(person, name) for name in (*FIELDS, "region_code")}
    after = cleaned({**before, **changes})
    region_code = after.pop("region_code")
    faults = faults_of(PersonDetails(**after))
    if region_code != person.region_code:
        faults += region_faults(region_code)
    if faults:
        raise ProblemError("The record cannot be changed so", faults=tuple(faults))
    after["region_code"] = region_code
    changed = tuple(name for name, value in after.items() if value != before[name])
    if changed:
        for name in changed:
            setattr(person, name, after[name])
        person.changed_at = timezone.now()
        person.save(update_fields=[*changed, "changed_at"])
        note_change(person, before, after, changed, reason=reason, origin=origin)
    return changed


def note_change(
    person: Person,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    changed: tuple[str, ...],
    *,
    reason: str,
    origin: Origin,
) -> None:
    """Write a change to the audit, and tell it as an event."""
    record_change(
        "people.person-changed", origin, subject=subject_of(person.pk),
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed}, region=person.region_code, reason=reason,
    )  # fmt: skip
    events.tell(events.CHANGED, events.AboutPerson(person.pk, person.is_generated),
                region_code=person.region_code, origin=origin)  # fmt: skip


def subject_of(person: UUID) -> str:
    """How the audit names a person."""
    return f"people.person:{person}"


def cleaned(values: dict[str, Any]) -> dict[str, Any]:
    """Texts without spaces around them or runs of them within."""
    return {k: " ".join(v.split()) if isinstance(v, str) else v for k, v in values.items()}


def faults_of(details: PersonDetails) -> list[Fault]:
    """What is wrong with the details, field by field."""
    today = timezone.localdate()
    found = [
        Fault(field=name, problem="is too long or has control characters",
              remedy=f"Use at most {LONGEST_NAME} letters")
        for name in ("name", "birth_place", "father_name", "mother_name")
        if len(text := getattr(details, name)) > LONGEST_NAME or not text.isprintable()
    ]  # fmt: skip
    if not any(letter.isalnum() for letter in details.name):
        found.append(
            Fault(field="name", problem="is empty", remedy="Write the name as on the card")
        )
    if details.sex not in ("", *Sex.values):
        found.append(Fault(field="sex", value=details.sex[:20], problem="is not a known sex",
                           remedy="Use m or f"))  # fmt: skip
    born = details.birth_date
    if (born and not today.year - OLDEST_YEARS <= born.year <= today.year) or (
        born and born > today
    ):
        found.append(Fault(field="birth_date", value=str(born), problem="cannot be a birth date",
                           remedy=f"Give a day of the last {OLDEST_YEARS} years"))  # fmt: skip
    if not (len(details.citizenship) == 2 and details.citizenship.isascii()
            and details.citizenship.isupper()):  # fmt: skip
        found.append(
            Fault(field="citizenship", value=details.citizenship[:20],
                  problem="is not a country's code", remedy="Use two letters, as ID")
        )  # fmt: skip
    return found + _code_faults(details)


def region_faults(code: str) -> list[Fault]:
    """What is wrong with a region code: it must be in the tree, a district or deeper."""
    if not lineage(code):
        return [Fault(field="region_code", value=code[:30], problem="is no region's code",
                      remedy="Give the village's code, as 35.10.19.2004")]  # fmt: skip
    return []


def _code_faults(details: PersonDetails) -> list[Fault]:
    return [
        Fault(field=name, value=str(code), problem="is not a code of the family card",
              remedy=f"Use {', '.join(map(str, list(facts.codes(name))[:12]))}")
        for name in facts.CODED
        if (code := getattr(details, name)) is not None and code not in facts.codes(name)
    ]  # fmt: skip
