"""The network's API: members, plans, values with their lineage, records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.network import actions
from balai.network.actions.publish import MAY_PUBLISH
from balai.network.queries import lineage, members, plans, values
from balai.network.queries.members import CityFilter, CityRow

router = Router()

Text = dict[str, str]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=10_000)]


class CityOut(Schema):
    """A city of the network."""

    slug: str
    name: str
    country: str
    joined: int
    lat: float
    lon: float
    reporting: Literal["reported", "late", "not-started"]
    data_through: date | None
    has_plan: bool


class CitiesOut(Schema):
    """A page of cities and how many fit the filter."""

    total: int
    items: list[CityOut]


class ProjectOut(Schema):
    """A project and how it stands."""

    slug: str
    name: str
    programme: str
    focus_area: str
    stage: str
    status: Literal["target-met", "on-track", "at-risk", "behind", "no-data"]
    overview: Text
    indicators: list[str]


class ActionPlanOut(Schema):
    """A city's published action plan."""

    city: str
    year: int
    version: int
    vision: Text
    source: str
    targets: list[Text]
    projects: list[ProjectOut]


class ValueOut(Schema):
    """An indicator's value: the exact ratio and the figure shown."""

    id: int
    period: str
    state: Literal["value", "no-data", "undefined"]
    value: str | None = Field(description="rounded once, halves away from zero")
    numerator: str | None
    denominator: str | None
    unit: str
    reason: str
    definition: int
    data_through: date
    computed_at: datetime
    cause: Literal["first", "continued", "late-data", "definition"]
    published_at: datetime | None
    generated: bool = Field(description="whether it rests on demonstration data")
    inputs_hash: str


class ValuesOut(Schema):
    """The values that stand, oldest first."""

    items: list[ValueOut]


class DayOut(Schema):
    """A measure's value on a day and the number of its records."""

    day: date
    value: str
    records: int


class InputOut(Schema):
    """An input of a value, by day."""

    measure: str
    version: int
    total: str
    records: int
    generated: bool
    days: list[DayOut]


class LineageOut(Schema):
    """A value with what it was computed from and what stood before."""

    value: ValueOut
    formula: str
    description: Text
    inputs: list[InputOut]
    history: list[ValueOut]


class RecordsOut(Schema):
    """A page of records. Send `next` as `after` for the page that follows."""

    measure: str
    columns: list[str]
    rows: list[list[str | int | bool | None]]
    total: int
    next: str | None


class NoteIn(Schema):
    """Why something is done."""

    note: str = Field("", max_length=500)


