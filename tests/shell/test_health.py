"""What an operator asks: does it live, can it serve, and what is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from balai.shell import health, jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def job():
    from django_tasks_db.models import DBTaskResult

    def make(**fields):
        return DBTaskResult.objects.create(
            task_path="balai.shell.jobs.reap_orphans",
            args_kwargs={"args": [], "kwargs": {}},
            backend_name="default",
            **fields,
        )

    return make


def test_a_process_that_answers_is_live(client) -> None:
    assert client.get("/healthz").json() == {"status": "live"}


def test_a_migrated_database_is_ready(client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.content
    assert answer.json()["migrations"] == "ok"


def test_a_job_nobody_takes_makes_it_not_ready(client, job) -> None:
    waiting = job(status="READY")
    type(waiting).objects.update(enqueued_at=timezone.now() - timedelta(minutes=3))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "1 jobs waiting" in answer.json()["worker"]


def test_a_check_that_raises_has_failed() -> None:
    def broken() -> health.Check:
        raise OSError("no such disk")

    (found,) = health.run((broken,))
    assert not found.ok
    assert "no such disk" in found.detail


def test_every_check_passes_on_a_sound_installation() -> None:
    assert [check.name for check in health.run(health.ALL) if not check.ok] == []


def test_the_job_of_a_killed_worker_is_queued_again(job) -> None:
    lost = job(status="RUNNING", started_at=timezone.now() - timedelta(hours=1))
    running = job(status="RUNNING", started_at=timezone.now())
    assert jobs.reap_orphans() == 1
    lost.refresh_from_db()
    running.refresh_from_db()
    assert (lost.status, running.status) == ("READY", "RUNNING")
