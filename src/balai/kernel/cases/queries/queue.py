"""The queue of an office, sorted by what was promised, and how much each officer has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from balai.kernel.calendars import Calendar, city_calendar
from balai.kernel.cases.engine import Service
from balai.kernel.cases.models import Case
from balai.kernel.cases.models.case import OPEN
from balai.kernel.cases.queries import services
from balai.kernel.cases.queries.case import names_of, state_of
from balai.kernel.people.queries import PersonCard, cards
from balai.kernel.regions.queries import City, city_by_slug

T = TypeVar("T")
State = Literal["", "mine", "free", "all", "late", "returned", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What of the queue is looked for; empty fields ask nothing. `search` is a case's number."""

    search: str = ""
    service: str = ""
    step: str = ""
    office: str = ""
    state: State = "all"
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of rows: how many there are in all, and which page this is (from 1)."""

    rows: tuple[T, ...]
    total: int
    page: int
    per_page: int

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


@dataclass(frozen=True, slots=True)
class Load:
    """How many open cases somebody holds, and how many of them are late; empty: held by nobody."""

    holder: str
    name: str
    open: int
    late: int
    paused: int


def queue(
    user: Any, *, city: City, filters: QueueFilter | None = None, page: int = 1, per_page: int = 25
) -> Page[QueueRow]:
    """A page of the cases of a city that are open to the user, the nearest promise first."""
    wanted = filters or QueueFilter()
    rows = _filtered(_of_city(city), wanted, user)
    # What has no promise running comes last; the id makes the order whole.
    ordered = rows.order_by(F("due_at").asc(nulls_last=True), "id")
    if wanted.state == "closed":
        ordered = rows.order_by(F("closed_at").desc(nulls_last=True), "id")
    start = (max(1, page) - 1) * per_page
    shown = rows_of_queue(ordered[start : start + per_page])
    return Page(shown, rows.count(), max(1, page), per_page)


def cases_of(person_id: UUID | None, user: Any, *, limit: int = 200) -> tuple[QueueRow, ...]:
    """The cases of a resident with their drafts, or those the account opened for nobody in the
    register; the newest first. Rows that are not open are not among them.
    """
    own = Case.objects.filter(person_id=person_id) if person_id else Case.objects.filter(
        applicant=user, person_id=None
    )  # fmt: skip
    return rows_of_queue(own.order_by("-opened_at")[:limit])


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


def workload(city: City) -> tuple[Load, ...]:
    """Open cases by who holds them, the heaviest load first; what is free comes first of all."""
    late = Q(clock="running", due_at__lt=timezone.now())
    rows = (
        _of_city(city).filter(status__in=OPEN).values_list("holder")
        .annotate(open=Count("pk"), late=Count("pk", filter=late),
                  paused=Count("pk", filter=Q(clock="stopped")))
        .order_by("-open", "holder")
    )  # fmt: skip
    counted = list(rows)
    names = names_of(holder for holder, *_ in counted if holder)
    loads = [
        Load(holder or "", names.get(holder, holder or ""), *counts) for holder, *counts in counted
    ]
    return tuple(sorted(loads, key=lambda each: (each.holder != "", -each.open)))


def _of_city(city: City) -> QuerySet[Case]:
    return Case.objects.filter(city=city.slug).exclude(status="draft")


def _filtered(rows: QuerySet[Case], wanted: QueueFilter, user: Any) -> QuerySet[Case]:
    plain = {"service_code": wanted.service, "step": wanted.step, "holder": wanted.holder}
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if wanted.office:
        below = Q(region_code__gte=f"{wanted.office}.", region_code__lt=f"{wanted.office}/")
        rows = rows.filter(Q(region_code=wanted.office) | below)
    if wanted.search:
        text = wanted.search.strip().upper().replace("\x00", "")[:40]
        rows = rows.filter(number__gte=text, number__lt=f"{text}￿")
    return _in_state(rows, wanted.state, user)


def _in_state(rows: QuerySet[Case], state: State, user: Any) -> QuerySet[Case]:
    if state == "closed":
        return rows.exclude(status__in=OPEN)
    rows = rows.filter(status__in=OPEN)
    if state == "mine":
        return rows.filter(holder=user.get_username())
    if state == "free":
        return rows.filter(holder=None, status__in=["submitted", "working"])
    if state == "late":
        return rows.filter(clock="running", due_at__lt=timezone.now())
    if state == "returned":
        return rows.filter(status="returned")
    return rows


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
        region_code=each.region_code,
    )  # fmt: skip


def _stage(definition: Service, step: str) -> dict[str, str]:
    return dict(definition.step(step).title) if definition.has_step(step) else {"id": "", "en": ""}


def _left(each: Case, remaining: int | None, calendar: Calendar, now: datetime) -> int | None:
    if remaining is not None:
        return remaining
    if each.clock != "running" or each.due_at is None:
        return None
    return calendar.working_minutes(now, each.due_at)
