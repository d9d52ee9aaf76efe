"""Keys for programs."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from balai.kernel.access.models.accounts import User


class ApiToken(models.Model):
    """A key for a program. Only its digest is kept; `prefix` finds it and is safe to show.

    Where `networks` (CIDR) are named it works from there alone. `renews` is the one that it takes
    the place of: for a while both work.
    """

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
    networks = ArrayField(models.TextField(), default=list, db_default=[])
    renews = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    last_address = models.GenericIPAddressField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="access_token_name", condition=~Q(name="")),
            models.CheckConstraint(name="access_token_scopes", condition=~Q(scopes=[])),
        ]

    def __str__(self) -> str:
        return f"{self.name} (balai_{self.prefix}…)"


class ApiCall(models.Model):
    """A call of the API by a service account: what was asked and what came of it, never its body
    nor its query.
    """

    at = models.DateTimeField(db_default=Now())
    account = models.TextField()
    token = models.CharField(max_length=8)
    method = models.CharField(max_length=8)
    path = models.TextField()
    status = models.SmallIntegerField()
    milliseconds = models.IntegerField()
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [models.Index(name="access_call_account", fields=["account", "-at"])]

    def __str__(self) -> str:
        return f"{self.account} {self.method} {self.path} {self.status}"
