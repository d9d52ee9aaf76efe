"""What anyone may ask: does this document stand, and with which keys do cities sign claims."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from balai.kernel import keys
from balai.kernel.documents import qr
from balai.kernel.documents.engine.codes import read_code
from balai.kernel.documents.models import PublicFile, PublicRecord, State
from balai.kernel.documents.verifying import Verdict, verify_pdf
from balai.kernel.regions.queries import cities, find_city


@dataclass(frozen=True, slots=True)
class Standing:
    """A public record, and the one word that says how the document stands on a day:
    waiting, valid, expired, void or replaced.
    """

    record: PublicRecord
    word: str

    @property
    def good(self) -> bool:
        """Whether the document may be relied on."""
        return self.word == "valid"

    @property
    def signers(self) -> list[dict[str, Any]]:
        """Title and name of each signer, and the day they signed by the city's calendar."""
        zone = _zone(self.record)
        return [
            {
                **each,
                "day": each["at"] and datetime.fromisoformat(each["at"]).astimezone(zone).date(),
            }
            for each in self.record.signers
        ]


def standing(typed: str, *, at: datetime) -> Standing | None:
    """How the document with the typed code stands at a moment; None where there is none.

    A code with a slip of the hand is told by its check symbol, without asking the database.
    """
    code = read_code(typed)
    found = PublicRecord.objects.filter(pk=code).first() if code else None
    return Standing(found, _word(found, at)) if found else None


def record_of_file(digest: str, *, at: datetime) -> Standing | None:
    """How the document stands that a file with this SHA-256 is of; None for a file of no one."""
    found = PublicFile.objects.select_related("record").filter(pk=digest).first()
    return Standing(found.record, _word(found.record, at)) if found else None


def stored_since(digest: str) -> datetime | None:
    """When the signature that a file ends with was stored here, to the file's last bit; None for a
    file of no one, or of one without a signature.
    """
    found = PublicFile.objects.select_related("record").filter(pk=digest).first()
    if found is None or not 1 <= found.step <= len(found.record.signers):
        return None
    told = found.record.signers[found.step - 1]["at"]
    return datetime.fromisoformat(told) if told else None


def verdict_of(content: bytes) -> Verdict:
    """The verdict on a file, with what is known here of when it was stored."""
    return verify_pdf(content, stored_at=stored_since(hashlib.sha256(content).hexdigest()))


def public_keys() -> list[dict[str, str]]:
    """Every city's public keys for claims, with its name and time zone; the key (a
    SubjectPublicKeyInfo) in base 64.
    """
    return [
        {"city": city.slug, "name": city.name, "zone": city.time_zone, "id": key.key_id,
         "spki": base64.b64encode(key.spki).decode()}
        for city in cities() for key in keys.public_keys(city.slug, qr.PURPOSE)
    ]  # fmt: skip


def _word(record: PublicRecord, at: datetime) -> str:
    on = at.astimezone(_zone(record)).date()
    if record.state != State.SIGNED:
        return str(record.state)
    return "expired" if record.valid_until and record.valid_until < on else "valid"


def _zone(record: PublicRecord) -> ZoneInfo:
    city = find_city(record.city)
    return ZoneInfo(city.time_zone if city else "UTC")


def _moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).astimezone(zone)
