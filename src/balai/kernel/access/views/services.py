"""Service accounts of a city: their roles, their tokens, and what they asked of the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access import actions, queries
from balai.kernel.access.forms import ServiceForm, ServiceTokenForm
from balai.kernel.access.guards import needs, needs_recent_sign_in
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.models import ApiCall, ApiToken, User
from balai.kernel.access.origin import origin_of
from balai.kernel.access.queries import people
from balai.kernel.problems import MissingError, ProblemError

SERVICES = ("account", "purpose", "working_tokens", "last_used")
CALLS = ("at", "token", "method", "path", "status", "milliseconds", "address")


@require_safe
@needs("access.manage_tokens")
def services(request: HttpRequest, city: str) -> HttpResponseBase:
    """The programs that call the city's API under a name of their own."""
    rows = people.services_in(_place(request))
    if text := request.GET.get("q", "").strip():
        rows = rows.filter(username__icontains=text) | rows.filter(display_name__icontains=text)
    if wants_csv(request):
        return as_csv("service-accounts", SERVICES, list(rows), _service_cells)
    context = {"page": page_of(request, rows), "text": text, "csv": csv_url(request)}
    return render(request, "access/services.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("access.manage_tokens")
@needs_recent_sign_in()
def service_new(request: HttpRequest, city: str) -> HttpResponse:
    """Make a service account with the role that bounds what its tokens may do."""
    form = ServiceForm(request.POST or None, within=_place(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            made = actions.add_service(
                chosen["username"], chosen["display_name"], role=chosen["role"],
                place=chosen["place"] or _place(request), by=cast(User, request.user),
                origin=origin_of(request),
            )  # fmt: skip
        except ProblemError as problem:
            form.take(problem)
        else:
            return redirect("access_city:service", city, made.username)
    status = 422 if form.errors else 200
    return render(request, "access/service_new.html", {"form": form}, status=status)


@require_safe
@needs("access.manage_tokens")
def service(request: HttpRequest, city: str, username: str) -> HttpResponseBase:
    """Its roles and tokens, and its calls, newest first."""
    found = _found(request, username)
    calls = people.calls_of(found)
    if wants_csv(request):
        return as_csv(f"calls-{found.username}", CALLS, list(calls[:100_000]), _cells)
    return render(request, "access/service.html", {
        "service": found, "held": queries.roles_of(found), "tokens": queries.tokens_of(found),
        "renewed": people.renewed_tokens(found), "page": page_of(request, calls),
        "now": timezone.now(), "csv": csv_url(request),
        "may_make": bool(queries.scopes_open_to(found)),
    })  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("access.manage_tokens")
@needs_recent_sign_in()
def service_token(request: HttpRequest, city: str, username: str) -> HttpResponse:
    """Make a token for it; the secret is on this one answer."""
    found = _found(request, username)
    form = ServiceTokenForm(request.POST or None, user=found)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            token, secret = actions.issue_token(
                found, chosen["name"], scopes=chosen["scopes"], place=chosen["place"],
                expires_at=timezone.now() + timedelta(days=chosen["days"]),
                by=cast(User, request.user), request_key=chosen["request_key"],
                networks=chosen["networks"], origin=origin_of(request),
            )  # fmt: skip
            return _shown_once(request, found, token, secret)
        except ProblemError as problem:
            form.take(problem)
    status = 422 if form.errors else 200
    context = {"form": form, "service": found}
    return render(request, "access/service_token.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("access.manage_tokens")
@needs_recent_sign_in()
def service_token_change(
    request: HttpRequest, city: str, username: str, prefix: str, act: str
) -> HttpResponse:
    """Ask, then renew the token (both work for a week) or revoke it."""
    found = _found(request, username)
    token = next((each for each in queries.tokens_of(found) if each.prefix == prefix), None)
    if token is None or token.revoked_at is not None:
        raise Http404
    context = {"service": found, "token": token}
    if request.method != "POST":
        return render(request, f"access/service_token_{act}.html", context)
    user, origin = cast(User, request.user), origin_of(request)
    if act == "revoke":
        actions.revoke_token(token, by=user, origin=origin)
        messages.success(request, _("The token no longer works."))
        return redirect("access_city:service", city, username)
    try:
        made, secret = actions.renew_token(token, by=user, origin=origin)
    except ProblemError as problem:
        messages.warning(request, " ".join(problem.lines()))
        return redirect("access_city:service", city, username)
    return _shown_once(request, found, made, secret)


def _shown_once(request: HttpRequest, found: User, token: ApiToken, secret: str) -> HttpResponse:
    context = {"service": found, "token": token, "secret": secret}
    return render(request, "access/service_token_made.html", context)


def _found(request: HttpRequest, username: str) -> User:
    try:
        return people.find_service(username, within=_place(request))
    except MissingError as error:
        raise Http404 from error


def _place(request: HttpRequest) -> str:
    return str(request.city.region_code)  # type: ignore[attr-defined]


def _service_cells(found: Any) -> tuple[Any, ...]:
    used = found.used_at.isoformat() if found.used_at else ""
    return (found.username, found.display_name, found.live, used)


def _cells(call: ApiCall) -> tuple[Any, ...]:
    return (call.at.isoformat(), f"balai_{call.token}", call.method, call.path, call.status,
            call.milliseconds, call.address)  # fmt: skip
