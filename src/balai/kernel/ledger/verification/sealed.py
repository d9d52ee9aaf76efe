"""A checkpoint's text and signatures, read with suspicion: whoever owns the tables wrote them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CITY = re.compile(r"[a-z0-9][a-z0-9-]*")
LARGEST = 2**63 - 1
ROOT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Body:
    """What a checkpoint says: the root of its first `tree_size` leaves, all below `horizon`."""

    number: int
    tree_size: int
    root: bytes
    horizon: int
    previous: str
    cities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """A city's signature under a body, with the name of the key."""

    city: str
    key_id: str
    raw: bytes


def read_body(text: Any) -> Body:
    """A checkpoint's signed text; ValueError says what in it cannot be read."""
    given = _mapping(_json(_text(text, "text")), "text")
    return Body(
        number=_count(given, "number"),
        tree_size=_count(given, "tree_size"),
        root=_bytes(given.get("root"), "root", ROOT_BYTES),
        horizon=_count(given, "horizon"),
        previous=_text(given.get("previous"), "previous"),
        cities=tuple(_city(each) for each in _list(given.get("cities"), "cities")),
    )


def read_signatures(given: Any) -> tuple[Signature, ...]:
    """The signatures beside a body; ValueError says what in them cannot be read."""
    each_given = [_mapping(each, "signature") for each in _list(given, "signatures")]
    return tuple(
        Signature(
            _city(each.get("city")),
            _text(each.get("key_id"), "key_id"),
            _bytes(each.get("signature"), "signature"),
        )
        for each in each_given
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("the text is nested too deep") from error


def _mapping(given: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise ValueError(f"the {name} is not an object")
    return given


def _list(given: Any, name: str) -> Sequence[Any]:
    if not isinstance(given, list):
        raise ValueError(f"{name} is not a list")
    return given


def _text(given: Any, name: str) -> str:
    if not isinstance(given, str):
        raise ValueError(f"{name} is not a text")
    return given


def _count(given: Mapping[str, Any], name: str) -> int:
    value = given.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise ValueError(f"{name} is not a whole number from 0")
    return value


def _bytes(given: Any, name: str, length: int | None = None) -> bytes:
    raw = bytes.fromhex(_text(given, name))
    if length is not None and len(raw) != length:
        raise ValueError(f"{name} has not {length} bytes")
    return raw


def _city(given: Any) -> str:
    if not CITY.fullmatch(_text(given, "city")):
        raise ValueError("a city is not named as cities are")
    return str(given)
