"""Jobs, what of them is done, and who works at them.

A job's own row changes when it is taken and when it ends, and is locked while a step is open. What
changes all the time (lease, progress, the wish to cancel) is kept beside it in its pulse, so that
neither the worker's heartbeat nor a click waits for a step.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

UUID7 = Func(function="uuidv7", output_field=models.UUIDField())


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Job(models.Model):
    """One piece of long work.

    `key` makes it start once; `slot` lets only one of its kind wait. `take` counts how often a
    worker took it up: whoever holds an older take has lost it. `regions` are the rows it may see.
    """

    id = models.UUIDField(primary_key=True, editable=False, db_default=UUID7)
    name = models.TextField()
    queue = models.TextField()
    city = models.TextField(blank=True, default="")
    regions = ArrayField(models.TextField(), default=list)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    scheduled = models.BooleanField(default=False)
    arguments = models.JSONField(default=dict)
    key = models.TextField(null=True)
    slot = models.TextField(null=True)
    state = models.TextField(choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(db_default=Now())
    take = models.IntegerField(default=0)
    tries = models.IntegerField(default=0)
    cursor = models.JSONField(null=True)
    result = models.JSONField(null=True)
    problem = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="jobs_job_name", condition=~Q(name="")),
            models.CheckConstraint(name="jobs_job_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="jobs_job_ended",
                condition=Q(state__in=["done", "failed", "cancelled"], ended_at__isnull=False)
                | Q(state__in=["waiting", "running"], ended_at=None),
            ),
            models.UniqueConstraint(name="jobs_job_key", fields=["name", "key"]),
            models.UniqueConstraint(name="jobs_job_slot", fields=["name", "slot"]),
        ]
        indexes = [
            models.Index(
                name="jobs_job_open",
                fields=["due_at"],
                condition=Q(state__in=["waiting", "running"]),
            ),
            models.Index(name="jobs_job_mine", fields=["started_by", "-created_at"]),
            models.Index(name="jobs_job_city", fields=["city", "-created_at"]),
            models.Index(name="jobs_job_ended_at", fields=["ended_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class Pulse(models.Model):
    """What changes all the time about a job; `lease_until` is None while nobody holds it."""

    job = models.OneToOneField(Job, primary_key=True, on_delete=models.CASCADE)
    take = models.IntegerField(default=0)
    worker = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.TextField(blank=True, default="")
    cancel_wished = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="jobs_pulse_progress",
                condition=Q(done__gte=0) & (Q(total=None) | Q(total__gte=F("done"))),
            )
        ]

    def __str__(self) -> str:
        return f"pulse of {self.job_id}"


class Step(models.Model):
    """A step that is done: written in the same transaction as its effects."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps")
    name = models.TextField()
    result = models.JSONField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(name="jobs_step_once", fields=["job", "name"])]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.name}"


class Line(models.Model):
    """A line of a job's log. It names no person."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="lines")
    at = models.DateTimeField(db_default=Now())
    text = models.TextField()

    class Meta:
        indexes = [models.Index(name="jobs_line_job", fields=["job", "id"])]

    def __str__(self) -> str:
        return self.text


class Worker(models.Model):
    """A process that takes jobs; it tells every second or two that it lives."""

    id = models.UUIDField(primary_key=True)
    host = models.TextField()
    pid = models.IntegerField()
    began_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class ScheduleMark(models.Model):
    """The latest tick of a schedule for which a job was started."""

    name = models.TextField(primary_key=True)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.last_at:%Y-%m-%d %H:%M:%S}"
