"""Periods of the calendar: a day, an ISO week, a month, a quarter, a year, each with a name.

`2026-10-09`, `2026-W41`, `2026-10`, `2026-Q4`, `2026` (ISO 8601; quarters as SDMX writes them).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

Length: TypeAlias = Literal["day", "week", "month", "quarter", "year"]

WRITTEN: tuple[tuple[Length, re.Pattern[str]], ...] = (
    ("day", re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
    ("week", re.compile(r"(\d{4})-W(\d{2})")),
    ("quarter", re.compile(r"(\d{4})-Q([1-4])")),
    ("month", re.compile(r"(\d{4})-(\d{2})")),
    ("year", re.compile(r"(\d{4})")),
)


class PeriodError(ValueError):
    """A name that no period has."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A period by its first day and its length. Periods sort by their first day."""

    first: date
    length: Length

    @classmethod
    def parse(cls, name: str) -> Period:
        """The period of that name; PeriodError, with the ways to write one, where it has none."""
        for length, pattern in WRITTEN:
            if match := pattern.fullmatch(name):
                try:
                    return cls(_first_day(length, [int(part) for part in match.groups()]), length)
                except ValueError as error:
                    raise PeriodError(f"{name!r} is not in the calendar: {error}") from error
        raise PeriodError(
            f"{name!r} is no period: write 2026-10-09, 2026-W41, 2026-10, 2026-Q4 or 2026"
        )

    @classmethod
    def of(cls, day: date, length: Length) -> Period:
        """The period of that length in which the day lies."""
        match length:
            case "day":
                return cls(day, length)
            case "week":
                return cls(day - timedelta(days=day.weekday()), length)
            case "month":
                return cls(day.replace(day=1), length)
            case "quarter":
                return cls(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1), length)
            case "year":
                return cls(day.replace(month=1, day=1), length)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next().first - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def next(self) -> Period:
        """The period that follows."""
        match self.length:
            case "day":
                return Period(self.first + timedelta(days=1), self.length)
            case "week":
                return Period(self.first + timedelta(days=7), self.length)
            case _:
                return Period(_months_on(self.first, MONTHS[self.length]), self.length)

    def previous(self) -> Period:
        """The period before."""
        return Period.of(self.first - timedelta(days=1), self.length)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        match self.length:
            case "day":
                return self.first.isoformat()
            case "week":
                year, week, _ = self.first.isocalendar()
                return f"{year:04d}-W{week:02d}"
            case "month":
                return f"{self.first:%Y-%m}"
            case "quarter":
                return f"{self.first.year:04d}-Q{(self.first.month + 2) // 3}"
            case "year":
                return f"{self.first.year:04d}"


MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}


def _first_day(length: Length, parts: list[int]) -> date:
    match length:
        case "day":
            return date(*parts)
        case "week":
            return date.fromisocalendar(parts[0], parts[1], 1)
        case "quarter":
            return date(parts[0], parts[1] * 3 - 2, 1)
        case "month":
            return date(parts[0], parts[1], 1)
        case "year":
            return date(parts[0], 1, 1)


def _months_on(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
