"""What comes with an act, checked: which members, and whether they can be taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from balai.kernel.cases.engine.acts import RESIDENT, Act, RefusedAct, gettext_noop
from balai.kernel.cases.engine.definition import Service
from balai.kernel.cases.engine.offices import deep_enough, level_of, same_city
from balai.kernel.cases.engine.state import CaseState
from balai.kernel.cases.engine.values import CONTROL, REGION

_ = gettext_noop
LONGEST_REASON = 2000
MEMBERS: dict[str, frozenset[str]] = {
    "open": frozenset({"region", "channel"}),
    "submit": frozenset({"region", "channel"}),
    "assign": frozenset({"to", "reason"}),
    "check": frozenset({"text"}),
    "approve": frozenset({"text"}),
    "sign": frozenset({"text", "document"}),
    "return": frozenset({"reason", "asks"}),
    "resubmit": frozenset({"text"}),
    "send_back": frozenset({"step", "reason"}),
    "refuse": frozenset({"ground", "reason"}),
    "pause": frozenset({"reason"}),
    "withdraw": frozenset({"reason"}),
    "hand_over": frozenset({"region", "reason"}),
    "note": frozenset({"text"}),
    "attach": frozenset({"code", "digest"}),
    "appeal": frozenset({"reason"}),
    "migrate": frozenset({"version", "step"}),
}
CHANNELS = {
    "resident": ("self", "anyone"),
    "officer": ("officer", "anyone"),
    "nobody": ("anyone",),
}
REASONED = frozenset({"return", "send_back", "refuse", "pause", "hand_over", "appeal"})


def checked(service: Service, state: CaseState | None, act: Act) -> dict[str, Any]:
    """The payload as the event keeps it. RefusedAct names the member that cannot be taken."""
    known = MEMBERS.get(act.kind, frozenset())
    for name in act.payload:
        if name not in known:
            raise RefusedAct(_("The act has no such member."), _("Leave it out."), field=str(name))
    payload = {name: value for name, value in act.payload.items() if value not in (None, "")}
    _check_texts(payload, act, state)
    if state is None:
        payload.setdefault("channel", CHANNELS[_sender(act)][0])
        _check_channel(service, payload["channel"], act)
    if act.kind in CHECKS:
        payload |= CHECKS[act.kind](service, state, payload)
    return payload


def _check_texts(payload: Mapping[str, Any], act: Act, state: CaseState | None) -> None:
    on_behalf = act.kind == "withdraw" and act.role != RESIDENT
    drafted = state is not None and state.status == "draft"
    if act.kind in REASONED or (on_behalf and not drafted):
        _text(payload, "reason")
    for name in ("reason", "text", "document", "digest"):
        if name in payload:
            _text(payload, name)
    if act.kind == "note":
        _text(payload, "text")


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str) or not value.strip():
        raise RefusedAct(_("A reason or text is missing."), _("Write a sentence."), field=name)
    if len(value) > LONGEST_REASON or CONTROL.search(value):
        raise RefusedAct(
            _("The text is too long or cannot be read."),
            _("Write at most 2,000 plain letters."),
            field=name,
        )
    return value


def _beginning(
    service: Service, state: CaseState | None, payload: Mapping[str, Any]
) -> dict[str, Any]:
    if state is not None:
        return {}
    region = payload.get("region")
    if not isinstance(region, str) or not REGION.fullmatch(region):
        raise RefusedAct(
            _("The region is missing or is no region's code."),
            _("Name the village, such as 35.10.19.2004."),
            field="region",
        )
    if not deep_enough(region, service.levels):
        raise RefusedAct(
            _("The region names no office for every step."),
            _("Name the village, not its district or city."),
            field="region",
        )
    return {"region": region}


def _sender(act: Act) -> str:
    if act.role != RESIDENT:
        return "officer"
    return "resident" if act.actor else "nobody"


def _check_channel(service: Service, channel: Any, act: Act) -> None:
    """How a case comes is told by who brings it; an officer may take down what nobody signs."""
    if channel not in CHANNELS[_sender(act)] or channel not in service.applicants:
        raise RefusedAct(
            _("The service is not open to this applicant."),
            _("See in the service who may ask for it."),
            field="channel",
        )


def _assignment(
    _service: Service, _state: CaseState | None, payload: Mapping[str, Any]
) -> dict[str, Any]:
    to = payload.get("to")
    if not isinstance(to, str) or not to.strip() or len(to) > 150:
        raise RefusedAct(_("Nobody is named."), _("Name a colleague's account."), field="to")
    if _state is not None and _state.appeals and to == _state.decided_by:
        raise RefusedAct(
            _("Whoever refused a request does not decide on its appeal."),
            _("Name another colleague."),
            field="to",
        )
    return {"to": to}


def _return(
    service: Service, _state: CaseState | None, payload: Mapping[str, Any]
) -> dict[str, Any]:
    asks = payload.get("asks", ())
    known = {field.name for field in service.fields} | {paper.code for paper in service.papers}
    if not isinstance(asks, list | tuple) or not all(each in known for each in map(str, asks)):
        raise RefusedAct(
            _("This is no question or paper of the service."),
            _("Choose what the resident is to mend."),
            field="asks",
        )
    return {"asks": list(dict.fromkeys(map(str, asks)))}


def _refusal(
    service: Service, _state: CaseState | None, payload: Mapping[str, Any]
) -> dict[str, Any]:
    ground = payload.get("ground")
    if not isinstance(ground, str) or service.ground(ground) is None:
        raise RefusedAct(
            _("A refusal needs a legal ground."),
            _("Choose one of the service's grounds."),
            field="ground",
        )
    return {}


def _step_back(
    service: Service, state: CaseState | None, payload: Mapping[str, Any]
) -> dict[str, Any]:
    assert state is not None
    step = payload.get("step") or earlier_steps(service, state)[-1:]
    step = step[0] if isinstance(step, tuple) and step else step
    if step not in earlier_steps(service, state):
        raise RefusedAct(
            _("The case cannot go back to that step."),
            _("Choose an earlier step that comes after the last signature."),
            field="step",
        )
    return {"step": step}


def earlier_steps(service: Service, state: CaseState) -> tuple[str, ...]:
    """The steps a case can be sent back to: what has been signed is not undone."""
    order = service.order
    before = order[: order.index(state.step)] if state.step in order else ()
    signed = [before.index(code) + 1 for code in state.signed if code in before]
    return before[max(signed, default=0) :]


def _other_office(
    service: Service, state: CaseState | None, payload: Mapping[str, Any]
) -> dict[str, Any]:
    assert state is not None
    region = payload.get("region")
    level = level_of(region) if isinstance(region, str) and REGION.fullmatch(region) else ""
    if not isinstance(region, str) or level not in service.levels:
        raise RefusedAct(
            _("No office for this service is there."),
            _("Name a region whose office has a step of the service."),
            field="region",
        )
    if region == state.office_region:
        raise RefusedAct(
            _("The case is at that office already."), _("Name another office."), field="region"
        )
    if not same_city(region, state.home_region):
        raise RefusedAct(
            _("That office is in another city."),
            _("Ask the resident to begin a request there."),
            field="region",
        )
    return {"region": region}


def _attachment(
    service: Service, _state: CaseState | None, payload: Mapping[str, Any]
) -> dict[str, Any]:
    known = {paper.code for paper in service.papers}
    known |= {field.name for field in service.fields if field.kind == "file"} | {"other"}
    if payload.get("code") not in known:
        raise RefusedAct(
            _("The service asks for no such paper."),
            _("Name one of its papers, or other."),
            field="code",
        )
    return {}


def _migration(
    service: Service, state: CaseState | None, payload: Mapping[str, Any]
) -> dict[str, Any]:
    assert state is not None
    if payload.get("version") != service.version or service.version == state.version:
        raise RefusedAct(
            _("The case cannot move to that version."),
            _("Name another version of the same service."),
            field="version",
        )
    step = payload.get("step", state.step)
    if not isinstance(step, str) or not service.has_step(step):
        raise RefusedAct(
            _("The version has no such step."),
            _("Name the step of the new version at which the case goes on."),
            field="step",
        )
    return {"version": service.version, "step": step}


Check = Callable[[Service, "CaseState | None", Mapping[str, Any]], dict[str, Any]]
CHECKS: dict[str, Check] = {
    "open": _beginning,
    "submit": _beginning,
    "assign": _assignment,
    "return": _return,
    "refuse": _refusal,
    "send_back": _step_back,
    "hand_over": _other_office,
    "attach": _attachment,
    "migrate": _migration,
}
