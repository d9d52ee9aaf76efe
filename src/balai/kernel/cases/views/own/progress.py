"""Where a request stands, as its resident reads it: done, now, to come, and who has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from balai.kernel.access.roles import find_role
from balai.kernel.calendars import city_calendar
from balai.kernel.cases.engine import Service
from balai.kernel.cases.engine.definition import PASSING
from balai.kernel.cases.engine.permission import appeal_until
from balai.kernel.cases.queries import CaseView, EventView
from balai.kernel.cases.words import promise_words, titled, working_time
from balai.kernel.problems import MissingError
from balai.kernel.regions import queries as regions

REASONED = ("return", "refuse", "pause")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of a request: what, its state (done, now, late, or empty: to come), when it was
    done or since when it goes on, who has it, what is promised for it.
    """

    title: str
    state: str = ""
    at: datetime | None = None
    who: str = ""
    promise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The promise in figures: the share of its working time that is used (0 to 100), and what is
    left in words.
    """

    share: int
    left: str


def stages_of(case: CaseView) -> list[Stage]:
    """The way of a request from asking to the answer."""
    passed = passed_at(case.service, case.events)
    asked = Stage(title=_("You asked"), state="done" if case.submitted_at else "now",
                  at=case.submitted_at)  # fmt: skip
    here = case.step if case.submitted_at and not case.closed_at else ""
    steps = [_stage(case, code, passed, here) for code in case.service.order]
    if case.status in ("refused", "withdrawn"):
        steps = [each for each in steps if each.state == "done"]
    return [asked, *steps, _end(case)]


def passed_at(service: Service, events: Iterable[EventView]) -> dict[str, EventView]:
    """By step the event that ended it well; a step that was sent back is not passed."""
    order, place = service.order, 0
    found: dict[str, EventView] = {}
    for event in events:
        target = event.payload.get("step", "")
        if event.kind in PASSING and place < len(order):
            found[order[place]] = event
            place += 1
        elif event.kind in ("send_back", "migrate") and target in order:
            place = order.index(target)
        elif event.kind == "appeal" and service.appeal_step in order:
            place = order.index(service.appeal_step)
        found = {code: each for code, each in found.items() if code in order[:place]}
    return found


def promise_of(case: CaseView) -> Promise | None:
    """How far the promise's time is used; None where no promise runs."""
    if case.due_at is None or case.submitted_at is None or case.closed_at is not None:
        return None
    calendar, now = city_calendar(regions.city_by_slug(case.city)), timezone.now()
    whole = max(1, calendar.working_minutes(case.submitted_at, case.due_at))
    left = calendar.working_minutes(now, case.due_at)
    words = _("%(length)s late") if left < 0 else _("%(length)s left")
    share = min(100, max(0, 100 - round(100 * left / whole)))
    return Promise(share=share, left=words % {"length": working_time(left)})


def holder_of(case: CaseView) -> str:
    """The office and post that have the request: Village service officer, Tamansari."""
    return ", ".join(filter(None, [_role(case.role), _place(case.region_code)]))


def place_of(case: CaseView) -> str:
    """The village that a request comes from, and its district."""
    return ", ".join(filter(None, [_place(case.home_region),
                                   _place(case.home_region.rpartition(".")[0])]))  # fmt: skip


def reason_of(case: CaseView) -> EventView | None:
    """The event that says why it was returned, refused or paused."""
    wanted = {"returned": "return", "refused": "refuse", "paused": "pause"}.get(case.status)
    return next((each for each in reversed(case.events) if each.kind == wanted), None)


def asks_of(case: CaseView) -> tuple[str, ...]:
    """The fields and papers that are to be mended; empty: everything."""
    event = reason_of(case) if case.status == "returned" else None
    return tuple(event.payload.get("asks", ())) if event else ()


def asks_in_words(case: CaseView) -> list[str]:
    """The same by title."""
    titles: dict[str, Any] = {each.name: each.title for each in case.service.fields}
    titles |= {each.code: each.title for each in case.service.papers}
    return [titled(titles[each]) for each in asks_of(case) if each in titles]


def ground_of(case: CaseView) -> str:
    """The legal ground of a refusal with its article."""
    event = reason_of(case) if case.status == "refused" else None
    ground = case.service.ground(event.payload.get("ground", "")) if event else None
    return f"{titled(ground.text)} ({ground.article})" if ground else ""


def appeal_open_until(case: CaseView) -> datetime | None:
    """Until when an appeal can be made; None where there is none."""
    return appeal_until(case.service, case.state) if "appeal" in case.acts else None


def _stage(case: CaseView, code: str, passed: dict[str, EventView], here: str) -> Stage:
    step = case.service.step(code)
    if code in passed:
        event = passed[code]
        return Stage(title=titled(step.title), state="done", at=event.at, who=_role(event.role))
    if code != here:
        return Stage(title=titled(step.title), promise=_lasting(step.promise))
    if case.status == "returned":
        return Stage(title=titled(step.title), state="now", who=_("Waits for your answer"))
    late = case.step_due_at is not None and case.step_due_at < timezone.now()
    return Stage(
        title=titled(step.title), state="late" if late else "now", at=case.state.step_since,
        who=holder_of(case), promise=_lasting(step.promise),
    )  # fmt: skip


def _end(case: CaseView) -> Stage:
    titles = {"approved": _("Done"), "refused": _("Refused"), "withdrawn": _("Withdrawn by you")}
    if case.status in titles:
        return Stage(title=titles[case.status], state="done", at=case.closed_at)
    signed = any(each.document for each in case.service.steps)
    return Stage(title=_("Your letter is ready") if signed else _("You get the answer"))


def _lasting(promise: Any) -> str:
    return promise_words(promise) if promise else ""


def _role(name: str) -> str:
    try:
        return titled(find_role(name).title)
    except MissingError:
        return ""


def _place(code: str) -> str:
    try:
        return regions.place(code).name
    except MissingError:
        return code
