"""Joining an account to a resident."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.people.actions.person import subject_of
from balai.kernel.people.models import AccountLink
from balai.kernel.people.queries.accounts import forget_person
from balai.kernel.people.queries.record import person_at
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError

METHODS = {
    "identity-card": {"id": "KTP diperiksa di kantor", "en": "identity card seen at the office"},
    "oidc": {"id": "masuk dengan identitas nasional", "en": "signed in with a national identity"},
    "demonstration": {"id": "akun demonstrasi", "en": "account of the demonstration"},
}
"""How it was verified that an account is a person's."""


@transaction.atomic
def link_account(user: Any, person_id: UUID, *, method: str, origin: Origin) -> None:
    """Say that the account is this person's. Again: changes nothing.

    ConflictError where the account or the person is joined to another.
    """
    if method not in METHODS:
        raise ProblemError(
            "The account cannot be joined",
            faults=(Fault(field="method", value=method[:30], problem="is not a known way",
                          remedy=f"Use {', '.join(METHODS)}"),),
        )  # fmt: skip
    person = person_at(person_id)
    if AccountLink.objects.filter(user=user, person=person, ended_at=None).exists():
        return
    try:
        with transaction.atomic():
            AccountLink.objects.create(
                user=user, person=person, method=method, linked_by=origin.actor or origin.channel
            )
    except IntegrityError as error:
        raise ConflictError(
            "The account cannot be joined",
            detail="This account or this resident is joined already. Take that apart first.",
        ) from error
    forget_person(user)
    record("people.account-linked", origin, subject=subject_of(person.pk),
           region=person.region_code, account=user.get_username(), method=method)  # fmt: skip


@transaction.atomic
def unlink_account(person_id: UUID, *, origin: Origin) -> None:
    """Take apart an account and its person; the account stays, without a record."""
    row = AccountLink.objects.select_for_update().filter(person_id=person_id, ended_at=None).first()
    if row is None:
        raise MissingError("No account to take apart", detail="No account is joined.")
    row.ended_at, row.ended_by = timezone.now(), origin.actor or origin.channel
    row.save(update_fields=["ended_at", "ended_by"])
    record("people.account-unlinked", origin, subject=subject_of(person_id))
