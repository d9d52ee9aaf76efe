"""Where a case stands, and what an act makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from balai.kernel.cases.engine.acts import Act, Effect, WorkingTime
from balai.kernel.cases.engine.definition import Service

STATUSES = ("draft", "submitted", "working", "returned", "paused", "approved", "refused",
            "withdrawn")  # fmt: skip
ENDED = frozenset({"approved", "refused", "withdrawn"})
WAITING = frozenset({"draft", "returned", "paused"})
"""The states in which the promise's clock stands: the resident has the next word, or a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """A case's facts between two events.

    `remaining` and `step_remaining` are whole minutes of working time left (negative: late) while
    the clock stands, else None, and `escalates_in` those until the step escalates; `due_at`,
    `step_due_at`, `escalates_at` are None meanwhile, and after the end `due_at` keeps the promise
    the end is measured against. `home_region` is where the case belongs, `served_region` whose
    offices serve it now, `office_region` the office that has it, `role` who works there,
    `escalated` the role that may act besides. `signed` are the steps whose signature is on the
    document, `decided_by` who refused, `channel` how it came: self, officer or anyone.
    """

    service: str
    version: int
    status: str
    step: str
    office_level: str
    home_region: str
    served_region: str
    office_region: str
    role: str
    opened_at: datetime
    sequence: int
    holder: str | None = None
    channel: str = "self"
    submitted_at: datetime | None = None
    step_since: datetime | None = None
    due_at: datetime | None = None
    step_due_at: datetime | None = None
    escalates_at: datetime | None = None
    remaining: int | None = None
    step_remaining: int | None = None
    escalates_in: int | None = None
    clock: str = "stopped"
    escalated: str = ""
    signed: tuple[str, ...] = ()
    decided_by: str = ""
    ended_at: datetime | None = None
    appeals: int = 0

    @property
    def ended(self) -> bool:
        """Whether the case is over (an appeal may yet open it again)."""
        return self.status in ENDED

    def late(self, now: datetime) -> bool:
        """Whether the promise is broken, by `now` or by the end of the case."""
        if self.remaining is not None:
            return self.remaining < 0
        return self.due_at is not None and (self.ended_at or now) > self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """The state after an act, the event that keeps it (JSON values), and what is to follow."""

    state: CaseState
    event: dict[str, Any]
    effects: tuple[Effect, ...]


def possible(
    service: Service, state: CaseState, *, role: str, actor: str, now: datetime
) -> frozenset[str]:
    """The acts that `actor` may do now in `role` (`resident`, `system`, or a role of the room)."""
    from balai.kernel.cases.engine.permission import acts_open

    return acts_open(service, state, role=role, actor=actor, now=now)


def apply(service: Service, state: CaseState | None, act: Act, calendar: WorkingTime) -> Transition:
    """The case after an act. RefusedAct (nothing changed) where it may not be done.

    `state` None begins a case with `open` (a draft) or `submit`; the payload then has `region`
    (the resident's village or the office's, a Kemendagri code) and may have `channel`. For
    `migrate`, `service` is the new version. Payloads of the other acts: see docs, cases.
    """
    from balai.kernel.cases.engine.transition import transition

    return transition(service, state, act, calendar)


def replay(
    service_of_version: Callable[[int], Service],
    events: Iterable[Mapping[str, Any]],
    calendar: WorkingTime,
) -> CaseState:
    """The state that the events lead to, told without the free text that is kept sealed.

    ValueError where the sequence has a gap, or there is no event.
    """
    from balai.kernel.cases.engine.transition import folded

    return folded(service_of_version, events, calendar)
