"""What tells of a person, as it stands in the database: sealed, and bound to its row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from balai.kernel import keys
from balai.kernel.identifiers import time_ordered_ids

CONTENT, ADDRESSES, ENDPOINT = "notices.content", "notices.addresses", "notices.endpoint"


def new_id() -> UUID:
    """A number for a new row, in the order of time."""
    return UUID(time_ordered_ids(1)[0])


def seal(purpose: str, value: Mapping[str, Any], about: UUID) -> bytes:
    """The value as sealed JSON, which opens only for the row it is about."""
    return keys.seal(purpose, json.dumps(value, ensure_ascii=False), about=str(about))


def opened(purpose: str, sealed: bytes | memoryview, about: UUID) -> dict[str, Any]:
    """The value that was sealed for this row."""
    found: dict[str, Any] = json.loads(keys.open_sealed(purpose, bytes(sealed), about=str(about)))
    return found


def reader_of_account(account: int) -> UUID:
    """The reader's number of an account whose owner is not in the register."""
    return uuid5(NAMESPACE_URL, f"balai:account:{account}")


def masked(address: str) -> str:
    """An address as officers may see it: enough to tell two apart, too little to write to."""
    if "@" in address:
        name, _, domain = address.partition("@")
        return f"{name[:1]}…@{domain}"
    return f"{address[:3]}…{address[-3:]}" if len(address) > 8 else "…"
