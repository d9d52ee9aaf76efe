"""The API of cases: services, opening a case, acting on it, the queue, and one's own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.access.idempotency import HEADER, once_per_key
from balai.kernel.access.origin import origin_of
from balai.kernel.cases import actions, queries
from balai.kernel.cases.models import Case
from balai.kernel.cases.queries.case import find_case
from balai.kernel.cases.queries.people import roles_on, works_in
from balai.kernel.cases.rules import WORK
from balai.kernel.people.queries import person_of
from balai.kernel.problems import Fault, MissingError, ProblemError
from balai.kernel.regions.queries import city_by_slug

router = Router()

Text = dict[str, str]
State = Literal["all", "mine", "free", "late", "returned", "closed"]
Short = Annotated[str, Query(max_length=80)]
Answer = str | int | bool | list[str] | None


class ServiceFieldOut(Schema):
    """A question of a service."""

    name: str
    kind: str
    title: Text
    required: bool
    options: list[str]
    personal: bool


class ServicePaperOut(Schema):
    """A paper of a service."""

    code: str
    title: Text
    required: bool
    types: list[str]
    max_mb: int


class ServiceStepOut(Schema):
    """A stage of a service."""

    code: str
    title: Text
    role: str
    office: str


class ServiceOut(Schema):
    """A service as it is published."""

    code: str
    version: int
    title: Text
    summary: Text
    promise_hours: int | None
    promise_days: int | None
    applicants: list[str]
    fields: list[ServiceFieldOut]
    papers: list[ServicePaperOut]
    steps: list[ServiceStepOut]


class ServicesOut(Schema):
    """The services."""

    items: list[ServiceOut]


class CaseIn(Schema):
    """A case to be opened; without `submit` a draft."""

    service: str = Field(max_length=80)
    city: str = Field(max_length=40)
    region_code: str = Field(max_length=20)
    person_id: UUID | None = None
    answers: dict[str, Answer] = Field(default_factory=dict, max_length=100)
    submit: bool = True


class ActIn(Schema):
    """An act on a case; `expected` is the sequence that the caller has seen."""

    kind: str = Field(max_length=20)
    expected: int | None = Field(default=None, ge=0, le=1_000_000)
    role: str | None = Field(default=None, max_length=40)
    to: str | None = Field(default=None, max_length=150)
    text: str | None = Field(default=None, max_length=2000)
    reason: str | None = Field(default=None, max_length=2000)
    ground: str | None = Field(default=None, max_length=80)
    region: str | None = Field(default=None, max_length=20)
    step: str | None = Field(default=None, max_length=80)
    asks: list[str] | None = Field(default=None, max_length=100)
    answers: dict[str, Answer] | None = Field(default=None, max_length=100)
    secret: str | None = Field(default=None, max_length=200)


class CaseEventOut(Schema):
    """Something that happened to a case."""

    sequence: int
    kind: str
    at: datetime
    role: str
    actor: str


class CaseOut(Schema):
    """A case, without its answers."""

    id: UUID
    number: str
    city: str
    service: str
    version: int
    region_code: str
    home_region: str
    status: str
    step: str
    holder: str | None
    clock: str
    minutes_left: int | None
    late: bool
    opened_at: datetime
    submitted_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    sequence: int
    document: UUID | None
    acts: list[str]
    history: list[CaseEventOut]


class CaseRowOut(Schema):
    """A case in a list."""

    id: UUID
    number: str
    city: str
    service: str
    status: str
    step: str
    holder: str | None
    clock: str
    minutes_left: int | None
    late: bool
    due_at: datetime | None
    submitted_at: datetime | None
    region_code: str


class CasesOut(Schema):
    """A page of cases and how many there are; with `more` there are more than `total`."""

    total: int
    more: bool = False
    items: list[CaseRowOut]


@router.get("/services", response=ServicesOut, summary="Services that can be asked for")
def services(request: HttpRequest) -> dict[str, Any]:
    """The newest version of each, with its questions, papers and steps."""
    return {"items": [_service(each) for each in queries.services()]}


@router.get(
    "/queue", response=CasesOut, auth=token_or_session("cases:read"), summary="Queue of a city"
)
def queue(
    request: HttpRequest,
    city: Annotated[str, Query(max_length=40)],
    q: Short = "",
    service: Short = "",
    step: Short = "",
    office: Short = "",
    holder: Short = "",
    state: State = "all",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The cases that the caller may see, the nearest promise first."""
    place = city_by_slug(_clean(city))
    caller = principal_of(request)
    if not works_in(caller.user, place.region_code):
        caller.require(WORK, place)
    wanted = queries.QueueFilter(
        search=_clean(q), service=_clean(service), step=_clean(step), office=_clean(office),
        state=state, holder=_clean(holder),
    )  # fmt: skip
    found = queries.queue(caller.user, city=place, filters=wanted, page=page, per_page=per_page)
    return {"total": found.total, "more": found.more, "items": [_row(each) for each in found.rows]}


