"""What a view asks before it answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

View = Callable[..., HttpResponse]


def needs(permission: str) -> Callable[[View], View]:
    """Let only who holds the permission in the page's city in; who is not signed in may.

    The place is `request.city`; a page outside a city needs it for the whole installation.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm(permission, getattr(request, "city", None)):
                raise PermissionDenied
            return require_mfa(view)(request, *args, **kwargs)

        return guarded

    return guard


def require_mfa(view: View) -> View:
    """Where `ACCESS_REQUIRE_MFA` is set, send who has no second factor to set one up first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = getattr(settings, "ACCESS_REQUIRE_MFA", False)
        if wanted and not is_mfa_enabled(request.user):
            messages.warning(request, _("Set up a second way to prove who you are first."))
            return redirect("mfa_index")
        return view(request, *args, **kwargs)

    return guarded
