"""The record of what service accounts asked of the API."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from balai.kernel.access.actions.tokens import Principal
from balai.kernel.access.models import ApiCall
from balai.kernel.access.origin import address_of

PATH_CHARACTERS = 300
KEPT = timedelta(days=400)


class ApiCallsMiddleware:
    """Writes down each call of a service account, outside the call's own transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response."""
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        began = time.monotonic()
        answer = self.get_response(request)
        principal = getattr(request, "auth", None)
        if isinstance(principal, Principal) and principal.token and principal.user.is_service:
            ApiCall.objects.create(
                account=principal.user.username, token=principal.token.prefix,
                method=str(request.method)[:8], path=request.path[:PATH_CHARACTERS],
                status=answer.status_code, address=address_of(request),
                milliseconds=round((time.monotonic() - began) * 1000),
            )  # fmt: skip
        return answer


def sweep(now: datetime | None = None) -> int:
    """Forget the calls of more than a year ago; returns how many."""
    old = (now or timezone.now()) - KEPT
    return ApiCall.objects.filter(at__lt=old).delete()[0]
