"""What a resident is told of their documents: made lately, or being signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from balai.kernel.documents.models import State
from balai.kernel.documents.queries import mine
from balai.kernel.programmes import Matter
from balai.kernel.regions.queries import City

MOST = 10
RECENT = timedelta(days=30)


def matters(city: City, person: UUID | None, user: Any) -> Sequence[Matter]:
    """A matter for each document that is being signed, and each signed in the last 30 days."""
    if person is None:
        return ()
    language = (get_language() or "id").split("-")[0]
    rows = mine(city.slug, person).filter(
        state__in=[State.WAITING, State.SIGNED], made_at__gte=timezone.now() - RECENT
    )
    return [
        Matter(
            title=row.title.get(language, row.kind), detail=row.number,
            url=reverse("documents:mine", args=[city.slug]),
            state="working" if row.state == State.WAITING else "done",
        )
        for row in rows[:MOST]
    ]  # fmt: skip
