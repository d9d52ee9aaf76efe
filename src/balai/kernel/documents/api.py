"""The API of documents: issue, list, read, void; and anyone's question whether one stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, File, Query, Router, Schema
from ninja.files import UploadedFile

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.access.origin import origin_of
from balai.kernel.access.throttle import throttle
from balai.kernel.documents import actions, queries
from balai.kernel.documents.engine.codes import grouped
from balai.kernel.documents.kinds import all_kinds
from balai.kernel.documents.models import Document
from balai.kernel.documents.queries import Filter, Standing
from balai.kernel.documents.rules import ISSUE, VIEW, VOID
from balai.kernel.documents.verifying import Verdict
from balai.kernel.documents.views.public import MOST_BYTES
from balai.kernel.problems import MissingError, ProblemError
from balai.kernel.regions.queries import city_by_slug

router = Router()

Text = dict[str, str]
Short = Annotated[str, Query(max_length=80)]
State = Literal["", "waiting", "signed", "void", "replaced"]
Word = Literal["valid", "waiting", "expired", "void", "replaced"]


class FieldOut(Schema):
    """A field of a kind."""

    name: str
    type: str
    title: Text
    required: bool


class KindOut(Schema):
    """A kind of document."""

    code: str
    title: Text
    number: str
    valid_days: int
    signers: list[Text]
    fields: list[FieldOut]


class KindsOut(Schema):
    """The kinds."""

    items: list[KindOut]


class DocumentSignatureOut(Schema):
    """A place for a signature, and when it was made."""

    order: int
    title: str
    name: str
    signed_at: datetime | None


class DocumentOut(Schema):
    """A document, without what it says of a person."""

    id: UUID
    kind: str
    title: Text
    number: str
    code: str
    office: str
    day: date
    valid_until: date | None
    state: Literal["waiting", "signed", "void", "replaced"]
    holder: str
    signatures: list[DocumentSignatureOut]
    replaces: UUID | None


class DocumentsOut(Schema):
    """A page of documents and how many fit."""

    total: int
    items: list[DocumentOut]


class IssueIn(Schema):
    """A document to be issued."""

    kind: str = Field(max_length=80)
    city: str = Field(max_length=40)
    office: str = Field(max_length=80)
    data: dict[str, str] = Field(max_length=60)


class ReasonIn(Schema):
    """Why something is done."""

    reason: str = Field(min_length=3, max_length=500)


class PublicSignerOut(Schema):
    """A signer, as anyone may know them."""

    title: str
    name: str
    at: datetime | None


class ReleasedOut(Schema):
    """A field that the kind releases, masked."""

    title: Text
    text: str


class StandingOut(Schema):
    """How a document stands."""

    state: Word
    code: str
    kind: str
    title: Text
    number: str
    office: str
    city: str
    day: date
    valid_until: date | None
    released: list[ReleasedOut]
    signers: list[PublicSignerOut]
    content_digest: str


class SignerOut(Schema):
    """A signature in a file."""

    name: str
    organisation: str
    at: datetime | None
    timestamped: bool
    valid: bool
    judged_at: datetime | None
    basis: Literal["now", "stamp", "stored"]


class VerdictOut(Schema):
    """What is to be said of a file."""

    valid: bool
    changed: bool
    problem: str
    digest: str
    signers: list[SignerOut]
    record: StandingOut | None


class ClaimsKeyOut(Schema):
    """A city's public key for claims (SubjectPublicKeyInfo, DER, base 64)."""

    city: str
    name: str
    zone: str
    id: str
    spki: str


class ClaimsKeysOut(Schema):
    """The keys."""

    items: list[ClaimsKeyOut]


@router.get("/kinds", response=KindsOut, summary="Kinds of documents")
def kinds(request: HttpRequest) -> dict[str, Any]:
    """Every kind with its fields."""
    return {"items": [_kind(each) for each in all_kinds()]}


@router.get("/keys", response=ClaimsKeysOut, summary="The cities' public keys for claims")
def keys(request: HttpRequest) -> dict[str, Any]:
    """With these keys a QR code is verified without asking the city."""
    return {"items": queries.public_keys()}


@router.get(
    "/standing/{code}", response=StandingOut, summary="Whether a document stands",
    url_name="public_state",
)  # fmt: skip
@throttle("documents.verify", "60/m")
def public_state(request: HttpRequest, code: str) -> dict[str, Any]:
    """By the code on the paper; no personal data beyond what the kind releases, masked."""
    found = queries.standing(code[:40], at=timezone.now())
    if found is None:
        raise MissingError("No document has this code")
    return _standing(found)


@router.post("/verify", response=VerdictOut, summary="Verify a signed PDF")
@throttle("documents.verify", "60/m")
def verify(request: HttpRequest, file: File[UploadedFile]) -> dict[str, Any]:
    """Who signed the file, and whether it was changed since. The file is not kept."""
    if (file.size or 0) > MOST_BYTES:
        raise ProblemError("The file is larger than 20 MB", status=413, kind="too-large")
    verdict = queries.verdict_of(file.read())
    found = queries.record_of_file(verdict.digest, at=timezone.now())
    return {**_verdict(verdict), "record": _standing(found) if found else None}


