"""Service days as settled: what was verified of each run, and who has which fares."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.transit.models.settlement.operators import Operator


class SettledDay(models.Model):
    """A version of a city's service day as settled: which feed, which reports, what was seen.

    `seen_at`: journeys priced after it are taken up as adjustments by a later settlement.
    """

    city = models.TextField()
    day = models.DateField()
    version = models.SmallIntegerField()
    feed_id = models.BigIntegerField(null=True)
    reports = models.IntegerField()
    rules = models.JSONField(default=dict)
    status_counts = models.JSONField(default=dict)
    made_by = models.TextField(blank=True)
    made_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField()
    generated = models.BooleanField(default=False)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_settled_version", fields=["city", "day", "version"]
            )
        ]
        ordering = ["city", "-day", "-version"]

    def __str__(self) -> str:
        return f"{self.city} {self.day}, version {self.version}"


class VerifiedRun(models.Model):
    """A run of the timetable and what was verified of it, in a version of a day."""

    class State(models.TextChoices):
        FULL = "full", _("ran whole")
        PART = "part", _("ran in part")
        MISSED = "missed", _("not run")

    settled = models.ForeignKey(SettledDay, models.CASCADE, related_name="runs", db_index=False)
    operator = models.ForeignKey(Operator, models.PROTECT, db_index=False)
    route_id = models.TextField()
    trip_id = models.TextField()
    start_s = models.IntegerField()
    scheduled_m = models.IntegerField()
    verified_m = models.IntegerField()
    state = models.CharField(max_length=6, choices=State.choices)
    vehicle = models.TextField(blank=True)
    vehicles = models.SmallIntegerField()
    first_stop = models.TextField(blank=True)
    last_stop = models.TextField(blank=True)
    late_s = models.IntegerField(null=True)
    on_time = models.BooleanField(default=False)
    headway_s = models.IntegerField(null=True)
    headway_due_s = models.IntegerField(null=True)
    headway_kept = models.BooleanField(null=True)
    gaps = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_run_once", fields=["settled", "operator", "trip_id", "start_s"]
            ),
            models.CheckConstraint(
                name="transit_run_metres",
                condition=Q(verified_m__gte=0, verified_m__lte=F("scheduled_m")),
            ),
        ]
        ordering = ["settled", "route_id", "start_s", "trip_id"]

    def __str__(self) -> str:
        return f"{self.trip_id} at {self.start_s}"


class FareShare(models.Model):
    """What an operator has of a journey's charge: the first division, and each change since.

    `day` is the journey's; `settled` the settlement that placed it, which is a later day's where
    taps came late. Their sum by journey is the journey's charge. No operator: a route without a
    contract, whose share stays with the city.
    """

    id = models.BigAutoField(primary_key=True)
    settled = models.ForeignKey(SettledDay, models.PROTECT, db_index=False, related_name="shares")
    city = models.TextField()
    day = models.DateField()
    journey = models.UUIDField()
    operator = models.ForeignKey(Operator, models.PROTECT, null=True, db_index=False)
    legs = models.SmallIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(name="transit_share_day", fields=["city", "day", "journey"]),
            models.Index(name="transit_share_settled", fields=["settled", "operator"]),
        ]

    def __str__(self) -> str:
        return f"{self.journey}: {self.amount}"
