"""allauth's hooks: sign-up stays closed unless the settings open it."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """How Balai differs from allauth's usual answers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only where the installation says so with `ACCESS_SIGNUP_OPEN`."""
        return bool(getattr(settings, "ACCESS_SIGNUP_OPEN", False))
