"""What anyone may ask: does this document stand, and with which keys do cities sign claims."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date

from balai.kernel import keys
from balai.kernel.documents import qr
from balai.kernel.documents.engine.codes import read_code
from balai.kernel.documents.models import PublicFile, PublicRecord, State
from balai.kernel.regions.queries import cities


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


def standing(typed: str, *, on: date) -> Standing | None:
    """How the document with the typed code stands; None where there is none.

    A code with a slip of the hand is told by its check symbol, without asking the database.
    """
    code = read_code(typed)
    found = PublicRecord.objects.filter(pk=code).first() if code else None
    return Standing(found, _word(found, on)) if found else None


def record_of_file(digest: str, *, on: date) -> Standing | None:
    """How the document stands that a file with this SHA-256 is of; None for a file of no one."""
    found = PublicFile.objects.select_related("record").filter(pk=digest).first()
    return Standing(found.record, _word(found.record, on)) if found else None


def public_keys() -> list[dict[str, str]]:
    """Every city's public keys for claims: city, name, key id, SubjectPublicKeyInfo in base 64."""
    return [
        {"city": city.slug, "name": city.name, "id": key.key_id,
         "spki": base64.b64encode(key.spki).decode()}
        for city in cities() for key in keys.public_keys(city.slug, qr.PURPOSE)
    ]  # fmt: skip


def _word(record: PublicRecord, on: date) -> str:
    if record.state != State.SIGNED:
        return str(record.state)
    return "expired" if record.valid_until and record.valid_until < on else "valid"
