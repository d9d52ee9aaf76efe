"""The master key, and what is drawn from it: sealing of fields and blind indexes.

The master key comes from `BALAI_MASTER_KEY` (32 bytes in base64) or from `master.key` in the
folder of keys, made at the first start. Losing it loses what was sealed: back it up apart from the
database.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from collections.abc import Iterable, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ImproperlyConfigured

from balai.kernel.keys.files import folder, keep

VERSION = 1
"""Of the data keys; sealed values begin with it, so that keys can change without a flag day."""
NONCE_BYTES = 12


def data_key(purpose: str, version: int = VERSION) -> bytes:
    """32 bytes for one purpose (`people.nik`), drawn from the master key (HKDF, RFC 5869)."""
    return _drawn(_master(), purpose, version)


def seal(purpose: str, text: str, *, about: str = "") -> bytes:
    """`text` encrypted with AES-256-GCM under the purpose's key.

    `about` binds the value to its place (a row's id): moved elsewhere, it does not open.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(data_key(purpose)).encrypt(nonce, text.encode(), about.encode())
    return bytes([VERSION]) + nonce + sealed


def seal_many(purpose: str, texts: Sequence[str], *, about: Sequence[str]) -> list[bytes]:
    """`seal` for a batch: each text bound to its place, under one set-up of the cipher."""
    cipher = AESGCM(data_key(purpose))
    version, nonces = bytes([VERSION]), secrets.token_bytes(NONCE_BYTES * len(texts))
    sealed = []
    for at, (text, place) in enumerate(zip(texts, about, strict=True)):
        nonce = nonces[NONCE_BYTES * at : NONCE_BYTES * (at + 1)]
        sealed.append(version + nonce + cipher.encrypt(nonce, text.encode(), place.encode()))
    return sealed


def open_sealed(purpose: str, sealed: bytes, *, about: str = "") -> str:
    """The text that was sealed; ValueError where it was altered, or sealed under another key."""
    sealed = bytes(sealed)
    if len(sealed) <= NONCE_BYTES + 1:
        raise ValueError("too short to be a sealed value")
    version, nonce, body = sealed[0], sealed[1 : NONCE_BYTES + 1], sealed[NONCE_BYTES + 1 :]
    try:
        return AESGCM(data_key(purpose, version)).decrypt(nonce, body, about.encode()).decode()
    except InvalidTag as error:
        raise ValueError("the sealed value was altered, or the master key is another") from error


def blind_index(purpose: str, text: str) -> bytes:
    """16 bytes that find a sealed value by equality and tell nothing else (HMAC-SHA256)."""
    return hmac.digest(data_key(f"{purpose}/index"), text.encode(), "sha256")[:16]


def blind_indexes(purpose: str, texts: Iterable[str]) -> list[bytes]:
    """`blind_index` for a batch."""
    key = data_key(f"{purpose}/index")
    return [hmac.digest(key, text.encode(), "sha256")[:16] for text in texts]


@lru_cache(maxsize=256)
def _drawn(master: bytes, purpose: str, version: int) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"balai/{purpose}/{version}".encode()).derive(master)


def _master() -> bytes:
    given = os.environ.get("BALAI_MASTER_KEY")
    return _decoded(given) if given else _kept(str(folder() / "master.key"))


@lru_cache(maxsize=8)
def _kept(path: str) -> bytes:
    from pathlib import Path

    return _decoded(keep(Path(path), base64.b64encode(secrets.token_bytes(32))).decode())


@lru_cache(maxsize=8)
def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured("The master key must be 32 bytes in base64")
    return key