@router.get("/mine", response=CasesOut, auth=token_or_session(), summary="My own cases")
def mine(request: HttpRequest) -> dict[str, Any]:
    """Those of the person behind the account, the newest first."""
    user = principal_of(request).user
    found = queries.cases_of(person_of(user), user)
    return {"total": len(found), "items": [_row(each) for each in found]}


@router.post(
    "/cases", response={201: CaseOut}, auth=token_or_session("cases:work"), summary="Open a case"
)
@once_per_key("cases.open")
def open_case(request: HttpRequest, body: CaseIn) -> tuple[int, dict[str, Any]]:
    """For oneself (without `person_id`), or as an officer for a resident."""
    user = principal_of(request).user
    origin = origin_of(request, "api")
    made = actions.open_case(
        _clean(body.service), city=_clean(body.city), region_code=_clean(body.region_code),
        person_id=body.person_id or person_of(user), answers=_answers(body.answers), by=user,
        origin=origin, key=_key(request), submit=body.submit,
    )  # fmt: skip
    return 201, _case(made)


@router.get(
    "/cases/{case}", response=CaseOut, auth=token_or_session("cases:read"), summary="A case"
)
def case(request: HttpRequest, case: UUID) -> dict[str, Any]:
    """A case that the caller may see, with what they may do; its answers are not told."""
    user = principal_of(request).user
    _seen(case, user)
    return _case(queries.case(case, user=user))


@router.post(
    "/cases/{case}/acts", response=CaseOut, auth=token_or_session("cases:work"),
    summary="Act on a case",
)  # fmt: skip
@once_per_key("cases.act")
def act(request: HttpRequest, case: UUID, body: ActIn) -> dict[str, Any]:
    """Do what `acts` of the case names; 409 where somebody has acted since `expected`."""
    user = principal_of(request).user
    _seen(case, user)
    given = body.dict(exclude={"kind", "expected", "role"}, exclude_none=True)
    for name, value in given.items():
        if isinstance(value, str):
            given[name] = _clean(value)
    if "answers" in given:
        given["answers"] = _answers(given["answers"])
    return _case(
        actions.act(case, body.kind, payload=given, by=user, role=body.role, key=_key(request),
                    origin=origin_of(request, "api"), expected=body.expected)
    )  # fmt: skip


def _seen(case: UUID, user: Any) -> Case:
    """The case, where its row is open and the caller has to do with cases there at all."""
    row = find_case(case)
    if not (roles_on(row, user) or works_in(user, row.home_region)):
        raise MissingError("There is no such case", detail=f"No case {case} is open here.")
    return row


def _key(request: HttpRequest) -> str:
    caller = principal_of(request).user.get_username()
    return f"api:{caller}:{request.headers[HEADER]}"[:200]


def _clean(text: str) -> str:
    """The text without characters that a database cannot hold."""
    return text.replace("\x00", "")


def _answers(given: dict[str, Any]) -> dict[str, Any]:
    if "\x00" in repr(given) or "\\x00" in repr(given):
        fault = Fault(field="answers", problem="have a zero character", remedy="Remove it")
        raise ProblemError("The answers cannot be taken", faults=(fault,))
    return given


def _service(each: Any) -> dict[str, Any]:
    return {
        "code": each.code, "version": each.version, "title": dict(each.titles),
        "summary": dict(each.summary), "promise_hours": each.promise.hours,
        "promise_days": each.promise.days, "applicants": sorted(each.applicants),
        "fields": [
            {"name": field.name, "kind": field.kind, "title": dict(field.title),
             "required": field.required, "personal": field.personal,
             "options": [option.value for option in field.options]}
            for field in each.fields
        ],
        "papers": [
            {"code": paper.code, "title": dict(paper.title), "required": paper.required,
             "types": list(paper.types), "max_mb": paper.max_mb}
            for paper in each.papers
        ],
        "steps": [{"code": step.code, "title": dict(step.title), "role": step.role,
                   "office": step.office} for step in each.steps],
    }  # fmt: skip


def _row(each: queries.QueueRow) -> dict[str, Any]:
    names = ("id", "number", "city", "status", "step", "holder", "clock", "late", "due_at",
             "submitted_at", "region_code")  # fmt: skip
    return {**{name: getattr(each, name) for name in names}, "service": each.service.code,
            "minutes_left": each.left}  # fmt: skip


def _case(each: queries.CaseView) -> dict[str, Any]:
    names = ("id", "number", "city", "region_code", "home_region", "status", "step", "holder",
             "clock", "late", "opened_at", "submitted_at", "due_at", "closed_at",
             "sequence")  # fmt: skip
    history = [
        {"sequence": event.sequence, "kind": event.kind, "at": event.at, "role": event.role,
         "actor": event.actor}
        for event in each.events
    ]  # fmt: skip
    return {**{name: getattr(each, name) for name in names}, "service": each.service.code,
            "version": each.service.version, "minutes_left": each.remaining,
            "document": each.document_id, "acts": sorted(each.acts),
            "history": history}  # fmt: skip
