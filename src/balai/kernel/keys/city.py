"""A city's signing keys: ECDSA on P-256 with SHA-256 (ES256), which every browser verifies.

A key has a purpose (`claims`, `checkpoints`). A renewed key signs from then on; what former keys
signed stays verifiable, for their public halves are kept.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)

from balai.kernel.keys.files import folder, keep
from balai.kernel.keys.master import data_key

PART_BYTES = 32
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a city's key; `key_id` is the start of the SHA-256 of `spki` (DER)."""

    city: str
    purpose: str
    key_id: str
    spki: bytes

    @property
    def point(self) -> tuple[bytes, bytes]:
        """The curve's point as (x, y), 32 bytes each, for a JWK (RFC 7518, 6.2) or COSE key."""
        numbers = _public(self.spki).public_numbers()
        return numbers.x.to_bytes(PART_BYTES), numbers.y.to_bytes(PART_BYTES)


@dataclass(frozen=True, slots=True)
class CityKey:
    """A key that signs."""

    public: PublicKey
    private: ec.EllipticCurvePrivateKey

    @property
    def key_id(self) -> str:
        """The public half's identifier."""
        return self.public.key_id

    def sign(self, message: bytes) -> bytes:
        """The signature, r and s in 32 bytes each (RFC 7518, 3.4; RFC 9053, 2.1)."""
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(PART_BYTES) + s.to_bytes(PART_BYTES)


def verify(public: PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether the key's owner signed exactly this message."""
    if len(signature) != 2 * PART_BYTES:
        return False
    r, s = (int.from_bytes(part) for part in (signature[:PART_BYTES], signature[PART_BYTES:]))
    try:
        _public(public.spki).verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def city_key(city: str, purpose: str) -> CityKey:
    """The key a city signs with now for this purpose; made on first use."""
    files = _files(city, purpose)
    return _read(files[-1] if files else _make(city, purpose, 1), city, purpose)


def public_keys(city: str, purpose: str) -> tuple[PublicKey, ...]:
    """The public halves of a city's keys for this purpose, the oldest first; may be empty."""
    return tuple(_read(path, city, purpose).public for path in _files(city, purpose))


def renew(city: str, purpose: str) -> CityKey:
    """Make a new key that signs from now on."""
    return _read(_make(city, purpose, len(_files(city, purpose)) + 1), city, purpose)


def key_id_of(spki: bytes) -> str:
    """The identifier of a public key: 16 hexadecimal digits."""
    return hashlib.sha256(spki).hexdigest()[:16]


def _files(city: str, purpose: str) -> list[Path]:
    for part in (city, purpose):
        if not NAME.fullmatch(part):
            raise ValueError(f"{part!r} cannot name a key")
    return sorted(folder().glob(f"{city}/{purpose}-[0-9][0-9][0-9].pem"))


def _make(city: str, purpose: str, number: int) -> Path:
    path = folder() / city / f"{purpose}-{number:03}.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    keep(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8,
                                 BestAvailableEncryption(_password())))  # fmt: skip
    return path


@lru_cache(maxsize=128)
def _read(path: Path, city: str, purpose: str) -> CityKey:
    key = load_pem_private_key(path.read_bytes(), _password())
    assert isinstance(key, ec.EllipticCurvePrivateKey), path
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return CityKey(PublicKey(city, purpose, key_id_of(spki), spki), key)


@lru_cache(maxsize=256)
def _public(spki: bytes) -> ec.EllipticCurvePublicKey:
    key = load_der_public_key(spki)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


def _password() -> bytes:
    return data_key("city-keys").hex().encode()
