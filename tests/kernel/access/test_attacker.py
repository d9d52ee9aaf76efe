"""From the attacker's chair: what a stranger, a colleague or a leaked secret must not get."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone

from balai.kernel.access import queries, throttle
from balai.kernel.access.actions import add_user, delegate_role, grant_role, issue_token
from balai.kernel.access.api_auth import authenticate_token
from balai.kernel.access.models import ApiToken, RoleGrant, User
from balai.kernel.access.origin import Origin
from balai.kernel.regions.actions import install_cities

pytestmark = pytest.mark.django_db
PASSWORD = "hujan-di-senayan-7"
BY = Origin("tester", None, "test")


@pytest.fixture
def wayan() -> User:
    install_cities()
    cache.clear()
    throttle.forget_all()
    return add_user("wayan", password=PASSWORD, display_name="Wayan", origin=BY)


def signed_in(password: str = PASSWORD, name: str = "wayan", **more) -> Client:
    client = Client(**more)
    client.post("/account/login/", {"login": name, "password": password})
    return client


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# Sessions


def test_a_session_that_an_attacker_set_is_not_the_one_signed_in(wayan):
    attacker = Client()
    attacker.post("/preferences/", {"theme": "dark", "next": "/"})
    fixed = attacker.session
    fixed["planted"] = "yes"
    fixed.save()
    victim = Client()
    victim.cookies["session"] = fixed.session_key
    victim.post("/account/login/", {"login": "wayan", "password": PASSWORD})
    assert is_signed_in(victim)
    assert victim.session.session_key != fixed.session_key
    spy = Client()
    spy.cookies["session"] = fixed.session_key
    assert not is_signed_in(spy)


def test_a_session_ends_everywhere_when_the_password_changes(wayan):
    stolen = signed_in()
    assert is_signed_in(stolen)
    wayan.set_password("lain-sama-sekali-9")
    wayan.save()
    assert stolen.get("/account/sessions/").status_code == 302


def test_signing_out_kills_the_session_on_the_server(wayan):
    client = signed_in()
    kept = client.cookies["session"].value
    client.post("/account/logout/")
    thief = Client()
    thief.cookies["session"] = kept
    assert thief.get("/account/sessions/").status_code == 302


def test_a_sign_out_needs_a_post_and_the_csrf_token(wayan):
    client = signed_in()
    client.get("/account/logout/")
    assert is_signed_in(client)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/account/login/", {"login": "wayan", "password": PASSWORD}
                       ).status_code == 403  # fmt: skip


# Guessing


@pytest.mark.parametrize("path", ["/account/login/"])
def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(wayan, path):
    """Nobody learns at the sign-in page which accounts there are."""
    known, unknown = (
        Client().post(path, {"login": name, "password": "salah-sekali-1"})
        for name in ("wayan", "nobody")
    )
    assert known.status_code == unknown.status_code == 200

    def words(answer) -> str:
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
        return re.sub(r"nobody|wayan|nonce-\S+|\"challenge\": \"[^\"]+\"", "", text)

    assert words(known) == words(unknown)


def test_a_password_reset_tells_nobody_which_accounts_there_are(wayan):
    answers = [Client().post("/account/password/reset/", {"email": f"{name}@example.org"})
               for name in ("wayan", "nobody")]  # fmt: skip
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].get("Location") == answers[1].get("Location")


def test_guesses_are_limited_by_account_also_from_many_addresses(wayan):
    refused = 0
    for number in range(60):
        answer = Client(REMOTE_ADDR=f"198.51.{number // 250}.{number % 250 + 1}").post(
            "/account/login/", {"login": "wayan", "password": f"tebak-{number}"}
        )
        refused += answer.status_code == 429
    assert refused >= 9
    assert is_signed_in(signed_in()) is False


def test_guesses_are_limited_by_address_also_over_many_accounts(wayan):
    answers = [
        Client(REMOTE_ADDR="203.0.113.5").post(
            "/account/login/", {"login": f"orang-{number}", "password": "tebak"}
        ).status_code
        for number in range(25)
    ]  # fmt: skip
    assert answers[-1] == 429
    assert is_signed_in(signed_in(REMOTE_ADDR="203.0.113.6")), "others go on"


def test_a_forged_forwarding_header_makes_no_new_address(wayan):
    answers = [
        Client(REMOTE_ADDR="203.0.113.5", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}").post(
            "/account/login/", {"login": f"orang-{number}", "password": "tebak"}
        ).status_code
        for number in range(25)
    ]  # fmt: skip
    assert answers[-1] == 429


# Roles and tokens


def test_a_delegated_permission_is_gone_at_the_very_end_also_for_an_open_session(wayan):
    grant_role(wayan, "parks.officer", place="31.71", origin=BY)
    ketut = add_user("ketut", password=PASSWORD, display_name="Ketut", origin=BY)
    end = timezone.now() + timedelta(days=2)
    held = RoleGrant.objects.get(user=wayan).pk
    delegate_role(wayan, ketut, held, end=end, origin=Origin("wayan"), reason="cuti")
    secret = issue_token(ketut, "alat", scopes=["parks:plant"], origin=BY, place="31.71")[1]
    for moment, may in ((end - timedelta(seconds=1), True), (end, False)):
        with pytest.MonkeyPatch.context() as later:
            later.setattr(queries.holding.timezone, "now", lambda moment=moment: moment)
            assert queries.holds(User.objects.get(pk=ketut.pk), "parks.plant", "31.71") is may
            assert authenticate_token(secret).may("parks.plant", "31.71") is may


@pytest.mark.parametrize(
    ("place", "may"),
    [("31.71", True), ("31.71.01", True), ("31.7", False),
     ("31.710", False), ("31.711.01", False), ("31", False), ("31.72", False), ("", False)],
)  # fmt: skip
def test_a_token_s_region_ends_at_a_dot(wayan, place, may):
    grant_role(wayan, "parks.officer", place="31", origin=BY)
    secret = issue_token(wayan, "alat", scopes=["parks:plant"], origin=BY, place="31.71")[1]
    assert authenticate_token(secret).may("parks.plant", place) is may


def test_a_token_of_a_shut_account_and_a_revoked_one_answer_alike(wayan):
    grant_role(wayan, "parks.officer", place="31.71", origin=BY)
    token, secret = issue_token(wayan, "alat", scopes=["parks:plant"], origin=BY, place="31.71")
    bearer = {"Authorization": f"Bearer {secret}"}
    asked = "/api/v1/documents/documents?city=jakarta"
    assert Client().get(asked, headers=bearer).status_code == 403, "known, but not for this"
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
    revoked = Client().get(asked, headers=bearer)
    unknown = Client().get(asked, headers={"Authorization": f"Bearer {secret[:-1]}x"})
    assert revoked.status_code == unknown.status_code == 401
    assert revoked.json()["title"] == unknown.json()["title"]


# Ways out of the site

AWAY = ["https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example",
        "javascript:alert(1)", "/%0d%0aLocation:%20https://evil.example", "\thttps://evil.example",
        "http://testserver@evil.example/"]  # fmt: skip


def leads_off(location: str) -> bool:
    from urllib.parse import urlsplit

    return bool(urlsplit(location.replace("\\", "/")).netloc) or "evil" in urlsplit(location).scheme


@pytest.mark.parametrize("away", AWAY)
def test_no_page_leads_off_the_site(wayan, away):
    client = Client()
    answers = [
        client.post("/preferences/", {"theme": "dark", "next": away}),
        client.post(f"/account/login/?next={away}",
                    {"login": "wayan", "password": PASSWORD, "next": away}),
        client.get("/account/login/", {"next": away}),
        client.post("/account/logout/", {"next": away}),
    ]  # fmt: skip
    for each in answers:
        if each.status_code in {301, 302, 303, 307, 308}:
            assert not leads_off(each["Location"]), each["Location"]
            assert "javascript:" not in each["Location"]
            assert "\r" not in each["Location"]


# Headers

PUBLIC = ["/", "/jakarta/", "/account/login/", "/verify/", "/no-such-page/", "/api/v1/docs",
          "/api/v1/openapi.json", "/api/v1/documents/keys"]  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
def test_every_answer_guards_itself(wayan, path):
    answer = Client().get(path)
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'self'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in answer, "over http it would lock a city out"


def test_over_https_browsers_are_told_to_stay_there():
    import os
    import subprocess
    import sys

    code = ("import django; django.setup(); from django.conf import settings as s;"
            "print(s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
            " s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_HTTPONLY)")  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120,
        env={**os.environ, "BALAI_PUBLIC_URL": "https://balai.example"},
    )  # fmt: skip
    assert done.stdout.split() == ["31536000", "True", "True", "__Host-session", "True"]


def test_a_cookie_is_for_no_script_and_no_other_site(wayan):
    cookie = signed_in().cookies["session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["domain"]


@pytest.mark.parametrize(
    "path", ["/account/sessions/", "/account/tokens/", "/jakarta/", "/jakarta/me/", "/account/2fa/"]
)
def test_what_is_somebody_s_own_is_kept_by_no_cache(wayan, path):
    answer = signed_in().get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_what_a_token_gets_is_kept_by_no_cache(wayan):
    grant_role(wayan, "parks.officer", place="31.71", origin=BY)
    secret = issue_token(wayan, "alat", scopes=["parks:plant"], origin=BY, place="31.71")[1]
    answer = Client().get("/api/v1/documents/keys", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_what_is_everybody_s_may_be_kept(wayan):
    assert "no-store" not in Client().get("/jakarta/").get("Cache-Control", "")


@override_settings(ALLOWED_HOSTS=["balai.test"])
def test_a_forged_host_is_refused(wayan):
    assert Client(headers={"Host": "evil.example"}).get("/").status_code == 400
    assert Client(headers={"Host": "balai.test"}).get("/").status_code == 200
