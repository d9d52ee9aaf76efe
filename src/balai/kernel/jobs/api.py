"""The API of jobs: one's own, and those of cities one may watch over."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.access.origin import origin_of
from balai.kernel.jobs import actions, queries
from balai.kernel.jobs.models import Job
from balai.kernel.jobs.queries import JobFilter
from balai.kernel.problems import ProblemError

router = Router()
StateName = Literal["waiting", "running", "done", "failed", "cancelled"]
Words = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]


class JobOut(Schema):
    """A job and how far it is."""

    id: UUID
    kind: str
    title: dict[str, str]
    city: str = Field(description="slug; empty for the whole installation")
    state: StateName
    done: int
    total: int | None
    message: str
    problem: str = Field(description="why it failed, or why it waits to be tried again")
    result: dict[str, Any] | None
    created_at: datetime
    due_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    tries: int


class JobsOut(Schema):
    """A page of jobs and how many fit the filter."""

    total: int
    items: list[JobOut]


@router.get("/", response=JobsOut, auth=token_or_session("jobs:read"), summary="Jobs")
def jobs(
    request: HttpRequest,
    city: Annotated[str | None, Query(max_length=40, pattern=r"^[-a-z0-9]*$")] = None,
    state: Literal["", "waiting", "running", "done", "failed", "cancelled"] = "",
    kind: Words = "",
    q: Words = "",
    mine: bool = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> dict[str, Any]:
    """The newest first. Your own; where your role watches over a city, everybody's there."""
    wanted = JobFilter(state=state, name=kind, search=q, mine=mine)
    rows = queries.listed(principal_of(request), wanted, city=city)
    return {"total": rows.count(), "items": [_job(each) for each in rows[offset : offset + limit]]}


@router.get("/{uuid:job}", response=JobOut, auth=token_or_session("jobs:read"), summary="A job")
def job(request: HttpRequest, job: UUID) -> dict[str, Any]:
    """One job with its progress; ask again every few seconds until it has ended."""
    return _job(queries.open_to(principal_of(request), job))


@router.post(
    "/{uuid:job}/cancel", response=JobOut, auth=token_or_session("jobs:operate"),
    summary="Cancel a job",
)  # fmt: skip
def cancel(request: HttpRequest, job: UUID) -> dict[str, Any]:
    """One that waits is cancelled at once, one that runs at its next safe place; 409 once ended."""
    return _job(actions.cancel(_to_change(request, job), origin=origin_of(request, "api")))


@router.post(
    "/{uuid:job}/retry", response=JobOut, auth=token_or_session("jobs:operate"),
    summary="Try a job again",
)  # fmt: skip
def retry(request: HttpRequest, job: UUID) -> dict[str, Any]:
    """Only one that failed or was cancelled; it goes on after the steps that are done."""
    return _job(actions.retry(_to_change(request, job), origin=origin_of(request, "api")))


def _to_change(request: HttpRequest, job: UUID) -> Job:
    who = principal_of(request)
    found = queries.open_to(who, job)
    if not queries.may_change(who, found):
        raise ProblemError("You may not change this job", kind="forbidden", status=403)
    return found


def _job(job: Job) -> dict[str, Any]:
    names = ("id", "city", "state", "problem", "created_at", "due_at", "began_at", "ended_at",
             "tries")  # fmt: skip
    return {
        **{name: getattr(job, name) for name in names},
        "kind": job.name,
        "title": queries.title_of(job),
        "done": job.pulse.done,
        "total": job.pulse.total,
        "message": job.pulse.message,
        "result": job.result if isinstance(job.result, dict) else None,
    }
