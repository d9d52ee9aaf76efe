"""What runs as it runs: where real-time reports come from, the last of them, and vehicles' tracks.

A snapshot is a whole GTFS-Realtime dataset as it stood after a message, differences applied, so
that whoever serves reads one row. Snapshots live for an hour; what settlement needs of them, the
positions of vehicles, is kept for good and only ever added to.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class RealtimeSource(models.Model):
    """A GTFS-Realtime feed of a city: fetched from `url`, or posted to us where that is empty.

    `feed` names the timetable whose trips it speaks of. After `stale_s` seconds without news
    only the timetable is shown.
    """

    city = models.TextField()
    name = models.TextField()
    feed = models.TextField()
    url = models.TextField(blank=True)
    header_name = models.TextField(blank=True)
    header_secret = models.BinaryField(null=True)
    poll_s = models.IntegerField(default=30)
    stale_s = models.IntegerField(default=180)
    active = models.BooleanField(default=True)
    generated = models.BooleanField(default=False)
    added_at = models.DateTimeField(db_default=Now())
    asked_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_realtime_source", fields=["city", "name"]),
            models.CheckConstraint(
                name="transit_realtime_name", condition=Q(name__regex=r"^[a-z0-9][a-z0-9-]{0,39}$")
            ),
            models.CheckConstraint(
                name="transit_realtime_poll", condition=Q(poll_s__gte=10, poll_s__lte=3600)
            ),
            models.CheckConstraint(
                name="transit_realtime_stale", condition=Q(stale_s__gte=30, stale_s__lte=86_400)
            ),
        ]
        ordering = ["city", "name"]

    def __str__(self) -> str:
        return f"{self.city}: {self.name}"


class RealtimeSnapshot(models.Model):
    """A source's whole dataset after one message.

    `at` is the publisher's own time of it, `content` a FeedMessage of the kind FULL_DATASET,
    `digest` the SHA-256 of the message as it came, by which a repeat is known. `problems` are
    what was wrong with it, by entity and field.
    """

    source = models.ForeignKey(RealtimeSource, models.CASCADE, db_index=False)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    updates = models.IntegerField()
    vehicles = models.IntegerField()
    alerts = models.IntegerField()
    problems = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_snapshot_once", fields=["source", "digest"])
        ]
        indexes = [models.Index(name="transit_snapshot_latest", fields=["source", "-at", "-id"])]

    def __str__(self) -> str:
        return f"{self.source_id} at {self.at:%Y-%m-%d %H:%M:%S}"


class TrackPart(models.Model):
    """Positions that one message added to a service day: an Arrow stream, many vehicles a row.

    A city's day is a few thousand rows of some kilobytes instead of millions of positions.
    """

    city = models.TextField()
    day = models.DateField()
    source = models.ForeignKey(RealtimeSource, models.PROTECT, db_index=False)
    received_at = models.DateTimeField()
    positions = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        indexes = [models.Index(name="transit_track_day", fields=["city", "day", "id"])]

    def __str__(self) -> str:
        return f"{self.city} {self.day}: {self.positions} positions"
