"""What a reader wishes, and the browsers that take web push for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from balai.kernel.notices.engine.choice import Wish
from balai.kernel.notices.models import Preference, Subscription
from balai.kernel.row_security import rows_of


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that subscribed."""

    id: UUID
    label: str
    created_at: datetime


def wishes_of(reader: UUID) -> dict[str, Wish]:
    """The reader's wishes by kind; the empty kind stands for all others."""
    with rows_of(person=reader):
        rows = Preference.objects.filter(reader=reader)
        return {row.kind: Wish(row.off, tuple(row.channels)) for row in rows}


def browsers(reader: UUID) -> list[Browser]:
    """The reader's browsers, the newest first."""
    with rows_of(person=reader):
        rows = Subscription.objects.filter(reader=reader).order_by("-created_at")
        return [Browser(row.pk, row.label, row.created_at) for row in rows]
