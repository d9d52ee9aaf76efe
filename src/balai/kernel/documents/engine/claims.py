"""The compact claims in a document's QR code: a CWT (RFC 8392) in a COSE_Sign1 (RFC 9052).

The message is deflated (RFC 1950) and written in base 32. What is signed is the protected header
and the claims; the signature is ES256, r and s in 32 bytes each. The claims registered for a CWT
keep their keys (1 issuer, 4 expiry, 6 issued at); the document's own stand in one map under a key
for private use, where small integers name them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from balai.kernel.documents.engine import base32

T = TypeVar("T")
COSE_SIGN1 = 18
ALGORITHM, KEY_ID, ES256 = 1, 4, -7
ISSUER, EXPIRES, ISSUED_AT = 1, 4, 6
DOCUMENT = -65537
DAY_ZERO = date(1970, 1, 1)
MOST_BYTES = 4096
DIGEST_BYTES = 16
"""Of the content's SHA-256; 128 bits bind the paper's words, and the QR code stays legible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What the city says of a document. `holder` is masked; `digest` is the start of the SHA-256
    of the document's content; times are seconds since 1970.
    """

    city: str
    code: str
    kind: str
    title: str
    number: str
    office: str
    day: date
    holder: str
    signers: tuple[str, ...]
    digest: bytes
    issued_at: int
    expires: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message taken apart: which key signed, what, and the bytes the signature stands for."""

    key_id: str
    claims: Claims
    signed: bytes
    signature: bytes


def encode(claims: Claims, key_id: str, sign: Callable[[bytes], bytes]) -> str:
    """The signed claims in base 32. `key_id` is hexadecimal, `sign` answers r and s."""
    import cbor2

    protected = cbor2.dumps({ALGORITHM: ES256, KEY_ID: bytes.fromhex(key_id)}, canonical=True)
    payload = cbor2.dumps(_as_map(claims), canonical=True)
    signature = sign(to_be_signed(protected, payload))
    message = cbor2.CBORTag(COSE_SIGN1, [protected, {}, payload, signature])
    return base32.encode(zlib.compress(cbor2.dumps(message, canonical=True), 9))


def decode(text: str) -> Message:
    """The message, not yet verified; ValueError where the text is none."""
    import cbor2

    try:
        raw = _inflated(base32.decode(text))
        message = cbor2.loads(raw)
        if not isinstance(message, cbor2.CBORTag) or message.tag != COSE_SIGN1:
            raise ValueError("no COSE_Sign1 message")
        protected, _, payload, signature = message.value
        header, body = cbor2.loads(protected), cbor2.loads(payload)
        if header[ALGORITHM] != ES256:
            raise ValueError("another algorithm than ES256")
        key_id = _typed(header[KEY_ID], bytes).hex()
        signed = to_be_signed(_typed(protected, bytes), _typed(payload, bytes))
        return Message(key_id, _from_map(body), signed, _typed(signature, bytes))
    except (cbor2.CBORDecodeError, zlib.error, KeyError, TypeError, IndexError, OverflowError,
            AttributeError) as error:  # fmt: skip
        raise ValueError(f"no claims of a document: {error}") from error


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052, 4.4."""
    import cbor2

    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)


def _as_map(claims: Claims) -> dict[int, Any]:
    own = {
        1: claims.code, 2: claims.kind, 3: claims.title, 4: claims.number, 5: claims.office,
        6: (claims.day - DAY_ZERO).days, 7: claims.holder, 8: list(claims.signers),
        9: claims.digest,
    }  # fmt: skip
    body: dict[int, Any] = {ISSUER: claims.city, ISSUED_AT: claims.issued_at, DOCUMENT: own}
    return body | ({} if claims.expires is None else {EXPIRES: claims.expires})


def _from_map(body: dict[int, Any]) -> Claims:
    own = body[DOCUMENT]
    expires = body.get(EXPIRES)
    digest = _typed(own[9], bytes)
    if len(digest) != DIGEST_BYTES:
        raise ValueError("a digest of another length")
    return Claims(
        city=_typed(body[ISSUER], str), issued_at=_typed(body[ISSUED_AT], int),
        expires=None if expires is None else _typed(expires, int),
        code=_typed(own[1], str), kind=_typed(own[2], str), title=_typed(own[3], str),
        number=_typed(own[4], str), office=_typed(own[5], str),
        day=DAY_ZERO + timedelta(days=_typed(own[6], int)), holder=_typed(own[7], str),
        signers=tuple(_typed(each, str) for each in _typed(own[8], list)), digest=digest,
    )  # fmt: skip


def _typed(value: Any, kind: type[T]) -> T:
    # Strictly: `bytes(8_000_000_000)` would make that many zeros, and true is no number.
    if type(value) is not kind:
        raise ValueError(f"{type(value).__name__} where {kind.__name__} should stand")
    return value


def _inflated(packed: bytes) -> bytes:
    inflate = zlib.decompressobj()
    raw = inflate.decompress(packed, MOST_BYTES)
    if inflate.unconsumed_tail or not inflate.eof:
        raise ValueError("longer than any claims, or cut short")
    return raw
