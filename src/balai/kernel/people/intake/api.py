"""Importing residents by the API: a file in, an import to follow."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.access.origin import origin_of
from balai.kernel.people.intake import rules  # noqa: F401 - its scope must be known
from balai.kernel.people.intake.actions import begin_import
from balai.kernel.people.intake.report import issues, summary
from balai.kernel.people.models import ResidentImport
from balai.kernel.problems import MissingError
from balai.kernel.regions.queries import city_by_slug

router = Router(tags=["people"])
MOST_ISSUES = 1000


class ImportOut(Schema):
    """An import: where it stands, what it counted, and why a file was refused."""

    id: UUID
    city: str
    region: str
    file: str
    state: str
    dry_run: bool
    problem: str
    remedy: str
    counts: dict[str, int]
    issue_totals: dict[str, int]
    created_at: datetime
    ended_at: datetime | None


class IssueOut(Schema):
    """One thing found in the file. A NIK shows six digits at most."""

    file: str
    row: int | None
    field: str
    value: str
    problem: str
    remedy: str
    severity: str
    kind: str


class ReportOut(ImportOut):
    """An import with its first issues."""

    issues: list[IssueOut]


@router.post("/imports", response={202: ImportOut}, auth=token_or_session("people:import"),
             operation_id="people_import",
             summary="Import residents from a CSV or XLSX file")  # fmt: skip
@once_per_key("people.import")
def post_import(
    request: HttpRequest,
    file: File[UploadedFile],
    city: Form[str],
    village: Form[str] = "",
    dry_run: Form[bool] = False,
) -> tuple[int, dict[str, Any]]:
    """Queue the import of a list. Good rows go in, others are kept aside; ask for its report."""
    place = city_by_slug(city)
    principal = principal_of(request)
    principal.require("people.import", place)
    taken = begin_import(
        file,  # type: ignore[arg-type]
        city=city, file_name=file.name or "residents",
        by=principal.user, origin=origin_of(request, "api"), village=village, dry_run=dry_run,
    )  # fmt: skip
    taken.refresh_from_db()
    return 202, _told(taken)


@router.get("/imports/{import_id}", response=ReportOut, auth=token_or_session("people:import"),
            operation_id="people_import_report",
            summary="An import and what was found")  # fmt: skip
def get_import(request: HttpRequest, import_id: UUID) -> dict[str, Any]:
    """Where an import stands, with its first issues."""
    taken = ResidentImport.objects.filter(pk=import_id).first()
    if taken is None:
        raise MissingError("No such import", detail="No import with this id is open to you.")
    principal_of(request).require("people.import", city_by_slug(taken.city))
    found = [issue for issue, _ in zip(issues(taken), range(MOST_ISSUES), strict=False)]
    return {**_told(taken), "issues": found}


def _told(taken: ResidentImport) -> dict[str, Any]:
    told = summary(taken)
    return {**told, "id": taken.pk, "created_at": taken.created_at, "ended_at": taken.ended_at}
