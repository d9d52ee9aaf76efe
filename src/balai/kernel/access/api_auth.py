"""Authentication of the API: a bearer token, or the session of a signed-in person.

@router.post("/taps", auth=token_or_session("transit:taps"))
def post_taps(request, ...):
    principal_of(request).require("transit.post_taps", city)
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware
from ninja.errors import AuthorizationError
from ninja.security import HttpBearer, SessionAuth

from balai.kernel import row_security
from balai.kernel.access import throttle
from balai.kernel.access.actions.tokens import Principal, authenticate_token
from balai.kernel.access.guards import lacks_mfa
from balai.kernel.access.origin import address_of
from balai.kernel.access.rows import rows_open_to
from balai.kernel.access.scopes import find_scope
from balai.kernel.problems import ProblemError

FAILURES = "20/5m"
CALLS = "1200/m"


class TokenAuth(HttpBearer):
    """`Authorization: Bearer balai_...` with every one of these scopes."""

    def __init__(self, *scopes: str) -> None:
        super().__init__()
        self.scopes = frozenset(scopes)
        for scope in scopes:
            find_scope(scope)

    def authenticate(self, request: HttpRequest, token: str) -> Principal | None:
        """The token's principal; 401 for a bad token (429 after many), 403 for a lacking scope."""
        principal = authenticate_token(token, address=address_of(request))
        if principal is None or principal.token is None:
            _count_failure(request)
            return None
        if not self.scopes <= set(principal.token.scopes):
            raise AuthorizationError
        throttle.spend("calls", getattr(settings, "ACCESS_CALLS", CALLS),
                       f"token {principal.token.prefix}")  # fmt: skip
        request.user = principal.user
        if connection.in_atomic_block:
            row_security.name(rows_open_to(principal.user, principal.token.region_code))
        return principal


class PersonAuth(SessionAuth):
    """The session of somebody signed in; unsafe methods need the CSRF token."""

    def __init__(self) -> None:
        # ninja's own check answers 403 to who sends no credentials at all, and draws a whole page.
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> Principal | None:
        """The signed-in user's principal, or None; 403 without the CSRF token."""
        user = request.user
        if not user.is_authenticated:
            return None
        if lacks_mfa(user):
            raise ProblemError(
                "Your role needs a second step",
                detail="Set it up under your account first.",
                kind="second-step-needed",
                status=403,
            )
        if reason := _csrf_fault(request):
            raise ProblemError("The CSRF token is missing or wrong", detail=reason,
                               kind="forbidden", status=403)  # fmt: skip
        return Principal(user)


class _Csrf(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponseForbidden:
        return HttpResponseForbidden(reason)


def _csrf_fault(request: HttpRequest) -> str:
    check = _Csrf(lambda _: HttpResponseForbidden())
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    check.process_request(request)
    refused = check.process_view(request, lambda _: HttpResponseForbidden(), (), {})
    return refused.content.decode() if refused is not None else ""


def token_or_session(*scopes: str) -> list[Any]:
    """Both ways in. The token comes first: it needs no CSRF token."""
    return [TokenAuth(*scopes), PersonAuth()]


def principal_of(request: HttpRequest) -> Principal:
    """Who calls, on an operation that has one of these ways in."""
    found = getattr(request, "auth", None)
    assert isinstance(found, Principal), "the operation declares no authentication"
    return found


def _count_failure(request: HttpRequest) -> None:
    # Only failures are throttled: a good token behind the same address still works.
    throttle.spend("failed-tokens", FAILURES, f"address {address_of(request)}")
