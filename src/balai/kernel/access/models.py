"""Accounts, the roles they hold, their API tokens, and the audit."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody who signs in, or a service account that only holds tokens."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(_("name"), max_length=120, blank=True, default="")
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="id"
    )
    is_service = models.BooleanField(_("service account"), default=False)

    REQUIRED_FIELDS = []

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="access_user_username",
                violation_error_message=_("A user with that username already exists."),
            )
        ]

    def get_full_name(self) -> str:
        """The name shown to people; the user name where none was given."""
        return self.display_name or self.username

    def get_short_name(self) -> str:
        """The same as the full name: names are not taken apart."""
        return self.get_full_name()


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


class ApiToken(models.Model):
    """A key for a program. Only its digest is kept; `prefix` finds it and is safe to show."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.TextField())
    region_code = models.TextField(blank=True, default="")
    request_key = models.UUIDField(unique=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="access_token_name", condition=~Q(name="")),
            models.CheckConstraint(name="access_token_scopes", condition=~Q(scopes=[])),
        ]

    def __str__(self) -> str:
        return f"{self.name} (balai_{self.prefix}…)"


class AuditEntry(models.Model):
    """Who did what to whom, when and from where. Guarded by a trigger: rows are only added.

    Accounts are named by their user name, not by a foreign key, so that the entry outlives them.
    """

    at = models.DateTimeField(db_default=Now())
    actor = models.TextField(blank=True, default="")
    action = models.TextField()
    subject = models.TextField(blank=True, default="")
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    channel = models.TextField(default="web")

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = [models.CheckConstraint(name="access_audit_action", condition=~Q(action=""))]
        indexes = [
            models.Index(name="access_audit_actor", fields=["actor", "-at"]),
            models.Index(name="access_audit_subject", fields=["subject", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}"
