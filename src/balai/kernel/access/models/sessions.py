"""Sessions: where an account is signed in."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from balai.kernel.access.models.accounts import User


class SignedIn(models.Model):
    """A session of an account: since when, last seen when and from where, on which device."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    address = models.GenericIPAddressField(null=True)
    agent = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(name="access_signedin_user", fields=["user", "-seen_at"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.seen_at:%Y-%m-%d %H:%M}"
