"""The master keys, and what is drawn from them: sealing of fields and blind indexes.

They come from `BALAI_MASTER_KEY` (32 bytes in base64 each, separated by commas, the oldest first)
or from `master.key`, `master-002.key`, ... in the folder of keys. What is sealed from now on is
sealed under the newest; blind indexes and the files of signing keys keep the first. Losing one
loses what was sealed under it: back them up apart from the database (`balai keys backup`).
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from balai.kernel.keys.files import folder, keep

FIRST = 1
"""The version of the first master key; sealed values begin with the version they were sealed under,
so that a key can be renewed without a flag day."""
NONCE_BYTES = 12
MOST_KEYS = 255


class MasterKeyMissingError(ImproperlyConfigured):
    """There is no master key, and none is made in silence: what was sealed would be lost."""


def data_key(purpose: str, version: int = FIRST) -> bytes:
    """32 bytes for one purpose (`people.nik`), drawn from a master key (HKDF, RFC 5869)."""
    return _drawn(_master(version), purpose, version)


def newest_version() -> int:
    """The version that is sealed under now."""
    return len(_masters())


def fingerprint(version: int = FIRST) -> str:
    """16 hexadecimal digits by which two master keys are told apart; they tell nothing of it."""
    return data_key("fingerprint", version).hex()[:16]


def make_master() -> int:
    """Make the next master key, the first or a newer one, and tell its version.

    ImproperlyConfigured where the keys come from the environment: they are renewed there.
    """
    if os.environ.get("BALAI_MASTER_KEY"):
        raise ImproperlyConfigured(
            "The master keys come from BALAI_MASTER_KEY: write the new one (openssl rand -base64 "
            "32) behind them, after a comma"
        )
    version = len(_files(folder())) + 1
    if version > MOST_KEYS:
        raise ImproperlyConfigured(f"There are {MOST_KEYS} master keys already")
    _make(folder(), version)
    return version


def master_name(version: int) -> str:
    """The name of a master key's file in the folder of keys."""
    return "master.key" if version == FIRST else f"master-{version:03}.key"


def fingerprint_of(text: str, version: int) -> str:
    """`fingerprint` of a master key in base64 that is not in use (here)."""
    return _drawn(_decoded(text.strip()), "fingerprint", version).hex()[:16]


def forget_kept() -> None:
    """Read the files of the master keys anew: they were changed by hand."""
    _kept.cache_clear()


def master_texts() -> tuple[str, ...]:
    """The master keys in base64, the oldest first; for a backup."""
    return tuple(base64.b64encode(key).decode() for key in _masters())


def seal(purpose: str, text: str, *, about: str = "", version: int | None = None) -> bytes:
    """`text` encrypted with AES-256-GCM under the purpose's key, of the newest version unless
    another is named.

    `about` binds the value to its place (a row's id): moved elsewhere, it does not open.
    """
    nonce, now = secrets.token_bytes(NONCE_BYTES), version or newest_version()
    sealed = AESGCM(data_key(purpose, now)).encrypt(nonce, text.encode(), about.encode())
    return bytes([now]) + nonce + sealed


def seal_many(purpose: str, texts: Sequence[str], *, about: Sequence[str]) -> list[bytes]:
    """`seal` for a batch: each text bound to its place, under one set-up of the cipher."""
    now = newest_version()
    cipher = AESGCM(data_key(purpose, now))
    version, nonces = bytes([now]), secrets.token_bytes(NONCE_BYTES * len(texts))
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
    except (InvalidTag, LookupError) as error:
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


def _master(version: int) -> bytes:
    """The key of a version; LookupError where it is not there."""
    if not 1 <= version <= len(_masters()):
        _kept.cache_clear()  # another process may have made it a moment ago
        if not 1 <= version <= len(_masters()):
            raise LookupError(f"there is no master key of version {version}")
    return _masters()[version - 1]


def _masters() -> tuple[bytes, ...]:
    if given := os.environ.get("BALAI_MASTER_KEY"):
        return tuple(_decoded(each.strip()) for each in given.split(","))
    root = folder()
    return _kept(root, root.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _kept(root: Path, changed: int) -> tuple[bytes, ...]:
    if not _files(root):
        if not getattr(settings, "KEYS_MADE_AT_USE", False):
            raise MasterKeyMissingError(
                f"The master key is not there ({root / master_name(FIRST)}). Restore it from its "
                "backup (balai keys restore FILE); a new installation makes one at: balai migrate"
            )
        _make(root, FIRST)
    return tuple(_decoded(path.read_text().strip()) for path in _files(root))


def _files(root: Path) -> list[Path]:
    """The files of the master keys, the oldest first; none behind a gap."""
    found: list[Path] = []
    while (path := root / master_name(len(found) + 1)).exists():
        found.append(path)
    return found


def _make(root: Path, version: int) -> None:
    keep(root / master_name(version), base64.b64encode(secrets.token_bytes(32)))
    _kept.cache_clear()


@lru_cache(maxsize=8)
def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured("The master key must be 32 bytes in base64")
    return key
