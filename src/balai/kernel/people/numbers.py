"""Sealing the numbers and contacts of people, and finding them without opening them.

A number is sealed under the purpose `people.<scheme>` and bound to the id of its row. A contact is
sealed under the master key and the person's own secret together: destroying the secret destroys
the contacts (see `PersonSecret`).
"""

from __future__ import annotations

from uuid import UUID

from balai.kernel import keys

NIK = "nik"
KK = "kk"
Sealed = bytes | memoryview
"""Bytes as they come from Python or from the database."""


def index_of(scheme: str, number: str) -> bytes:
    """The blind index of a number that was brought to its digits (see `engine.nik.digits_of`)."""
    return keys.blind_index(f"people.{scheme}", number)


def sealed(scheme: str, number: str, row: UUID | str) -> bytes:
    """The number sealed for the row with this id (UUID, or its 36 letters)."""
    return keys.seal(f"people.{scheme}", number, about=str(row))


def opened(scheme: str, value: Sealed, row: UUID | str) -> str:
    """The number of a row; ValueError where it was altered or moved from another row."""
    return keys.open_sealed(f"people.{scheme}", bytes(value), about=str(row))


def contact_index(channel: str, value: str) -> bytes:
    """The blind index of a phone number (E.164) or mail address (lower case)."""
    return keys.blind_index(f"people.{channel}", value)


def sealed_contact(secret: Sealed, value: str, row: UUID | str) -> bytes:
    """A contact sealed under the person's secret too."""
    return keys.seal(_under(secret), value, about=str(row))


def opened_contact(secret: Sealed, value: Sealed, row: UUID | str) -> str:
    """A contact opened; ValueError without the secret it was sealed under."""
    return keys.open_sealed(_under(secret), bytes(value), about=str(row))


def _under(secret: Sealed) -> str:
    return f"people.contact/{bytes(secret).hex()}"
