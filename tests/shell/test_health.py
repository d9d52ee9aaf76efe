"""What an operator asks: does it live, can it serve, and what is wrong."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from balai.kernel.custody.actions import ensure
from balai.kernel.jobs import start
from balai.kernel.jobs.models import Worker
from balai.shell import health

pytestmark = pytest.mark.django_db


def test_a_process_that_answers_is_live(client) -> None:
    assert client.get("/healthz").json() == {"status": "live"}


def test_a_migrated_database_is_ready(client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.content
    assert answer.json()["migrations"] == "ok"


def test_a_job_nobody_takes_makes_it_not_ready(client) -> None:
    start("jobs.sweep", due_at=timezone.now() - timedelta(minutes=3))
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
    ensure()
    assert [check.name for check in health.run(health.ALL) if not check.ok] == []


def test_a_worker_that_died_without_a_word_is_told() -> None:
    long_ago = timezone.now() - timedelta(minutes=3)
    died = Worker.objects.create(id=uuid4(), host="h", pid=1, seen_at=long_ago)
    assert not health.worker().ok
    assert "died without a word" in health.worker().detail
    Worker.objects.create(id=uuid4(), host="h", pid=2)
    assert health.worker().ok, "another one works"
    died.delete()
    assert health.worker().detail == "1 workers alive"
