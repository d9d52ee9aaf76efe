"""A case: where it stands now. Its events are the truth; this row is what they add up to."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from balai.kernel.identifiers import time_ordered_ids


def new_id() -> UUID:
    """An identifier known before the row is written: what is sealed is bound to it."""
    return UUID(time_ordered_ids(1)[0])


class Status(models.TextChoices):
    """Where a case stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    WORKING = "working", _("being worked on")
    RETURNED = "returned", _("returned to the applicant")
    PAUSED = "paused", _("paused")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Clock(models.TextChoices):
    """Whether the promised time runs: only while the city holds the case."""

    RUNNING = "running", _("running")
    STOPPED = "stopped", _("stopped")
    ENDED = "ended", _("ended")


OPEN = ("submitted", "working", "returned", "paused")
"""The states in which somebody still waits for something."""
CLOSED = ("approved", "refused", "withdrawn")
ACTIVE = ("submitted", "working")
"""The states in which the office has the next word."""


class Counter(models.Model):
    """The last number given in a city and year. Its row is locked until the case that took a
    number is stored: what is rolled back leaves no gap.
    """

    city = models.TextField()
    year = models.IntegerField()
    last = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="cases_counter_once", fields=["city", "year"]),
            models.CheckConstraint(name="cases_counter_positive", condition=Q(last__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.city} {self.year}: {self.last}"


class Case(models.Model):
    """A request for a service.

    `region_code` is the office that has it now, `home_region` the village it came from and
    `served_region` the one whose offices serve it since it was handed over: both keep sight of it.
    `answers` are those that tell nothing personal; the others are `answers_sealed`. `state` is the
    engine's state whole; the columns beside it repeat what lists search by. A draft has no number
    yet.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    city = models.TextField()
    year = models.IntegerField(null=True)
    no = models.IntegerField(null=True)
    number = models.TextField(blank=True, default="")
    service_code = models.TextField()
    service_version = models.IntegerField()
    region_code = models.TextField()
    home_region = models.TextField()
    served_region = models.TextField(blank=True, default="")
    person_id = models.UUIDField(null=True)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.TextField(choices=Status.choices)
    step = models.TextField(blank=True, default="")
    role = models.TextField(blank=True, default="")
    escalated = models.TextField(blank=True, default="")
    office_level = models.TextField(blank=True, default="")
    holder = models.TextField(null=True)
    clock = models.TextField(choices=Clock.choices)
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    step_due_at = models.DateTimeField(null=True)
    escalates_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    on_time = models.BooleanField(null=True)
    sequence = models.IntegerField()
    state = models.JSONField()
    answers = models.JSONField(default=dict)
    answers_sealed = models.BinaryField(null=True)
    key = models.TextField(unique=True)
    request_digest = models.TextField()
    document_id = models.UUIDField(null=True)
    generated = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="cases_case_number", fields=["city", "year", "no"]),
            models.CheckConstraint(name="cases_case_status", condition=Q(status__in=Status.values)),
            models.CheckConstraint(name="cases_case_clock", condition=Q(clock__in=Clock.values)),
            models.CheckConstraint(
                name="cases_case_region", condition=~Q(region_code="") & ~Q(home_region="")
            ),
            models.CheckConstraint(
                name="cases_case_numbered",
                condition=Q(submitted_at=None, number="")
                | Q(submitted_at__isnull=False, year__isnull=False, no__isnull=False)
                & ~Q(number=""),
            ),
            models.CheckConstraint(
                name="cases_case_closed",
                condition=Q(status__in=["approved", "refused"], closed_at__isnull=False)
                | ~Q(status__in=["approved", "refused"]),
            ),
        ]
        indexes = [
            models.Index(
                name="cases_case_queue", fields=["city", "due_at", "id"],
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                name="cases_case_free", fields=["city", "due_at", "id"],
                condition=Q(status__in=ACTIVE, holder=None),
            ),
            models.Index(
                name="cases_case_state", fields=["city", "status", "due_at", "id"],
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                name="cases_case_steps", fields=["city", "service_code", "step", "due_at", "id"],
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                name="cases_case_office", fields=["region_code"], condition=Q(status__in=OPEN)
            ),
            models.Index(
                name="cases_case_home", fields=["home_region"], condition=Q(status__in=OPEN)
            ),
            models.Index(
                name="cases_case_served", fields=["served_region"], condition=Q(status__in=OPEN)
            ),
            models.Index(
                F("city"), F("closed_at").desc(nulls_last=True), F("id"),
                name="cases_case_ended", condition=Q(status__in=CLOSED),
            ),
            models.Index(
                name="cases_case_held", fields=["holder", "due_at"],
                condition=Q(status__in=OPEN),
            ),
            models.Index(
                name="cases_case_escalation", fields=["escalates_at"],
                condition=Q(escalates_at__isnull=False),
            ),
            models.Index(name="cases_case_person", fields=["person_id", "-opened_at"]),
            models.Index(name="cases_case_numbers", fields=["number"]),
            models.Index(name="cases_case_closed_on", fields=["city", "closed_on"]),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or str(self.id)
