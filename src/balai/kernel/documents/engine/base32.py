"""Base 32 of RFC 4648 without padding: letters a QR code packs as alphanumeric, and that a URL's
fragment carries unchanged (base 45 needs spaces and per cent signs, which browsers rewrite).
"""

from __future__ import annotations

import base64


def encode(content: bytes) -> str:
    """The bytes in A-Z and 2-7."""
    return base64.b32encode(content).decode().rstrip("=")


def decode(text: str) -> bytes:
    """The bytes; ValueError where the text is no base 32."""
    letters = "".join(text.split()).upper()
    return base64.b32decode(letters + "=" * (-len(letters) % 8))
