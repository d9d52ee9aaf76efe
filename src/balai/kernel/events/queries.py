"""Everything that is read from the events: a subject's timeline, a city's happenings, one event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from balai.kernel.events.kinds import find_kind
from balai.kernel.events.marks import not_a_mark, read_mark, write_mark
from balai.kernel.events.models import Event
from balai.kernel.problems import MissingError

FIELDS = (
    "id", "kind", "version", "at", "recorded_at", "day", "city", "place", "subject", "actor",
    "data",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as it was recorded; `data` are in the version it was recorded in."""

    id: UUID
    kind: str
    version: int
    at: datetime
    recorded_at: datetime
    day: date
    city: str
    place: str
    subject: str
    actor: str
    data: Mapping[str, Any]

    def typed(self) -> Any:
        """The data as an instance of the kind's fields, brought up to its present version.

        ProblemError where the kind is not registered, or the version is newer than it.
        """
        return find_kind(self.kind).load(self.version, self.data)


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events in time's order; `next` is the mark of the page that follows."""

    events: tuple[EventView, ...]
    next: str | None


def event(identifier: UUID) -> EventView:
    """One event; MissingError if there is none."""
    row = Event.objects.filter(id=identifier).values_list(*FIELDS).first()
    if row is None:
        raise MissingError("There is no such event", detail=f"No event {identifier} is recorded.")
    return EventView(*row)


def timeline(subject: str, *, limit: int = 100, after: str | None = None) -> EventPage:
    """What happened to a subject (`transit.journey:UUID`), oldest first."""
    found = Event.objects.filter(subject=subject).exclude(subject="")
    return _page(found, ("at", "id"), limit, after)


def happenings(
    city: str, kind: str, start: date, end: date, *, limit: int = 100, after: str | None = None
) -> EventPage:
    """A city's events of one kind on the days from `start` to `end` inclusive, oldest first."""
    found = Event.objects.filter(city=city, kind=kind, day__gte=start, day__lte=end)
    return _page(found, ("day", "at", "id"), limit, after)


def _page(
    found: QuerySet[Event], order: tuple[str, ...], limit: int, after: str | None
) -> EventPage:
    if after:
        found = found.filter(_beyond(order, after))
    rows = [EventView(*row) for row in found.order_by(*order).values_list(*FIELDS)[: limit + 1]]
    more = len(rows) > limit
    rows = rows[:limit]
    mark = write_mark([_text(getattr(rows[-1], name)) for name in order]) if more else None
    return EventPage(tuple(rows), mark)


_READERS: Mapping[str, Any] = {
    "day": date.fromisoformat,
    "at": datetime.fromisoformat,
    "id": UUID,
}


def _beyond(order: tuple[str, ...], after: str) -> Q:
    texts = read_mark(after, len(order))
    try:
        values = [_READERS[name](text) for name, text in zip(order, texts, strict=True)]
    except ValueError as error:
        raise not_a_mark(after) from error
    beyond = Q()
    for depth, name in enumerate(order):
        same = dict(zip(order[:depth], values[:depth], strict=True))
        beyond |= Q(**same, **{f"{name}__gt": values[depth]})
    # The index serves the first of the order by this, where it could not by alternatives alone.
    return Q(**{f"{order[0]}__gte": values[0]}) & beyond


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
