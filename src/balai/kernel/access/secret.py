"""The form of a token's secret: `balai_`, 8 characters that find it, 32 secret, 6 to check.

The mark in front and the checksum at the end let a scanner recognise a leaked token, and let a
mistyped one be refused without asking the database.
"""

from __future__ import annotations

import re
import secrets
import string
import zlib
from hashlib import blake2b
from hmac import compare_digest
from typing import NamedTuple

MARK = "balai_"
ALPHABET = string.digits + string.ascii_letters
PREFIX_LENGTH, SECRET_LENGTH, CHECK_LENGTH = 8, 32, 6
FORM = re.compile(rf"{MARK}([0-9A-Za-z]{{8}})([0-9A-Za-z]{{32}})([0-9A-Za-z]{{6}})")


class Secret(NamedTuple):
    """A fresh secret: the text to hand over once, what finds it, and what is kept of it."""

    text: str
    prefix: str
    digest: bytes


def make_secret() -> Secret:
    """A secret of 190 random bits."""
    prefix, body = (
        "".join(secrets.choice(ALPHABET) for _ in range(length))
        for length in (PREFIX_LENGTH, SECRET_LENGTH)
    )
    text = f"{MARK}{prefix}{body}"
    text += checksum(text)
    return Secret(text, prefix, digest_of(text))


def prefix_of(text: str) -> str:
    """The part that finds the token; empty where the text is no token or its checksum is wrong."""
    found = FORM.fullmatch(text)
    if found is None or checksum(text[:-CHECK_LENGTH]) != found[3]:
        return ""
    return found[1]


def digest_of(text: str) -> bytes:
    """What the database keeps: BLAKE2b of 32 bytes. The secret is random, so no salt is needed."""
    return blake2b(text.encode(), digest_size=32, person=b"balai-api-token").digest()


def matches(text: str, digest: bytes) -> bool:
    """Whether the text has this digest, in a time that tells nothing."""
    return compare_digest(digest_of(text), digest)


def checksum(text: str) -> str:
    """CRC-32 of the text in six characters of base 62."""
    value, written = zlib.crc32(text.encode()), ""
    for _ in range(CHECK_LENGTH):
        value, digit = divmod(value, len(ALPHABET))
        written = ALPHABET[digit] + written
    return written
