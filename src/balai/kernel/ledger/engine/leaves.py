"""The exact bytes of a transfer that are hashed, and of a checkpoint that are signed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

FORM = "balai-transfer/1"
FIELDS = (
    "id", "recorded_in", "recorded_at", "debit", "credit", "amount", "reserved", "currency", "at",
    "key", "reason", "source", "reverses", "resolves", "expires_at",
)  # fmt: skip
"""What a leaf holds, in this order, after its form."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def leaf(values: Sequence[str | int | None]) -> bytes:
    """A transfer's leaf: a JSON list (UTF-8, no spaces) of its form and the values of `FIELDS`.

    Whole numbers stand as such, times in UTC as `2025-09-01T07:30:00.000000Z`, what is absent as
    null.
    """
    return _encode([FORM, *values]).encode()


def canonical(body: Mapping[str, Any]) -> str:
    """A checkpoint's text: a JSON object with sorted names and without spaces."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
