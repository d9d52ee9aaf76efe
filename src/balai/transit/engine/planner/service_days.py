"""Which services run on a date (GTFS calendar.txt and calendar_dates.txt)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from .timetable import OutsideCalendarError, day_start

if TYPE_CHECKING:
    from collections.abc import Mapping

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADDED, REMOVED = 1, 2


def services_on(tables: Mapping[str, pl.DataFrame], on: date) -> frozenset[str]:
    """Service ids that run on `on`: the weekly calendar, then its exceptions."""
    calendar, exceptions = tables["calendar"], tables["calendar_dates"]
    weekly = calendar.filter(
        (pl.col("start_date") <= on)
        & (pl.col("end_date") >= on)
        & (pl.col(WEEKDAYS[on.weekday()]) == 1)
    )
    that_day = exceptions.filter(pl.col("date") == on)
    added = that_day.filter(pl.col("exception_type") == ADDED)["service_id"].to_list()
    removed = that_day.filter(pl.col("exception_type") == REMOVED)["service_id"].to_list()
    return frozenset((set(weekly["service_id"].to_list()) | set(added)) - set(removed))


def calendar_span(tables: Mapping[str, pl.DataFrame]) -> tuple[date | None, date | None]:
    """First and last date that calendar.txt or calendar_dates.txt speaks of."""
    calendar, exceptions = tables["calendar"], tables["calendar_dates"]
    known = [
        day
        for column in (calendar["start_date"], calendar["end_date"], exceptions["date"])
        for day in (column.min(), column.max())
        if isinstance(day, date)
    ]
    return (min(known), max(known)) if known else (None, None)


def require_covered(tables: Mapping[str, pl.DataFrame], on: date) -> None:
    """Raise `OutsideCalendarError` where the feed says nothing about `on`."""
    first, last = calendar_span(tables)
    if first is None or last is None or not first <= on <= last:
        raise OutsideCalendarError(on, first, last)


def feed_zone(tables: Mapping[str, pl.DataFrame]) -> str:
    """IANA name of the feed's time zone (agency.txt), UTC where it names none we know."""
    agency = tables["agency"]
    names = agency["agency_timezone"].drop_nulls().to_list() if agency.height else []
    for name in names:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            continue
        return str(name)
    return "UTC"


def seconds_between(earlier: date, later: date, zone: str) -> int:
    """Seconds from one service day's start to another's; 86,400 a day but for clock changes."""
    return int((day_start(later, zone) - day_start(earlier, zone)).total_seconds())
