"""How much of a city public transport brings within reach, as it was measured."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class ReachMeasurement(models.Model):
    """What the people of one district reach within some minutes, on the timetable of a day.

    `weight` is the district's people (or its ground in cells, where no count is known), `all` the
    weight of the whole city, `reached` of that what lies within reach of the district's middle.
    """

    class Basis(models.TextChoices):
        PEOPLE = "people"
        GROUND = "ground"

    city = models.TextField()
    day = models.DateField()
    place = models.TextField()
    name = models.TextField()
    minutes = models.SmallIntegerField()
    basis = models.CharField(max_length=6, choices=Basis.choices)
    weight = models.BigIntegerField()
    all = models.BigIntegerField()
    reached = models.BigIntegerField()
    network = models.TextField()
    measured_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_reach_once", fields=["city", "day", "place", "minutes"]
            ),
            models.CheckConstraint(
                name="transit_reach_within", condition=Q(reached__gte=0, reached__lte=F("all"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.day}: {self.minutes} min"
