"""Roles held."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.kernel.access.models.accounts import User


class RoleGrant(models.Model):
    """A role held by a user in a region and everything below it, from a moment to a moment.

    An empty `region_code` is the whole installation; `ends_at` is the first moment it no longer
    holds. A grant that is taken back keeps its row, with who did it and when.

    A delegation is a grant `delegated_from` another: it holds only while that one does, and where
    `permissions` are named gives these alone. `capacity` says as what the role is held.
    """

    class Capacity(models.TextChoices):
        """As what a role is held: in one's own right, by delegation, or in a head's stead."""

        OWN = "", _("in their own right")
        DELEGATE = "delegate", _("by delegation")
        PLH = "plh", _("acting, day to day (Plh.)")
        PLT = "plt", _("acting, post vacant (Plt.)")

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
    capacity = models.TextField(blank=True, choices=Capacity.choices, default="", db_default="")
    delegated_from = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="delegations"
    )
    permissions = ArrayField(models.TextField(), null=True)
    reason = models.TextField(blank=True, default="", db_default="")

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
                condition=Q(revoked_at=None, delegated_from=None),
            ),
            models.UniqueConstraint(
                name="access_delegation_once",
                fields=["user", "delegated_from", "region_code"],
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="access_delegation_ends",
                condition=Q(capacity="") | Q(ends_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.region_code or '*'}"
