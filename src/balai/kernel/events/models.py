"""The event, and nothing else. Its guards (triggers) are in migration 0002."""

from __future__ import annotations

from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now


class Event(models.Model):
    """Something that happened, said once and never changed.

    `day` is the day of the city's own calendar to which it counts. `place` is a region code,
    `subject` what it happened to (`transit.journey:UUID`), `actor` who did it; `data` holds the
    fields of its kind and version.
    """

    id = models.UUIDField(
        primary_key=True, editable=False,
        db_default=Func(function="uuidv7", output_field=models.UUIDField()),
    )  # fmt: skip
    kind = models.TextField()
    version = models.SmallIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    day = models.DateField()
    city = models.TextField()
    place = models.TextField()
    subject = models.TextField()
    actor = models.TextField()
    data = models.JSONField()
    idempotency_key = models.TextField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="events_event_kind", condition=~Q(kind="")),
            models.CheckConstraint(name="events_event_city", condition=~Q(city="")),
            models.CheckConstraint(name="events_event_version", condition=Q(version__gte=1)),
            models.UniqueConstraint(name="events_event_key", fields=["idempotency_key"]),
        ]
        indexes = [
            models.Index(
                name="events_event_measure",
                fields=["city", "kind", "day", "at"],
                include=["place", "version", "recorded_at"],
            ),
            models.Index(
                name="events_event_subject", fields=["subject", "at"], condition=~Q(subject="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
