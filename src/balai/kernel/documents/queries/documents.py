"""Documents as officers and residents read them; the rows are those the transaction may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.access.reading import Reading, note_reading
from balai.kernel.documents import composing, sealing
from balai.kernel.documents.engine.codes import read_code
from balai.kernel.documents.kinds import kind_from
from balai.kernel.documents.models import Document, File
from balai.kernel.problems import MissingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is looked for: words (a number or a code), kind, state, first and last day."""

    words: str = ""
    kind: str = ""
    state: str = ""
    start: date | None = None
    end: date | None = None


def documents(city: str, wanted: Filter) -> QuerySet[Document]:
    """A city's documents that fit, the newest first."""
    rows = Document.objects.filter(city=city).select_related("office")
    if words := wanted.words.strip():
        rows = rows.filter(Q(number__icontains=words) | Q(code=read_code(words) or "-"))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.start:
        rows = rows.filter(day__gte=wanted.start)
    if wanted.end:
        rows = rows.filter(day__lte=wanted.end)
    return rows.order_by("-made_at", "-id")


def mine(city: str, person: UUID | None) -> QuerySet[Document]:
    """The documents about a person, the newest first."""
    if person is None:
        return Document.objects.none()
    rows = Document.objects.filter(city=city, person_id=person).select_related("office")
    return rows.order_by("-made_at")


def one(document: UUID, city: str = "") -> Document:
    """The document; MissingError where there is none that may be seen."""
    rows = Document.objects.select_related("office", "version", "replaces")
    found = rows.filter(pk=document, **({"city": city} if city else {})).first()
    if found is None:
        raise MissingError("There is no such document", detail=f"No document {document} is here.")
    return found


def values_of(document: Document) -> list[tuple[dict[str, str], str]]:
    """What the document says: each field's title by language and its value as it is written."""
    kind = kind_from(document.version.definition, document.version.files)
    values = sealing.open_data(bytes(document.sealed), document.id)
    return [
        (dict(each.title), composing.written(each, values.get(each.name, ""), kind.language))
        for each in kind.fields
        if values.get(each.name)
    ]


def file_of(document: Document, *, by: Origin, step: int | None = None, own: bool = False) -> bytes:
    """The PDF after the last step (or after one). Reading somebody's document is written to the
    audit, unless it is the person's own.
    """
    rows = File.objects.filter(document=document).order_by("-step")
    found = (rows if step is None else rows.filter(step=step)).first()
    if found is None:
        raise MissingError("The document has no such file", detail=f"No file {step} is kept.")
    if not own:
        note_opening(document, by=by, part="document-file")
    return sealing.open_file(bytes(found.sealed), document.id)


def note_opening(document: Document, *, by: Origin, part: str = "document") -> None:
    """Write to the audit, and to the log that the person reads, that somebody's document was read
    (`part`: the page, or the `document-file`).
    """
    if document.person_id is None:
        return
    audit("documents.opened", by, subject=f"document:{document.id}",
          person=str(document.person_id), number=document.number)  # fmt: skip
    title = document.title.get("id", document.kind)
    note_reading(
        Reading(person=document.person_id, region_code=document.region_code, part=part,
                purpose="document", reason=f"{title} {document.number}".strip()),
        by=by,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a document: when, what (a word of a closed list), who."""

    at: datetime
    what: str
    who: str
    detail: str = ""


def history(document: Document) -> Sequence[Step]:
    """What happened to a document, in order."""
    steps = [Step(document.made_at, "issued", document.made_by)]
    for each in document.signatures.exclude(signed_at=None):
        assert each.signed_at is not None, each
        steps.append(Step(each.signed_at, "signed", each.signed_by, each.title))
    if document.ended_at is not None:
        steps.append(
            Step(document.ended_at, document.state, document.ended_by, document.ended_reason)
        )
    return sorted(steps, key=lambda step: step.at)
