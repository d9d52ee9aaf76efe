"""Papers: known by their bytes, not by their name; limited in size; sealed."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.kernel.access.origin import Origin
from balai.kernel.cases import sealing
from balai.kernel.cases.engine import Service
from balai.kernel.cases.models import Case, CaseFile, new_id
from balai.kernel.cases.queries.case import CaseView, find_case, view_of
from balai.kernel.cases.queries.services import service
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import rows_of

MEGABYTE = 1024 * 1024
FIELD_TYPES = ("application/pdf", "image/jpeg", "image/png")
FIELD_MB = 5
MOST_FILES = 40
SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"MZ", "application/x-msdownload"),
)


def sniffed(content: bytes) -> str:
    """What the bytes are: a media type, or `application/octet-stream` where they are none known."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in SIGNATURES if content.startswith(start)),
                "application/octet-stream")  # fmt: skip


@transaction.atomic
def attach_file(
    case_id: UUID, code: str, upload: Any, *, by: Any, origin: Origin, key: str = "",
    expected: int | None = None, quiet: bool = True, at: datetime | None = None,
) -> CaseView:  # fmt: skip
    """Attach a paper (its code, or the name of a field of kind `file`) to a case that is open.

    `upload` has `name`, `size` and `read()`. What it is, its bytes tell. The same bytes under the
    same code again change nothing. ProblemError names what is wrong with it.
    """
    from balai.kernel.cases.actions.acting import act

    row = find_case(case_id, lock=True)
    definition = service(row.service_code, row.service_version)
    content, media = _checked(definition, code, upload)
    digest = hashlib.sha256(content).hexdigest()
    latest = CaseFile.objects.filter(case=row, code=code).order_by("-at", "-id").first()
    if latest is not None and latest.digest == digest:
        return view_of(row, user=by)
    if CaseFile.objects.filter(case=row).count() >= MOST_FILES:
        raise ConflictError(_("The case has too many papers"),
                            detail=_("Ask the office how to bring more."))  # fmt: skip
    seen = act(case_id, "attach", payload={"code": code, "digest": digest}, by=by, origin=origin,
               key=key, expected=expected, quiet=quiet, at=at)  # fmt: skip
    with rows_of(city_by_slug(row.city).region_code, person=row.person_id):
        row = find_case(case_id)
        _store(row, code, str(getattr(upload, "name", "") or code), media, content, digest,
               by.get_username())  # fmt: skip
        seen = view_of(row, user=by)
    return seen


def bring_papers(row: Case, definition: Service, *, at: datetime, dry: bool = False) -> None:
    """See that every required paper is there; one that the resident gave for another case within
    the time the definition allows is taken over. ProblemError names each that is missing.
    """
    held = set() if dry else set(
        CaseFile.objects.filter(case=row).values_list("code", flat=True)
    )  # fmt: skip
    wanted = [paper for paper in definition.papers if paper.required and paper.code not in held]
    missing = []
    for paper in wanted:
        found = _earlier(row, paper, at)
        if found is None:
            missing.append(paper.code)
        elif not dry:
            name = str(sealing.opened(sealing.NAMES, found.name_sealed, found.id).get("name", ""))
            content = sealing.open_file(found.content_sealed, found.id)
            _store(row, paper.code, name, found.media_type, content, found.digest, found.by)
    if missing:
        faults = tuple(
            Fault(field=code, problem=_("is missing"), remedy=_("Attach the paper"))
            for code in missing
        )
        raise ProblemError(_("Papers are missing"), faults=faults)


def _earlier(row: Case, paper: Any, at: datetime) -> CaseFile | None:
    if not paper.reuse_days or row.person_id is None:
        return None
    since = at - timedelta(days=paper.reuse_days)
    return (
        CaseFile.objects.filter(case__person_id=row.person_id, code=paper.code, at__gte=since,
                                media_type__in=paper.types)
        .exclude(case=row).order_by("-at").first()
    )  # fmt: skip


def _checked(definition: Service, code: str, upload: Any) -> tuple[bytes, str]:
    types, limit = _place(definition, code)
    if (getattr(upload, "size", 0) or 0) > limit * MEGABYTE:
        raise _bad(code, _("is too large"), _("At most %(limit)s MB") % {"limit": limit})
    content = upload.read(limit * MEGABYTE + 1)
    if len(content) > limit * MEGABYTE:
        raise _bad(code, _("is too large"), _("At most %(limit)s MB") % {"limit": limit})
    if not content:
        raise _bad(code, _("is empty"), _("Choose the file again"))
    media = sniffed(content)
    if media not in types:
        names = ", ".join(each.rpartition("/")[2].upper() for each in types)
        raise _bad(code, _("is not of a kind that is taken"),
                   _("Give one of %(names)s") % {"names": names})  # fmt: skip
    return content, media


def _place(definition: Service, code: str) -> tuple[tuple[str, ...], int]:
    for paper in definition.papers:
        if paper.code == code:
            return paper.types, paper.max_mb
    field = definition.field_named(code)
    if field is not None and field.kind == "file":
        return FIELD_TYPES, FIELD_MB
    raise _bad(code[:60], _("is no paper of this service"), _("Choose one of the papers asked for"))


def _store(
    row: Case, code: str, name: str, media: str, content: bytes, digest: str, by: str
) -> CaseFile:
    file = new_id()
    shown = "".join(each for each in name.rpartition("/")[2] if each.isprintable())[:120]
    return CaseFile.objects.create(
        id=file, case=row, code=code, media_type=media, size=len(content), digest=digest,
        name_sealed=sealing.seal(sealing.NAMES, {"name": shown or code}, file),
        content_sealed=sealing.seal_file(content, file), at=timezone.now(), by=by,
    )  # fmt: skip


def _bad(field: str, problem: str, remedy: str) -> ProblemError:
    fault = Fault(field=field, problem=problem, remedy=remedy)
    return ProblemError(_("The paper cannot be taken"), faults=(fault,))
