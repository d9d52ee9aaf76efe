"""What a resident's own page tells of this room: open requests, and answers that came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.kernel.people.models import AccessQuestion, RightsRequest
from balai.kernel.people.words import request_title, status_title
from balai.kernel.programmes import Matter

REMEMBERED = timedelta(days=30)


def matters(city: Any, person: UUID | None, user: Any) -> list[Matter]:
    """The person's requests and questions about the own data, open or answered lately."""
    if person is None:
        return []
    since = timezone.now() - REMEMBERED
    requests = RightsRequest.objects.filter(person_id=person).exclude(closed_at__lt=since)
    questions = AccessQuestion.objects.filter(person_id=person).exclude(answered_at__lt=since)
    return [
        *(_request(city, row) for row in requests),
        *(_question(city, row) for row in questions.select_related("entry")),
    ]


def _request(city: Any, row: RightsRequest) -> Matter:
    is_open = row.closed_at is None
    return Matter(
        title=str(request_title(row.kind)), detail=str(status_title(row.status)),
        url=reverse("people:request", args=[city.slug, row.pk]),
        state="working" if is_open else "done", due=row.due_at if is_open else None,
        late=is_open and row.due_at < timezone.now(),
    )  # fmt: skip


def _question(city: Any, row: AccessQuestion) -> Matter:
    is_open = row.answered_at is None
    return Matter(
        title=_("Your question about a look at your record"),
        detail=row.entry.actor_name or row.entry.actor,
        url=reverse("people:look", args=[city.slug, row.entry_id]),
        state="working" if is_open else "done", due=row.due_at if is_open else None,
        late=is_open and row.due_at < timezone.now(),
    )  # fmt: skip
