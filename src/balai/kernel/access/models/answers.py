"""Answers kept for requests that come again."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class KeptAnswer(models.Model):
    """The answer to a request under an idempotency key.

    `lookup` is SHA-256 of who asked, the scope and the key; `request` that of what was asked. The
    answer may hold personal data and is sealed.
    """

    id = models.UUIDField(primary_key=True)
    lookup = models.BinaryField(max_length=32, unique=True)
    scope = models.TextField()
    request = models.BinaryField(max_length=32)
    answer = models.BinaryField()
    kept_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.scope} {self.kept_at:%Y-%m-%d %H:%M}"
