"""Why an act may not be done: the first reason that a person can do something about."""

from __future__ import annotations

from balai.kernel.cases.engine.acts import KINDS, RESIDENT, SYSTEM, Act, RefusedAct, gettext_noop
from balai.kernel.cases.engine.definition import STEP_ACTS, Service
from balai.kernel.cases.engine.permission import may_hold, works
from balai.kernel.cases.engine.state import CaseState

_ = gettext_noop


def refusal(service: Service, state: CaseState, act: Act) -> RefusedAct:
    """The reason for an act that is not open to its actor."""
    if act.kind not in KINDS:
        return RefusedAct(
            _("There is no such act."), _("Choose one of those offered."), field="kind"
        )
    if state.ended:
        return _after_end(act)
    if act.role in (RESIDENT, SYSTEM) or not works(state, act.role):
        return _of_role(act)
    return _of_desk(service, state, act)


def _after_end(act: Act) -> RefusedAct:
    if act.kind == "appeal":
        return RefusedAct(
            _("No appeal can be made in this case."),
            _("Appeals are for refused requests, once, within the time told with the refusal."),
        )
    return RefusedAct(_("This case has ended."), _("Begin a new request if one is needed."))


def _of_role(act: Act) -> RefusedAct:
    if act.role == RESIDENT:
        return RefusedAct(
            _("This cannot be done while the case stands as it does."),
            _("Open the request again to see what can be done now."),
        )
    if act.role == SYSTEM:
        return RefusedAct(_("The time for this has not come."))
    return RefusedAct(
        _("Your role does not act at this step."),
        _("Ask the supervisor to assign it to whoever has the step's role."),
    )


def _of_desk(service: Service, state: CaseState, act: Act) -> RefusedAct:
    if act.kind == "claim":
        return _of_claim(state, act)
    if state.status in ("returned", "paused"):
        return RefusedAct(
            _("The case is waiting."), _("Wait for the resident's answer, or end the pause first.")
        )
    if act.kind in STEP_ACTS and act.kind not in service.step(state.step).acts:
        return RefusedAct(_("This step does not have that act."), _("See which acts it offers."))
    if state.holder != act.actor:
        return _of_holder(state)
    if act.kind == "sign":
        return RefusedAct(
            _("Only the post that the step names may sign."),
            _("Assign the case to them; others may return or hand it over."),
        )
    return RefusedAct(
        _("This cannot be done while the case stands as it does."), _("See which acts it offers.")
    )


def _of_holder(state: CaseState) -> RefusedAct:
    if state.holder is None:
        return RefusedAct(_("Nobody holds this case yet."), _("Claim it first."))
    return RefusedAct(
        _("A colleague holds this case."), _("Ask them to release it, or the supervisor.")
    )


def _of_claim(state: CaseState, act: Act) -> RefusedAct:
    if state.holder == act.actor:
        return RefusedAct(_("You hold this case already."))
    if not may_hold(state, act.actor):
        return RefusedAct(
            _("Whoever refused a request does not decide on its appeal."),
            _("Leave it to a colleague, or ask the supervisor to assign it."),
        )
    return _of_holder(state)
