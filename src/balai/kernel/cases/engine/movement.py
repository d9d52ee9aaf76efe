"""What an act changes in a case, its promise aside: stage, office, holder, outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from balai.kernel.cases.engine.acts import Act
from balai.kernel.cases.engine.definition import Service, Step
from balai.kernel.cases.engine.offices import level_of, lies_in, office_at
from balai.kernel.cases.engine.state import CaseState

Move = Callable[[Service, CaseState, Act], CaseState]


def moved(service: Service, state: CaseState | None, act: Act) -> CaseState:
    """The case after an act that may be done; its clock is set by whoever calls."""
    if state is None:
        return _begun(service, act)
    after = MOVES[act.kind](service, state, act) if act.kind in MOVES else state
    return replace(after, sequence=state.sequence + 1)


def _begun(service: Service, act: Act) -> CaseState:
    region, step = act.payload["region"], service.steps[0]
    draft = CaseState(
        service=service.code, version=service.version, status="draft", step=step.code,
        office_level=step.office, home_region=region, served_region=region,
        office_region=office_at(step.office, region), role=step.role, opened_at=act.at,
        sequence=1, channel=act.payload["channel"],
    )  # fmt: skip
    return draft if act.kind == "open" else _submit(service, draft, act)


def _submit(service: Service, state: CaseState, act: Act) -> CaseState:
    begun = _at_step(state, service.steps[0], act)
    return replace(begun, status="submitted", submitted_at=act.at)


def _at_step(state: CaseState, step: Step, act: Act) -> CaseState:
    """The case at the beginning of a step, free to be claimed in the office that has it."""
    return replace(
        state, status="working", step=step.code, office_level=step.office, role=step.role,
        office_region=office_at(step.office, state.served_region), holder=None, escalated="",
        step_since=act.at,
    )  # fmt: skip


def _passed(service: Service, state: CaseState, act: Act) -> CaseState:
    step = service.step(state.step)
    if act.kind == "sign":
        state = replace(state, signed=(*state.signed, step.code))
    if step.next:
        return _at_step(state, service.step(step.next), act)
    return _ended(state, "approved", act)


def _ended(state: CaseState, status: str, act: Act) -> CaseState:
    return replace(state, status=status, holder=None, escalated="", ended_at=act.at)


def _claim(_service: Service, state: CaseState, act: Act) -> CaseState:
    return _held(state, act.actor)


def _assign(_service: Service, state: CaseState, act: Act) -> CaseState:
    return _held(state, act.payload["to"])


def _held(state: CaseState, holder: str) -> CaseState:
    status = "working" if state.status == "submitted" else state.status
    return replace(state, holder=holder, status=status)


def _release(_service: Service, state: CaseState, _act: Act) -> CaseState:
    return replace(state, holder=None)


def _return(_service: Service, state: CaseState, _act: Act) -> CaseState:
    return replace(state, status="returned")


def _pause(_service: Service, state: CaseState, _act: Act) -> CaseState:
    return replace(state, status="paused")


def _go_on(_service: Service, state: CaseState, _act: Act) -> CaseState:
    return replace(state, status="working")


def _send_back(service: Service, state: CaseState, act: Act) -> CaseState:
    return _at_step(state, service.step(act.payload["step"]), act)


def _refuse(_service: Service, state: CaseState, act: Act) -> CaseState:
    return replace(_ended(state, "refused", act), decided_by=act.actor)


def _withdraw(_service: Service, state: CaseState, act: Act) -> CaseState:
    return _ended(state, "withdrawn", act)


def _hand_over(service: Service, state: CaseState, act: Act) -> CaseState:
    region: str = act.payload["region"]
    level = level_of(region)
    # An office above asks nothing of where the case is served afterwards; another one moves it.
    served = state.served_region if lies_in(state.served_region, region) else region
    role = state.role if level == state.office_level else service.role_at(level)
    return replace(
        state, office_level=level, office_region=region, served_region=served, role=role,
        holder=None, escalated="", step_since=act.at,
    )  # fmt: skip


def _escalate(service: Service, state: CaseState, _act: Act) -> CaseState:
    return replace(state, escalated=service.step(state.step).escalate_to)


def _appeal(service: Service, state: CaseState, act: Act) -> CaseState:
    step, order = service.step(service.appeal_step), service.order
    kept = order[: order.index(step.code)]
    begun = _at_step(state, step, act)
    signed = tuple(code for code in state.signed if code in kept)
    return replace(begun, appeals=state.appeals + 1, ended_at=None, signed=signed)


def _migrate(service: Service, state: CaseState, act: Act) -> CaseState:
    version, code = replace(state, version=service.version), act.payload["step"]
    known = set(service.order)
    version = replace(version, signed=tuple(each for each in state.signed if each in known))
    if code == state.step:
        return version
    begun = _at_step(version, service.step(code), act)
    return replace(begun, status=state.status)


MOVES: dict[str, Move] = {
    "submit": _submit,
    "claim": _claim,
    "release": _release,
    "assign": _assign,
    "check": _passed,
    "approve": _passed,
    "sign": _passed,
    "return": _return,
    "resubmit": _go_on,
    "send_back": _send_back,
    "refuse": _refuse,
    "pause": _pause,
    "resume": _go_on,
    "withdraw": _withdraw,
    "hand_over": _hand_over,
    "escalate": _escalate,
    "appeal": _appeal,
    "migrate": _migrate,
}
