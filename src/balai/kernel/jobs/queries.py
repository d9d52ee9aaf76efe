"""Reading jobs: one, a list, and whether somebody works at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from balai.kernel.access.actions.tokens import Principal
from balai.kernel.jobs import kinds
from balai.kernel.jobs.models import Job, Line, State, Step, Worker
from balai.kernel.problems import MissingError
from balai.kernel.regions.queries import cities

MAY_VIEW, MAY_OPERATE = "jobs.view", "jobs.operate"
OVERDUE, SILENT = timedelta(minutes=2), timedelta(seconds=15)
LINES_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which jobs are wanted; empty parts do not narrow."""

    state: str = ""
    name: str = ""
    search: str = ""
    mine: bool = False
    scheduled: bool = False

    @property
    def active(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.state or self.name or self.search or self.scheduled)


@dataclass(frozen=True, slots=True)
class Workers:
    """How the workers stand: how many live, and since when a job has been overdue."""

    alive: int
    silent: int
    overdue: int
    oldest: datetime | None

    @property
    def holds(self) -> bool:
        """Whether jobs are taken. An installation whose workers were stopped may have none."""
        return not self.overdue and (self.alive > 0 or self.silent == 0)

    @property
    def told(self) -> str:
        """It in words, for a log."""
        said = [f"{self.alive} workers alive"]
        if self.silent and not self.alive:
            said.append(f"{self.silent} died without a word")
        if self.overdue and self.oldest:
            since = f"{self.oldest:%Y-%m-%d %H:%M:%S} UTC"
            said.append(f"{self.overdue} jobs waiting too long, the oldest since {since}")
        return ", ".join(said)


def find(job_id: UUID | str) -> Job | None:
    """The job with this id, or None, also where the id is none."""
    try:
        wanted = job_id if isinstance(job_id, UUID) else UUID(job_id)
    except ValueError:
        return None
    return Job.objects.select_related("pulse", "started_by").filter(pk=wanted).first()


def open_to(who: Principal, job_id: UUID | str, *, city: str | None = None) -> Job:
    """The job, where they may see it: their own, or one of a city they may watch over.

    MissingError otherwise, so that nobody learns what exists.
    """
    found = find(job_id)
    if found is None or (city is not None and found.city != city) or not may_see(who, found):
        raise MissingError("No such job", detail="None of that number is open to you.")
    return found


def may_see(who: Principal, job: Job) -> bool:
    """Whether they started the job or may watch over its city."""
    return _is_own(who, job) or who.may(MAY_VIEW, job.city or None)


def may_change(who: Principal, job: Job) -> bool:
    """Whether they may cancel the job or try it again."""
    return _is_own(who, job) or who.may(MAY_OPERATE, job.city or None)


def listed(who: Principal, wanted: JobFilter, *, city: str | None = None) -> QuerySet[Job]:
    """The jobs they may see that fit, the newest first; of one city, or without one of all.

    Who may watch over a place sees everybody's there; others see their own. A city's list holds
    those of the whole installation too for whoever may watch over that.
    """
    rows = Job.objects.select_related("pulse", "started_by").order_by("-created_at", "-id")
    if city is not None:
        rows = rows.filter(city__in=[city, ""] if who.may(MAY_VIEW, None) else [city])
    if wanted.mine or not who.may(MAY_VIEW, city):
        rows = rows.filter(started_by=who.user)
        if (reach := _reach(who)) is not None:
            rows = rows.filter(city__in=reach)
    elif not wanted.scheduled:
        rows = rows.filter(scheduled=False)
    return narrowed(rows, wanted)


def narrowed(rows: QuerySet[Job], wanted: JobFilter) -> QuerySet[Job]:
    """Those rows that fit the filter's state, kind and words."""
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.name:
        rows = rows.filter(name=wanted.name)
    if wanted.search:
        rows = rows.filter(_words(wanted.search))
    return rows


def lines_of(job: Job) -> list[Line]:
    """The last lines of a job's log, the oldest first."""
    return list(Line.objects.filter(job=job).order_by("-id")[:LINES_SHOWN])[::-1]


def steps_of(job: Job) -> int:
    """How many steps of a job are done."""
    return Step.objects.filter(job=job).count()


def title_of(job: Job) -> dict[str, str]:
    """The title of a job's kind by language; its name where the kind is no longer installed."""
    try:
        return dict(kinds.find_kind(job.name).title)
    except MissingError:
        return {"id": job.name, "en": job.name}


def labels_of(job: Job) -> dict[str, Mapping[str, str]]:
    """The titles, by language, of those parts of a job's result that its page shows."""
    try:
        return dict(kinds.find_kind(job.name).labels)
    except MissingError:
        return {}


def workers() -> Workers:
    """How the workers of this installation stand now."""
    now = timezone.now()
    alive = Worker.objects.filter(seen_at__gte=now - SILENT).count()
    overdue = Job.objects.filter(state=State.WAITING, due_at__lt=now - OVERDUE)
    oldest = overdue.order_by("due_at").values_list("due_at", flat=True).first()
    return Workers(alive, Worker.objects.count() - alive, overdue.count(), oldest)


def _is_own(who: Principal, job: Job) -> bool:
    reach = _reach(who)
    return job.started_by_id == who.user.pk and (reach is None or job.city in reach)


def _reach(who: Principal) -> list[str] | None:
    """The cities that the caller's token is limited to; None without such a limit."""
    code = who.token.region_code if who.token else ""
    if not code:
        return None
    return [city.slug for city in cities() if f"{city.region_code}.".startswith(f"{code}.")]


def _words(search: str) -> Q:
    named = [
        kind.name
        for kind in kinds.kinds()
        if any(search.lower() in title.lower() for title in kind.title.values())
    ]
    found: Any = Q(name__in=named) | Q(name__icontains=search)
    found |= Q(started_by__username__icontains=search)
    found |= Q(started_by__display_name__icontains=search) | Q(problem__icontains=search)
    try:
        return Q(found | Q(pk=UUID(search)))
    except ValueError:
        return Q(found)
