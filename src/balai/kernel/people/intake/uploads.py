"""Uploaded files of residents: sealed while they wait to be read, then deleted."""

from __future__ import annotations

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from balai.kernel import keys
from balai.kernel.problems import MissingError

PURPOSE = "people.upload"
NONCE_BYTES = 12


def keep(content: bytes, about: UUID) -> str:
    """Seal the file for the import with this id, and tell the name under which it is kept."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + AESGCM(keys.data_key(PURPOSE)).encrypt(nonce, content, about.bytes)
    return str(default_storage.save(f"people/imports/{about}.sealed", ContentFile(sealed)))


def content_of(name: str, about: UUID) -> bytes:
    """The file's bytes; MissingError where it is gone or was altered."""
    try:
        with default_storage.open(name) as file:
            sealed = file.read()
        return AESGCM(keys.data_key(PURPOSE)).decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.bytes
        )
    except (OSError, InvalidTag) as error:
        raise MissingError(
            "The uploaded file is gone", detail="Upload the file of residents once more."
        ) from error


def drop(name: str) -> None:
    """Delete a kept file, if it is still there."""
    if name:
        default_storage.delete(name)
