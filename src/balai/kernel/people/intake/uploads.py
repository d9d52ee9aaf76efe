"""Files of residents on their way in: read in chunks, sealed while they wait, then deleted."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import File
from django.core.files.storage import default_storage

from balai.kernel import keys
from balai.kernel.problems import MissingError

PURPOSE = "people.upload"
NONCE_BYTES, TAG_BYTES = 12, 16
CHUNK_BYTES = 2**20
Content = bytes | BinaryIO
"""A file of residents: its bytes, or an open file that can be read from the beginning again."""


def chunks_of(content: Content) -> Iterator[bytes]:
    """The bytes in order, a chunk at a time."""
    file = BytesIO(content) if isinstance(content, bytes) else content
    file.seek(0)
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def measure(content: Content) -> tuple[int, str]:
    """How many bytes it has, and their SHA-256."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks_of(content):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def keep(content: Content, about: UUID) -> str:
    """Seal the file for the import with this id, and tell the name under which it is kept."""
    sealed = _Sealed(_sealed(chunks_of(content), about))
    return str(default_storage.save(f"people/imports/{about}.sealed", sealed))


def kept_chunks(name: str, about: UUID) -> Iterator[bytes]:
    """A kept file's bytes in order; MissingError where it is gone, was cut or altered."""
    cipher = AESGCM(keys.data_key(PURPOSE))
    try:
        with default_storage.open(name) as file:
            for at, (piece, is_last) in enumerate(_with_last(_pieces(file))):
                place = _place(about, at, is_last=is_last)
                yield cipher.decrypt(piece[:NONCE_BYTES], piece[NONCE_BYTES:], place)
    except (OSError, InvalidTag) as error:
        raise MissingError(
            "The uploaded file is gone", detail="Upload the file of residents once more."
        ) from error


def drop(name: str) -> None:
    """Delete a kept file, if it is still there."""
    if name:
        default_storage.delete(name)


class _Sealed(File):  # type: ignore[type-arg]
    """Sealed pieces as a storage takes them: drawn once, in order."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__(BytesIO())
        self.pieces = pieces

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The pieces."""
        return self.pieces


def _sealed(chunks: Iterable[bytes], about: UUID) -> Iterator[bytes]:
    """Each chunk sealed for its place and for whether it is the last, so that none can be left
    out, changed round or cut off (Hoang and others, 2015: the STREAM construction).
    """
    cipher = AESGCM(keys.data_key(PURPOSE))
    for at, (chunk, is_last) in enumerate(_with_last(chunks)):
        nonce = secrets.token_bytes(NONCE_BYTES)
        yield nonce + cipher.encrypt(nonce, chunk, _place(about, at, is_last=is_last))


def _place(about: UUID, at: int, *, is_last: bool) -> bytes:
    return about.bytes + at.to_bytes(8, "big") + bytes([is_last])


def _pieces(file: Any) -> Iterator[bytes]:
    while piece := file.read(NONCE_BYTES + CHUNK_BYTES + TAG_BYTES):
        yield piece


def _with_last(parts: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each part, and whether it is the last."""
    given = iter(parts)
    part = next(given, None)
    while part is not None:
        following = next(given, None)
        yield part, following is None
        part = following
