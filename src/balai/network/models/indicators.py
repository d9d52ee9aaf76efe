"""Indicators, their definitions by version, and the values computed: only ever added to."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.network.models.members import NetworkCity


class Indicator(models.Model):
    """What is measured, whatever the version of its definition."""

    class Direction(models.TextChoices):
        UP = "up", _("higher is better")
        DOWN = "down", _("lower is better")

    code = models.SlugField(primary_key=True, max_length=60)
    title = models.JSONField()
    unit = models.TextField()
    decimals = models.SmallIntegerField(default=1)
    direction = models.TextField(choices=Direction.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="network_indicator_decimals", condition=Q(decimals__gte=0, decimals__lte=6)
            )
        ]

    def __str__(self) -> str:
        return self.code


class IndicatorDefinition(models.Model):
    """How an indicator is counted from a day on: its formula, and in words what is counted."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="definitions")
    version = models.SmallIntegerField()
    in_force_from = models.DateField()
    formula = models.TextField()
    measures = ArrayField(models.TextField())
    labels = models.JSONField(default=dict)
    description = models.JSONField()
    source = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="network_definition_version", fields=["indicator", "version"]
            ),
            models.UniqueConstraint(
                name="network_definition_start", fields=["indicator", "in_force_from"]
            ),
            models.CheckConstraint(name="network_definition_formula", condition=~Q(formula="")),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} v{self.version}"


class IndicatorValue(models.Model):
    """One computation of an indicator for a city and a period. Never changed, only followed.

    The value is the exact ratio `numerator / denominator`. `inputs` keeps, for each measure, its
    value and record count on each day; `through` is the last day that had data. A later
    computation with other inputs is a new row that `follows` this one; `cause` says why.
    """

    class State(models.TextChoices):
        VALUE = "value", _("value")
        NO_DATA = "no-data", _("no data")
        UNDEFINED = "undefined", _("undefined")

    class Cause(models.TextChoices):
        FIRST = "first", _("first count")
        CONTINUED = "continued", _("the period went on")
        LATE_DATA = "late-data", _("data for days already counted changed")
        DEFINITION = "definition", _("the definition changed")

    definition = models.ForeignKey(
        IndicatorDefinition, on_delete=models.PROTECT, related_name="values"
    )
    city = models.ForeignKey(NetworkCity, on_delete=models.PROTECT, related_name="values")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="values")
    period = models.TextField()
    length = models.TextField()
    first_day = models.DateField()
    through = models.DateField()
    state = models.TextField(choices=State.choices)
    numerator = models.DecimalField(max_digits=80, decimal_places=0, null=True)
    denominator = models.DecimalField(max_digits=80, decimal_places=0, null=True)
    why_none = models.TextField(default="", blank=True)
    inputs = models.JSONField()
    inputs_hash = models.CharField(max_length=64)
    generated = models.BooleanField(default=False)
    computed_at = models.DateTimeField(db_default=Now())
    follows = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    cause = models.TextField(choices=Cause.choices)
    changes = models.JSONField(default=list)
    note = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="network_value_state",
                condition=Q(state="value", numerator__isnull=False, denominator__gt=0)
                | Q(numerator=None, denominator=None) & ~Q(state="value"),
            ),
            models.CheckConstraint(
                name="network_value_first",
                condition=Q(follows=None, cause="first")
                | Q(follows__isnull=False) & ~Q(cause="first"),
            ),
            models.CheckConstraint(
                name="network_value_days", condition=Q(through__gte=F("first_day"))
            ),
            # Two computations at once cannot both begin a history, nor both follow one value.
            models.UniqueConstraint(
                name="network_value_one_beginning",
                fields=["indicator", "city", "period"],
                condition=Q(follows=None),
            ),
        ]
        indexes = [
            models.Index(
                name="network_value_lookup", fields=["city", "indicator", "period", "-id"]
            ),
            models.Index(
                name="network_value_series", fields=["city", "indicator", "length", "first_day"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.city_id} {self.period}"


class Publication(models.Model):
    """A value made public: by whom, when. A value that was published stays readable for ever."""

    value = models.OneToOneField(
        IndicatorValue, on_delete=models.PROTECT, related_name="publication"
    )
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(default="", blank=True)

    def __str__(self) -> str:
        return f"value {self.value_id} at {self.at:%Y-%m-%d %H:%M}"
