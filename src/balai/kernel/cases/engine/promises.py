"""Promised times: set, stopped while the city does not have the next word, and set going again.

All lengths are whole minutes of working time, rounded towards zero.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from balai.kernel.cases.engine.acts import WorkingTime
from balai.kernel.cases.engine.definition import Promise, Service, Step
from balai.kernel.cases.engine.state import ENDED, WAITING, CaseState

CLOCK_FACTS = ("due_at", "step_due_at", "escalates_at", "remaining", "step_remaining",
               "escalates_in", "clock")  # fmt: skip
"""What an event keeps of the clock: a calendar that changes later moves no promise made before."""

BEGINNING = frozenset({"submit", "check", "approve", "sign", "send_back", "hand_over", "appeal"})
"""The acts with which a step's promise begins anew."""


def promised(promise: Promise, start: datetime, calendar: WorkingTime) -> datetime:
    """When a promise given at `start` is due (UTC)."""
    due = calendar.add_working(start, hours=promise.hours or 0, days=promise.days or 0)
    return due.astimezone(UTC)


def set_clock(
    service: Service, before: CaseState | None, after: CaseState, at: datetime, kind: str,
    calendar: WorkingTime,
) -> CaseState:  # fmt: skip
    """`after` with its deadlines: new where a promise begins, stopped, going on, or at the end."""
    started = after.submitted_at is not None
    if not started:
        return replace(after, clock="ended" if after.ended else "stopped")
    running = _set_going(before, at, calendar) if before else None
    due = running.due_at if running else None
    if due is None or kind == "appeal":
        due = promised(service.promise, at, calendar)
    whole = replace(after, due_at=due, clock="running", remaining=None)
    if after.status in ENDED:
        return _without_step(replace(whole, clock="ended"))
    begins = before is None or kind in BEGINNING or before.step != after.step
    whole = _step_clock(service.step(after.step), whole, None if begins else running, at, calendar)
    return _stopped(whole, at, calendar) if after.status in WAITING else whole


def _set_going(state: CaseState, at: datetime, calendar: WorkingTime) -> CaseState:
    """The state with moments for what was left of each length while its clock stood."""
    if state.clock != "stopped":
        return state
    return replace(
        state,
        due_at=_moment(state.remaining, at, calendar),
        step_due_at=_moment(state.step_remaining, at, calendar),
        escalates_at=_moment(state.escalates_in, at, calendar),
    )


def _stopped(state: CaseState, at: datetime, calendar: WorkingTime) -> CaseState:
    return replace(
        state, clock="stopped", due_at=None, step_due_at=None, escalates_at=None,
        remaining=_left(state.due_at, at, calendar),
        step_remaining=_left(state.step_due_at, at, calendar),
        escalates_in=_left(state.escalates_at, at, calendar),
    )  # fmt: skip


def _step_clock(
    step: Step, state: CaseState, running: CaseState | None, at: datetime, calendar: WorkingTime
) -> CaseState:
    """The step's own deadlines: those it had, or new ones."""
    plain = _without_step(state)
    if running is not None:
        escalates = None if state.escalated else running.escalates_at
        return replace(plain, step_due_at=running.step_due_at, escalates_at=escalates)
    if step.promise is None:
        return plain
    due = promised(step.promise, at, calendar)
    escalates = _escalation(step, at, due, calendar)
    return replace(plain, step_due_at=due, escalates_at=escalates)


def _escalation(
    step: Step, start: datetime, due: datetime, calendar: WorkingTime
) -> datetime | None:
    if not step.escalate_to:
        return None
    if step.escalate_at >= 1:
        return due
    minutes = int(calendar.working_minutes(start, due) * step.escalate_at)
    return calendar.add_working(start, minutes=minutes).astimezone(UTC)


def _without_step(state: CaseState) -> CaseState:
    return replace(
        state, step_due_at=None, escalates_at=None, step_remaining=None, escalates_in=None
    )


def _left(due: datetime | None, at: datetime, calendar: WorkingTime) -> int | None:
    return None if due is None else calendar.working_minutes(at, due)


def _moment(left: int | None, at: datetime, calendar: WorkingTime) -> datetime | None:
    if left is None:
        return None
    if left >= 0:
        return calendar.add_working(at, minutes=left).astimezone(UTC)
    return working_back(at, -left, calendar)


def working_back(at: datetime, minutes: int, calendar: WorkingTime) -> datetime:
    """The moment so much working time before `at` (UTC): a case that was late stays as late."""
    days = 1
    while (passed := calendar.working_minutes(at - timedelta(days=days), at)) < minutes:
        days *= 2
        if days > 36_500:
            raise ValueError("the calendar has too few open hours in a century")
    start = at - timedelta(days=days)
    return calendar.add_working(start, minutes=passed - minutes).astimezone(UTC)
