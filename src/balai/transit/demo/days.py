"""Which days the demonstration is about: its riders ride until a Saturday that has just passed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from balai.transit.demo.riders import ZONE
from balai.transit.models import TapBatch

SATURDAY = 5
SENDER = "demonstration"


def last_day(city: str) -> date:
    """The last day on which the made-up riders of a city ride: the one they were built with, or
    the latest Saturday before today where they are still to be built.
    """
    built = TapBatch.objects.filter(city=city, sender=SENDER).order_by("received_at").first()
    if built is not None:
        return built.received_at.astimezone(ZONE).date() - timedelta(days=1)
    return saturday_before(timezone.now().astimezone(ZONE).date())


def saturday_before(day: date) -> date:
    """The latest Saturday before a day: built in any week, weekdays and chances fall alike."""
    return day - timedelta(days=(day.weekday() - SATURDAY - 1) % 7 + 1)


def closing(last: date) -> datetime:
    """The morning after the last day: every ride has ended."""
    return datetime.combine(last + timedelta(days=1), time(6), ZONE)
