"""Who may do what at a case now."""

from __future__ import annotations

from datetime import datetime, timedelta

from balai.kernel.cases.engine.acts import RESIDENT, SUPERVISOR, SYSTEM
from balai.kernel.cases.engine.definition import Service
from balai.kernel.cases.engine.state import CaseState

NOTHING: frozenset[str] = frozenset()
ALWAYS = frozenset({"note", "attach"})


def acts_open(
    service: Service, state: CaseState, *, role: str, actor: str, now: datetime
) -> frozenset[str]:
    """The acts that `actor` may do in `role`; none but an appeal once the case has ended."""
    if state.ended:
        return _after_end(service, state, role=role, now=now)
    if role == SYSTEM:
        return _of_system(state, now)
    if role == RESIDENT:
        return _of_resident(state)
    if not actor:
        return NOTHING
    return _of_officer(service, state, role=role, actor=actor)


def appeal_until(service: Service, state: CaseState) -> datetime | None:
    """Until when the resident may appeal; None where there is no appeal (any more)."""
    if state.status != "refused" or not service.appeal_days or state.appeals:
        return None
    return None if state.ended_at is None else state.ended_at + timedelta(days=service.appeal_days)


def works(state: CaseState, role: str) -> bool:
    """Whether a role has the case: its step's, or the one it was escalated to."""
    return bool(role) and role in (state.role, state.escalated)


def may_hold(state: CaseState, actor: str) -> bool:
    """Whether somebody may take the case: who refused it does not look at the appeal."""
    return not (state.appeals and actor == state.decided_by)


def _after_end(service: Service, state: CaseState, *, role: str, now: datetime) -> frozenset[str]:
    until = appeal_until(service, state)
    heard = role in (RESIDENT, SUPERVISOR)
    return frozenset({"appeal"}) if heard and until is not None and now <= until else NOTHING


def _of_system(state: CaseState, now: datetime) -> frozenset[str]:
    acts = {"migrate"}
    if state.escalates_at is not None and now >= state.escalates_at:
        acts.add("escalate")
    return frozenset(acts)


def _of_resident(state: CaseState) -> frozenset[str]:
    acts = {"withdraw"} | ALWAYS
    if state.status == "draft":
        acts.add("submit")
    if state.status == "returned":
        acts.add("resubmit")
    return frozenset(acts)


def _of_officer(service: Service, state: CaseState, *, role: str, actor: str) -> frozenset[str]:
    mine, acts = works(state, role), set[str]()
    if state.status == "draft":
        return frozenset({"submit", "withdraw"} | ALWAYS) if mine else NOTHING
    if role == SUPERVISOR:
        acts |= {"assign", "migrate"} | ALWAYS | ({"release"} if state.holder else set())
    if not mine:
        return frozenset(acts)
    acts |= {"withdraw"} | ALWAYS
    if state.status == "returned":
        acts.add("resubmit")
    if role == state.escalated:
        acts.add("assign")
    if state.holder == actor:
        return frozenset(acts | _of_holder(service, state, role))
    free = state.holder is None or role == state.escalated
    return frozenset(acts | {"claim"}) if free and may_hold(state, actor) else frozenset(acts)


def _of_holder(service: Service, state: CaseState, role: str) -> frozenset[str]:
    allowed = service.step(state.step).acts
    if state.status == "paused":
        return frozenset({"resume", "release"})
    if state.status == "returned":
        return (allowed & {"refuse"}) | {"release"}
    if role != state.role:
        # The signature stays with the post that the step names.
        allowed = allowed - {"sign"}
    return allowed | {"release"}
