"""Phone numbers and mail addresses, sealed under the person's own secret."""

from __future__ import annotations

import re
import secrets
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.people import numbers
from balai.kernel.people.actions.person import subject_of
from balai.kernel.people.models import Contact, PersonSecret
from balai.kernel.people.models.columns import new_id
from balai.kernel.people.queries.record import person_at
from balai.kernel.problems import Fault, MissingError, ProblemError

COUNTRY = "ID"


@transaction.atomic
def set_contact(
    person_id: UUID, channel: str, value: str, *, origin: Origin, verified: bool = False
) -> UUID:
    """Set the phone number or mail address (`channel` phone, email); the former one ends.

    ProblemError for what is none, without repeating it.
    """
    wanted = normal_contact(channel, value)
    person = person_at(person_id)
    index = numbers.contact_index(channel, wanted)
    moment = timezone.now()
    kept = Contact.objects.filter(person=person, channel=channel, ended_at=None)
    if (same := kept.filter(index=index).first()) is not None:
        return same.pk
    kept.update(ended_at=moment)
    secret, _ = PersonSecret.objects.get_or_create(
        person=person,
        defaults={"region_code": person.region_code, "secret": secrets.token_bytes(32)},
    )
    row = new_id()
    Contact.objects.create(
        id=row, person=person, region_code=person.region_code, channel=channel, index=index,
        sealed=numbers.sealed_contact(secret.secret, wanted, row),
        verified_at=moment if verified else None,
    )  # fmt: skip
    record("people.contact-set", origin, subject=subject_of(person.pk),
           region=person.region_code, kind=channel)  # fmt: skip
    return row


@transaction.atomic
def verify_contact(contact_id: UUID, *, method: str, origin: Origin) -> None:
    """Say that a contact was proved to be the person's, and how (a code sent there, a call)."""
    row = open_contact(contact_id)
    row.verified_at = timezone.now()
    row.save(update_fields=["verified_at"])
    record("people.contact-verified", origin, subject=subject_of(row.person_id),
           region=row.region_code, method=method)  # fmt: skip


@transaction.atomic
def remove_contact(contact_id: UUID, *, origin: Origin) -> None:
    """Remove a contact for good."""
    row = open_contact(contact_id)
    row.delete()
    record("people.contact-removed", origin, subject=subject_of(row.person_id),
           region=row.region_code, kind=row.channel)  # fmt: skip


def normal_contact(channel: str, value: str) -> str:
    """A phone number as E.164, a mail address in lower case; ProblemError for what is none."""
    value = value.strip()
    if channel == "email" and (found := _email(value)):
        return found
    if channel == "phone" and (found := _phone(value)):
        return found
    remedy = "Write it as 0812 3456 7890" if channel == "phone" else "Write it as name@example.id"
    raise ProblemError(
        "The contact cannot be set",
        faults=(Fault(field=channel if channel in ("phone", "email") else "channel",
                      problem="cannot be reached as written", remedy=remedy),),
    )  # fmt: skip


def _email(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError:
        return ""
    return value.lower() if len(value) <= 254 else ""


def _phone(value: str) -> str:
    import phonenumbers

    if not re.fullmatch(r"[+\d\s().-]{6,30}", value):
        return ""
    try:
        found = phonenumbers.parse(value, COUNTRY)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(found):
        return ""
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def open_contact(contact_id: UUID) -> Contact:
    """The contact's row, locked; MissingError where it is not open to who asks."""
    row = Contact.objects.select_for_update().filter(pk=contact_id, ended_at=None).first()
    if row is None:
        raise MissingError("No such contact", detail="No contact with this address is open here.")
    return row
