"""Roles held."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from balai.kernel.access.models.accounts import User


class RoleGrant(models.Model):
    """A role held by a user in a region and everything below it, from a moment to a moment.

    An empty `region_code` is the whole installation; `ends_at` is the first moment it no longer
    holds. A grant that is taken back keeps its row, with who did it and when.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    programme = models.TextField()
    role = models.TextField()
    region_code = models.TextField(blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(db_default=Now())
    revoked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="access_grant_role", condition=~Q(role="")),
            models.CheckConstraint(
                name="access_grant_validity",
                condition=Q(ends_at=None) | Q(starts_at__lt=F("ends_at")),
            ),
            models.UniqueConstraint(
                name="access_grant_once",
                fields=["user", "role", "region_code"],
                condition=Q(revoked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.region_code or '*'}"
