"""Who may come in: whoever holds the permission in the city, or in a part of it.

An officer of one village works on the city's pages; which residents are there is for the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from balai.kernel.access.guards import needs, require_mfa
from balai.kernel.access.queries import roles_of

View = Callable[..., Any]


def needs_here(permission: str) -> Callable[[View], View]:
    """Let in who holds the permission in the page's city or in a region inside it."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not request.user.is_authenticated:
                return needs(permission)(view)(request, *args, **kwargs)
            if not may_here(request, permission):
                raise PermissionDenied
            return require_mfa(view)(request, *args, **kwargs)

        return guarded

    return guard


def may_here(request: HttpRequest, permission: str) -> bool:
    """Whether the user holds the permission in the page's city, or in a region inside it."""
    user: Any = request.user
    city = getattr(request, "city", None)
    if user.has_perm(permission, city):
        return True
    return city is not None and any(
        permission in held.role.permissions and held.region_code.startswith(f"{city.region_code}.")
        for held in roles_of(user)
    )
