"""When a schedule is due: moments on a grid that every worker computes alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Every:
    """Each `period` since the epoch."""

    period: timedelta

    def __post_init__(self) -> None:
        if self.period < timedelta(seconds=1):
            raise ValueError("a schedule runs at most once a second")

    def last(self, now: datetime) -> datetime:
        """The latest moment it was due at or before `now`."""
        return now - (now - EPOCH) % self.period


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day, at a time on the clocks of `zone` (an IANA name).

    Where the clocks skip that time, at the moment the same reading before the change would give
    (PEP 495); where it comes twice, at the first.
    """

    at: time
    zone: str = "Asia/Jakarta"

    def last(self, now: datetime) -> datetime:
        """The latest moment it was due at or before `now`, in UTC."""
        zone = ZoneInfo(self.zone)
        day = now.astimezone(zone).date()
        while (due := datetime.combine(day, self.at, zone).astimezone(UTC)) > now:
            day -= timedelta(days=1)
        return due


Schedule = Every | Daily
