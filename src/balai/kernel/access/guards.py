"""What a view asks before it answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from balai.kernel.access import queries

View = Callable[..., HttpResponseBase]
OFFICERS = "officers"


def needs(permission: str, *, within: bool = False) -> Callable[[View], View]:
    """Let only who holds the permission in the page's city in; who is not signed in may.

    The place is `request.city`; a page outside a city needs it for the whole installation.
    `within`: who holds it in a part of the city comes in too. What is shown there must be narrowed
    by row-level security, or asked for row by row.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not may_here(request, permission, within=within):
                raise PermissionDenied
            return require_mfa(view)(request, *args, **kwargs)

        return guarded

    return guard


def may_here(request: HttpRequest, permission: str, *, within: bool = False) -> bool:
    """Whether the visitor holds the permission in the page's city, or in a part of it."""
    city = getattr(request, "city", None)
    if request.user.has_perm(permission, city):
        return True
    return within and city is not None and queries.holds_within(request.user, permission, city)


def require_mfa(view: View) -> View:
    """Send who lacks a second step that `ACCESS_REQUIRE_MFA` asks of them to set one up first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if lacks_mfa(request.user):
            messages.warning(request, _("Set up a second way to prove who you are first."))
            return redirect("mfa_index")
        return view(request, *args, **kwargs)

    return guarded


def lacks_mfa(user: Any) -> bool:
    """Whether the installation asks a second step of this account and it has none.

    `ACCESS_REQUIRE_MFA` is `"officers"` (or True: of everybody with a role), or the names of the
    roles that it is asked of; empty asks it of nobody.
    """
    wanted = getattr(settings, "ACCESS_REQUIRE_MFA", ())
    if not wanted:
        return False
    if wanted is True or wanted == OFFICERS:
        asked = queries.is_officer(user)
    else:
        asked = any(queries.holds_role_anywhere(user, role) for role in wanted)
    return asked and not is_mfa_enabled(user)


def needs_recent_sign_in(minutes: int = 15) -> Callable[[View], View]:
    """Let in only who proved who they are in these last minutes; others are asked to do so again.

    For what a session left open must not do: make a token, grant a role, sign a document. Put it
    on the page with the form as well as on what takes it, for what was typed is not kept.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if proved_within(request, minutes):
                return view(request, *args, **kwargs)
            return _ask_again(request)

        return guarded

    return guard


def proved_within(request: HttpRequest, minutes: int) -> bool:
    """Whether the session's person gave a password, passkey or code in these last minutes."""
    proofs = get_authentication_records(request, request.user)
    latest = max((float(each.get("at", 0)) for each in proofs), default=0.0)
    return time.time() - latest < minutes * 60


def _ask_again(request: HttpRequest) -> HttpResponseBase:
    back = request.get_full_path()
    if get_reauthentication_flows(request.user):
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")
    # Nothing here to prove it with: the identity lies elsewhere, and so does its proof.
    logout(request)
    return redirect_to_login(back)
