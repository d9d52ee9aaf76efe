"""Which account is which resident's."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from balai.kernel.people.models.columns import filled, id_column
from balai.kernel.people.models.person import Person


class AccountLink(models.Model):
    """That an account is a person's, and how that was verified.

    It is read before a request knows its person, so no row policy guards it, and it holds
    identifiers only.
    """

    id = id_column()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="account_links")
    method = models.TextField()
    linked_by = models.TextField()
    linked_at = models.DateTimeField(db_default=Now())
    ended_by = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            filled("people_accountlink_filled", "method", "linked_by"),
            models.UniqueConstraint(
                name="people_accountlink_user", fields=["user"], condition=Q(ended_at=None)
            ),
            models.UniqueConstraint(
                name="people_accountlink_person", fields=["person"], condition=Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.person_id}"
