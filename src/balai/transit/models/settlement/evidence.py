"""What proves service or its breaches: logs that operators hand in, and inspections."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from balai.transit.models.settlement.operators import Operator


class OperatorLog(models.Model):
    """A file of positions that an operator handed in: what was read, and what could not be."""

    id = models.UUIDField(primary_key=True)
    city = models.TextField()
    name = models.TextField()
    sha256 = models.CharField(max_length=64)
    rows = models.IntegerField()
    refused = models.IntegerField()
    faults = models.JSONField(default=list)
    by = models.TextField()
    received_at = models.DateTimeField(db_default=Now())
    generated = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="transit_log_once", fields=["city", "sha256"])]
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return self.name


class LogPart(models.Model):
    """A service day's positions of a log: an Arrow stream, as `TrackPart` keeps real-time ones."""

    log = models.ForeignKey(OperatorLog, models.PROTECT, related_name="parts")
    city = models.TextField()
    day = models.DateField()
    positions = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        indexes = [models.Index(name="transit_log_day", fields=["city", "day", "id"])]

    def __str__(self) -> str:
        return f"{self.city} {self.day}: {self.positions} positions"


class Inspection(models.Model):
    """A breach of the service standard that an inspector saw. `void` where it was taken back."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="inspections")
    kind = models.TextField()
    day = models.DateField()
    route_id = models.TextField(blank=True)
    vehicle = models.TextField(blank=True)
    note = models.TextField(blank=True)
    by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())
    void = models.BooleanField(default=False)
    void_reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(name="transit_inspection_day", fields=["operator", "day"])]
        ordering = ["-day", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} on {self.day}"
