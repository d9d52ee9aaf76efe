"""What is due by the clock starts once a tick, however many workers look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.kernel.jobs import daily, every, run_waiting
from balai.kernel.jobs.engine.backoff import JITTER, Backoff, delay
from balai.kernel.jobs.engine.schedule import Daily, Every
from balai.kernel.jobs.jobs import KEPT, sweep
from balai.kernel.jobs.models import Job, State, Worker
from balai.kernel.jobs.schedules import start_due

moments = st.datetimes(datetime(2001, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
NOON = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)


@settings(deadline=None)
@given(moments, st.integers(1, 10**6))
def test_the_last_tick_is_on_the_grid_and_less_than_a_period_ago(now, seconds) -> None:
    schedule = Every(timedelta(seconds=seconds))
    tick = schedule.last(now)
    assert timedelta(0) <= now - tick < schedule.period
    assert schedule.last(tick) == tick


@settings(deadline=None)
@given(moments, st.times(), st.sampled_from(["Asia/Jakarta", "Asia/Jayapura", "Europe/Berlin"]))
def test_a_daily_tick_is_never_ahead_and_stays_what_it_was(now, at, zone) -> None:
    schedule = Daily(at, zone)
    tick = schedule.last(now)
    assert timedelta(0) <= now - tick <= timedelta(hours=25)
    assert schedule.last(tick) == tick


@settings(deadline=None)
@given(
    st.floats(0.01, 100), st.floats(100, 10_000), st.integers(1, 200), st.integers(1, 200),
    st.text(),
)  # fmt: skip
def test_a_delay_keeps_its_bounds_and_can_be_told_again(first, longest, tries, tried, seed) -> None:
    rule = Backoff(first, longest, tries)
    found = delay(rule, tried, seed)
    assert found == delay(rule, tried, seed)
    if tried >= tries:
        assert found is None
    else:
        whole = min(longest, first * 2.0 ** min(tried - 1, 1000))
        assert found is not None
        assert (1 - JITTER) * whole <= found <= whole


def test_delays_of_many_are_spread() -> None:
    waits = [delay(Backoff(first_s=100), 1, str(n)) or 0 for n in range(1000)]
    assert 70 < sum(waits) / 1000 < 80
    assert min(waits) < 52
    assert max(waits) > 98


@pytest.mark.django_db
def test_a_tick_is_served_once_and_missed_ones_by_the_latest(declare) -> None:
    ran = []
    every(minutes=1)(declare(lambda work: ran.append(work.id), name="test.tick"))
    assert [start_due(NOON), start_due(NOON + timedelta(seconds=20))] == [1, 0]
    run_waiting()
    assert start_due(NOON + timedelta(seconds=31)) == 1
    run_waiting()
    assert start_due(NOON + timedelta(hours=3)) == 1
    run_waiting()
    assert len(ran) == 3
    assert start_due(NOON) == 0, "a clock that lags serves no old tick"


@pytest.mark.django_db
def test_a_tick_is_left_out_while_the_one_before_is_open(declare) -> None:
    daily("03:00")(declare(lambda work: None, name="test.slow"))
    assert [start_due(NOON), start_due(NOON + timedelta(days=1))] == [1, 0]


@pytest.mark.django_db
def test_old_jobs_and_dead_workers_are_swept_away(declare) -> None:
    now = timezone.now()
    long_ago = now - KEPT - timedelta(days=1)
    keep = Job.objects.create(name="x", queue="long", state=State.DONE, ended_at=now)
    Job.objects.create(name="x", queue="long", state=State.FAILED, ended_at=long_ago)
    Job.objects.create(name="x", queue="long", state=State.DONE, scheduled=True,
                       ended_at=now - timedelta(days=4))  # fmt: skip
    Worker.objects.create(id=keep.pk, host="h", pid=1, seen_at=long_ago)
    from balai.kernel.jobs import start

    start(sweep)
    run_waiting()
    assert set(Job.objects.exclude(name="jobs.sweep")) == {keep}
    assert not Worker.objects.exists()
