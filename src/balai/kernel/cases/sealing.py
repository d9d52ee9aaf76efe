"""Answers, words and papers at rest: sealed with AES-256-GCM, bound to the row they belong to."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from balai.kernel import keys

ANSWERS, WORDS, NAMES, FILES = (f"cases.{each}" for each in ("answers", "words", "names", "files"))
NONCE_BYTES = 12


def seal(purpose: str, data: Mapping[str, Any], about: object) -> bytes:
    """What must not be read in the database, sealed."""
    return keys.seal(purpose, json.dumps(data, ensure_ascii=False), about=str(about))


def opened(purpose: str, sealed: bytes | memoryview | None, about: object) -> dict[str, Any]:
    """The same opened; empty for nothing. ValueError where it was altered or moved."""
    if sealed is None:
        return {}
    return dict(json.loads(keys.open_sealed(purpose, bytes(sealed), about=str(about))))


def seal_file(content: bytes, file: UUID) -> bytes:
    """A paper, sealed."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(keys.data_key(FILES)).encrypt(nonce, content, file.bytes)


def open_file(sealed: bytes | memoryview, file: UUID) -> bytes:
    """The paper; ValueError where it was altered, or belongs to another row."""
    whole = bytes(sealed)
    nonce, body = whole[:NONCE_BYTES], whole[NONCE_BYTES:]
    try:
        return AESGCM(keys.data_key(FILES)).decrypt(nonce, body, file.bytes)
    except InvalidTag as error:
        raise ValueError("the paper was altered, or belongs to another case") from error


def secret() -> bytes:
    """Mixed into the digests of requests, so that a short answer cannot be guessed from one."""
    return keys.data_key("cases.digests")
