"""What is known of vehicles, delays and alerts, and how old it is."""

from __future__ import annotations

from datetime import date

from balai.transit.engine.realtime.track import VehicleTrack, unpack
from balai.transit.models import TrackPart


def vehicle_track(city: str, day: date) -> VehicleTrack:
    """Every position that a city's vehicles reported for a service day, by vehicle and time.

    A trip's positions after midnight belong to the day on which it began.
    """
    parts = TrackPart.objects.filter(city=city, day=day).order_by("id")
    return unpack(
        (bytes(content), generated)
        for content, generated in parts.values_list("content", "source__generated").iterator(200)
    )


def days_tracked(city: str) -> list[date]:
    """The service days of which positions are kept, in order."""
    days = TrackPart.objects.filter(city=city).order_by("day").values_list("day", flat=True)
    return list(days.distinct())
