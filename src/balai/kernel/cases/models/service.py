"""A service's definition as it was published: never changed, only followed by another version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ServiceVersion(models.Model):
    """One version of a service. `definition` is the text as given, `digest` its SHA-256."""

    code = models.TextField()
    version = models.IntegerField()
    definition = models.TextField()
    digest = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="cases_serviceversion_once", fields=["code", "version"]),
            models.CheckConstraint(
                name="cases_serviceversion_filled",
                condition=Q(version__gte=1) & ~Q(code="") & ~Q(definition=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"
