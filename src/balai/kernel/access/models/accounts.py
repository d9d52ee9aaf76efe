"""Accounts."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
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
