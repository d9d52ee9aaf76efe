"""Numbers people bear: entered, ended, never rewritten."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.people import facts, numbers
from balai.kernel.people.actions.person import subject_of
from balai.kernel.people.engine.nik import digits_of, read_nik
from balai.kernel.people.models import Identifier
from balai.kernel.people.models.columns import new_id
from balai.kernel.people.queries.record import person_at
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError
from balai.kernel.regions.queries import lineage

SCHEMES = {
    "nik": (16, "NIK"),
    "bpjs": (13, "BPJS"),
    "nisn": (10, "NISN"),
    "npwp": (16, "NPWP"),
    "passport": (None, "passport"),
    "kitas": (None, "KITAS"),
}
"""Schemes with the digits each number has; None where letters are allowed and lengths vary."""


def knows_district(code: str) -> bool:
    """Whether a district's code is or was one: by the list that ships, or the tree of regions."""
    return code in facts.districts() or bool(lineage(code))


@transaction.atomic
def add_number(
    person_id: UUID,
    scheme: str,
    number: str,
    *,
    origin: Origin,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> UUID:
    """Enter a number of a scheme, sealed; returns its row.

    ProblemError for a number that cannot be one (never repeating it), ConflictError where
    somebody bears it already, or the person has a NIK.
    """
    digits = _checked(scheme, number, valid_from, valid_to)
    person = person_at(person_id)
    row = new_id()
    try:
        with transaction.atomic():
            Identifier.objects.create(
                id=row, person=person, region_code=person.region_code, scheme=scheme,
                index=numbers.index_of(scheme, digits), sealed=numbers.sealed(scheme, digits, row),
                valid_from=valid_from, valid_to=valid_to,
            )  # fmt: skip
    except IntegrityError as error:
        raise ConflictError(
            "The number cannot be entered",
            detail="Somebody bears this number already, or this resident has one of this kind.",
            kind="number-taken",
        ) from error
    record("people.number-added", origin, subject=subject_of(person.pk),
           region=person.region_code, scheme=scheme)  # fmt: skip
    return row


@transaction.atomic
def end_number(number_id: UUID, *, on: date, origin: Origin) -> None:
    """Say on which day a number was borne last. A NIK has no such day."""
    row = Identifier.objects.select_for_update().filter(pk=number_id, valid_to=None).first()
    if row is None:
        raise MissingError("No such number", detail="No number with this address is in force here.")
    if row.scheme == numbers.NIK:
        raise ConflictError("A NIK never ends", detail="A NIK is borne for life and kept after it.")
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    record("people.number-ended", origin, subject=subject_of(row.person_id),
           region=row.region_code, scheme=row.scheme)  # fmt: skip


def _checked(scheme: str, number: str, start: date | None, end: date | None) -> str:
    if scheme not in SCHEMES:
        raise ProblemError(
            "The number cannot be entered",
            faults=(Fault(field="scheme", value=scheme[:20], problem="is not a known scheme",
                          remedy=f"Use {', '.join(SCHEMES)}"),),
        )  # fmt: skip
    digits = digits_of(number).upper()
    faults = _number_faults(scheme, digits)
    if start and end and end < start:
        faults.append(Fault(field="valid_to", value=str(end), problem="is before its first day"))
    if scheme == numbers.NIK and end:
        faults.append(Fault(field="valid_to", value=str(end), problem="a NIK has no last day"))
    if faults:
        raise ProblemError("The number cannot be entered", faults=tuple(faults))
    return digits


def _number_faults(scheme: str, digits: str) -> list[Fault]:
    if scheme == numbers.NIK:
        reading = read_nik(digits, knows_district, on=timezone.localdate())
        return [
            Fault(field="nik", problem=each.problem, remedy=each.remedy) for each in reading.errors
        ]
    length, name = SCHEMES[scheme]
    fits = digits.isascii() and (
        digits.isdigit() and len(digits) == length if length else digits.isalnum()
    )
    if fits and 5 <= len(digits) <= 20:
        return []
    wanted = f"{length} digits" if length else "5 to 20 letters and digits"
    return [Fault(field="number", problem=f"is no {name} number", remedy=f"Give {wanted}")]