@router.get(
    "/documents", response=DocumentsOut, auth=token_or_session("documents:read"),
    summary="Documents of a city",
)  # fmt: skip
def documents(
    request: HttpRequest,
    city: Annotated[str, Query(max_length=40)],
    q: Short = "",
    kind: Short = "",
    state: State = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> dict[str, Any]:
    """Those that the caller may see, the newest first."""
    principal_of(request).require(VIEW, city_by_slug(city))
    rows = queries.documents(city, Filter(words=_clean(q), kind=_clean(kind), state=state))
    page = rows[offset : offset + limit].prefetch_related("signatures")
    return {"total": rows.count(), "items": [_document(each) for each in page]}


@router.post(
    "/documents", response={201: DocumentOut}, auth=token_or_session("documents:issue"),
    summary="Issue a document",
)  # fmt: skip
@once_per_key("documents.issue")
def issue(request: HttpRequest, body: IssueIn) -> tuple[int, dict[str, Any]]:
    """Number, render and store a document; it then waits for its signers."""
    principal_of(request).require(ISSUE, city_by_slug(body.city))
    who = origin_of(request, "api")
    made = actions.issue(
        _clean(body.kind), office=_clean(body.office), city=body.city, data=body.data, about=None,
        by=who, key=f"api:{who.actor}:{request.headers['Idempotency-Key']}"[:200],
    )  # fmt: skip
    return 201, _document(made)


@router.get(
    "/documents/{document}", response=DocumentOut, auth=token_or_session("documents:read"),
    summary="A document",
)  # fmt: skip
def document(request: HttpRequest, document: UUID) -> dict[str, Any]:
    """A document that the caller may see."""
    return _document(_seen(request, document, VIEW))


@router.get(
    "/documents/{document}/file", auth=token_or_session("documents:read"), summary="The PDF",
    response={200: bytes},
    openapi_extra={"responses": {200: {"description": "The PDF.",
                                       "content": {"application/pdf": {}}}}},
)  # fmt: skip
def file(request: HttpRequest, document: UUID) -> HttpResponse:
    """The bytes after the last signature; the reading is written to the audit."""
    found = _seen(request, document, VIEW)
    content = queries.file_of(found, by=origin_of(request, "api"))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{found.kind}-{found.code}.pdf"'
    return answer


@router.post(
    "/documents/{document}/void", response=DocumentOut, auth=token_or_session("documents:void"),
    summary="Make a document void",
)  # fmt: skip
@once_per_key("documents.void")
def void(request: HttpRequest, document: UUID, body: ReasonIn) -> dict[str, Any]:
    """It keeps its number, and verification says so."""
    found = _seen(request, document, VOID)
    return _document(
        actions.void(found.id, reason=_clean(body.reason), by=origin_of(request, "api"))
    )


def _seen(request: HttpRequest, document: UUID, permission: str) -> Document:
    found = queries.one(document)
    principal_of(request).require(permission, found)
    return found


def _clean(text: str) -> str:
    """The text without characters that a database cannot hold."""
    return text.replace("\x00", "")


def _kind(kind: Any) -> dict[str, Any]:
    return {
        "code": kind.code, "title": kind.title, "number": kind.number,
        "valid_days": kind.valid_days, "signers": [each.title for each in kind.signers],
        "fields": [{"name": each.name, "type": each.type, "title": each.title,
                    "required": each.required} for each in kind.fields],
    }  # fmt: skip


def _document(row: Document) -> dict[str, Any]:
    names = ("id", "kind", "title", "number", "day", "valid_until", "state", "holder")
    return {
        **{name: getattr(row, name) for name in names},
        "code": grouped(row.code), "office": row.office.name, "replaces": row.replaces_id,
        "signatures": [
            {"order": each.order, "title": each.title, "name": each.name,
             "signed_at": each.signed_at}
            for each in sorted(row.signatures.all(), key=lambda each: each.order)
        ],
    }  # fmt: skip


def _standing(found: Standing) -> dict[str, Any]:
    record = found.record
    names = ("kind", "title", "number", "office", "city", "day", "valid_until", "released",
             "signers", "content_digest")  # fmt: skip
    return {**{name: getattr(record, name) for name in names}, "state": found.word,
            "code": grouped(record.code)}  # fmt: skip


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "valid": verdict.valid, "changed": verdict.changed, "problem": verdict.problem,
        "digest": verdict.digest,
        "signers": [
            {"name": each.name, "organisation": each.organisation, "at": each.at,
             "timestamped": each.timestamped, "valid": each.good, "judged_at": each.judged_at,
             "basis": each.basis}
            for each in verdict.signers
        ],
    }  # fmt: skip
