"""Pages for what went wrong: what happened, what to do next."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn without the context, since what failed may be what the frame needs."""
    try:
        page = render_to_string("500.html")
    except Exception:
        log.exception("the page for errors could not be drawn")
        page = "<!doctype html><title>500</title><h1>500</h1><p>Balai: 500</p>"
    return HttpResponse(page, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was too old, or came from elsewhere."""
    log.warning("csrf: %s", reason)
    return render(request, "403_csrf.html", status=403)
