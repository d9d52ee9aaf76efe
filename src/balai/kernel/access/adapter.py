"""allauth's hooks: closed sign-up, redirects within the site, the person's language, and how many
failed sign-ins are borne.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from balai.kernel.access import throttle
from balai.kernel.access.origin import address_of

YEAR_SECONDS = 365 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """How Balai differs from allauth's usual answers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only where the installation says so with `ACCESS_SIGNUP_OPEN`."""
        return bool(getattr(settings, "ACCESS_SIGNUP_OPEN", False))

    def is_safe_url(self, url: str | None) -> bool:
        """Only an address within this site, written without a host."""
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """429 where too many sign-ins failed: from here, for this name from here, or for it."""
        try:
            for name, rate, subject in _failures(request, credentials):
                throttle.require_left(name, rate, subject)
        except throttle.ThrottledError as error:
            raise ImmediateHttpResponse(throttle.refusal(request, error)) from error

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the failure."""
        for name, rate, subject in _failures(request, credentials):
            with suppress(throttle.ThrottledError):
                throttle.spend(name, rate, subject)

    def _rollback_login_failed_rl_usage(self) -> None:
        """allauth's own count is not kept."""

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Go on in the person's language, unless this browser already chose one."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, user.language, max_age=YEAR_SECONDS,
                samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
        return response


def _failures(request: HttpRequest, credentials: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The limits that a failed sign-in uses up. The one on a name alone is wide: nobody shall lock
    another out at will.
    """
    typed = str(credentials.get("username") or credentials.get("email") or "").lower()
    here = str(address_of(request))
    return [
        ("sign-in-address", "20/5m", here),
        ("sign-in-pair", "5/5m", f"{here} {typed}"),
        ("sign-in-name", "50/h", typed),
    ]
