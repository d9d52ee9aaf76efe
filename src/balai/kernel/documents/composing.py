"""What a template is given: words, facts in their written form, office, signers, QR code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from balai.kernel import keys
from balai.kernel.documents import qr
from balai.kernel.documents.engine.codes import grouped
from balai.kernel.documents.fields import Field
from balai.kernel.documents.kinds import Kind
from balai.kernel.documents.models import Document, Office, Signatory


def content_of(document: Document, values: Mapping[str, str]) -> str:
    """What the document says, as canonical JSON: it is attached to the PDF, and its SHA-256
    begins with the digest in the QR code.

    The salt is drawn from the code under a key of the installation: the digest is public, and
    without the file nobody shall find by trial what verification shows masked.
    """
    said = {
        "kind": document.kind, "number": document.number, "day": document.day.isoformat(),
        "office": document.office.name, "code": document.code, "values": dict(values),
        "valid_until": document.valid_until.isoformat() if document.valid_until else None,
        "salt": keys.blind_index("documents.content", document.code).hex(),
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(content: str) -> str:
    """The SHA-256 of a document's content, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()


def composed(
    document: Document,
    kind: Kind,
    values: Mapping[str, str],
    signers: Sequence[Signatory],
    claims: str,
    zone: str,
) -> dict[str, Any]:
    """The data of the template."""
    words = words_of(kind)
    made = document.made_at.astimezone(ZoneInfo("UTC"))
    return {
        "lang": kind.language,
        "title": kind.title[kind.language],
        "number": document.number,
        "words": words,
        "opening": words["opening"].format(signer=signers[0].title if signers else ""),
        "office": _office(document.office),
        "facts": [
            {"name": each.name, "label": each.title[kind.language],
             "text": written(each, values[each.name], kind.language)}
            for each in kind.fields
        ],
        "values": dict(values),
        "day": written_day(document.day, kind.language),
        "valid_until": written_day(document.valid_until, kind.language),
        "check": {
            "qr": qr.picture(claims),
            "page": qr.page_address().partition("://")[2].rstrip("/"),
            "code": grouped(document.code),
        },
        "signatures": [
            {"order": at, "first": at == 0, "place": document.office.place, "title": each.title,
             "name": each.name, "number": each.number, "visible": kind.signers[at].visible}
            for at, each in enumerate(signers)
        ],
        "made": {part: getattr(made, part)
                 for part in ("year", "month", "day", "hour", "minute", "second")},
        "content": content_of(document, values),
    }  # fmt: skip


def written(field: Field, text: str, language: str) -> str:
    """A stored value as people write it."""
    if not text:
        return ""
    if field.type == "date":
        return written_day(date.fromisoformat(text), language)
    if field.type == "money":
        grouped_digits = f"{int(text):,}"
        return "Rp" + (grouped_digits.replace(",", ".") if language == "id" else grouped_digits)
    return text


def written_day(day: date | None, language: str) -> str:
    """23 November 2026; empty for none."""
    from babel.dates import format_date

    return format_date(day, "d MMMM y", locale=language) if day else ""


def written_moment(at: datetime, zone: str, language: str) -> str:
    """23 November 2026, 12.41 WIB."""
    local = at.astimezone(ZoneInfo(zone))
    name = local.tzname() or ""
    return f"{written_day(local.date(), language)}, {local:%H.%M} {name}".strip()


def words_of(kind: Kind) -> dict[str, str]:
    """The frame's words in the kind's language."""
    return dict(_words(kind.files["words.yaml"])[kind.language])


@lru_cache(maxsize=16)
def _words(text: str) -> dict[str, dict[str, str]]:
    return dict(yaml.safe_load(text))


def _office(office: Office) -> dict[str, str]:
    return {"name": office.name, "parent": office.parent, "address": office.address}
