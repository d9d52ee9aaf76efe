"""What happened to a case, act by act: only added to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from balai.kernel.cases.models.case import Case


class CaseEvent(models.Model):
    """An act on a case; the sequence has no gap and begins at 1.

    `payload` holds what is no personal data; words that people wrote are sealed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    sequence = models.IntegerField()
    kind = models.TextField()
    at = models.DateTimeField()
    actor = models.TextField()
    actor_name = models.TextField(blank=True, default="")
    role = models.TextField(blank=True, default="")
    payload = models.JSONField(default=dict)
    sealed_payload = models.BinaryField(null=True)
    key = models.TextField(null=True)
    request_digest = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="cases_caseevent_order", fields=["case", "sequence"]),
            models.UniqueConstraint(name="cases_caseevent_key", fields=["case", "key"]),
            models.CheckConstraint(
                name="cases_caseevent_filled", condition=Q(sequence__gte=1) & ~Q(kind="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.sequence}: {self.kind}"
