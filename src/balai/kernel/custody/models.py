"""What the database knows of the master keys: enough to know each again, nothing to make one of."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class KeyCheck(models.Model):
    """A value sealed under a master key, and the key's fingerprint."""

    version = models.SmallIntegerField(primary_key=True)
    fingerprint = models.TextField()
    sealed = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.version}: {self.fingerprint}"