@router.get("/cities", response=CitiesOut, summary="Cities of the network")
def cities(
    request: HttpRequest,
    country: Annotated[str, Query(max_length=2)] = "",
    joined: int | None = None,
    status: Literal["", "reported", "late", "not-started"] = "",
    q: Annotated[str, Query(max_length=80)] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> dict[str, Any]:
    """By name; filtered by country, year of joining, reporting status and words."""
    wanted = CityFilter(country.upper(), joined, status, q)
    found = members.members(wanted, on=timezone.localdate()).cities
    page = found[offset : offset + limit]
    return {"total": len(found), "items": [_city(each) for each in page]}


@router.get("/cities/{slug}", response=CityOut, summary="A city")
def city(request: HttpRequest, slug: str) -> dict[str, Any]:
    """A city of the network by its slug."""
    return _city(members.city(slug, on=timezone.localdate()))


@router.get("/plans/{slug}", response=ActionPlanOut, summary="A city's action plan")
def plan(request: HttpRequest, slug: str) -> dict[str, Any]:
    """The published plan, its targets, and its projects with where they stand."""
    page = plans.plan_page(slug, on=timezone.localdate())
    return {
        "city": slug,
        **{key: getattr(page.plan, key) for key in ("year", "version", "vision", "source")},
        "targets": [each.text for each in page.targets],
        "projects": [_project(each) for each in page.projects],
    }


@router.get(
    "/plans/{slug}/indicators/{code}/values",
    response=ValuesOut,
    summary="An indicator's values",
)
def indicator_values(
    request: HttpRequest,
    slug: str,
    code: str,
    length: Literal["day", "week", "month", "quarter", "year"] = "month",
    limit: Limit = 50,
) -> dict[str, Any]:
    """The latest periods of a length, oldest first."""
    plans.judged(slug, code, on=timezone.localdate())
    return {"items": [_value(each) for each in values.series(slug, code, length, last=limit)]}


@router.get(
    "/plans/{slug}/indicators/{code}/values/{period}",
    response=LineageOut,
    summary="A value with its lineage",
)
def value_with_lineage(request: HttpRequest, slug: str, code: str, period: str) -> dict[str, Any]:
    """Formula, inputs by day, and every count of the period before this one."""
    figure = values.figure(slug, code, values.period_named(period))
    return {
        "value": _value(figure.value),
        "formula": figure.value.definition.formula,
        "description": figure.value.definition.description,
        "inputs": [_input(each) for each in lineage.inputs_of(figure.value)],
        "history": [_value(each) for each in figure.history],
    }


@router.get(
    "/plans/{slug}/indicators/{code}/values/{period}/records",
    response=RecordsOut,
    summary="The records behind an input",
)
def value_records(
    request: HttpRequest,
    slug: str,
    code: str,
    period: str,
    measure: Annotated[str, Query(max_length=100)],
    after: Annotated[str | None, Query(max_length=300)] = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """The records of one measure in the period, without anybody's data."""
    value = values.figure(slug, code, values.period_named(period)).value
    page = lineage.records(value, measure, after=after, limit=limit)
    return {
        "measure": measure,
        "columns": [column.name for column in page.columns],
        "rows": [[_plain(cell) for cell in row] for row in page.rows],
        "total": page.total,
        "next": page.next,
    }


@router.post(
    "/plans/{slug}/indicators/{code}/values/{period}/recount",
    response=ValuesOut,
    auth=token_or_session("network:values"),
    summary="Count a period again",
)
def recount(
    request: HttpRequest, slug: str, code: str, period: str, body: NoteIn
) -> dict[str, Any]:
    """Values are kept only where inputs changed; repeating the call changes nothing."""
    row = members.city(slug, on=timezone.localdate())
    principal_of(request).require(MAY_PUBLISH, row)
    wanted = values.period_named(period)
    done = actions.recompute(slug, wanted, indicator=code, note=body.note)
    return {"items": [_value(each.value) for each in done]}


@router.post(
    "/plans/{slug}/indicators/{code}/values/{period}/publish",
    response=ValueOut,
    auth=token_or_session("network:values"),
    summary="Publish the value that stands",
)
def publish(
    request: HttpRequest, slug: str, code: str, period: str, body: NoteIn
) -> dict[str, Any]:
    """Publishing again changes nothing."""
    row = members.city(slug, on=timezone.localdate())
    principal = principal_of(request)
    principal.require(MAY_PUBLISH, row)
    wanted = values.period_named(period)
    standing = values.figure(slug, code, wanted).value
    actions.publish(standing, by=principal.user, note=body.note)
    return _value(values.figure(slug, code, wanted).value)


def _city(row: CityRow) -> dict[str, Any]:
    return {
        **{key: getattr(row, key) for key in ("slug", "name", "joined", "lat", "lon")},
        "country": row.state.code,
        "reporting": row.reporting,
        "data_through": row.through,
        "has_plan": row.has_plan,
    }


def _project(row: plans.ProjectRow) -> dict[str, Any]:
    project = row.project
    return {
        **{key: getattr(project, key) for key in ("slug", "name", "programme", "stage")},
        "focus_area": project.focus_area_id,
        "status": row.status,
        "overview": project.overview,
        "indicators": [each.indicator.code for each in row.judged],
    }


def _value(value: Any) -> dict[str, Any]:
    number, ratio = values.shown(value), values.exact(value)
    return {
        **{key: getattr(value, key) for key in ("id", "period", "state", "computed_at", "cause")},
        "value": None if number is None else f"{number:f}",
        "numerator": None if ratio is None else str(ratio.numerator),
        "denominator": None if ratio is None else str(ratio.denominator),
        "unit": value.indicator.unit,
        "reason": value.why_none,
        "definition": value.definition.version,
        "data_through": value.through,
        "published_at": value.publication.at if values.is_published(value) else None,
        "generated": value.generated,
        "inputs_hash": value.inputs_hash,
    }


def _input(each: Any) -> dict[str, Any]:
    return {
        **{key: getattr(each, key) for key in ("measure", "version", "records", "generated")},
        "total": str(each.total),
        "days": [
            {"day": day, "value": str(value), "records": count}
            for day, (value, count) in sorted(each.days.items())
        ],
    }


def _plain(cell: Any) -> str | int | bool | None:
    if cell is None or isinstance(cell, str | int | bool):
        return cell
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
