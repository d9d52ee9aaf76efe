"""Signatures of SNAP BI: what is signed, and by which key.

Standar Nasional Open API Pembayaran (SNAP), technical and security standards, Bank Indonesia and
ASPI. A request is signed by HMAC-SHA512 over METHOD:path:token:hash:timestamp; the call for a token
by SHA256withRSA over clientKey|timestamp. Banks sign notifications either way: see `Verifier`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

TOLERANCE = timedelta(minutes=15)
"""How far a timestamp may lie from the receiver's clock."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature covers. `path` is relative, with its query; `token` without `Bearer`."""

    method: str
    path: str
    body: bytes
    timestamp: str
    token: str = ""

    def text(self) -> str:
        """stringToSign with the token, for HMAC-SHA512 (symmetric)."""
        return ":".join((*self._head(), self.token, *self._tail()))

    def text_without_token(self) -> str:
        """stringToSign without the token, for SHA256withRSA (asymmetric transaction)."""
        return ":".join((*self._head(), *self._tail()))

    def _head(self) -> tuple[str, str]:
        return self.method.upper(), self.path

    def _tail(self) -> tuple[str, str]:
        return hashlib.sha256(minify(self.body)).hexdigest(), self.timestamp


class Verifier(Protocol):
    """How a bank's signature is checked; banks differ."""

    def __call__(self, signed: Signed, signature: str) -> bool:
        """Whether the signature is good."""


def minify(body: bytes) -> bytes:
    """The JSON without white space between its tokens: order, numbers and escapes stay as sent.

    Two libraries may write one value in two ways, so nothing is parsed and written again.
    """
    kept = bytearray()
    inside = escaped = False
    for byte in body:
        if inside:
            kept.append(byte)
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                inside = False
        elif byte not in b" \t\r\n":
            kept.append(byte)
            inside = byte == 0x22
    return bytes(kept)


def sign_symmetric(signed: Signed, secret: str) -> str:
    """X-SIGNATURE of a request: HMAC-SHA512 under the client secret, base64."""
    return _base64(hmac.digest(secret.encode(), signed.text().encode(), "sha512"))


def sign_asymmetric(signed: Signed, private_key: str) -> str:
    """X-SIGNATURE of a notification of a bank that signs by RSA, base64."""
    return _rsa(signed.text_without_token(), private_key)


def sign_token_call(client_key: str, timestamp: str, private_key: str) -> str:
    """X-SIGNATURE of the call for an access token: SHA256withRSA over clientKey|timestamp."""
    return _rsa(f"{client_key}|{timestamp}", private_key)


def token_call_holds(client_key: str, timestamp: str, signature: str, public_key: str) -> bool:
    """Whether a call for a token was signed by the key that belongs to `public_key` (PEM)."""
    return _rsa_holds(f"{client_key}|{timestamp}", signature, public_key)


@dataclass(frozen=True, slots=True)
class SymmetricVerifier:
    """Checks HMAC-SHA512 under a shared client secret, in constant time."""

    secret: str

    def __call__(self, signed: Signed, signature: str) -> bool:
        """Whether the signature is good."""
        return hmac.compare_digest(
            sign_symmetric(signed, self.secret).encode(), signature.encode("utf-8", "replace")
        )


@dataclass(frozen=True, slots=True)
class AsymmetricVerifier:
    """Checks SHA256withRSA under the bank's public key (PEM)."""

    public_key: str

    def __call__(self, signed: Signed, signature: str) -> bool:
        """Whether the signature is good."""
        return _rsa_holds(signed.text_without_token(), signature, self.public_key)


def verifier(kind: str, *, secret: str, public_key: str) -> Verifier:
    """The verifier of a bank that signs notifications by `hmac` or `rsa`; ValueError for others."""
    if kind == "hmac":
        return SymmetricVerifier(secret)
    if kind == "rsa":
        return AsymmetricVerifier(public_key)
    raise ValueError(f"no verifier is called {kind!r}; there are hmac and rsa")


def timestamp_of(at: datetime) -> str:
    """X-TIMESTAMP: ISO 8601 to the second with its offset. ValueError without a zone."""
    if at.tzinfo is None:
        raise ValueError("a timestamp needs its zone")
    return at.isoformat(timespec="seconds")


def read_timestamp(text: str, *, now: datetime, tolerance: timedelta = TOLERANCE) -> datetime:
    """The moment of an X-TIMESTAMP; ValueError where it has no zone or lies too far from `now`."""
    if len(text) > 35 or "T" not in text:
        raise ValueError("is not a time such as 2026-11-23T09:00:00+08:00")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a time such as 2026-11-23T09:00:00+08:00") from None
    if at.tzinfo is None:
        raise ValueError("has no offset from UTC, such as +08:00")
    try:
        distance = abs(at - now)
    except OverflowError:
        raise ValueError("is no time of this age") from None
    if distance > tolerance:
        minutes = int(tolerance.total_seconds() // 60)
        raise ValueError(f"lies more than {minutes} minutes from the receiver's clock")
    return at


def is_external_id(text: str) -> bool:
    """Whether an X-EXTERNAL-ID has the standard's form: 1 to 36 digits."""
    return 0 < len(text) <= 36 and text.isascii() and text.isdigit()


def _rsa(text: str, private_key: str) -> str:
    return _base64(_private(private_key).sign(text.encode(), PKCS1v15(), SHA256()))


def _rsa_holds(text: str, signature: str, public_key: str) -> bool:
    try:
        raw = base64.b64decode(signature, validate=True)
        _public(public_key).verify(raw, text.encode("utf-8", "replace"), PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def _private(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("the private key is not an RSA key")
    return key


@lru_cache(maxsize=64)
def _public(pem: str) -> RSAPublicKey:
    try:
        key = load_pem_public_key(pem.encode())
    except (UnsupportedAlgorithm, ValueError) as error:
        raise ValueError("the public key is not a PEM of RSA") from error
    if not isinstance(key, RSAPublicKey):
        raise ValueError("the public key is not an RSA key")
    return key


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
