"""Who looked at whose record, and what the person asks about it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now

from balai.kernel.people.models.columns import filled, id_column, region_column
from balai.kernel.people.models.person import Person


class AccessEntry(models.Model):
    """One look at a record, or a look-up that found nothing. Rows are only added.

    `office` is the role in which the actor looked, `parts` what was shown. A look-up that found
    nothing has no person, and keeps of the number only its blind `index`.
    """

    id = models.UUIDField(
        primary_key=True, editable=False,
        db_default=Func(function="uuidv7", output_field=models.UUIDField()),
    )  # fmt: skip
    at = models.DateTimeField(db_default=Now())
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="accesses")
    region_code = region_column()
    actor = models.TextField()
    actor_name = models.TextField(blank=True, default="")
    office = models.TextField(blank=True, default="")
    purpose = models.TextField()
    reason = models.TextField(blank=True, default="")
    channel = models.TextField()
    address = models.GenericIPAddressField(null=True)
    parts = ArrayField(models.TextField(), default=list)
    index = models.BinaryField(max_length=16, null=True)

    class Meta:
        verbose_name_plural = "access entries"
        constraints = [filled("people_accessentry_filled", "actor", "purpose", "channel")]
        indexes = [
            models.Index(name="people_accessentry_person", fields=["person", "-at"]),
            models.Index(name="people_accessentry_actor", fields=["actor", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.purpose}"


class AccessQuestion(models.Model):
    """A person's question about one look, and the data protection officer's answer."""

    id = id_column()
    entry = models.ForeignKey(AccessEntry, on_delete=models.PROTECT, related_name="questions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="questions")
    region_code = region_column()
    question = models.TextField()
    asked_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    finding = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")
    answered_by = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            filled("people_accessquestion_filled", "question"),
            models.CheckConstraint(
                name="people_accessquestion_answered",
                condition=Q(answered_at=None, answer="")
                | Q(answered_at__isnull=False) & ~Q(answer="") & ~Q(answered_by=""),
            ),
            models.UniqueConstraint(name="people_accessquestion_once", fields=["entry", "person"]),
        ]
        indexes = [
            models.Index(name="people_accessquestion_open", fields=["due_at"],
                         condition=Q(answered_at=None)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"question {self.id}"
