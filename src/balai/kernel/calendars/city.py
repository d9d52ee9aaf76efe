"""The calendar of a city: office hours and local closures are data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import yaml

from balai.kernel.calendars.calendar import Calendar, Span

HOURS = Path(__file__).parent / "facts" / "hours.yaml"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class HasClock(Protocol):
    """A city: its slug, country (ISO 3166-1) and time zone."""

    @property
    def slug(self) -> str:
        """Its name in addresses."""

    @property
    def country(self) -> str:
        """ISO 3166-1, two letters."""

    @property
    def time_zone(self) -> str:
        """An IANA name."""


class CalendarFault(ValueError):  # noqa: N818 - said as people would
    """What is wrong in a calendar's data: where, and how to mend it."""


def city_calendar(city: HasClock) -> Calendar:
    """The calendar of a city's offices: its own hours where the data name it, else the country's.

    CalendarFault where neither is known.
    """
    return _known(city.slug, city.country, city.time_zone)


def calendar_from(data: Mapping[str, Any], *, country: str, time_zone: str) -> Calendar:
    """A calendar of `hours` (weekday to "07:30-12:00") and `closures` (dated, by language)."""
    hours = {_weekday(name): [_span(name, text) for text in spans]
             for name, spans in data.get("hours", {}).items()}  # fmt: skip
    closures = {_closure_day(each): each["name"] for each in data.get("closures", ())}
    try:
        return Calendar(ZoneInfo(time_zone), hours, country, closures)
    except ValueError as error:
        raise CalendarFault(str(error)) from error


@lru_cache(maxsize=64)
def _known(slug: str, country: str, time_zone: str) -> Calendar:
    data = yaml.safe_load(HOURS.read_text(encoding="utf-8"))
    base = data["countries"].get(country)
    own = data["cities"].get(slug, {})
    if base is None and "hours" not in own:
        raise CalendarFault(f"{HOURS.name}: no office hours for {slug} or {country}; add them")
    return calendar_from({**(base or {}), **own}, country=country, time_zone=time_zone)


def _weekday(name: str) -> int:
    if name not in WEEKDAYS:
        raise CalendarFault(f"hours.{name}: is no weekday; write one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(name)


def _span(weekday: str, text: str) -> Span:
    start, _, end = str(text).partition("-")
    try:
        return time.fromisoformat(start), time.fromisoformat(end)
    except ValueError as error:
        raise CalendarFault(f"hours.{weekday}: {text!r} is no span; write 07:30-12:00") from error


def _closure_day(closure: Mapping[str, Any]) -> date:
    day = closure.get("on")
    if not isinstance(day, date) or not {"id", "en"} <= set(closure.get("name", {})):
        raise CalendarFault(f"closures: {closure!r} needs `on` (a date) and `name` in id and en")
    return day
