"""Issuing a document: number, code, claims, PDF and public record in one transaction."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.kernel import keys
from balai.kernel.access.origin import Origin
from balai.kernel.documents import composing, qr, rendering, sealing
from balai.kernel.documents.actions.telling import tell
from balai.kernel.documents.engine.claims import DIGEST_BYTES, Claims
from balai.kernel.documents.engine.codes import RANDOM_BITS, code_of
from balai.kernel.documents.engine.masking import masked_name
from balai.kernel.documents.engine.numbering import written
from balai.kernel.documents.events import ISSUED
from balai.kernel.documents.kinds import Kind, find_kind
from balai.kernel.documents.models import (
    Document,
    File,
    KindVersion,
    Office,
    PublicFile,
    PublicRecord,
    Signatory,
    Signature,
    State,
    new_id,
)
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError
from balai.kernel.regions.queries import City, city_by_slug

NEXT_NUMBER = """
INSERT INTO documents_counter (kind, office_id, year, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (kind, office_id, year) DO UPDATE SET last = documents_counter.last + 1
RETURNING last
"""


@transaction.atomic
def issue(
    kind: str,
    *,
    office: str,
    city: str,
    data: Mapping[str, Any],
    about: UUID | None,
    by: Origin,
    key: str,
    region_code: str = "",
    at: datetime | None = None,
    replaces: Document | None = None,
    generated: bool = False,
) -> Document:
    """Number, make and store a document; the same key and request again return the same one.

    `office` is its code in the city; `about` the person it is about; `region_code` where that
    person is registered (the office's own without). It waits for its first signer, or is in force
    at once where its kind has none. ProblemError names each bad field; MissingError an unknown
    kind or office; ConflictError a key that stands for another request. The transaction that
    takes the number stores the document: rolled back, it leaves no gap.
    """
    found = city_by_slug(city)
    definition = find_kind(kind)
    values = definition.check(data)
    place = _office(found, office)
    if not key or len(key) > 200:
        fault = Fault(field="key", problem="is not of 1 to 200 letters")
        raise ProblemError("The document cannot be issued", faults=(fault,))
    asked = _digest(kind, office, city, values, about, replaces)
    if known := _known(key, asked):
        return known
    signers = [_signer(place, spec.post) for spec in definition.signers]
    moment = (at or timezone.now()).replace(microsecond=0)
    document = _numbered(definition, place, found, moment)
    document.person_id = about
    document.region_code = region_code or place.region_code
    document.holder = masked_name(values.get(definition.holder_field, ""))
    document.sealed = sealing.seal_data(values, document.id)
    document.content_digest = composing.digest_of(composing.content_of(document, values))
    document.made_by, document.request_key, document.request_digest = by.actor, key, asked
    document.replaces, document.generated = replaces, generated
    document.state = State.WAITING if signers else State.SIGNED
    _store(document, definition, values, signers, found)
    tell(ISSUED, document, by)
    return document


def _numbered(kind: Kind, office: Office, city: City, at: datetime) -> Document:
    day = at.astimezone(ZoneInfo(city.time_zone)).date()
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [kind.code, office.pk, day.year])
        (no,) = cursor.fetchone() or (0,)
    number = written(
        kind.number, no=no, kind=kind.code, office=office.code, month=day.month, year=day.year,
        classification=kind.classification,
    )  # fmt: skip
    return Document(
        id=new_id(), city=city.slug, office=office, version=current_version(kind), kind=kind.code,
        title=dict(kind.title), year=day.year, no=no, number=number,
        code=code_of(secrets.randbits(RANDOM_BITS)), day=day, made_at=at,
        valid_until=day + timedelta(days=kind.valid_days) if kind.valid_days else None,
    )  # fmt: skip


def _store(
    document: Document,
    kind: Kind,
    values: Mapping[str, str],
    signers: Sequence[Signatory],
    city: City,
) -> None:
    claims = qr.signed_text(claims_of(document, kind, signers, city))
    data = composing.composed(document, kind, values, signers, claims, city.time_zone)
    made = rendering.render(kind, data, at=document.made_at)
    document.save(force_insert=True)
    record = _publish(document, kind, values, signers)
    keep_file(document, record, 0, made.pdf)
    Signature.objects.bulk_create(
        Signature(
            document=document, order=at, post=kind.signers[at - 1].post, title=each.title,
            name=each.name, number=each.number, visible=kind.signers[at - 1].visible,
            signatory=each, box=_corners(made.boxes, at),
        )
        for at, each in enumerate(signers, 1)
    )  # fmt: skip


def keep_file(document: Document, record: PublicRecord, step: int, pdf: bytes) -> File:
    """Store the bytes of a document after a step, and its digest where anyone may ask for it."""
    digest = hashlib.sha256(pdf).hexdigest()
    PublicFile.objects.create(digest=digest, record=record, step=step)
    return File.objects.create(
        document=document, step=step, digest=digest, size=len(pdf),
        sealed=sealing.seal_file(pdf, document.id),
    )  # fmt: skip


def claims_of(document: Document, kind: Kind, signers: Sequence[Signatory], city: City) -> Claims:
    """What the QR code says."""
    zone = ZoneInfo(city.time_zone)
    expires = None
    if last := document.valid_until:
        expires = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
    return Claims(
        city=city.slug, code=document.code, kind=kind.code, title=kind.title[kind.language],
        number=document.number, office=document.office.name, day=document.day,
        holder=document.holder, signers=tuple(each.title for each in signers),
        digest=bytes.fromhex(document.content_digest)[:DIGEST_BYTES],
        issued_at=int(document.made_at.timestamp()),
        expires=int(expires.timestamp()) if expires else None,
    )  # fmt: skip


def current_version(kind: Kind) -> KindVersion:
    """The kept version that equals the kind's definition and templates; kept now if it is new."""
    found = KindVersion.objects.filter(digest=kind.digest).first()
    if found is not None:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"kind:{kind.code}"])
    newest = KindVersion.objects.filter(kind=kind.code).order_by("-version").first()
    number = (newest.version if newest else 0) + 1
    return KindVersion.objects.get_or_create(
        digest=kind.digest,
        defaults={"kind": kind.code, "version": number, "definition": dict(kind.definition),
                  "files": dict(kind.files)},
    )[0]  # fmt: skip


