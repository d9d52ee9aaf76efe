"""The audit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """Who did what to whom, when and from where. Guarded by a trigger: rows are only added.

    Accounts are named by their user name, not by a foreign key, so that the entry outlives them.
    `region_code` is where it was done, empty for the whole installation.
    """

    at = models.DateTimeField(db_default=Now())
    actor = models.TextField(blank=True, default="")
    action = models.TextField()
    subject = models.TextField(blank=True, default="")
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    channel = models.TextField(default="web")
    region_code = models.TextField(blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = [models.CheckConstraint(name="access_audit_action", condition=~Q(action=""))]
        indexes = [
            models.Index(name="access_audit_actor", fields=["actor", "-at"]),
            models.Index(name="access_audit_subject", fields=["subject", "-at"]),
            models.Index(name="access_audit_action", fields=["action", "-at"]),
            models.Index(name="access_audit_at", fields=["-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}"
