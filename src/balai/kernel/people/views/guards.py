"""Who may come in: whoever holds the permission in the city, or in a part of it.

An officer of one village works on the city's pages; which residents are there is for the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from balai.kernel.access import guards

View = Callable[..., Any]


def needs_here(permission: str) -> Callable[[View], View]:
    """Let in who holds the permission in the page's city or in a region inside it."""
    return guards.needs(permission, within=True)


def may_here(request: HttpRequest, permission: str) -> bool:
    """Whether the user holds the permission in the page's city, or in a region inside it."""
    return guards.may_here(request, permission, within=True)
