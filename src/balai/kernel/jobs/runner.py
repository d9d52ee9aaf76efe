"""Running jobs: lanes that take them, and a pulse that keeps their leases and the schedules."""

from __future__ import annotations

import logging
import os
import socket
import threading
import traceback
from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.models.functions import Now
from django.utils import timezone

from balai.kernel.jobs import taking
from balai.kernel.jobs.engine.backoff import delay
from balai.kernel.jobs.kinds import LONG, QUICK, JobKind, TransientError, discover, find_kind
from balai.kernel.jobs.models import State, Worker
from balai.kernel.jobs.schedules import start_due
from balai.kernel.jobs.work import CancelWishedError, LostError, Work, WorkerStopsError
from balai.kernel.problems import ProblemError

logger = logging.getLogger(__name__)
TRANSIENT = (TransientError, OperationalError, InterfaceError, ConnectionError, TimeoutError)
IDLE_S, BEAT_S = 0.5, 1.0
DEATHS_BORNE = 5
"""How many times in a row a job may take its worker with it before it is given up."""


class Runner:
    """A worker: one lane for every queue, another for quick jobs alone, and the pulse."""

    def __init__(self, *, idle_s: float = IDLE_S, beat_s: float = BEAT_S) -> None:
        self.id: UUID = uuid4()
        self.stop = threading.Event()
        self.idle_s, self.beat_s = idle_s, beat_s
        self._open: dict[UUID, Work] = {}
        self._ended = threading.Event()

    def run(self) -> None:
        """Take jobs until `stop` is set; then finish the steps at hand and hand jobs back."""
        discover()
        threads = [
            threading.Thread(target=self._lane, args=(queues,), name=f"lane-{number}")
            for number, queues in enumerate(([LONG, QUICK], [QUICK]))
        ]
        pulse = threading.Thread(target=self._pulse, name="pulse")
        for thread in [*threads, pulse]:
            thread.start()
        for thread in threads:
            thread.join()
        self._ended.set()
        pulse.join()

    def run_due(self) -> int:
        """Run every job that is due, one after another, with schedules; returns how many."""
        discover()
        start_due(timezone.now())
        pulse = threading.Thread(target=self._pulse, name="pulse")
        pulse.start()
        count = 0
        try:
            while not self.stop.is_set() and self._run_one([LONG, QUICK]):
                count += 1
        finally:
            self._ended.set()
            pulse.join()
        return count

    def _lane(self, queues: Sequence[str]) -> None:
        while not self.stop.is_set():
            try:
                busy = self._run_one(queues)
            except DatabaseError as error:
                # The lease of what was running runs out, and it is taken up again.
                logger.warning("The database does not answer: %s", str(error).splitlines()[:1])
                connection.close()
                busy = False
            if not busy:
                self.stop.wait(self.idle_s)
        connection.close()

    def _run_one(self, queues: Sequence[str]) -> bool:
        job = taking.take_next(self.id, queues)
        if job is None:
            return False
        work = Work(job, stop=self.stop)
        self._open[work.id] = work
        try:
            run_taken(work)
        finally:
            del self._open[work.id]
        return True

    def _pulse(self) -> None:
        while not self._ended.wait(self.beat_s):
            try:
                self._beat()
            except DatabaseError as error:
                logger.warning("The pulse is not written: %s", str(error).splitlines()[:1])
                connection.close()
        try:
            Worker.objects.filter(pk=self.id).delete()
        except DatabaseError:
            logger.warning("The worker could not say good-bye")
        connection.close()

    def _beat(self) -> None:
        # The open takes first: schedules and the worker's own row can wait.
        for work in tuple(self._open.values()):
            work.beat()
        alive = {"host": socket.gethostname(), "pid": os.getpid(), "seen_at": Now()}
        Worker.objects.update_or_create(pk=self.id, defaults=alive)
        if not self.stop.is_set():
            start_due(timezone.now())


def run_waiting(*, limit: int = 1000) -> int:
    """Run the jobs that are due in this thread and transaction; returns how many.

    For tests and for commands that want the outcome at once.
    """
    worker = uuid4()
    for count in range(limit):
        job = taking.take_next(worker, [LONG, QUICK])
        if job is None:
            return count
        run_taken(Work(job))
    return limit


def run_taken(work: Work) -> None:
    """Run a job that was taken, and write how it ended."""
    try:
        kind = find_kind(work.name)
        if work.tries > max(kind.backoff.tries, DEATHS_BORNE):
            told = f"It was begun {work.tries - 1} times and its worker died each time."
            taking.end(work, State.FAILED, problem=told)
            return
        _attempt(kind, work)
    except LostError:
        logger.warning("%s %s is another worker's now", work.name, work.id)
    except CancelWishedError:
        taking.end(work, State.CANCELLED)
    except WorkerStopsError:
        taking.give_back(work)
    except ProblemError as error:
        taking.end(work, State.FAILED, problem="\n".join(error.lines()))


def _attempt(kind: JobKind, work: Work) -> None:
    try:
        result = kind.run(work, **work.arguments)
    except ProblemError:
        raise
    except TRANSIENT as error:
        _try_later(kind, work, error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the job ends with it in words
        _log_fault(work, error)
        taking.end(work, State.FAILED, problem=_place_of(error))
    else:
        taking.end(work, State.DONE, result=result)


def _try_later(kind: JobKind, work: Work, error: Exception) -> None:
    if isinstance(error, DatabaseError | InterfaceError) and not connection.in_atomic_block:
        connection.close()
    told = str(error) if isinstance(error, TransientError) else _place_of(error)
    wait = delay(kind.backoff, max(1, work.tries), str(work.id))
    if wait is None:
        taking.end(work, State.FAILED, problem=f"{told} (tried {work.tries} times)")
        return
    wished = getattr(error, "retry_after", None)
    taking.put_off(work, max(wait, wished or 0.0), problem=told)


def _place_of(error: Exception) -> str:
    """What failed where, without the error's own words: they may hold somebody's data."""
    frames = list(traceback.extract_tb(error.__traceback__))[1:]
    own = [each for each in frames if "/balai/" in each.filename] or frames
    where = f" in {own[-1].name}, line {own[-1].lineno}" if own else ""
    return f"A fault of the program: {type(error).__name__}{where}. The log has the rest."


def _log_fault(work: Work, error: Exception) -> None:
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s %s failed with %s\n%s", work.name, work.id, type(error).__name__, frames)
