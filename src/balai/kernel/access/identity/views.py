"""The issuer's endpoints: description, keys, authorization, token."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import unquote, urlencode

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel import keys
from balai.kernel.access.identity.people import DemoPerson, demo_people, pairwise
from balai.kernel.access.oidc.exchange import challenge_of
from balai.kernel.access.oidc.provider import LOCAL_CLIENT, LOCAL_PATH, local_secret
from balai.kernel.access.throttle import throttle

View = Callable[[HttpRequest], HttpResponse]
CODE_SECONDS = 60
TOKEN_SECONDS = 300
OWNER, PURPOSE = "identity", "oidc"
ASKED = ("client_id", "redirect_uri", "response_type", "scope", "state", "nonce",
         "code_challenge", "code_challenge_method")  # fmt: skip


def only_in_a_demonstration(view: View) -> View:
    """404 anywhere else."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not settings.DEMONSTRATION:
            raise Http404
        return view(request)

    return guarded


def issuer() -> str:
    """The issuer's name, which is its address."""
    return str(settings.PUBLIC_URL) + LOCAL_PATH


@require_safe
@only_in_a_demonstration
def configuration(request: HttpRequest) -> HttpResponse:
    """What the issuer says of itself."""
    return JsonResponse({
        "issuer": issuer(),
        "authorization_endpoint": settings.PUBLIC_URL + reverse("identity:authorize"),
        "token_endpoint": settings.PUBLIC_URL + reverse("identity:token"),
        "jwks_uri": settings.PUBLIC_URL + reverse("identity:jwks"),
        "response_types_supported": ["code"], "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile", "nik"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "authorization_response_iss_parameter_supported": True,
    })  # fmt: skip


@require_safe
@only_in_a_demonstration
def jwks(request: HttpRequest) -> HttpResponse:
    """The keys that its ID tokens are verified with."""
    keys.city_key(OWNER, PURPOSE)
    return JsonResponse({"keys": [
        {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": each.key_id,
         "x": _text(each.point[0]), "y": _text(each.point[1])}
        for each in keys.public_keys(OWNER, PURPOSE)
    ]})  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only_in_a_demonstration
@throttle("identity-authorize", "60/m")
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask who the visitor wants to be, and send them back with a code."""
    given = request.POST if request.method == "POST" else request.GET
    asked = {name: given.get(name, "") for name in ASKED}
    if not _is_known(asked):
        return render(request, "access/identity_bad.html", status=400)
    if request.method != "POST":
        context = {"people": demo_people(), "asked": asked}
        return render(request, "access/identity_choose.html", context)
    if "decline" in request.POST:
        return _back(asked, error="access_denied")
    person = _chosen(request.POST.get("person", ""))
    if person is None:
        again: dict[str, Any] = {"people": demo_people(), "asked": asked, "missing": True}
        return render(request, "access/identity_choose.html", again, status=422)
    code = secrets.token_urlsafe(32)
    cache.set(_place(code), {**asked, "person": person.number}, CODE_SECONDS)
    return _back(asked, code=code)


@csrf_exempt
@require_POST
@only_in_a_demonstration
def token(request: HttpRequest) -> HttpResponse:
    """Give the ID token for a code, once, to the client it was made for."""
    if not _is_client(request):
        answer = JsonResponse({"error": "invalid_client"}, status=401)
        answer["WWW-Authenticate"] = "Basic"
        return answer
    place = _place(request.POST.get("code", ""))
    held = cache.get(place)
    # Of several at once only one deletes it, and only that one is served.
    if held is None or not cache.delete(place) or not _fits(request, held):
        return JsonResponse({"error": "invalid_grant"}, status=400)
    person = _chosen(held["person"])
    if person is None:
        return JsonResponse({"error": "invalid_grant"}, status=400)
    answer = JsonResponse({
        "access_token": secrets.token_urlsafe(32), "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS, "id_token": id_token(held, person),
    })  # fmt: skip
    answer["Cache-Control"] = "no-store"
    return answer


def id_token(asked: dict[str, Any], person: DemoPerson) -> str:
    """The signed statement of who signed in (RFC 7515, compact)."""
    key, now = keys.city_key(OWNER, PURPOSE), int(time.time())
    told: dict[str, Any] = {
        "iss": issuer(), "aud": asked["client_id"], "iat": now, "exp": now + TOKEN_SECONDS,
        "sub": pairwise(asked["client_id"], person), "nonce": asked["nonce"],
    }  # fmt: skip
    scopes = asked["scope"].split()
    if "profile" in scopes:
        told["name"] = person.name
    if "nik" in scopes:
        told |= {"nik": person.nik, "nik_verified": True}
    head: dict[str, Any] = {"alg": "ES256", "typ": "JWT", "kid": key.key_id}
    signed = ".".join(_text(json.dumps(part).encode()) for part in (head, told))
    return f"{signed}.{_text(key.sign(signed.encode()))}"


def _is_known(asked: dict[str, str]) -> bool:
    return (
        asked["client_id"] == LOCAL_CLIENT
        and asked["redirect_uri"] == settings.PUBLIC_URL + reverse("access:identity_back")
        and asked["response_type"] == "code"
        and "openid" in asked["scope"].split()
        and bool(asked["state"] and asked["nonce"] and asked["code_challenge"])
        and asked["code_challenge_method"] == "S256"
    )


def _is_client(request: HttpRequest) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        return False
    right = hmac.compare_digest(unquote(secret).encode(), local_secret().encode())
    return kind.lower() == "basic" and unquote(name) == LOCAL_CLIENT and right


def _fits(request: HttpRequest, held: dict[str, Any]) -> bool:
    given = request.POST
    return (
        given.get("grant_type") == "authorization_code"
        and given.get("redirect_uri") == held["redirect_uri"]
        and hmac.compare_digest(challenge_of(given.get("code_verifier", "")),
                                held["code_challenge"])
    )  # fmt: skip


def _back(asked: dict[str, str], **answer: str) -> HttpResponse:
    told = {**answer, "state": asked["state"], "iss": issuer()}
    return redirect(f"{asked['redirect_uri']}?{urlencode(told)}")


def _chosen(number: str) -> DemoPerson | None:
    return next((each for each in demo_people() if each.number == number), None)


def _place(code: str) -> str:
    # The cache holds a digest: what is in the database opens nothing.
    return f"identity-code:{challenge_of(code)}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
