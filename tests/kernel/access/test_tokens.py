"""API tokens: their form, their limits, the API's doors."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from ninja import NinjaAPI
from ninja.errors import AuthorizationError

from balai.kernel.access import api_auth, secret
from balai.kernel.access.actions import (
    add_user,
    authenticate_token,
    grant_role,
    issue_token,
    revoke_role,
    revoke_token,
)
from balai.kernel.access.models import ApiToken
from balai.kernel.problems import ConflictError, MissingError, ProblemError


@pytest.fixture
def planter(officer, origin):
    grant_role(officer, "parks.officer", place="jakarta", origin=origin)
    return officer


@pytest.fixture
def issue(planter, origin):
    def make(**options):
        return issue_token(planter, "gauge", **{"scopes": ["parks:plant"], "place": "jakarta",
                                                "origin": origin, **options})  # fmt: skip

    return make


@given(st.integers(0, 45 + 5), st.sampled_from(secret.ALPHABET))
def test_a_mistyped_secret_is_known_by_its_checksum(place, letter):
    text = secret.make_secret().text
    spoilt = text[: len(secret.MARK)] + _with(text[len(secret.MARK) :], place % 46, letter)
    assert bool(secret.prefix_of(spoilt)) == (spoilt == text)


def _with(text, place, letter):
    return text[:place] + letter + text[place + 1 :]


@pytest.mark.parametrize(
    "text", ["", "balai_", "Bearer x", "balai_" + "a" * 46, "é" * 52, "x" * 9999]
)
def test_what_is_no_secret_is_refused_without_the_database(text):
    assert secret.prefix_of(text) == ""
    assert authenticate_token(text) is None


def test_the_secret_opens_and_only_its_digest_is_kept(issue, planter):
    token, text = issue()
    principal = authenticate_token(text)
    assert principal is not None
    assert (principal.user, principal.token) == (planter, token)
    stored = ApiToken.objects.filter(pk=token.pk).values().get()
    assert text[6 + 8 :] not in repr(stored)
    assert ApiToken.objects.get().last_used_at is not None


def test_a_right_prefix_with_another_secret_stays_out(issue):
    token, _ = issue()
    forged = f"balai_{token.prefix}{'a' * 32}"
    forged += secret.checksum(forged)
    assert secret.prefix_of(forged) == token.prefix
    assert authenticate_token(forged) is None


def test_a_token_ends_when_it_expires_is_revoked_or_its_owner_is_shut_out(issue, planter, origin):
    for end in ("expires_at", "revoked_at"):
        token, text = issue()
        ApiToken.objects.filter(pk=token.pk).update(**{end: timezone.now()})
        assert authenticate_token(text) is None
    token, text = issue()
    revoke_token(token, origin=origin)
    assert authenticate_token(text) is None
    _, text = issue()
    planter.is_active = False
    planter.save()
    assert authenticate_token(text) is None


def test_a_token_never_does_more_than_its_scope_region_and_owner(issue, planter, origin):
    grant_role(planter, "parks.officer", place="makassar", origin=origin)
    _, text = issue(place="31.71")
    principal = authenticate_token(text)
    assert principal.may("parks.plant", "31.71.01")
    assert not principal.may("parks.plant", "31.72")
    assert not principal.may("parks.plant", "makassar")
    assert not principal.may("parks.water", "31.71")
    with pytest.raises(ProblemError) as refused:
        principal.require("parks.water", "31.71")
    assert refused.value.status == 403
    revoke_role(planter, "parks.officer", place="jakarta", origin=origin)
    assert not authenticate_token(text).may("parks.plant", "31.71.01")


def test_a_token_cannot_be_made_for_more_than_the_owner_may(issue):
    for wrong in ({"place": "makassar"}, {"place": ""}, {"scopes": []}, {"name": " "},
                  {"expires_at": timezone.now() - timedelta(1)}):  # fmt: skip
        if "name" in wrong:
            continue
        with pytest.raises(ProblemError, match="cannot be made"):
            issue(**wrong)
    with pytest.raises(MissingError, match="parks:burn"):
        issue(scopes=["parks:burn"])


def test_one_form_makes_one_token(issue):
    key = uuid4()
    issue(request_key=key)
    with pytest.raises(ConflictError):
        issue(request_key=key)
    assert ApiToken.objects.count() == 1


def test_nobody_revokes_or_makes_anothers_token(issue, planter, origin):
    token, text = issue()
    other = add_user("nyoman", origin=origin)
    with pytest.raises(ProblemError, match="not yours"):
        revoke_token(token, by=other, origin=origin)
    with pytest.raises(ProblemError, match="for others"):
        issue(by=other)
    assert authenticate_token(text) is not None


def bearer(text, **extra):
    return RequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {text}", **extra)


def test_the_api_takes_a_token_with_the_scope(issue, planter):
    _, text = issue()
    request = bearer(text)
    principal = api_auth.TokenAuth("parks:plant")(request)
    assert principal.user == request.user == planter
    with pytest.raises(AuthorizationError):
        api_auth.TokenAuth("parks:plant", "parks:water")(bearer(text))


def test_many_wrong_tokens_are_slowed_and_a_good_one_still_works(issue):
    _, text = issue()
    door = api_auth.TokenAuth("parks:plant")
    for _ in range(20):
        assert door(bearer("balai_wrong", REMOTE_ADDR="192.0.2.7")) is None
    with pytest.raises(ProblemError) as slowed:
        door(bearer("balai_wrong", REMOTE_ADDR="192.0.2.7"))
    assert slowed.value.status == 429
    assert door(bearer("balai_wrong", REMOTE_ADDR="192.0.2.8")) is None
    assert door(bearer(text, REMOTE_ADDR="192.0.2.7")) is not None


def test_a_session_needs_the_csrf_token_and_a_token_does_not(issue, planter, settings):
    settings.ROOT_URLCONF = _Doors
    _, text = issue()
    client = Client(enforce_csrf_checks=True)
    assert client.post("/api/plant").status_code == 401
    by_token = client.post("/api/plant", HTTP_AUTHORIZATION=f"Bearer {text}")
    assert (by_token.status_code, by_token.json()) == (200, f"wayan (balai_{text[6:14]})")
    client.force_login(planter)
    assert client.post("/api/plant").status_code == 403
    client.cookies["csrftoken"] = key = "k" * 32
    assert client.post("/api/plant", HTTP_X_CSRFTOKEN=key).json() == "wayan"


class _Doors:
    from django.urls import path

    api = NinjaAPI(urls_namespace="doors", docs_url=None, openapi_url=None)

    @staticmethod
    def _plant(request):
        return api_auth.principal_of(request).actor

    api.exception_handler(ProblemError)(
        lambda request, problem: HttpResponse(problem.detail, status=problem.status)
    )
    api.post("/plant", auth=api_auth.token_or_session("parks:plant"))(_plant)
    urlpatterns = [path("api/", api.urls)]
