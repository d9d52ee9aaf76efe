"""Consents, and the requests a person makes about the own data."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from balai.kernel.people.models.columns import filled, id_column, region_column
from balai.kernel.people.models.person import Person


class Consent(models.Model):
    """A consent given or withdrawn, with the version of the text that was read.

    Rows are only added: the newest of a purpose holds.
    """

    id = id_column()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    region_code = region_column()
    purpose = models.TextField()
    text_version = models.TextField()
    granted = models.BooleanField()
    at = models.DateTimeField(db_default=Now())
    actor = models.TextField()
    channel = models.TextField()

    class Meta:
        constraints = [filled("people_consent_filled", "purpose", "text_version", "actor")]
        indexes = [models.Index(name="people_consent_newest", fields=["person", "purpose", "-at"])]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.person_id}"


class RightsRequest(models.Model):
    """A request to rectify or erase; kinds and clocks stand in the law's data.

    `parts` are the parts of the record it is about; `outcome` tells for each what was done or what
    the law requires to be kept, with its article.
    """

    id = id_column()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rights_requests")
    region_code = region_column()
    kind = models.TextField()
    status = models.TextField(default="received")
    parts = models.JSONField(default=list)
    text = models.TextField(blank=True, default="")
    proposal = models.JSONField(default=dict)
    outcome = models.JSONField(default=list)
    reason = models.TextField(blank=True, default="")
    legal_basis = models.TextField(blank=True, default="")
    received_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            filled("people_rightsrequest_filled", "kind", "status"),
            models.CheckConstraint(
                name="people_rightsrequest_refused",
                condition=~Q(status="refused") | ~Q(reason="") & ~Q(legal_basis=""),
            ),
        ]
        indexes = [
            models.Index(name="people_rightsrequest_due", fields=["due_at"],
                         condition=Q(closed_at=None)),
            models.Index(name="people_rightsrequest_person", fields=["person", "-received_at"]),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class RightsEntry(models.Model):
    """A step of a request: rows are only added."""

    id = id_column()
    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="entries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    region_code = region_column()
    at = models.DateTimeField(db_default=Now())
    actor = models.TextField()
    status = models.TextField()
    note = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = "rights entries"
        indexes = [models.Index(name="people_rightsentry_order", fields=["request", "at"])]

    def __str__(self) -> str:
        return f"{self.status} {self.request_id}"
