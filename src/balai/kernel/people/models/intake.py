"""Imports of residents: what came in, what was wrong, what is kept aside, what was changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.kernel.people.models.columns import filled, id_column, region_column


class ImportState(models.TextChoices):
    """Where an import stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    UNDONE = "undone", _("undone")


class ResidentImport(models.Model):
    """One file of residents for a city or one village of it.

    `region_code` is the place the import may write to. `upload` names the sealed file while it is
    still needed. `counts` has read, added, changed, unchanged, repeated, aside; `totals` the
    issues by kind. `mends` is the import whose kept rows this one mends.
    """

    id = id_column()
    city = models.SlugField(max_length=40)
    region_code = region_column()
    village = models.TextField(blank=True, default="")
    file_name = models.TextField()
    digest = models.TextField()
    dry_run = models.BooleanField(default=False)
    is_generated = models.BooleanField(default=False)
    as_of = models.DateField()
    state = models.TextField(choices=ImportState.choices, default=ImportState.WAITING)
    upload = models.TextField(blank=True, default="")
    problem = models.TextField(blank=True, default="")
    remedy = models.TextField(blank=True, default="")
    counts = models.JSONField(default=dict)
    totals = models.JSONField(default=dict)
    mends = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="retries")
    job = models.UUIDField(null=True)
    started_by = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    undone_by = models.TextField(blank=True, default="")
    undone_at = models.DateTimeField(null=True)
    undone = models.JSONField(default=dict)

    class Meta:
        constraints = [
            filled("people_residentimport_filled", "city", "region_code", "file_name"),
            models.CheckConstraint(
                name="people_residentimport_state", condition=Q(state__in=ImportState.values)
            ),
        ]
        indexes = [
            models.Index(name="people_residentimport_newest", fields=["city", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"import {self.id}"


class ImportIssue(models.Model):
    """One thing found in a file. `value` holds no more than six digits of a NIK or KK."""

    taken = models.ForeignKey(ResidentImport, on_delete=models.CASCADE, related_name="issues")
    region_code = region_column()
    row = models.IntegerField(null=True)
    field = models.TextField(blank=True, default="")
    kind = models.TextField()
    severity = models.TextField()
    value = models.TextField(blank=True, default="")
    other = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(name="people_importissue_place", fields=["taken", "row", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in row {self.row}"


class AsideRow(models.Model):
    """A row that could not be taken: its cells sealed, and what is wrong with each.

    `faults` are objects of field, kind, value (masked) and other.
    """

    ASIDE, MENDED, DROPPED = "aside", "mended", "dropped"

    id = id_column()
    taken = models.ForeignKey(ResidentImport, on_delete=models.CASCADE, related_name="aside")
    region_code = region_column()
    row = models.IntegerField()
    sealed = models.BinaryField()
    faults = models.JSONField(default=list)
    state = models.TextField(default=ASIDE)
    settled_by = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="people_asiderow_once", fields=["taken", "row"]),
            models.CheckConstraint(
                name="people_asiderow_state", condition=Q(state__in=["aside", "mended", "dropped"])
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.row} of {self.taken_id}"


class ImportEffect(models.Model):
    """What an import did to one row of the register, so that it can be undone.

    `kind` is `person-added`, `person-changed`, `household-added`, or of a row with a validity
    `member-`, `address-`, `number-` with `added` or `ended`. `before` holds what a changed person
    was.
    """

    taken = models.ForeignKey(
        ResidentImport, on_delete=models.CASCADE, related_name="effects", db_constraint=False
    )
    region_code = region_column()
    kind = models.TextField()
    about = models.UUIDField()
    before = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(name="people_importeffect_about", fields=["about"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
