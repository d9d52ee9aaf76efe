"""Which resident an account is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from balai.kernel.people.models import AccountLink

PERSON = "_person"


def person_of(user: Any) -> UUID | None:
    """The person whose account this is, or None. Kept on the object for as long as a request."""
    if getattr(user, "pk", None) is None:
        return None
    if PERSON not in user.__dict__:
        user.__dict__[PERSON] = (
            AccountLink.objects.filter(user_id=user.pk, ended_at=None)
            .values_list("person_id", flat=True)
            .first()
        )
    found: UUID | None = user.__dict__[PERSON]
    return found


def forget_person(user: Any) -> None:
    """Let the next question ask the database again."""
    user.__dict__.pop(PERSON, None)


def account_of(person: UUID) -> AccountLink | None:
    """The link that holds now between the person and an account."""
    return (
        AccountLink.objects.select_related("user").filter(person_id=person, ended_at=None).first()
    )
