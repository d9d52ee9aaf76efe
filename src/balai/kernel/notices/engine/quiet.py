"""Quiet hours: when a notice that makes a telephone ring may be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begin` (inclusive) to `end` (exclusive) on the city's clocks; may pass midnight.

    Equal times mean that there are none.
    """

    begin: time
    end: time

    def holds(self, clock: time) -> bool:
        """Whether this reading of the clock is quiet."""
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


def next_allowed(moment: datetime, zone: tzinfo, quiet: QuietHours) -> datetime:
    """The first moment at or after this one that is not quiet, in UTC.

    Where the clocks skip the end of the quiet hours, the reading before the change counts.
    """
    local = moment.astimezone(zone)
    if not quiet.holds(local.time().replace(tzinfo=None)):
        return moment.astimezone(UTC)
    day = local.date()
    while True:
        end = datetime.combine(day, quiet.end, zone).astimezone(UTC)
        if end > moment.astimezone(UTC):
            return end
        day += timedelta(days=1)


def after_limit(
    sent: list[datetime], now: datetime, *, most: int, within: timedelta
) -> datetime | None:
    """When one more may be sent so that no `within` holds more than `most`; None: now.

    `sent` are the moments of those that were sent, in any order.
    """
    recent = sorted(each for each in sent if now - within < each <= now)
    if len(recent) < most:
        return None
    return recent[len(recent) - most] + within
