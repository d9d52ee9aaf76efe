"""A city's signed list of the documents that no longer stand, for checking without a network.

A COSE_Sign1 message (RFC 9052, ES256) like a document's claims, in plain CBOR: issuer (1), issued
at (6), a time after which a newer list should be asked for (4), and under a key for private use a
list of [code, state, day]. It names no person: a code says nothing to who has not the paper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from balai.kernel.documents.engine.claims import (
    ALGORITHM,
    COSE_SIGN1,
    DAY_ZERO,
    ES256,
    EXPIRES,
    ISSUED_AT,
    ISSUER,
    KEY_ID,
    to_be_signed,
)

REVOKED = -65538
Ended = Literal["void", "replaced"]
STATES: tuple[Ended, ...] = ("void", "replaced")


@dataclass(frozen=True, slots=True)
class Revocation:
    """A document that ended: its code, how, and on which day of the city's calendar."""

    code: str
    state: Ended
    day: date


@dataclass(frozen=True, slots=True)
class RevocationList:
    """What a city says has ended, as of `issued_at`; times are seconds since 1970."""

    city: str
    issued_at: int
    renew_at: int
    entries: tuple[Revocation, ...]

    def find(self, code: str) -> Revocation | None:
        """The entry of a document; None where it stood when the list was made."""
        return next((each for each in self.entries if each.code == code), None)


@dataclass(frozen=True, slots=True)
class SignedList:
    """A list taken apart: which key signed, what, and the bytes the signature stands for."""

    key_id: str
    said: RevocationList
    signed: bytes
    signature: bytes


def encode(said: RevocationList, key_id: str, sign: Callable[[bytes], bytes]) -> bytes:
    """The signed list. `key_id` is hexadecimal, `sign` answers r and s."""
    import cbor2

    protected = cbor2.dumps({ALGORITHM: ES256, KEY_ID: bytes.fromhex(key_id)}, canonical=True)
    rows = [
        [each.code, STATES.index(each.state) + 1, (each.day - DAY_ZERO).days]
        for each in said.entries
    ]
    body = {ISSUER: said.city, ISSUED_AT: said.issued_at, EXPIRES: said.renew_at, REVOKED: rows}
    payload = cbor2.dumps(body, canonical=True)
    parts = [protected, {}, payload, sign(to_be_signed(protected, payload))]
    return cbor2.dumps(cbor2.CBORTag(COSE_SIGN1, parts), canonical=True)


def decode(content: bytes) -> SignedList:
    """The list, not yet verified; ValueError where the bytes are none."""
    import cbor2

    try:
        message = cbor2.loads(content)
        if not isinstance(message, cbor2.CBORTag) or message.tag != COSE_SIGN1:
            raise ValueError("no COSE_Sign1 message")
        protected, _, payload, signature = message.value
        header, body = cbor2.loads(protected), cbor2.loads(payload)
        if header[ALGORITHM] != ES256:
            raise ValueError("another algorithm than ES256")
        parts = (header[KEY_ID], protected, payload, signature)
        if not all(type(each) is bytes for each in parts):
            raise ValueError("no bytes where bytes should stand")
        return SignedList(
            header[KEY_ID].hex(), _list(body), to_be_signed(protected, payload), signature
        )
    except (cbor2.CBORDecodeError, KeyError, TypeError, IndexError, OverflowError,
            AttributeError) as error:  # fmt: skip
        raise ValueError(f"no list of ended documents: {error}") from error


def _list(body: dict[int, Any]) -> RevocationList:
    city, issued_at, renew_at, rows = (body[key] for key in (ISSUER, ISSUED_AT, EXPIRES, REVOKED))
    if type(city) is not str or type(issued_at) is not int or type(renew_at) is not int:
        raise ValueError("a list of another form")
    return RevocationList(city, issued_at, renew_at, _entries(rows))


def _entries(rows: Sequence[Any]) -> tuple[Revocation, ...]:
    found = []
    for row in rows:
        if type(row) is not list or len(row) != 3:
            raise ValueError("an entry of another form")
        code, state, day = row
        if type(code) is not str or state not in {1, 2} or type(day) is not int:
            raise ValueError("an entry of another form")
        found.append(Revocation(code, STATES[state - 1], DAY_ZERO + timedelta(days=day)))
    return tuple(found)
