"""A job runs its steps once, tells how far it is, and ends in words."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from balai.kernel.access.models import User
from balai.kernel.jobs import TransientError, actions, run_waiting, start, taking
from balai.kernel.jobs.engine.backoff import Backoff
from balai.kernel.jobs.models import Job, Line, Pulse, State, Step
from balai.kernel.jobs.work import LostError, Work
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError
from balai.kernel.regions.actions import install_cities
from balai.kernel.row_security import EVERYWHERE, opened

pytestmark = pytest.mark.django_db
WORKER = uuid4()


def standing(job: Job) -> Job:
    return actions.fresh(job)


def effect(name: str) -> None:
    """Something a step does: an account made, whose name is unique."""
    User.objects.create(username=name)


def effects() -> list[str]:
    return sorted(User.objects.values_list("username", flat=True))


def test_a_job_runs_and_keeps_its_result(declare) -> None:
    kind = declare(lambda work, *, much: {"twice": much * 2})
    made = start(kind, arguments={"much": 21})
    assert (made.state, run_waiting()) == (State.WAITING, 1)
    done = standing(made)
    assert (done.state, done.result) == (State.DONE, {"twice": 42})
    assert done.began_at <= done.ended_at


def test_one_key_starts_one_job(declare) -> None:
    kind = declare(lambda work, **_: None)
    first = start(kind, arguments={"n": 1}, key="upload-7")
    assert start(kind, arguments={"n": 1}, key="upload-7") == first
    run_waiting()
    assert start(kind, arguments={"n": 1}, key="upload-7") == first
    with pytest.raises(ConflictError):
        start(kind, arguments={"n": 2}, key="upload-7")


def test_a_slot_lets_one_job_wait_but_not_one_that_runs(declare) -> None:
    begun = []

    def run(work: Work) -> None:
        begun.append(start("test.job", slot="month").pk != work.id)

    kind = declare(run)
    first = start(kind, slot="month")
    assert start(kind, slot="month") == first
    assert run_waiting(limit=1) == 1
    assert begun == [True]
    assert Job.objects.filter(state=State.WAITING).count() == 1


def test_a_step_done_before_is_not_done_again(declare) -> None:
    broken = [True]

    def run(work: Work) -> dict:
        with work.step("first") as fresh:
            if fresh:
                effect("first")
        with work.step("second"):
            effect("second")
            if broken.pop() if broken else False:
                raise TransientError("the line is cut")
        return {"fresh": fresh}

    made = start(declare(run))
    assert run_waiting() == 1
    waiting = standing(made)
    assert (waiting.state, waiting.problem) == (State.WAITING, "the line is cut")
    assert effects() == ["first"], "the second step was taken back whole"
    Job.objects.update(due_at=timezone.now())
    run_waiting()
    done = standing(made)
    assert (done.state, done.result) == (State.DONE, {"fresh": False})
    assert effects() == ["first", "second"]


def test_what_a_done_step_writes_again_is_taken_back(declare) -> None:
    def run(work: Work) -> None:
        for _ in range(2):
            with work.step("forgetful"):
                User.objects.create(username=f"row {User.objects.count()}")

    start(declare(run))
    run_waiting()
    assert effects() == ["row 0"]


def test_do_returns_what_the_step_returned_the_first_time(declare) -> None:
    numbers = iter(range(10))

    def run(work: Work) -> dict:
        return {"one": work.do("one", lambda: next(numbers)), "again": work.do("one", int)}

    made = start(declare(run))
    run_waiting()
    assert standing(made).result == {"one": 0, "again": 0}


def test_the_cursor_is_kept_with_its_step(declare) -> None:
    seen = []

    def run(work: Work) -> None:
        seen.append(work.cursor)
        with work.step("to 100"):
            work.cursor = {"after": 100}
        if len(seen) == 1:
            with work.step("to 200"):
                work.cursor = {"after": 200}
                raise TransientError("cut")

    start(declare(run))
    run_waiting()
    Job.objects.update(due_at=timezone.now())
    run_waiting()
    assert seen == [None, {"after": 100}]


def test_progress_and_log_are_written(declare) -> None:
    def run(work: Work) -> None:
        work.log("begun")
        work.progress(3, 10, "files read")
        pulse = Pulse.objects.get(job_id=work.id)
        assert (pulse.done, pulse.total, pulse.message) == (3, 10, "files read")
        work.progress(12, 10)

    made = start(declare(run))
    run_waiting()
    assert standing(made).state == State.DONE, standing(made).problem
    assert (made.pulse.done, made.pulse.total) == (12, 12)
    assert [line.text for line in Line.objects.filter(job=made)] == ["begun"]


def test_bad_input_fails_at_once_with_its_faults_in_words(declare) -> None:
    def run(work: Work) -> None:
        raise ProblemError("no", faults=(Fault(row=3, field="nik", problem="has 15 digits"),))

    made = start(declare(run))
    run_waiting()
    assert (standing(made).state, standing(made).problem) == (
        State.FAILED, "row 3, nik: has 15 digits",
    )  # fmt: skip


def test_a_fault_of_the_program_is_told_without_the_data_it_met(declare, caplog) -> None:
    def run(work: Work, *, who: str) -> None:
        raise ValueError(who)

    made = start(declare(run), arguments={"who": "Siti Aminah, 7371010101900001"})
    run_waiting()
    failed = standing(made)
    assert failed.state == State.FAILED
    assert "ValueError in run" in failed.problem
    assert "Siti" not in failed.problem + caplog.text


def test_tries_end_and_wait_longer_each_time(declare) -> None:
    def run(work: Work) -> None:
        raise TransientError("busy")

    made = start(declare(run, backoff=Backoff(first_s=60, tries=3)))
    waits = []
    for _ in range(3):
        run_waiting()
        now = standing(made)
        if now.state == State.WAITING:
            waits.append((now.due_at - timezone.now()).total_seconds())
            Job.objects.update(due_at=timezone.now())
    assert 28 < waits[0] < 60 < waits[1] + 5 < 125
    assert (now.state, now.problem) == (State.FAILED, "busy (tried 3 times)")


def test_a_gateway_may_ask_for_a_longer_wait(declare) -> None:
    def run(work: Work) -> None:
        raise TransientError("429", retry_after=900)

    made = start(declare(run))
    run_waiting()
    assert standing(made).due_at > timezone.now() + timedelta(seconds=880)


def test_a_job_that_waits_is_cancelled_at_once_and_can_be_tried_again(declare) -> None:
    made = start(declare(lambda work: {"ran": True}))
    assert actions.cancel(made).state == State.CANCELLED
    assert run_waiting() == 0
    with pytest.raises(ConflictError):
        actions.cancel(made)
    assert actions.retry(made).state == State.WAITING
    run_waiting()
    assert standing(made).result == {"ran": True}
    with pytest.raises(ConflictError):
        actions.retry(made)


def test_a_job_that_runs_is_cancelled_at_its_next_safe_place(declare) -> None:
    def run(work: Work) -> None:
        with work.step("one"):
            effect("one")
        actions.cancel(Job.objects.get(pk=work.id))
        work.progress(1, 2)
        effect("never")

    made = start(declare(run))
    run_waiting()
    assert standing(made).state == State.CANCELLED
    assert effects() == ["one"]


def test_a_worker_that_lost_its_job_writes_nothing_more(declare) -> None:
    def run(work: Work) -> None:
        Pulse.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        other = taking.take_next(work.id, ["long"])
        assert other is not None
        assert other.take == work.take + 1
        with pytest.raises(LostError), work.step("late"):
            effect("late")
        raise LostError

    made = start(declare(run))
    run_waiting(limit=1)
    assert effects() == []
    assert standing(made).state == State.RUNNING, "it is the other worker's now"
    assert not Step.objects.exists()


def test_a_beat_after_the_job_was_handed_back_leases_nothing(declare) -> None:
    made = start(declare(lambda work: None))
    taken = taking.take_next(WORKER, ["long"])
    assert taken is not None
    work = Work(taken)
    assert taking.give_back(work)
    work.beat()
    assert Pulse.objects.get(job=made).lease_until is None


def test_a_live_lease_is_not_taken(declare) -> None:
    start(declare(lambda work: None))
    taken = taking.take_next(WORKER, ["long"])
    assert taken is not None
    assert taking.take_next(WORKER, ["long"]) is None


def test_a_job_that_kills_its_workers_is_given_up(declare) -> None:
    made = start(declare(lambda work: None))
    Job.objects.update(tries=5)
    run_waiting()
    failed = standing(made)
    assert failed.state == State.FAILED
    assert "begun 5 times" in failed.problem


def test_a_job_sees_the_rows_of_its_city_alone(declare) -> None:
    install_cities()
    seen = []

    def run(work: Work) -> None:
        with work.step("look"):
            seen.append(opened().regions)

    kind = declare(run)
    start(kind, city="makassar")
    start(kind)
    start(kind, city="makassar", within=["73.71.01"])
    run_waiting()
    assert sorted(seen) == [(EVERYWHERE,), ("73.71",), ("73.71.01",)]


def test_an_unknown_kind_or_city_is_refused(declare) -> None:
    with pytest.raises(MissingError):
        start("test.nothing")
    with pytest.raises(MissingError):
        start(declare(lambda work: None), city="atlantis")


def test_a_job_started_in_a_transaction_that_fails_never_was(declare) -> None:
    from django.db import transaction

    kind = declare(lambda work: None)
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        start(kind)
        1 / 0  # noqa: B018
    assert run_waiting() == 0


def test_deaths_count_from_the_last_step_that_was_done(declare) -> None:
    def run(work: Work) -> None:
        for number in range(8):
            work.do(f"step {number}", lambda: None)
            if work.take == number + 1 and number < 7:
                # The worker dies here: nothing is written about how the take ended.
                raise SystemExit

    made = start(declare(run))
    for _ in range(8):
        with suppress(SystemExit):
            run_waiting()
        Pulse.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    done = standing(made)
    assert done.state == State.DONE
    assert done.take == 8, "it outlived more deaths than are borne without a step between them"