def _publish(
    document: Document, kind: Kind, values: Mapping[str, str], signers: Sequence[Signatory]
) -> PublicRecord:
    fields = {each.name: each for each in kind.fields}
    released = [
        {"title": dict(fields[name].title),
         "text": fields[name].masked(composing.written(fields[name], values[name], kind.language))}
        for name in kind.release if values[name]
    ]  # fmt: skip
    return PublicRecord.objects.create(
        code=document.code, city=document.city, kind=document.kind, title=document.title,
        number=document.number, office=document.office.name, day=document.day,
        valid_until=document.valid_until, state=document.state, released=released,
        signers=[{"title": each.title, "name": each.name, "at": None} for each in signers],
        content_digest=document.content_digest, generated=document.generated,
    )  # fmt: skip


def _office(city: City, code: str) -> Office:
    found = Office.objects.filter(city=city.slug, code=code).first()
    if found is None:
        raise MissingError(_("There is no such office"),
                           detail=f"{city.name} has no office with the code {code!r}.")  # fmt: skip
    return found


def _signer(office: Office, post: str) -> Signatory:
    """Who holds the post at the office, or at the nearest office above it."""
    held = Signatory.objects.filter(office__city=office.city, post=post, active=True)
    above = [
        each for each in held.select_related("office").order_by("pk")
        if f"{office.region_code}.".startswith(f"{each.office.region_code}.")
    ]  # fmt: skip
    if not above:
        raise ProblemError(_("Nobody can sign the document"),
                           detail=f"No one holds the post {post!r} for {office.name}.")  # fmt: skip
    return max(above, key=lambda each: (len(each.office.region_code), each.office_id == office.pk,
                                        -each.pk))  # fmt: skip


def _known(key: str, asked: str) -> Document | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [key])
    found = Document.objects.filter(request_key=key).select_related("office").first()
    if found is not None and found.request_digest != asked:
        raise ConflictError(_("The key stands for another document"), kind="idempotency-conflict",
                            detail=f"The key {key!r} was used for another request.")  # fmt: skip
    return found


def _digest(
    kind: str, office: str, city: str, values: Mapping[str, str], about: UUID | None,
    replaces: Document | None,
) -> str:  # fmt: skip
    whole = [kind, office, city, dict(values), str(about), str(replaces.pk if replaces else "")]
    # Keyed: what was typed of a person cannot be guessed from the digest.
    return hmac.digest(
        keys.data_key("documents.request-digest"), json.dumps(whole, sort_keys=True).encode(),
        "sha256",
    ).hex()  # fmt: skip


def _corners(boxes: Sequence[rendering.Box], order: int) -> list[int]:
    if order > len(boxes):
        return []
    box = boxes[order - 1]
    return [box.page, box.x0, box.y0, box.x1, box.y1]
