"""Versions of tariffs that officers draw up, what their previews showed, and decisions in force.

A version is a draft until it is submitted; another officer publishes it, and from then on a
trigger of the database keeps its figures as they were. What was decided about tariffs in force is
kept in `TariffDecision`, which is only ever added to.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TariffVersion(models.Model):
    """A city's tariff as officers drew it up.

    `parameters` maps each parameter's name to its `value` with `from` (the first day it holds),
    `article`, `source` and `verified`. `digest` is of the name, titles and parameters: what a
    preview showed and what was published can be told to be the same. `examples` are named
    journeys priced while drafting; they are no part of the tariff.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("tariff", "draft")
        SUBMITTED = "submitted", _("waits for publication")
        PUBLISHED = "published", pgettext_lazy("tariff", "published")
        WITHDRAWN = "withdrawn", pgettext_lazy("tariff", "withdrawn")

    city = models.TextField()
    name = models.TextField(unique=True)
    title_id = models.TextField()
    title_en = models.TextField()
    based_on = models.TextField(blank=True)
    parameters = models.JSONField()
    examples = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    digest = models.CharField(max_length=64)
    revision = models.IntegerField(default=1)
    created_by = models.TextField()
    created_at = models.DateTimeField()
    changed_by = models.TextField()
    changed_at = models.DateTimeField()
    submitted_by = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True)
    published_by = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)
    withdrawn_by = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="transit_tariffversion_state",
                condition=Q(state__in=("draft", "submitted", "published", "withdrawn")),
            ),
            models.CheckConstraint(
                name="transit_tariffversion_four_eyes",
                condition=Q(published_by="")
                | (~Q(published_by=F("submitted_by")) & ~Q(published_by=F("changed_by"))),
            ),
            models.CheckConstraint(
                name="transit_tariffversion_published",
                condition=Q(state__in=("draft", "submitted"), published_at__isnull=True)
                | Q(state__in=("published", "withdrawn"), published_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="transit_tariffversion_city", fields=["city", "-changed_at"])]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> dict[str, str]:
        """The title by language."""
        return {"id": self.title_id, "en": self.title_en}

    @property
    def editable(self) -> bool:
        """Whether its figures may still change."""
        return self.state == self.State.DRAFT


class TariffPreview(models.Model):
    """Journeys of a span of days repriced by a version as it stood: what it would have meant.

    `result` is None until the job has ended. `seen_by` are the names of those who opened it then.
    """

    id = models.UUIDField(primary_key=True)
    version = models.ForeignKey(TariffVersion, models.CASCADE, related_name="previews")
    digest = models.CharField(max_length=64)
    start = models.DateField()
    end = models.DateField()
    cards = models.IntegerField()
    result = models.JSONField(null=True)
    problem = models.TextField(blank=True)
    job = models.UUIDField(null=True)
    seen_by = models.JSONField(default=list)
    created_by = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="transit_preview_span", condition=Q(end__gte=F("start")))
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.start} to {self.end}"


class TariffDecision(models.Model):
    """That a tariff was put in force or taken back, by whom and why. Never changed itself.

    `journeys` of days that had passed were priced by another tariff and are priced anew.
    """

    class Act(models.TextChoices):
        PUT = "put", _("put in force")
        CORRECTED = "corrected", _("put in force for days that had passed")
        WITHDRAWN = "withdrawn", _("taken back before it began")

    city = models.TextField()
    tariff = models.TextField()
    act = models.CharField(max_length=9, choices=Act.choices)
    start = models.DateField()
    end = models.DateField(null=True)
    reason = models.TextField(blank=True)
    journeys = models.IntegerField(default=0)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="transit_decision_city", fields=["city", "-at"])]
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.city}: {self.tariff} {self.act} from {self.start}"
