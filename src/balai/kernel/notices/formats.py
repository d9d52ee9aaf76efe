"""Values as people write them in a notice, by type and language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

TYPES = ("text", "code", "number", "rupiah", "date", "moment")
LONGEST = 2000


def written(kind: str, value: Any, language: str, zone: str) -> str:
    """The value in words; TypeError where it is of another type, ValueError where it is too long.

    Moments are shown on the clocks of `zone`. ISO text is taken for dates and moments, because
    values come from JSON.
    """
    if kind in {"text", "code"}:
        if not isinstance(value, str):
            raise TypeError("is not text")
        if len(value) > LONGEST:
            raise ValueError(f"is longer than {LONGEST} letters")
        return value
    if kind in {"number", "rupiah"}:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError("is not a whole number")
        from babel.numbers import format_decimal

        told = format_decimal(value, locale=language)
        return f"Rp{told}" if kind == "rupiah" else told
    return _time(kind, value, language, zone)


def _time(kind: str, value: Any, language: str, zone: str) -> str:
    from babel.dates import format_date

    if kind == "date":
        day = date.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(day, date) or isinstance(day, datetime):
            raise TypeError("is not a date")
        return format_date(day, "EEEE d MMMM y", locale=language)
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise TypeError("is not a moment with its zone")
    local = moment.astimezone(ZoneInfo(zone))
    separator = "." if language == "id" else ":"
    told = format_date(local.date(), "EEEE d MMMM y", locale=language)
    return f"{told} {local:%H}{separator}{local:%M}"
