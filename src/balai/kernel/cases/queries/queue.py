"""The queue of an office, sorted by what was promised; a resident's own cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from balai.kernel.calendars import Calendar, city_calendar
from balai.kernel.cases.engine import CaseState, Service
from balai.kernel.cases.models import Case
from balai.kernel.cases.queries import services
from balai.kernel.cases.queries.case import names_of, state_of
from balai.kernel.cases.queries.choosing import QueueFilter, chosen
from balai.kernel.cases.queries.counts import counted
from balai.kernel.people.queries import PersonCard, cards
from balai.kernel.regions.queries import City, city_by_slug

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of rows: how many there are in all, and which page this is (from 1). With `more`
    there are more than `total`, and nobody counted them.
    """

    rows: tuple[T, ...]
    total: int
    page: int
    per_page: int
    more: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A case in a list. `left` is in whole minutes of working time, negative where it is late."""

    id: UUID
    number: str
    city: str
    service: Service
    person: PersonCard | None
    step: str
    stage: dict[str, str]
    status: str
    due_at: datetime | None
    left: int | None
    late: bool
    clock: str
    holder: str | None
    holder_name: str
    opened_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    region_code: str
    sequence: int
    state: CaseState


def queue(
    user: Any, *, city: City, filters: QueueFilter | None = None, page: int = 1, per_page: int = 25
) -> Page[QueueRow]:
    """A page of the cases of a city that are open to the user, the nearest promise first."""
    rows, page = _ordered(city, filters or QueueFilter(), user), max(1, page)
    found = counted(rows)
    start = (page - 1) * per_page
    shown = rows_of_queue(rows[start : start + per_page])
    return Page(shown, found.number, page, per_page, found.more)


def queue_in_whole(
    user: Any, *, city: City, filters: QueueFilter | None = None, part: int = 500
) -> Iterator[QueueRow]:
    """Every row of the queue in its order, drawn `part` at a time: for a file of all of them."""
    rows = _ordered(city, filters or QueueFilter(), user).iterator(chunk_size=part)
    while some := list(islice(rows, part)):
        yield from rows_of_queue(some)


def _ordered(city: City, wanted: QueueFilter, user: Any) -> QuerySet[Case]:
    rows = chosen(city, wanted, user)
    # What has no promise running comes last; the id makes the order whole.
    moment = F("due_at").asc(nulls_last=True)
    if wanted.state == "closed":
        moment = F("closed_at").desc(nulls_last=True)
    return rows.order_by(moment, "id")


def cases_of(person_id: UUID | None, user: Any, *, limit: int = 200) -> tuple[QueueRow, ...]:
    """The cases of a resident with their drafts, and those the account asked for itself; the
    newest first. Rows that are not open are not among them.
    """
    own = Q(person_id=person_id) if person_id else Q(pk=None)
    if getattr(user, "pk", None) is not None:
        own |= Q(applicant=user)
    return rows_of_queue(Case.objects.filter(own).order_by("-opened_at")[:limit])


def rows_of_queue(cases: QuerySet[Case] | Sequence[Case]) -> tuple[QueueRow, ...]:
    """The rows of a list: names of people and holders are fetched for all at once."""
    found = list(cases)
    people = cards(each.person_id for each in found if each.person_id)
    names = names_of(each.holder for each in found if each.holder)
    definitions: dict[tuple[str, int], Service] = {}
    for each in found:
        key = (each.service_code, each.service_version)
        if key not in definitions:
            definitions[key] = services.service(*key)
    calendars = {slug: city_calendar(city_by_slug(slug)) for slug in {each.city for each in found}}
    now = timezone.now()
    return tuple(
        _row(each, definitions[each.service_code, each.service_version], people, names,
             calendars[each.city], now)
        for each in found
    )  # fmt: skip


def _row(
    each: Case, definition: Service, people: dict[UUID, PersonCard], names: dict[str, str],
    calendar: Calendar, now: datetime,
) -> QueueRow:  # fmt: skip
    state = state_of(each)
    return QueueRow(
        id=each.id, number=each.number, city=each.city, service=definition, step=each.step,
        person=people.get(each.person_id) if each.person_id else None,
        stage=_stage(definition, each.step), status=each.status, due_at=each.due_at,
        left=_left(each, state.remaining, calendar, now), late=state.late(now), clock=each.clock,
        holder=each.holder, holder_name=names.get(each.holder or "", each.holder or ""),
        opened_at=each.opened_at, submitted_at=each.submitted_at, closed_at=each.closed_at,
        region_code=each.region_code, sequence=each.sequence, state=state,
    )  # fmt: skip


def _stage(definition: Service, step: str) -> dict[str, str]:
    return dict(definition.step(step).title) if definition.has_step(step) else {"id": "", "en": ""}


def _left(each: Case, remaining: int | None, calendar: Calendar, now: datetime) -> int | None:
    if remaining is not None:
        return remaining
    if each.clock != "running" or each.due_at is None:
        return None
    return calendar.working_minutes(now, each.due_at)
