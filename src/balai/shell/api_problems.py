"""Every error under `/api/` is a problem document, also those that Django answers itself."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from balai.shell.api import PROBLEM, problem

KEPT_HEADERS = ("Allow", "WWW-Authenticate", "Retry-After")


class ApiProblemMiddleware:
    """Turns a plain error answer (405, a refused CSRF check, a crash) into RFC 9457's form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, with a problem document where it went wrong."""
        answer = self.get_response(request)
        plain = answer.get("Content-Type", "").split(";")[0] != PROBLEM
        if answer.status_code < 400 or not plain or not request.path.startswith("/api/"):
            return answer
        # An interface that a foreign standard shapes (SNAP BI) tells its errors in that shape.
        if getattr(answer, "keeps_its_shape", False):
            return answer
        told = problem(answer.status_code, HTTPStatus(answer.status_code).phrase)
        for name in KEPT_HEADERS:
            if name in answer:
                told[name] = answer[name]
        return told
