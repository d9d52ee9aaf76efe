"""Who looked at a record: as the person reads it, and as the data protection officer does."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from balai.kernel.people.linkage.queries import records_of
from balai.kernel.people.models import AccessEntry, AccessQuestion
from balai.kernel.problems import MissingError


def accesses_of(person: UUID, *, others_only: bool = False) -> QuerySet[AccessEntry]:
    """The looks at a person's record, the newest first; `others_only` leaves out the own ones."""
    rows = AccessEntry.objects.filter(person_id__in=records_of(person)).order_by("-at", "-id")
    return rows.exclude(purpose="own") if others_only else rows


def questions_of(person: UUID) -> QuerySet[AccessQuestion]:
    """The person's questions about looks, the newest first."""
    return (
        AccessQuestion.objects.filter(person_id=person)
        .select_related("entry")
        .order_by("-asked_at")
    )


def open_questions() -> QuerySet[AccessQuestion]:
    """The questions that wait for an answer, the nearest deadline first."""
    rows = AccessQuestion.objects.filter(answered_at=None)
    return rows.select_related("entry", "person").order_by("due_at", "id")


def question(question_id: UUID) -> AccessQuestion:
    """One question with the look it is about; MissingError where it is not open to who asks."""
    rows = AccessQuestion.objects.select_related("entry", "person")
    found = rows.filter(pk=question_id).first()
    if found is None:
        raise MissingError("No such question", detail="No question with this address is open here.")
    return found


def looks_by(actor: str, *, since: datetime | None = None) -> QuerySet[AccessEntry]:
    """What one account looked at, misses too: for the data protection officer."""
    rows = AccessEntry.objects.filter(actor=actor).order_by("-at", "-id")
    return rows.filter(at__gte=since) if since else rows
