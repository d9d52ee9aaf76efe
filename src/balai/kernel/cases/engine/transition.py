"""From a state and an act to the next state, its event and its effects; and back from events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from balai.kernel.cases.engine.acts import (
    Act,
    Effect,
    IssueDocument,
    Notify,
    RefusedAct,
    SetDeadline,
    WorkingTime,
    gettext_noop,
)
from balai.kernel.cases.engine.definition import PASSING, Service
from balai.kernel.cases.engine.movement import moved
from balai.kernel.cases.engine.payloads import checked
from balai.kernel.cases.engine.permission import acts_open
from balai.kernel.cases.engine.promises import CLOCK_FACTS, set_clock
from balai.kernel.cases.engine.refusals import refusal
from balai.kernel.cases.engine.state import CaseState, Transition

_ = gettext_noop


def transition(
    service: Service, state: CaseState | None, act: Act, calendar: WorkingTime
) -> Transition:
    """The case after an act; see `state.apply`."""
    if act.at.tzinfo is None:
        raise ValueError(f"the moment {act.at.isoformat()} has no time zone")
    if state is not None and act.kind != "migrate" and service.version != state.version:
        raise ValueError(f"the case is of version {state.version}, not {service.version}")
    act = _resolved(service, state, replace(act, at=act.at.astimezone(UTC)))
    _allow(service, state, act)
    act = replace(act, payload=checked(service, state, act))
    after = moved(service, state, act)
    after = set_clock(service, state, after, act.at, act.kind, calendar)
    return Transition(
        state=after, event=_event(act, after), effects=_effects(service, state, after, act)
    )


def folded(
    service_of_version: Callable[[int], Service],
    events: Iterable[Mapping[str, Any]],
    calendar: WorkingTime,
) -> CaseState:
    """The state after events; see `state.replay`. Clock facts are taken from the event."""
    state: CaseState | None = None
    for number, event in enumerate(events, start=1):
        if event["sequence"] != number:
            raise ValueError(f"event {number} is missing: {event['sequence']} comes in its place")
        act = Act(kind=event["kind"], at=datetime.fromisoformat(event["at"]),
                  actor=event["actor"], role=event["role"], payload=event["payload"])  # fmt: skip
        service = service_of_version(event["version"])
        after = moved(service, state, act)
        clock = event.get("clock")
        state = (
            replace(after, **_clock_of(clock))
            if clock
            else set_clock(service, state, after, act.at, act.kind, calendar)
        )
    if state is None:
        raise ValueError("a case has at least one event")
    return state


def _resolved(service: Service, state: CaseState | None, act: Act) -> Act:
    """`pass` stands for the one act with which the case's step ends well."""
    if act.kind != "pass" or state is None:
        return act
    passing = service.step(state.step).acts & PASSING
    return replace(act, kind=next(iter(passing)))


def _allow(service: Service, state: CaseState | None, act: Act) -> None:
    if state is None:
        if act.kind not in ("open", "submit"):
            raise RefusedAct(_("There is no case yet."), _("Begin with a request."))
        return
    if act.kind not in acts_open(service, state, role=act.role, actor=act.actor, now=act.at):
        raise refusal(service, state, act)


def _event(act: Act, after: CaseState) -> dict[str, Any]:
    clock = {name: getattr(after, name) for name in CLOCK_FACTS}
    return {
        "kind": act.kind,
        "at": act.at.isoformat(),
        "actor": act.actor,
        "role": act.role,
        "sequence": after.sequence,
        "version": after.version,
        "payload": dict(act.payload),
        "clock": {k: v.isoformat() if isinstance(v, datetime) else v for k, v in clock.items()},
    }


def _clock_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    moments = ("due_at", "step_due_at", "escalates_at")
    return {
        name: datetime.fromisoformat(facts[name])
        if name in moments and facts[name]
        else facts[name]
        for name in CLOCK_FACTS
    }


def _effects(
    service: Service, before: CaseState | None, after: CaseState, act: Act
) -> tuple[Effect, ...]:
    effects: list[Effect] = []
    if act.kind == "sign" and before is not None:
        effects.append(_signing(service, before, after))
    effects += [Notify(kind=kind, to=to) for kind, to in _told(before, after, act)]
    deadlines = SetDeadline(
        due_at=after.due_at, step_due_at=after.step_due_at, escalates_at=after.escalates_at
    )
    if before is None or deadlines != SetDeadline(
        due_at=before.due_at, step_due_at=before.step_due_at, escalates_at=before.escalates_at
    ):
        effects.append(deadlines)
    return tuple(effects)


def _signing(service: Service, before: CaseState, after: CaseState) -> IssueDocument:
    step = service.step(before.step)
    same = [code for code in after.signed if service.step(code).document == step.document]
    return IssueDocument(kind=step.document, step=step.code, signature=len(same))


def _told(before: CaseState | None, after: CaseState, act: Act) -> Sequence[tuple[str, str]]:
    """Who is told what; nobody where a stranger is meant, or no holder."""
    nobody = {"holder"} if after.holder is None else set()
    nobody |= {"resident", ""} if after.channel == "anyone" else {""}
    return [(kind, to) for kind, to in _notices(before, after, act.kind) if to not in nobody]


def _notices(before: CaseState | None, after: CaseState, kind: str) -> Sequence[tuple[str, str]]:
    if after.status == "approved":
        return [("approved", "resident")]
    if kind in PASSING or kind == "send_back":
        return [("new", after.role)]
    desk = "holder" if after.holder else after.role
    told: dict[str, list[tuple[str, str]]] = {
        "submit": [("received", "resident"), ("new", after.role)],
        "assign": [("assigned", "holder")],
        "return": [("returned", "resident")],
        "resubmit": [("answered", desk)],
        "refuse": [("refused", "resident")],
        "pause": [("paused", "resident")],
        "resume": [("resumed", "resident")],
        "withdraw": [("withdrawn", after.role if before and before.submitted_at else "")],
        "hand_over": [("new", after.role), ("handed_over", "resident")],
        "escalate": [("escalated", after.escalated), ("late_step", "holder")],
        "appeal": [("appealed", after.role), ("appeal_received", "resident")],
    }
    return told.get(kind, [])
