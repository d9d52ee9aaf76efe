"""What a resident's own page tells of requests: returned and begun ones, open ones, answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.kernel.cases.queries import QueueRow, cases_of
from balai.kernel.cases.words import titled
from balai.kernel.programmes import Matter

REMEMBERED = timedelta(days=30)
MOST = 10
LOOKED_AT = 60


def matters(city: Any, person: UUID | None, user: Any) -> list[Matter]:
    """The requests of the signed-in resident in this city: what waits for them first."""
    since = timezone.now() - REMEMBERED
    rows = [
        each for each in cases_of(person, user, limit=LOOKED_AT)
        if each.city == city.slug and (each.closed_at is None or each.closed_at >= since)
    ]  # fmt: skip
    rows.sort(key=lambda each: ("waiting", "working", "done").index(_state(each)))
    return [_matter(city, each) for each in rows[:MOST]]


def _state(row: QueueRow) -> Any:
    if row.status in ("draft", "returned"):
        return "waiting"
    return "done" if row.closed_at is not None or row.status == "withdrawn" else "working"


def _matter(city: Any, row: QueueRow) -> Matter:
    state = _state(row)
    return Matter(
        title=titled(row.service.titles), detail=_detail(row), state=state,
        url=reverse("cases:own", args=[city.slug, row.id]),
        due=row.due_at if state == "working" else None, late=state == "working" and row.late,
    )  # fmt: skip


def _detail(row: QueueRow) -> str:
    words = {
        "draft": _("Begun, not sent yet"), "returned": _("Needs something from you"),
        "paused": _("Paused by the office"), "approved": _("Approved"), "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
    }  # fmt: skip
    said = words.get(row.status) or titled(row.stage)
    return ". ".join(filter(None, [said, row.number]))
