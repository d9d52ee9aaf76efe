"""Runs of the policy simulator: tariffs replayed over a span of taps, and what was found."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Scenario(models.Model):
    """Two or three tariffs over the same taps; the first is the baseline.

    `rules` lists for each its `tariff` (a name), `title` by language, `day` whose figures hold,
    `changes` (figure by path), `outside` (modes that pay the baseline's own fare) and the whole
    `parameters`. `digest` is of the rules, the taps and the sample: what was computed once is not
    computed again. `result` holds sums only (`Outcome.as_dict`), nothing of a single card. A
    scenario with a `title` was saved by an officer.
    """

    id = models.UUIDField(primary_key=True)
    city = models.TextField()
    title = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    rules = models.JSONField()
    first_day = models.DateField()
    last_day = models.DateField()
    share = models.FloatField(default=1.0)
    upload = models.TextField(blank=True)
    upload_name = models.TextField(blank=True)
    taps = models.BigIntegerField(default=0)
    generated = models.BooleanField(default=False)
    job = models.UUIDField(null=True)
    result = models.JSONField(null=True)
    problem = models.TextField(blank=True)
    seconds = models.FloatField(null=True)
    made_by = models.TextField()
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_scenario_digest", fields=["city", "digest"]),
            models.CheckConstraint(
                name="transit_scenario_share", condition=Q(share__gt=0, share__lte=1)
            ),
            models.CheckConstraint(
                name="transit_scenario_span", condition=Q(last_day__gte=F("first_day"))
            ),
        ]
        indexes = [models.Index(name="transit_scenario_city", fields=["city", "-made_at"])]

    def __str__(self) -> str:
        return self.title or str(self.id)

    @property
    def finished(self) -> bool:
        """Whether it was computed, or cannot be."""
        return self.finished_at is not None
