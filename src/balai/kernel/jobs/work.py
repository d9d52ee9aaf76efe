"""What a job's function is handed: steps done once, progress, a cursor, and when to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from balai.kernel.access.models import User
from balai.kernel.jobs.models import Job, Line, Pulse, State, Step
from balai.kernel.jobs.payload import plain
from balai.kernel.regions import queries as regions
from balai.kernel.row_security import Rows, rows_of

T = TypeVar("T")
LEASE = timedelta(seconds=8)
LONGEST_LINE = 1000


class LeftOffError(BaseException):
    """Ends a job's function at a safe place. No `except Exception` of the function stops it."""


class LostError(LeftOffError):
    """Another worker has taken the job: nothing more may be written for this take."""


class CancelWishedError(LeftOffError):
    """Somebody asked for the job to be cancelled."""


class WorkerStopsError(LeftOffError):
    """The worker was told to stop; the job goes back to the queue."""


class Work:
    """One take of a job.

    Only what happens inside a step happens exactly once: its effects and the mark that it is done
    are one transaction, which is refused if another worker has taken the job meanwhile.
    """

    def __init__(self, job: Job, *, stop: threading.Event | None = None) -> None:
        self.id: UUID = job.pk
        self.name = job.name
        self.take = job.take
        self.tries = job.tries
        self.arguments: dict[str, Any] = dict(job.arguments)
        self.regions: tuple[str, ...] = tuple(job.regions)
        self.city = regions.find_city(job.city) if job.city else None
        self.started_by: User | None = job.started_by
        self.inline = stop is None
        self._stop = stop or threading.Event()
        self._cursor: Any = job.cursor
        self._in_step = False
        self._lock = threading.Lock()
        self._lines: list[str] = []
        self._progress: tuple[int, int | None, str] = (job.pulse.done, job.pulse.total,
                                                      job.pulse.message)  # fmt: skip
        self._lost = False
        self._cancel_wished = job.pulse.cancel_wished

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Tell how far it is: `done` of `total` (None: unknown), and what is done now.

        Cheap: it is written about once a second. A good place to stop, so it may end the take.
        """
        done = max(0, done)
        self._progress = (done, None if total is None else max(total, done), message[:300])
        if self.inline:
            self.beat()
        if not self._in_step:
            self.check()

    def log(self, text: str) -> None:
        """Add a line to the job's log. It must name no person."""
        with self._lock:
            self._lines.append(text[:LONGEST_LINE])

    @contextmanager
    def step(self, name: str) -> Iterator[bool]:
        """One transaction that holds the step's effects and the mark that it is done.

        Tells whether the step is still to be done. What the body of a step that was done already
        writes is taken back, so that asking is a matter of speed, not of safety. Inside, the rows
        of the job's regions are open.
        """
        self.check()
        with self.rows():
            self._hold()
            before = self._cursor
            fresh = not Step.objects.filter(job_id=self.id, name=name).exists()
            self._in_step = True
            try:
                yield fresh
            finally:
                self._in_step = False
            if fresh:
                self._mark(name, None)
            else:
                self._cursor = before
                transaction.set_rollback(True)

    def do(self, name: str, function: Callable[..., T], *args: Any, **kwargs: Any) -> T | Any:
        """Call the function as a step, and keep what it returns (JSON): a step that was done
        already returns what it returned then.
        """
        self.check()
        with self.rows():
            self._hold()
            kept = Step.objects.filter(job_id=self.id, name=name).first()
            if kept is not None:
                return kept.result
            self._in_step = True
            try:
                result = function(*args, **kwargs)
            finally:
                self._in_step = False
            self._mark(name, result)
            return result

    @contextmanager
    def rows(self) -> Iterator[Rows]:
        """A transaction for reading, with the rows of the job's regions open."""
        with rows_of(*self.regions) as opened:
            yield opened

    @property
    def cursor(self) -> Any:
        """Where to go on from (JSON); None at first. Set inside a step it is kept with the step."""
        return self._cursor

    @cursor.setter
    def cursor(self, value: Any) -> None:
        self._cursor = plain(value)
        if not self._in_step:
            with transaction.atomic():
                self._hold()
                Job.objects.filter(pk=self.id).update(cursor=self._cursor)

    @property
    def cancel_wished(self) -> bool:
        """Whether somebody asked to cancel; `check`, `progress` and `step` end the take then."""
        return self._cancel_wished

    def check(self) -> None:
        """End the take here if it is lost, to be cancelled, or the worker stops."""
        if self._lost:
            raise LostError
        if self._cancel_wished:
            raise CancelWishedError
        if self._stop.is_set():
            raise WorkerStopsError

    def beat(self) -> None:
        """Renew the lease, write progress and log, and learn whether to go on.

        Called by the worker's pulse, on a connection of its own; it never waits for a step.
        """
        done, total, message = self._progress
        # A take that was left has no worker: a beat that comes after it must not lease it anew.
        held = Pulse.objects.filter(job_id=self.id, take=self.take, worker__isnull=False)
        with transaction.atomic():
            if not held.update(done=done, total=total, message=message,
                               lease_until=Now() + LEASE):  # fmt: skip
                self._lost = True
                return
            self.write_lines()
            self._cancel_wished = held.values_list("cancel_wished", flat=True).get()

    def write_lines(self) -> None:
        """Write the log lines that wait."""
        with self._lock:
            lines, self._lines = self._lines, []
        Line.objects.bulk_create(Line(job_id=self.id, text=text) for text in lines)

    def _hold(self) -> None:
        """Lock the job's row for this transaction; LostError where another take holds it."""
        held = Job.objects.select_for_update(no_key=True).filter(
            pk=self.id, take=self.take, state=State.RUNNING
        )
        if not held.values_list("pk").first():
            self._lost = True
            raise LostError

    def _mark(self, name: str, result: Any) -> None:
        Step.objects.create(job_id=self.id, name=name, result=plain(result))
        # A step is progress: tries are counted from it.
        Job.objects.filter(pk=self.id).update(cursor=self._cursor, tries=1)
        self.tries = 1
