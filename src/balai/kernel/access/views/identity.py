"""Signing in with an identity: out to the issuer, and back."""

from __future__ import annotations

import logging

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from balai.kernel.access import actions
from balai.kernel.access.oidc import exchange
from balai.kernel.access.oidc.provider import Provider, ProviderError, provider
from balai.kernel.access.origin import origin_of
from balai.kernel.access.throttle import throttle
from balai.kernel.problems import ProblemError

log = logging.getLogger(__name__)
SESSION = "access_identity"


@never_cache
@require_safe
@throttle("identity", "30/m")
def identity_begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the issuer."""
    found = _provider()
    after = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(after, allowed_hosts=None):
        after = "/"
    back = settings.PUBLIC_URL + reverse("access:identity_back")
    try:
        begun = exchange.begin(found, back, after)
    except ProviderError:
        log.exception("the issuer of identities")
        return _failed(request, "unreachable", 502)
    request.session[SESSION] = begun.kept
    return redirect(begun.address)


@never_cache
@require_safe
@throttle("identity", "30/m")
def identity_back(request: HttpRequest) -> HttpResponseBase:
    """Check what the issuer sent back, and sign the person in."""
    found = _provider()
    # Taken out whatever comes of it: an answer counts once.
    kept = request.session.pop(SESSION, None)
    try:
        claims = exchange.finish(found, request.GET.dict(), kept)
        user = actions.account_of_identity(claims, origin=origin_of(request))
    except exchange.RefusedError as refused:
        actions.record("access.identity-refused", origin_of(request), reason=refused.reason)
        return _failed(request, refused.reason, 400)
    except ProblemError as problem:
        actions.record("access.identity-refused", origin_of(request), reason=problem.kind)
        return _failed(request, problem.kind, problem.status)
    except ProviderError:
        log.exception("the issuer of identities")
        return _failed(request, "unreachable", 502)
    record_authentication(request, user, method="identity", issuer=claims.issuer)
    answer: HttpResponseBase = perform_login(
        request, user, email_verification="none", redirect_url=str(kept["after"])
    )
    return answer


def _provider() -> Provider:
    found = provider()
    if found is None:
        raise Http404
    return found


def _failed(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    context = {"declined": reason == "declined", "unreachable": reason == "unreachable"}
    return render(request, "access/identity_failed.html", context, status=status)
