"""Pairs of records that may be one person, what was decided, and what a merge moved."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.kernel.people.models.columns import id_column, region_column
from balai.kernel.people.models.person import Person


class LinkageRun(models.Model):
    """One search for duplicates in a city. `model` holds the match weights that were learned."""

    id = id_column()
    city = models.SlugField(max_length=40)
    region_code = region_column()
    people = models.IntegerField(default=0)
    compared = models.BigIntegerField(default=0)
    pairs = models.IntegerField(default=0)
    threshold = models.FloatField()
    model = models.JSONField(default=dict)
    job = models.UUIDField(null=True)
    started_by = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="people_linkagerun_newest", fields=["city", "-created_at"])]

    def __str__(self) -> str:
        return f"linkage {self.id}"


class Decision(models.TextChoices):
    """What an officer found about a pair."""

    OPEN = "open", _("not yet judged")
    SAME = "same", _("the same person")
    DIFFERENT = "different", _("two people")
    UNSURE = "unsure", _("not sure")


class CandidatePair(models.Model):
    """Two records that may be one person; `left` is the older one.

    `evidence` lists for each field what was compared and how many bits it speaks for or against.
    """

    id = id_column()
    run = models.ForeignKey(LinkageRun, on_delete=models.PROTECT, related_name="found")
    region_code = region_column()
    left = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    probability = models.FloatField()
    weight = models.FloatField()
    evidence = models.JSONField(default=list)
    decision = models.TextField(choices=Decision.choices, default=Decision.OPEN)
    note = models.TextField(blank=True, default="")
    decided_by = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="people_candidatepair_once", fields=["left", "right"]),
            models.CheckConstraint(
                name="people_candidatepair_order", condition=Q(left__lt=F("right"))
            ),
            models.CheckConstraint(
                name="people_candidatepair_probability",
                condition=Q(probability__gte=0, probability__lte=1),
            ),
            models.CheckConstraint(
                name="people_candidatepair_decision", condition=Q(decision__in=Decision.values)
            ),
        ]
        indexes = [
            models.Index(
                name="people_candidatepair_queue", fields=["decision", "-probability", "id"]
            ),
        ]

    def __str__(self) -> str:
        return f"pair {self.id}"


class Merge(models.Model):
    """That one record was found to be another: what moved, so that it can move back.

    `moved` lists the ids of the rows of each table that changed hands; `ended` those that were
    ended because the kept record has its own; `filled` what the kept record took over.
    """

    id = id_column()
    region_code = region_column()
    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absorbed")
    absorbed = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    pair = models.ForeignKey(CandidatePair, null=True, on_delete=models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)
    ended = models.JSONField(default=dict)
    filled = models.JSONField(default=dict)
    reason = models.TextField(blank=True, default="")
    merged_by = models.TextField()
    merged_at = models.DateTimeField(db_default=Now())
    undone_by = models.TextField(blank=True, default="")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="people_merge_once", fields=["absorbed"], condition=Q(undone_at=None)
            ),
            models.CheckConstraint(name="people_merge_two", condition=~Q(kept=F("absorbed"))),
        ]
        indexes = [models.Index(name="people_merge_newest", fields=["-merged_at"])]

    def __str__(self) -> str:
        return f"merge {self.id}"
