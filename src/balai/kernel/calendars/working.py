"""Working time, counted: pure, in aware moments.

A promise of "3 working days" or "15 working minutes" runs only while the office is open. All
arithmetic is on the time line (UTC); the zone decides only when an office opens.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

Shift = tuple[time, time]
LONGEST_CLOSURE_DAYS = 400
"""A search for the next opening ends after so many days: a calendar must open sometimes."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which the office is closed; `estimated` where a decree may still move it."""

    title: Mapping[str, str]
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The shifts of each weekday (Monday is 0), in order and apart; a day without is closed.

    ValueError where a shift ends before it begins, or two overlap.
    """

    week: Mapping[int, tuple[Shift, ...]]

    def __post_init__(self) -> None:
        if not any(self.week.values()):
            raise ValueError("an office must open on some weekday")
        for weekday, shifts in self.week.items():
            if weekday not in range(7):
                raise ValueError(f"{weekday} is no weekday: Monday is 0, Sunday is 6")
            moments = [moment for shift in shifts for moment in shift]
            if any(a >= b for a, b in pairwise(moments)):
                raise ValueError(f"the shifts of weekday {weekday} overlap or run backwards")


@dataclass(frozen=True)
class Calendar:
    """When an office works: its zone, hours and holidays."""

    zone: ZoneInfo
    hours: WorkingHours
    holidays: Mapping[date, Holiday] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Whether the office opens at all that day."""
        return day not in self.holidays and bool(self.hours.week.get(day.weekday()))

    def is_open(self, at: datetime) -> bool:
        """Whether the office works at this moment; the closing moment itself is closed."""
        moment = _aware(at)
        return any(start <= moment < end for start, end in self._shifts(self._day(moment)))

    def next_opening(self, at: datetime) -> datetime:
        """The first working moment at or after this one."""
        moment = _aware(at)
        start, _ = next(self._shifts_from(moment))
        return max(start, moment).astimezone(at.tzinfo)

    def add_working(self, start: datetime, amount: timedelta) -> datetime:
        """The moment at which this much working time has passed since `start`.

        Never a moment in closed time: with nothing to add, the next opening; else the end of a
        shift counts as reached when the last minute of it has passed. ValueError for a negative
        amount.
        """
        if amount < timedelta(0):
            raise ValueError("working time cannot be added backwards")
        if not amount:
            return self.next_opening(start)
        left, moment = amount, _aware(start)
        for opens, ends in self._shifts_from(moment):
            begins = max(opens, moment)
            if left <= ends - begins:
                return (begins + left).astimezone(start.tzinfo)
            left -= ends - begins
        raise AssertionError("unreachable: shifts never end")

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """The closing time of the `days`-th working day after the day of `start`.

        A start after closing time, or on a closed day, counts as the next working day's: laws
        count from the day after the day on which a request was received.
        """
        if days < 1:
            raise ValueError("a promise takes one working day or more")
        received = self._day(_aware(self.next_opening(start)))
        day = received
        for _ in range(days):
            day = self._next_working_day(day)
        return self._shifts(day)[-1][1].astimezone(start.tzinfo)

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments; nothing where they are in reverse order."""
        first, last = _aware(start), _aware(end)
        total = timedelta(0)
        if first >= last:
            return total
        for begins, ends in self._shifts_from(first):
            if begins >= last:
                return total
            total += min(ends, last) - max(begins, first)
        raise AssertionError("unreachable: shifts never end")

    def holiday(self, day: date) -> Holiday | None:
        """The holiday of that day, if it is one."""
        return self.holidays.get(day)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _next_working_day(self, day: date) -> date:
        for ahead in range(1, LONGEST_CLOSURE_DAYS):
            found = day + timedelta(days=ahead)
            if self.is_working_day(found):
                return found
        raise ValueError(f"the office does not open for {LONGEST_CLOSURE_DAYS} days after {day}")

    def _shifts(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if not self.is_working_day(day):
            return ()
        return _on_time_line(day, self.hours.week[day.weekday()], self.zone)

    def _shifts_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The shifts that end after the moment, in order, without end."""
        day = self._day(moment)
        today = self._shifts(day)
        # Only what is still to come of the first day.
        yield from today[bisect_right([ends for _, ends in today], moment) :]
        while True:
            day = self._next_working_day(day)
            yield from self._shifts(day)


@lru_cache(maxsize=4096)
def _on_time_line(
    day: date, shifts: tuple[Shift, ...], zone: ZoneInfo
) -> tuple[tuple[datetime, datetime], ...]:
    return tuple(
        (
            datetime.combine(day, start, zone).astimezone(UTC),
            datetime.combine(day, end, zone).astimezone(UTC),
        )
        for start, end in shifts
    )


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return at.astimezone(UTC)
