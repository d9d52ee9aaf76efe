"""Kinds of jobs, declared in each app's module `jobs`, and the schedules some of them follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from balai.kernel.jobs.engine.backoff import Backoff
from balai.kernel.jobs.engine.schedule import Daily, Every, Schedule
from balai.kernel.problems import MissingError

if TYPE_CHECKING:
    from balai.kernel.jobs.work import Work

Run = Callable[..., Mapping[str, Any] | None]
"""Takes a `Work` and the job's arguments by name; returns its result (JSON) or None."""

LONG, QUICK = "long", "quick"
"""Queues. One lane of each worker takes only quick jobs, so that an import holds up no letter."""


class TransientError(Exception):
    """What was tried may work later: the job is tried again. `retry_after` in seconds, if known."""

    def __init__(self, problem: str, *, retry_after: float | None = None) -> None:
        super().__init__(problem)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """A kind of job: its name, title by language, what it runs, where it waits, how it retries.

    `labels` title the parts of its result that its page shows.
    """

    name: str
    title: Mapping[str, str]
    run: Run = field(compare=False)
    queue: str = LONG
    backoff: Backoff = field(default_factory=Backoff)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __call__(self, work: Work, **arguments: Any) -> Mapping[str, Any] | None:
        """Run it at once, under this work."""
        return self.run(work, **arguments)


_kinds: dict[str, JobKind] = {}
_schedules: dict[str, Schedule] = {}


def job(
    name: str,
    *,
    title: Mapping[str, str],
    queue: str = LONG,
    backoff: Backoff | None = None,
    labels: Mapping[str, Mapping[str, str]] | None = None,
) -> Callable[[Run], JobKind]:
    """Declare a function as what a kind of job runs.

    A result may hold `url`, a path of this site that its page leads to, and anything else; what
    `labels` titles is shown. ValueError where the title lacks a language, the queue is unknown or
    the name is taken.
    """
    if missing := {"id", "en"} - set(title):
        raise ValueError(f"job {name} has no title in {', '.join(sorted(missing))}")
    if queue not in {LONG, QUICK}:
        raise ValueError(f"job {name}: there is no queue {queue!r}")

    def declare(run: Run) -> JobKind:
        kind = JobKind(
            name=name, title=title, run=run, queue=queue, backoff=backoff or Backoff(),
            labels=labels or {},
        )  # fmt: skip
        if _kinds.setdefault(name, kind) != kind:
            raise ValueError(f"another kind of job is called {name!r}")
        _kinds[name] = kind
        return kind

    return declare


def every(
    *, seconds: float = 0, minutes: float = 0, hours: float = 0
) -> Callable[[JobKind], JobKind]:
    """Run the job on a grid of this period, once a tick however many workers there are.

    Put it above `@job`; the job takes no arguments.
    """
    return _scheduled(Every(timedelta(seconds=seconds, minutes=minutes, hours=hours)))


def daily(at: str, *, zone: str = "Asia/Jakarta") -> Callable[[JobKind], JobKind]:
    """Run the job once a day at this time (`03:00`) of the zone's clocks."""
    return _scheduled(Daily(time.fromisoformat(at), zone))


def find_kind(name: str) -> JobKind:
    """The kind of that name; MissingError names those that exist."""
    if name not in _kinds:
        discover()
    if name not in _kinds:
        known = ", ".join(sorted(_kinds)) or "none"
        raise MissingError(
            "There is no such kind of job", detail=f"{name!r} is unknown. Known: {known}."
        )
    return _kinds[name]


def kinds() -> tuple[JobKind, ...]:
    """Every kind, by name."""
    discover()
    return tuple(_kinds[name] for name in sorted(_kinds))


def schedules() -> tuple[tuple[JobKind, Schedule], ...]:
    """The kinds that run by the clock, each with its schedule."""
    discover()
    return tuple((_kinds[name], _schedules[name]) for name in sorted(_schedules))


@cache
def discover() -> None:
    """Import the module `jobs` of every installed app, where the kinds are declared."""
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("jobs")


def _scheduled(schedule: Schedule) -> Callable[[JobKind], JobKind]:
    def follow(kind: JobKind) -> JobKind:
        _schedules[kind.name] = schedule
        return kind

    return follow
