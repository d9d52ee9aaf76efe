"""How the facts of a case read on a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from balai.kernel.access.roles import find_role
from balai.kernel.calendars import city_calendar
from balai.kernel.cases import words
from balai.kernel.cases.engine import RESIDENT
from balai.kernel.problems import MissingError
from balai.kernel.regions import queries as regions

register = template.Library()
KILOBYTE = 1024


@register.filter
def case_status(status: str) -> tuple[str, Any]:
    """Icon and words of a state: `{% with case.status|case_status as said %}`."""
    return words.STATUSES.get(status, ("mute", status))


@register.filter
def left_in_words(row: Any) -> str:
    """What is left of the promise of a row of a list."""
    return words.time_left(row.left, row.clock)


@register.filter
def minutes_left(case: Any) -> int | None:
    """Whole minutes of working time left of a case's promise; None where none runs or stands."""
    if case.remaining is not None:
        return int(case.remaining)
    if case.clock != "running" or case.due_at is None:
        return None
    calendar = city_calendar(regions.city_by_slug(case.city))
    return calendar.working_minutes(timezone.now(), case.due_at)


@register.filter
def clock_in_words(case: Any) -> str:
    """What is left of a case's promise."""
    return words.time_left(minutes_left(case), case.clock)


@register.filter
def promised(promise: Any) -> str:
    """A promise of a service or a step."""
    return words.promise_words(promise)


@register.filter
def worktime(minutes: int) -> str:
    """A length of working time in hours and minutes."""
    return words.working_time(minutes)


@register.filter
def due_words(at: datetime | None) -> str:
    """A moment as a queue says it: today 14.00, tomorrow 09.00, else day and month."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    days = (local.date() - timezone.localdate()).days
    time = date_format(local, "H.i" if (get_language() or "id").startswith("id") else "g.i a")
    near = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
    form = "j M" if local.year == timezone.localdate().year else "j M Y"
    return f"{near.get(days) or date_format(local, form)} {time}"


@register.filter
def field_kind(kind: str) -> Any:
    """What kind of answer a question wants."""
    return words.FIELD_KINDS.get(kind, kind)


@register.filter
def asked_where(service: Any, field: Any) -> str:
    """After which answer a question is asked."""
    name, value = field.shown_if
    earlier = service.field_named(name)
    return _("only after “%(question)s”: %(answer)s") % {
        "question": words.titled(earlier.title) if earlier else name,
        "answer": _text(earlier, value) if earlier else value,
    }


@register.filter
def place_name(code: str) -> str:
    """The name of a region, or its code where it is not known."""
    try:
        return regions.place(code).name
    except MissingError:
        return code


@register.filter
def role_name(name: str) -> Any:
    """The title by language of a role; the resident's own, and the clock's watcher."""
    if name == RESIDENT:
        return _("resident")
    if name == "system":
        return _("by itself")
    try:
        return find_role(name).title
    except MissingError:
        return name


@register.filter
def file_size(size: int) -> str:
    """Bytes as kilobytes or megabytes, rounded up."""
    if size < KILOBYTE * KILOBYTE:
        return f"{-(-size // KILOBYTE)} KB"
    return f"{-(-size // (KILOBYTE * KILOBYTE))} MB"


@register.filter
def answered(case: Any) -> Iterator[dict[str, Any]]:
    """The questions of a case with their answers, those that were asked; a personal answer that is
    not opened is `hidden`.
    """
    for field in case.service.fields:
        if field.kind == "file":
            continue
        hidden = (field.personal or bool(field.prefill)) and not case.opened
        if not hidden and field.name not in case.answers:
            continue
        if hidden and not _asked(field, case.answers):
            continue
        value = case.answers.get(field.name)
        yield {"field": field, "hidden": hidden, "text": "" if hidden else _text(field, value)}


@register.filter
def file_title(case: Any, code: str) -> str:
    """The title of the place a paper was given for."""
    for paper in case.service.papers:
        if paper.code == code:
            return words.titled(paper.title)
    field = case.service.field_named(code)
    return words.titled(field.title) if field else _("Other paper")


@register.filter
def history(case: Any) -> Iterator[dict[str, Any]]:
    """The events of a case, the newest first: what was done, details, and what people wrote."""
    for event in reversed(case.events):
        yield {
            "event": event, "title": words.DONE.get(event.kind, event.kind),
            "details": list(_details(case, event.payload)),
            "late": event.kind == "escalate", "is_resident": event.role == RESIDENT,
        }  # fmt: skip


@register.filter
def stages(case: Any) -> list[dict[str, str]]:
    """The steps of a case for the line of steps: done, now, late or yet to come."""
    order = case.service.order
    now = order.index(case.step) if case.step in order else len(order)
    ended = case.status == "approved"
    found = []
    for number, code in enumerate(order):
        step = case.service.step(code)
        state = "done" if ended or number < now else ""
        if number == now and not ended:
            state = "late" if case.late else "now"
        detail = words.promise_words(step.promise) if step.promise else ""
        found.append({"title": words.titled(step.title), "state": state, "detail": detail})
    return found


def _asked(field: Any, answers: Any) -> bool:
    if field.shown_if is None or field.shown_if[0] not in answers:
        return True
    return bool(answers[field.shown_if[0]] == field.shown_if[1])


def _text(field: Any, value: Any) -> str:
    if value in (None, ""):
        return "–"
    shown = SHOWN.get(field.kind)
    return shown(field, value) if shown else str(value)


def _options(field: Any, value: Any) -> str:
    known = {option.value: words.titled(option.title) for option in field.options}
    taken = value if isinstance(value, list) else [value]
    return ", ".join(known.get(each, str(each)) for each in taken)


def _money(_field: Any, value: Any) -> str:
    return f"Rp{value:,}".replace(",", ".") if isinstance(value, int) else str(value)


def _day(_field: Any, text: Any) -> str:
    try:
        return date_format(date.fromisoformat(str(text)), "j F Y")
    except ValueError:
        return str(text)


SHOWN = {
    "yes_no": lambda _field, value: _("Yes") if value else _("No"),
    "choice": _options,
    "choices": _options,
    "region": lambda _field, value: place_name(str(value)),
    "money": _money,
    "date": _day,
}
"""How answers of some kinds read; the others as they are."""


def _details(case: Any, payload: Any) -> Iterator[str]:
    service = case.service
    for name in payload.get("asks", ()):
        yield _("To be mended: %(title)s") % {"title": _titled_place(service, name)}
    if ground := service.ground(payload.get("ground", "")):
        yield f"{words.titled(ground.text)} ({ground.article})"
    if payload.get("to"):
        yield _("To %(account)s") % {"account": payload["to"]}
    if payload.get("region") and payload.get("reason") is None:
        yield _("Office of %(place)s") % {"place": place_name(payload["region"])}
    if payload.get("version"):
        yield _("Version %(version)s") % {"version": payload["version"]}
    if payload.get("step") and service.has_step(payload["step"]):
        yield _("Step: %(title)s") % {"title": words.titled(service.step(payload["step"]).title)}
    if payload.get("code"):
        yield file_title(case, payload["code"])


def _titled_place(service: Any, name: str) -> str:
    field = service.field_named(name)
    if field is not None:
        return words.titled(field.title)
    return next((words.titled(each.title) for each in service.papers if each.code == name), name)
