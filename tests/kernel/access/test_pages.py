"""Sign-in, the audit of it, and the account's own pages."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import include, path

from balai.kernel.access import queries
from balai.kernel.access.actions import add_user, authenticate_token, grant_role
from balai.kernel.access.models import ApiToken

PASSWORD = "hujan-di-senayan-7"


class _Site:
    """The account's addresses and the frame's, without any programme."""

    urlpatterns = [
        path("account/", include("allauth.urls")),
        path("account/", include("balai.kernel.access.urls")),
        path("", include("balai.shell.urls_site")),
    ]


@pytest.fixture(autouse=True)
def site(settings):
    settings.ROOT_URLCONF = _Site


@pytest.fixture
def browser(officer, origin, client):
    grant_role(officer, "parks.officer", place="jakarta", origin=origin)
    assert sign_in(client, "wayan", PASSWORD).status_code == 302
    return client


def sign_in(client, username, password, **more):
    return client.post("/account/login/", {"login": username, "password": password, **more})


def test_a_sign_in_goes_on_in_the_persons_language_and_is_recorded(officer, client):
    officer.language = "en"
    officer.save()
    answer = sign_in(client, "Wayan", PASSWORD, next="/jakarta/")
    assert answer.status_code == 302
    assert answer["Location"] == "/jakarta/"
    assert answer.cookies["language"].value == "en"
    newest = queries.audit_of(subject="wayan")[0]
    assert (newest.action, newest.address) == ("access.signed-in", "127.0.0.1")


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_a_sign_in_never_leads_off_the_site(officer, client, away):
    assert sign_in(client, "wayan", PASSWORD, next=away)["Location"] == "/"


def test_a_failed_sign_in_is_recorded_without_what_was_typed(officer, client):
    sign_in(client, "wayan", "wrong")
    sign_in(client, "my-password-by-mistake", "wrong")
    second, first = queries.audit_of(limit=2)
    assert (first.action, first.subject) == ("access.sign-in-failed", "wayan")
    assert (second.subject, second.detail) == ("", {})


def test_sign_up_is_closed(db, client):
    answer = client.get("/account/signup/")
    assert b'name="password1"' not in answer.content


def test_pages_ask_for_a_sign_in(db, client):
    for page in ("/account/roles/", "/account/tokens/", "/account/tokens/new/"):
        assert client.get(page)["Location"].startswith("/account/login/")


def test_a_person_reads_their_roles(browser):
    browser.cookies["language"] = "en"
    text = browser.get("/account/roles/").content.decode()
    assert "Officer" in text
    assert "Daerah Khusus Ibukota Jakarta" in text


def make(browser, **changed):
    data = {"name": "Rain gauge", "scopes": ["parks:plant"], "place": "31", "days": "30",
            "request_key": str(uuid4()), **changed}  # fmt: skip
    return browser.post("/account/tokens/new/", data)


def test_a_secret_is_shown_once_and_works(browser, officer):
    answer = make(browser)
    secret = re.search(r"balai_[0-9A-Za-z]{46}", answer.content.decode())[0]
    assert "no-store" in answer["Cache-Control"]
    assert authenticate_token(secret).user == officer
    listing = browser.get("/account/tokens/").content.decode()
    assert secret[:14] in listing
    assert secret not in listing


def test_sending_the_form_again_makes_no_second_token(browser):
    key = str(uuid4())
    make(browser, request_key=key)
    assert make(browser, request_key=key)["Location"] == "/account/tokens/"
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [{"name": ""}, {"scopes": ["parks:burn"]}, {"place": "73.71"}, {"days": "9999"},
     {"request_key": "x"}],
)  # fmt: skip
def test_a_form_with_faults_comes_back_with_them(browser, changed):
    answer = make(browser, **changed)
    assert answer.status_code == 422
    assert b"errsum" in answer.content
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_after_asking(browser):
    make(browser)
    token = ApiToken.objects.get()
    address = f"/account/tokens/{token.prefix}/revoke/"
    assert browser.get(address).status_code == 200
    token.refresh_from_db()
    assert token.revoked_at is None
    browser.post(address)
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert queries.audit_of(limit=1)[0].action == "access.token-revoked"


def test_anothers_token_does_not_exist(browser, origin):
    make(browser)
    stranger = Client()
    stranger.force_login(add_user("nyoman", origin=origin))
    address = f"/account/tokens/{ApiToken.objects.get().prefix}/revoke/"
    assert stranger.post(address).status_code == 404
    assert ApiToken.objects.get().revoked_at is None
