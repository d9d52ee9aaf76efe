"""Workers are killed at random points: no step is lost or done twice, no job runs for ever."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, connections

from balai.kernel.jobs import kinds, start
from balai.kernel.jobs.models import Job, Pulse, ScheduleMark, State, Step, Worker
from crash import jobs_under_fire

ROUNDS, STEPS, JOBS = 25, 12, 6
SCRIPT = Path(jobs_under_fire.__file__)
pytestmark = pytest.mark.django_db


@pytest.fixture
def effects(db) -> Iterator[None]:
    """A table that would take the same effect twice: the test must find it, not a constraint.

    What the test does is committed, by a connection beside its transaction, so that other
    processes see it; it is swept away afterwards.
    """
    inside = connections["default"]
    connections["default"] = inside.copy()
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE crash_effect (job uuid, n int)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE crash_effect")
    for model in (Job, Worker, ScheduleMark):
        model.objects.all().delete()
    connection.close()
    connections["default"] = inside


@pytest.fixture
def begin(effects) -> Iterator[Callable[[], subprocess.Popen]]:
    """Begin a worker process on the test's database; those still alive are killed at the end."""
    begun: list[subprocess.Popen] = []

    def worker() -> subprocess.Popen:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "balai.shell.test_settings"}
        name = str(connection.settings_dict["NAME"])
        begun.append(subprocess.Popen([sys.executable, str(SCRIPT), name], env=environment))
        return begun[-1]

    yield worker
    for process in begun:
        process.kill()
        process.wait()


def counted() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT job, n FROM crash_effect ORDER BY job, n")
        return cursor.fetchall()


def undone() -> bool:
    return Job.objects.filter(name="crash.count").exclude(state=State.DONE).exists()


def steps() -> int:
    """The marks of our own job's steps: the workers serve the rooms' schedules too."""
    return Step.objects.filter(job__name="crash.count").count()


def until(condition: Callable[[], object], *, seconds: float = 90) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "waited too long"
        time.sleep(0.02)


def queue(count: int, *, dawdle: float) -> list[Job]:
    if "crash.count" not in kinds._kinds:
        jobs_under_fire.declare()
    arguments = {"much": STEPS, "dawdle": dawdle}
    return [start("crash.count", arguments=arguments, key=str(n)) for n in range(count)]


@pytest.mark.slow
def test_workers_killed_at_random_points_lose_no_step_and_repeat_none(begin) -> None:
    chance = random.Random(20261122)
    made = queue(JOBS, dawdle=0.02)
    workers = [begin(), begin()]
    until(Worker.objects.exists)
    for kill in range(ROUNDS):
        # By steps, not by states: after the last step of a job that still runs none follows.
        done = steps()
        if done == len(made) * STEPS:
            made += [start("crash.count", arguments={"much": STEPS, "dawdle": 0.02},
                           key=f"more {kill} {n}") for n in range(2)]  # fmt: skip
        until(lambda done=done: steps() > done)
        time.sleep(chance.uniform(0, 0.1))
        victim = chance.randrange(2)
        workers[victim].send_signal(signal.SIGKILL)
        workers[victim].wait()
        workers[victim] = begin()
    until(lambda: not undone(), seconds=120)
    assert counted() == sorted((job.pk, n) for job in made for n in range(STEPS))
    assert steps() == len(made) * STEPS


def test_a_killed_workers_job_goes_on_within_seconds(begin) -> None:
    (job,) = queue(1, dawdle=0.6)
    first = begin()
    until(lambda: len(counted()) >= 1)
    begin()
    until(lambda: Worker.objects.count() == 2)
    first.kill()
    first.wait()
    before = len(counted())
    until(lambda: len(counted()) > before, seconds=30)
    until(lambda: Job.objects.get(pk=job.pk).state == State.DONE)
    # On a busy machine a living worker may lose its short lease too: then it is taken once more.
    assert Job.objects.get(pk=job.pk).take >= 2
    assert counted() == [(job.pk, n) for n in range(STEPS)]


def test_a_worker_told_to_stop_finishes_its_step_and_hands_the_job_back(begin) -> None:
    (job,) = queue(1, dawdle=0.2)
    worker = begin()
    until(lambda: len(counted()) >= 1)
    worker.terminate()
    assert worker.wait(timeout=20) == 0
    job.refresh_from_db()
    assert job.state == State.WAITING
    assert Step.objects.filter(job=job).count() == len(counted()) < STEPS
    assert Pulse.objects.get(job=job).lease_until is None
    assert not Worker.objects.exists(), "it said good-bye"


def test_a_frozen_worker_that_wakes_up_writes_nothing_more(begin) -> None:
    (job,) = queue(1, dawdle=0.1)
    frozen = begin()
    until(lambda: len(counted()) >= 2 and Worker.objects.exists())
    frozen.send_signal(signal.SIGSTOP)
    begin()
    until(lambda: Worker.objects.count() == 2)
    # A step that was open when it froze keeps its lock; otherwise the other worker takes over.
    time.sleep(jobs_under_fire.LEASE_S * 1.5)
    frozen.send_signal(signal.SIGCONT)
    until(lambda: Job.objects.get(pk=job.pk).state == State.DONE)
    assert counted() == [(job.pk, n) for n in range(STEPS)]


def test_a_supervisor_begins_a_killed_worker_again_and_takes_it_along(tmp_path) -> None:
    script = (
        "import sys, subprocess, balai.shell.jobs as j;"
        "j._begin = lambda: subprocess.Popen([sys.executable, '-c', "
        "'import os, sys, time; import balai.shell.jobs as j; "
        "j.leave_with_parent(int(sys.argv[1])); print(os.getpid(), flush=True); time.sleep(60)'"
        ", str(__import__('os').getpid())]);"
        "sys.exit(j.supervise())"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    first = int(supervisor.stdout.readline())
    os.kill(first, signal.SIGKILL)
    second = int(supervisor.stdout.readline())
    assert second != first
    supervisor.kill()
    supervisor.wait()
    until(lambda: not _runs(second), seconds=10)


def _runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return status != "Z"
