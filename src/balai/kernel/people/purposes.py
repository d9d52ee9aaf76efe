"""The purpose under which an officer opens a record: said once, kept for a while, shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from balai.kernel.access.origin import origin_of
from balai.kernel.people.looks import OWN, Look, Purpose

KEPT = timedelta(minutes=30)
MOST_KEPT = 20
SESSION = "people.purposes"


@dataclass(frozen=True, slots=True)
class Standing:
    """A purpose that was said for one person, and until when it holds."""

    purpose: Purpose
    until: datetime


def keep_purpose(request: HttpRequest, person: UUID, purpose: Purpose) -> None:
    """Remember why this person's record is opened; the oldest are forgotten."""
    kept: dict[str, list[Any]] = request.session.get(SESSION, {})
    kept.pop(str(person), None)
    until = (timezone.now() + KEPT).timestamp()
    newest = list(kept.items())[-MOST_KEPT + 1 :]
    request.session[SESSION] = {
        **dict(newest), str(person): [purpose.name, purpose.reason, until]
    }  # fmt: skip


def standing_purpose(request: HttpRequest, person: UUID) -> Standing | None:
    """The purpose said for this person, if it still holds."""
    kept = request.session.get(SESSION, {}).get(str(person))
    if kept is None:
        return None
    name, reason, until = kept
    moment = datetime.fromtimestamp(until, tz=timezone.get_current_timezone())
    return Standing(Purpose(name, reason), moment) if moment > timezone.now() else None


def drop_purpose(request: HttpRequest, person: UUID) -> None:
    """Close a record: the next look needs a purpose again."""
    kept = request.session.get(SESSION, {})
    kept.pop(str(person), None)
    request.session[SESSION] = kept


def look_of(request: HttpRequest, purpose: Purpose = OWN) -> Look:
    """A look by the signed-in user, from this request."""
    return Look(request.user, purpose, origin_of(request))
