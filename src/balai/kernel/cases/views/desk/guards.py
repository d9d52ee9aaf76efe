"""Who comes in at the officers' pages, and which case a page is about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.views.decorators.cache import never_cache

from balai.kernel.access.guards import require_mfa
from balai.kernel.access.queries import holds
from balai.kernel.cases import queries
from balai.kernel.cases.engine import RESIDENT
from balai.kernel.cases.models import Case
from balai.kernel.cases.queries.case import find_case
from balai.kernel.cases.queries.colleagues import works_here
from balai.kernel.problems import MissingError

View = Callable[..., Any]


def for_officers(view: View) -> View:
    """Let in who works on cases of the page's city or of a part of it; a missing thing is 404."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not works_here(request.user, place_of(request)):
            raise PermissionDenied
        try:
            return require_mfa(view)(request, *args, **kwargs)
        except MissingError as error:
            raise Http404(error.detail) from error

    return guarded


def place_of(request: HttpRequest) -> Any:
    """The page's city; there is no page without one."""
    city = getattr(request, "city", None)
    if city is None:
        raise Http404("No such city")
    return city


def may(request: HttpRequest, permission: str) -> bool:
    """Whether the user holds a permission in the page's city."""
    return holds(request.user, permission, place_of(request).region_code)


def must(request: HttpRequest, permission: str) -> None:
    """Refuse who does not hold a permission in the page's city."""
    if not may(request, permission):
        raise PermissionDenied


def row_here(request: HttpRequest, case: UUID) -> Case:
    """The case of this city that the user sees as an officer; a draft is its applicant's alone.
    MissingError for any other.
    """
    row = find_case(case)
    roles = [role for role in queries.roles_on(row, request.user) if role != RESIDENT]
    seen = roles or queries.works_in(request.user, row.home_region)
    if row.city != place_of(request).slug or not seen or (row.status == "draft" and not roles):
        raise MissingError("There is no such case", detail=f"No case {case} is open here.")
    return row
