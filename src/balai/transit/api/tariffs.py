"""Fare rules out; versions of them drawn up, submitted and previewed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from balai.kernel.access.actions.tokens import Principal
from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.access.origin import Origin, address_of
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.preview_tariff import open_preview, start_preview
from balai.transit.actions.tariff_versions import change_version, draft_version, submit_version
from balai.transit.queries.tariff_versions import VersionFilter, as_dict, version_of, versions_of
from balai.transit.queries.tariffs import figures, tariff_law, tariff_names, tariffs_in_force

router = Router()
VIEW, DRAFT = "transit.view_tariffs", "transit.draft_tariffs"
MOST = 100


class FigureOut(Schema):
    """A dated figure of a tariff with the article it comes from."""

    parameter: str
    title: dict[str, str]
    value: Any
    unit: str
    start: date
    end: date | None
    article: str
    source: str
    verified: bool


class TariffOut(Schema):
    """A version of the fare rules and the spans of days on which the city prices by it."""

    name: str
    title: dict[str, str]
    in_force: list[tuple[date, date | None]]
    figures: list[FigureOut]


class VersionOut(Schema):
    """A version that officers drew up; `parameters` as VersionIn takes them."""

    name: str
    title: dict[str, str]
    based_on: str
    parameters: dict[str, Any]
    state: str
    digest: str
    revision: int
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime
    submitted_by: str
    submitted_at: datetime | None
    published_by: str
    published_at: datetime | None
    withdrawn_by: str
    withdrawn_at: datetime | None
    reason: str


class VersionsOut(Schema):
    """A page of versions; `next` is the page after it."""

    items: list[VersionOut]
    next: int | None


class VersionsQuery(Schema):
    """Which versions are wanted."""

    state: str = Field("", max_length=20)
    text: str = Field("", max_length=100)
    page: int = Field(1, ge=1, le=10_000)


class VersionIn(Schema):
    """A draft: each parameter maps to `value`, `from`, `article`, `source` and `verified`."""

    name: str = Field(max_length=60)
    title: dict[str, str]
    based_on: str = Field("", max_length=60)
    parameters: dict[str, Any]


class ChangeIn(Schema):
    """A draft's new figures; `revision` is the one that was read."""

    title: dict[str, str]
    parameters: dict[str, Any]
    revision: int = Field(ge=1, le=2**31 - 1)


class PreviewIn(Schema):
    """The span of days whose journeys are priced, and how many cards at most."""

    start: date
    end: date
    cards: int = Field(5000, ge=1, le=200_000)


class PreviewOut(Schema):
    """A preview; `result` is None until the job has ended, `problem` says why it could not be."""

    id: UUID
    digest: str
    start: date
    end: date
    cards: int
    job: UUID | None
    problem: str
    result: dict[str, Any] | None


@router.get("/{city}/tariffs", response=list[TariffOut], summary="Fare rules, dated")
def get_tariffs(request: HttpRequest, city: str) -> list[TariffOut]:
    """Every version of the fare rules with its figures, articles and dates."""
    slug = city_by_slug(city).slug
    spans = tariffs_in_force(slug)
    return [
        TariffOut(
            name=name,
            title=dict(tariff_law(name).title),
            in_force=[(span.start, span.end) for span in spans if span.tariff == name],
            figures=[FigureOut.from_orm(figure) for figure in figures(name)],
        )
        for name in tariff_names(slug)
    ]


@router.get("/{city}/tariff-versions", auth=token_or_session("transit:tariffs"),
            response=VersionsOut, summary="Versions of tariffs drawn up")  # fmt: skip
def get_versions(request: HttpRequest, city: str, query: Query[VersionsQuery]) -> Any:
    """The city's versions, the one changed last first, a page at a time."""
    slug, _ = _who(request, city, VIEW)
    rows = versions_of(slug, VersionFilter(query.state, query.text))
    first = (query.page - 1) * MOST
    found = list(rows[first : first + MOST + 1])
    more = query.page + 1 if len(found) > MOST else None
    return {"items": [as_dict(row) for row in found[:MOST]], "next": more}


@router.get("/{city}/tariff-versions/{name}", auth=token_or_session("transit:tariffs"),
            response=VersionOut, summary="A version of a tariff")  # fmt: skip
def get_version(request: HttpRequest, city: str, name: str) -> Any:
    """One version with its figures."""
    slug, _ = _who(request, city, VIEW)
    return as_dict(version_of(slug, name))


@router.post("/{city}/tariff-versions", auth=token_or_session("transit:tariffs"),
             response={201: VersionOut}, summary="Draw up a version")  # fmt: skip
@once_per_key("transit.tariff-versions")
def post_version(request: HttpRequest, city: str, body: VersionIn) -> Any:
    """Draw up a draft. What is wrong with a figure is told by its parameter."""
    slug, principal = _who(request, city, DRAFT)
    made = draft_version(slug, body.name, title=body.title, parameters=body.parameters,
                         based_on=body.based_on, origin=_origin(request, principal))  # fmt: skip
    return Status(201, as_dict(made))


@router.put("/{city}/tariff-versions/{name}", auth=token_or_session("transit:tariffs"),
            response=VersionOut, summary="Change a draft")  # fmt: skip
def put_version(request: HttpRequest, city: str, name: str, body: ChangeIn) -> Any:
    """Put other figures in a draft. Saying the same again changes nothing."""
    slug, principal = _who(request, city, DRAFT)
    origin = _origin(request, principal)
    version = change_version(slug, name, title=body.title, parameters=body.parameters,
                             revision=body.revision, origin=origin)  # fmt: skip
    return as_dict(version)


@router.post("/{city}/tariff-versions/{name}/submit", auth=token_or_session("transit:tariffs"),
             response=VersionOut, summary="Submit a draft")  # fmt: skip
def post_submission(request: HttpRequest, city: str, name: str) -> Any:
    """Hand a draft over to the officer who publishes."""
    slug, principal = _who(request, city, DRAFT)
    return as_dict(submit_version(slug, name, origin=_origin(request, principal)))


@router.post("/{city}/tariff-versions/{name}/previews", auth=token_or_session("transit:tariffs"),
             response={202: PreviewOut}, summary="Preview a draft")  # fmt: skip
@once_per_key("transit.tariff-previews")
def post_preview(request: HttpRequest, city: str, name: str, body: PreviewIn) -> Any:
    """Have the journeys of a span of days priced by a draft, by a job."""
    slug, principal = _who(request, city, VIEW)
    made = start_preview(slug, name, start=body.start, end=body.end, cards=body.cards,
                         by=principal.user, origin=_origin(request, principal))  # fmt: skip
    return Status(202, made)


@router.get("/{city}/tariff-versions/{name}/previews/{preview}",
            auth=token_or_session("transit:tariffs"), response=PreviewOut,
            summary="A preview of a draft")  # fmt: skip
def get_preview(request: HttpRequest, city: str, name: str, preview: UUID) -> Any:
    """Totals, bands of change and journeys leg by leg. It does not count as seen by an officer."""
    slug, _ = _who(request, city, VIEW)
    return open_preview(slug, name, preview, who="")


def _who(request: HttpRequest, city: str, permission: str) -> tuple[str, Principal]:
    """The city and who asks. A token of the scope acts for drafting, and so may look as well."""
    found, principal = city_by_slug(city), principal_of(request)
    principal.require(DRAFT if principal.token else permission, found.slug)
    return found.slug, principal


def _origin(request: HttpRequest, principal: Principal) -> Origin:
    # The person behind a token is who drew the tariff up: they may not publish it too.
    return Origin(principal.user.get_username(), address_of(request), "api")
