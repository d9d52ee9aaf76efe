"""Accounts of residents who sign in with an identity kept elsewhere."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from balai.kernel.access.models.accounts import User


class Identity(models.Model):
    """The account of an issuer's subject. The subject is pairwise: it means nothing elsewhere."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="identities")
    issuer = models.TextField()
    subject = models.TextField()
    linked_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="access_identity_once", fields=["issuer", "subject"])
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.user_id}"
