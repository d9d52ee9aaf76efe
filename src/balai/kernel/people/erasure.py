"""Erasing what may be erased, so that it cannot be read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from django.utils import timezone

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.people.models import AccountLink, Address, Contact, Person, PersonSecret
from balai.kernel.people.queries.rights import consents_of


def erase(person_id: UUID, parts: Iterable[str], *, origin: Origin) -> None:
    """Destroy these parts of a record. The secret of the contacts goes with them: a copy of the
    sealed values, in a backup or a log, opens no more where the secret is not in it too.
    """
    wanted = tuple(parts)
    for part in wanted:
        ERASERS[part](person_id, origin)
    Person.objects.filter(pk=person_id).update(erased_at=timezone.now())
    where = Person.objects.values_list("region_code", flat=True).get(pk=person_id)
    record("people.parts-erased", origin, subject=f"people.person:{person_id}", region=where,
           parts=list(wanted))  # fmt: skip


def _contacts(person_id: UUID, origin: Origin) -> None:
    Contact.objects.filter(person_id=person_id).delete()
    PersonSecret.objects.filter(person_id=person_id).delete()


def _mailing_address(person_id: UUID, origin: Origin) -> None:
    # The address of residence hangs on the household, and is kept.
    Address.objects.filter(person_id=person_id).delete()


def _consents(person_id: UUID, origin: Origin) -> None:
    from balai.kernel.people.actions.wishes import say_on_consent

    for state in consents_of(person_id):
        if state.granted:
            say_on_consent(person_id, state.spec.purpose, granted=False,
                           text_version=state.text_version, origin=origin)  # fmt: skip


def _account(person_id: UUID, origin: Origin) -> None:
    AccountLink.objects.filter(person_id=person_id, ended_at=None).update(
        ended_at=timezone.now(), ended_by=origin.actor or origin.channel
    )


ERASERS: dict[str, Callable[[UUID, Origin], None]] = {
    "contacts": _contacts,
    "mailing_address": _mailing_address,
    "consents": _consents,
    "account": _account,
}
