"""A calendar of office hours, and the arithmetic of working time over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from balai.kernel.calendars.public_holidays import Holiday, holidays_of

Span = tuple[time, time]
Pause = tuple[datetime, datetime]
"""From (inclusive) until (exclusive): time that does not count."""

LONGEST_SEARCH_DAYS = 366 * 60
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """When an office is open: spans by weekday (Monday is 0), less holidays and local closures.

    A span holds its beginning and not its end; spans of a day are in order and do not overlap.
    """

    zone: ZoneInfo
    hours: Mapping[int, Sequence[Span]]
    country: str = "ID"
    closures: Mapping[date, Mapping[str, str]] = field(default_factory=dict)
    _spans: dict[date, tuple[Pause, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        for weekday, spans in self.hours.items():
            edges = [edge for span in spans for edge in span]
            if edges != sorted(set(edges)) or not 0 <= weekday <= 6:
                raise ValueError(f"the hours of weekday {weekday} overlap or are out of order")
        if not any(self.hours.values()):
            raise ValueError("the calendar has no open hour in the week")

    def closed(self, day: date) -> Holiday | None:
        """The holiday or local closure of a day, or None."""
        if day in self.closures:
            return Holiday(day, self.closures[day])
        return holidays_of(self.country, day.year).get(day)

    def is_open(self, at: datetime) -> bool:
        """Whether the office works at that moment."""
        moment = _utc(at)
        return any(a <= moment < b for a, b in self._spans_of(self._day(moment)))

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself where the office is open, else when it opens next."""
        start, _ = next(self._open_from(_utc(at), ()))
        return start.astimezone(self.zone)

    def add_working(
        self,
        start: datetime,
        *,
        minutes: int = 0,
        hours: int = 0,
        days: int = 0,
        pauses: Sequence[Pause] = (),
    ) -> datetime:
        """The moment when this much working time has passed since `start`; pauses do not count.

        Minutes and hours run only while the office is open. Days are whole working days after the
        one on which work could begin, until the office closes; they come before minutes and hours.
        ValueError for less than nothing.
        """
        if min(minutes, hours, days) < 0:
            raise ValueError("working time cannot be taken back")
        moment = _utc(start)
        if days:
            moment = self._after_days(moment, days, pauses)
        left = timedelta(minutes=minutes + 60 * hours)
        if not left and days:
            return moment.astimezone(self.zone)
        for opened, closed in self._open_from(moment, pauses):
            if closed - opened >= left:
                return (opened + left).astimezone(self.zone)
            left -= closed - opened
        raise AssertionError("the walk over open hours ends by an error only")

    def working_time(
        self, start: datetime, end: datetime, *, pauses: Sequence[Pause] = ()
    ) -> timedelta:
        """The working time between two moments; negative where `end` lies before `start`."""
        begin, until = _utc(start), _utc(end)
        if until < begin:
            return -self.working_time(end, start, pauses=pauses)
        total, day, last = timedelta(), self._day(begin), self._day(until)
        while day <= last:
            for opened, closed in _without(self._spans_of(day), pauses):
                total += max(timedelta(), min(closed, until) - max(opened, begin))
            day += ONE_DAY
        return total

    def working_minutes(
        self, start: datetime, end: datetime, *, pauses: Sequence[Pause] = ()
    ) -> int:
        """The same in whole minutes, rounded towards zero."""
        return int(self.working_time(start, end, pauses=pauses) / timedelta(minutes=1))

    def estimated(self, start: datetime, end: datetime) -> tuple[Holiday, ...]:
        """The holidays in between whose date is an estimate: a promise over them may move."""
        first, last = self._day(_utc(start)), self._day(_utc(end))
        return tuple(
            found
            for year in range(first.year, last.year + 1)
            for day, found in holidays_of(self.country, year).items()
            if found.estimated and first <= day <= last
        )

    def _after_days(self, start: datetime, days: int, pauses: Sequence[Pause]) -> datetime:
        opened, closed = next(self._open_from(start, pauses))
        day, left = self._day(opened), days
        for opened, until in self._open_from(start, pauses):
            if self._day(opened) != day:
                if left == 0:
                    break
                day, left = self._day(opened), left - 1
            closed = until
        return closed

    def _open_from(self, start: datetime, pauses: Sequence[Pause]) -> Iterator[Pause]:
        """Open stretches of time (UTC) from `start` on; ValueError where none comes for long."""
        day = self._day(start)
        quiet = 0
        while quiet < LONGEST_SEARCH_DAYS:
            quiet += 1
            for opened, closed in _without(self._spans_of(day), pauses):
                if closed > start:
                    quiet = 0
                    yield max(opened, start), closed
            day += ONE_DAY
        raise ValueError("the calendar has no open hour for sixty years")

    def _spans_of(self, day: date) -> tuple[Pause, ...]:
        # Kept: a queue asks for the same few days a hundred times.
        if day not in self._spans:
            spans = () if self.closed(day) else self.hours.get(day.weekday(), ())
            self._spans[day] = tuple(
                (
                    datetime.combine(day, a, self.zone).astimezone(UTC),
                    datetime.combine(day, b, self.zone).astimezone(UTC),
                )
                for a, b in spans
            )
        return self._spans[day]

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def _without(spans: Sequence[Pause], pauses: Sequence[Pause]) -> Sequence[Pause]:
    """The stretches less the pauses, in order."""
    left = spans
    for begin, end in pauses:
        a, b = _utc(begin), _utc(end)
        if b > a:
            left = [part for span in left for part in _cut(span, a, b)]
    return left


def _cut(span: Pause, start: datetime, end: datetime) -> Iterator[Pause]:
    for part in ((span[0], min(span[1], start)), (max(span[0], end), span[1])):
        if part[0] < part[1]:
            yield part


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    return at.astimezone(UTC)
