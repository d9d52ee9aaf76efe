"""allauth's hooks: closed sign-up, redirects within the site, the person's language."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

YEAR_SECONDS = 365 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """How Balai differs from allauth's usual answers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only where the installation says so with `ACCESS_SIGNUP_OPEN`."""
        return bool(getattr(settings, "ACCESS_SIGNUP_OPEN", False))

    def is_safe_url(self, url: str | None) -> bool:
        """Only an address within this site, written without a host."""
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Go on in the person's language, unless this browser already chose one."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, user.language, max_age=YEAR_SECONDS,
                samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
        return response
