"""What a programme records is counted again by itself, a month at a time, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from balai.kernel.events.actions import Happening, record
from balai.kernel.events.kinds import EventKind
from balai.kernel.jobs import run_waiting
from balai.kernel.jobs.models import Job
from balai.network import actions, jobs
from balai.network.models import IndicatorValue


@dataclass(frozen=True)
class Opened:
    doors: int


pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    actions.install_facts()
    actions.install_plan("jakarta")


def queued() -> list[tuple[str, str]]:
    waiting = Job.objects.filter(name="network.recount").order_by("created_at")
    return [(each.arguments["city"], each.arguments["period"]) for each in waiting]


def test_new_records_queue_a_recount_of_their_months(plan) -> None:
    days = (date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1))
    jobs.recount_later(city="jakarta", days=days)
    assert queued() == [("jakarta", "2026-10"), ("jakarta", "2026-11")]


def test_a_recount_that_waits_is_not_queued_twice(plan) -> None:
    for _ in range(3):
        jobs.recount_later(city="jakarta", days=(date(2026, 11, 1),))
    assert queued() == [("jakarta", "2026-11")]


def test_a_city_without_a_plan_is_not_counted(plan) -> None:
    jobs.recount_later(city="makassar", days=(date(2026, 11, 1),))
    assert queued() == []


def test_an_event_reaches_the_queue_when_it_is_committed(
    plan, django_capture_on_commit_callbacks
) -> None:
    title = {"id": "Uji", "en": "Test"}
    kind = EventKind(name="test.recount", version=1, fields=Opened, title=title)
    happening = Happening(
        kind=kind, at=datetime(2026, 11, 2, tzinfo=UTC), day=date(2026, 11, 2), city="jakarta",
        data=Opened(1), key="once",
    )  # fmt: skip
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            record(happening)
    assert queued() == [("jakarta", "2026-11")]


def test_the_job_keeps_the_values_it_finds(plan) -> None:
    def found() -> list[int]:
        jobs.recount_later(city="jakarta", days=(date(2026, 11, 1),))
        run_waiting()
        return [job.result["new"] for job in Job.objects.order_by("created_at")]

    assert found() == [IndicatorValue.objects.count()]
    assert found()[1] == 0
