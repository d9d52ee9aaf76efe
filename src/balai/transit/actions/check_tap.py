"""Checking one row of a batch of taps, field by field."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings

from balai.kernel.problems import Fault
from balai.transit.engine.fares.modes import MODE_CODES

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
FARTHEST_KM = 500
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,59}")
CARD = re.compile(r"[A-Za-z0-9-]{4,40}")
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class GoodTap:
    """A row that is a tap: `content` is (card's number, at, direction, mode, route, stop, metres),
    `at` in seconds since 1970 UTC.
    """

    row: int
    validator: str
    sequence: int
    content: tuple[Any, ...]


class _Refused(Exception):  # noqa: N818 - carries a fault to the one place that returns it
    def __init__(self, field: str, value: object, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.fault = (field, str(value)[:100].replace("\x00", "�"), problem, remedy)


def card_reference(city: str, number: str) -> str:
    """The name under which a card is kept: a keyed hash of its number, 32 hexadecimal digits."""
    return card_references(city, [number])[0]


def card_references(city: str, numbers: Iterable[str]) -> list[str]:
    """`card_reference` of each number; a number that repeats is hashed once."""
    digest, secret, found = hmac.digest, _secret(settings.SECRET_KEY), {}
    references = []
    for number in numbers:
        reference = found.get(number)
        if reference is None:
            reference = digest(secret, f"{city}:{number}".encode(), "sha256").hex()[:32]
            found[number] = reference
        references.append(reference)
    return references


@cache
def _secret(key: str) -> bytes:
    return hashlib.sha256(f"transit.card:{key}".encode()).digest()


def check_tap(row: object, number: int) -> GoodTap | Fault:
    """The tap of a row, or what is wrong with the form of its first wrong field."""
    try:
        if not isinstance(row, Mapping):
            raise _Refused("", row, "is not an object", "Send each tap as a JSON object")
        return GoodTap(
            number,
            _pattern(row, "validator", CODE, "Use 1 to 60 letters, digits and _ . : -"),
            _sequence(row),
            (
                _card(row),
                _moment(row),
                _choice(row, "direction", ("in", "out")),
                _choice(row, "mode", MODE_CODES),
                _text(row, "route_id"),
                _text(row, "stop_id"),
                _metres(row),
            ),
        )
    except _Refused as refused:
        field, value, problem, remedy = refused.fault
        return Fault(row=number, field=field, value=value, problem=problem, remedy=remedy)


def _given(row: Mapping[Any, Any], field: str, remedy: str) -> Any:
    value = row.get(field)
    if value is None or value == "":
        raise _Refused(field, "", "is missing", remedy)
    return value


def _pattern(row: Mapping[Any, Any], field: str, form: re.Pattern[str], remedy: str) -> str:
    value = _given(row, field, remedy)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _Refused(field, value, "is not valid", remedy)
    return value


def _card(row: Mapping[Any, Any]) -> str:
    try:
        return _pattern(row, "card", CARD, "Use 4 to 40 letters, digits and hyphens")
    except _Refused as refused:
        # A number mistyped is still somebody's number: it is not repeated.
        field, _, problem, remedy = refused.fault
        raise _Refused(field, "", problem, remedy) from None


def _sequence(row: Mapping[Any, Any]) -> int:
    remedy = "Use the validator's own count, a whole number from 0"
    value = _given(row, "sequence", remedy)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise _Refused("sequence", value, "is not a whole number from 0", remedy)
    return value


def _moment(row: Mapping[Any, Any]) -> int:
    remedy = "Use ISO 8601 with an offset, such as 2026-11-23T07:10:00+07:00"
    value = _given(row, "at", remedy)
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        at = at.astimezone(UTC) if at.tzinfo else at
    except (TypeError, ValueError, OverflowError):
        raise _Refused("at", value, "is not a time", remedy) from None
    if at.tzinfo is None:
        raise _Refused("at", value, "has no offset from UTC", remedy)
    if at < EARLIEST:
        raise _Refused("at", value, "lies before 2000", "Set the validator's clock")
    return int(at.replace(microsecond=0).timestamp())


def _choice(row: Mapping[Any, Any], field: str, choices: tuple[str, ...]) -> str:
    remedy = f"Use one of {', '.join(choices)}"
    value = _given(row, field, remedy)
    if value not in choices:
        raise _Refused(field, value, "is not known", remedy)
    return str(value)


def _text(row: Mapping[Any, Any], field: str) -> str:
    value = row.get(field) or ""
    if not isinstance(value, str) or len(value) > 255 or not value.isprintable():
        raise _Refused(field, value, "is not a name", "Use the feed's id, at most 255 letters")
    return value


def _metres(row: Mapping[Any, Any]) -> int | None:
    value = row.get("km")
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Refused("km", value, "is not a number", "Give the kilometres ridden")
    if not 0 <= value <= FARTHEST_KM:
        remedy = f"Give the kilometres ridden, from 0 to {FARTHEST_KM}"
        raise _Refused("km", value, "is not a distance ridden", remedy)
    return round(value * 1000)
