"""Data and files of documents at rest: sealed with AES-256-GCM, bound to the row they belong to."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from balai.kernel import keys

DATA, FILES = "documents.data", "documents.files"
NONCE_BYTES = 12


def seal_data(data: Mapping[str, str], document: UUID) -> bytes:
    """A document's data, sealed."""
    return keys.seal(DATA, json.dumps(data, ensure_ascii=False), about=str(document))


def open_data(sealed: bytes, document: UUID) -> dict[str, str]:
    """A document's data; ValueError where they were altered."""
    return dict(json.loads(keys.open_sealed(DATA, sealed, about=str(document))))


def seal_file(content: bytes, document: UUID) -> bytes:
    """A PDF, sealed."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(keys.data_key(FILES)).encrypt(nonce, content, document.bytes)


def open_file(sealed: bytes, document: UUID) -> bytes:
    """The PDF; ValueError where it was altered, or belongs to another document."""
    sealed = bytes(sealed)
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(keys.data_key(FILES)).decrypt(nonce, body, document.bytes)
    except InvalidTag as error:
        raise ValueError("the file was altered, or the master key is another") from error
