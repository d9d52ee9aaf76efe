"""Signing in as people do: with a passkey, with a code, with a recovery code, with an identity."""

from __future__ import annotations

import base64
import hmac
import struct
import time
from urllib.parse import urlsplit

import pytest
from django.test import override_settings

from browser.conftest import faults

pytestmark = pytest.mark.browser
PASSWORD = "hujan-di-senayan-7"
KEY = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
       "hasUserVerification": True, "isUserVerified": True,
       "automaticPresenceSimulation": True}  # fmt: skip


@pytest.fixture(scope="module")
def home(site):
    """The site by name: a passkey belongs to a name, never to a bare address."""
    found = f"http://localhost:{urlsplit(site).port}"
    with override_settings(PUBLIC_URL=found):
        yield found


@pytest.fixture
def account(site, request):
    from balai.kernel.access.actions import add_user
    from balai.kernel.access.origin import Origin

    return add_user(f"u-{abs(hash(request.node.name)) % 10**8}", password=PASSWORD,
                    display_name="Wayan", origin=Origin())  # fmt: skip


@pytest.fixture
def page(chromium):
    context = chromium.new_context(locale="id-ID", viewport={"width": 360, "height": 800})
    found = context.new_page()
    found.refused = []
    found.on("console", lambda m: found.refused.append(m.text)
             if "Content Security" in m.text else None)  # fmt: skip
    found.on("pageerror", lambda error: found.refused.append(str(error)))
    yield found
    assert found.refused == []
    context.close()


def with_a_key(page):
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def by_password(page, home, account, after=""):
    page.goto(f"{home}/account/login/{after}")
    page.fill("[name=login]", account.username)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/account/login/" not in address)


def open_proved(page, address, password=PASSWORD):
    """Open a page that may ask for the password again first."""
    page.goto(address)
    if "reauthenticate" in page.url:
        page.fill("[name=password]", password)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda found: "reauthenticate" not in found)


def sign_out(page, home):
    page.goto(f"{home}/account/logout/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: "logout" not in address)


def looked_at(page, shots, name):
    if shots:
        page.screenshot(path=shots / f"{name}-360-light.png", full_page=True)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    assert faults(page) == []


def add_key(page, home, *, alone: bool, password=PASSWORD):
    open_proved(page, f"{home}/account/2fa/webauthn/add/", password)
    page.fill("[name=name]", "Kunci kerja")
    if alone:
        page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda address: "webauthn/add" not in address)


def signed_in_as(page, home):
    page.goto(f"{home}/account/sessions/")
    return page.url == f"{home}/account/sessions/"


def test_a_passkey_is_registered_and_opens_the_account_alone(page, home, account, shots):
    with_a_key(page)
    by_password(page, home, account)
    open_proved(page, f"{home}/account/2fa/webauthn/add/")
    looked_at(page, shots, "passkey-add")
    add_key(page, home, alone=True)
    page.goto(f"{home}/account/2fa/webauthn/")
    assert "Kunci kerja" in page.locator("main").inner_text()
    looked_at(page, shots, "passkeys")
    sign_out(page, home)
    assert not signed_in_as(page, home)
    page.goto(f"{home}/account/login/")
    page.click("#passkey_login")
    page.wait_for_url(lambda address: "/login/" not in address)
    assert signed_in_as(page, home)


def test_a_key_is_the_second_step_after_the_password(page, home, account, shots):
    with_a_key(page)
    by_password(page, home, account)
    add_key(page, home, alone=False)
    sign_out(page, home)
    by_password(page, home, account)
    assert page.url.startswith(f"{home}/account/2fa/authenticate/")
    assert not signed_in_as(page, home)
    page.goto(f"{home}/account/2fa/authenticate/")
    looked_at(page, shots, "second-step")
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url(lambda address: "2fa" not in address)
    assert signed_in_as(page, home)


def code_of(secret: str, at: float) -> str:
    """The code of RFC 6238, worked out anew."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(at) // 30), "sha1")
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def give_code(page, code):
    page.fill("[name=code]", code)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def test_a_code_and_recovery_codes_are_the_second_step_each_once(page, home, account, shots):
    by_password(page, home, account)
    open_proved(page, f"{home}/account/2fa/totp/activate/")
    looked_at(page, shots, "totp-activate")
    secret = page.input_value("#authenticator_secret")
    give_code(page, code_of(secret, time.time()))
    page.goto(f"{home}/account/2fa/recovery-codes/")
    recovery = page.input_value("#recovery_codes").split()
    assert len(recovery) == 10
    looked_at(page, shots, "recovery-codes")
    sign_out(page, home)
    by_password(page, home, account)
    give_code(page, "000000")
    assert page.locator(".errsum").is_visible()
    assert not signed_in_as(page, home)
    page.goto(f"{home}/account/2fa/authenticate/")
    give_code(page, recovery[0])
    assert signed_in_as(page, home)
    sign_out(page, home)
    by_password(page, home, account)
    give_code(page, recovery[0])
    assert page.locator(".errsum").is_visible()
    used = code_of(secret, time.time())
    give_code(page, used)
    assert signed_in_as(page, home)
    sign_out(page, home)
    by_password(page, home, account)
    give_code(page, used)
    assert page.locator(".errsum").is_visible()


def test_a_resident_signs_in_with_an_identity_and_comes_back(page, home, shots):
    page.goto(f"{home}/account/login/?next=/jakarta/")
    page.get_by_role("link", name="Masuk dengan identitas").click()
    assert page.url.startswith(f"{home}/identity/authorize")
    looked_at(page, shots, "identity")
    page.locator("[name=person]").first.check()
    page.get_by_role("button", name="Lanjutkan").click()
    page.wait_for_url(f"{home}/jakarta/")
    assert signed_in_as(page, home)
    looked_at(page, shots, "sessions")


def test_pages_of_the_second_step_are_accessible(page, home, account, shots):
    by_password(page, home, account)
    for name in ("2fa", "delegations", "sessions", "password/change"):
        open_proved(page, f"{home}/account/{name}/")
        looked_at(page, shots, name.replace("/", "-"))


DESK = ("", "grant/", "services/", "services/new/", "audit/", "?state=all")


def test_the_desk_of_roles_services_and_the_audit_is_accessible(chromium, home, shots):
    from balai.kernel.access.actions.demo import KNOWN_PASSWORD

    for width in (360, 1280):
        context = chromium.new_context(locale="id-ID", viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(f"{home}/account/login/")
        page.fill("[name=login]", "admin")
        page.fill("[name=password]", KNOWN_PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda address: "/login/" not in address)
        for path in DESK:
            answer = page.goto(f"{home}/jakarta/access/{path}")
            assert answer.status == 200
            if shots:
                name = f"access-{path.strip('/?').replace('/', '-') or 'grants'}-{width}.png"
                page.screenshot(path=shots / name, full_page=True)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width
            assert faults(page) == []
        context.close()


def test_a_passkey_signs_a_letter_in_place_of_the_password(page, home, shots, monkeypatch):
    """Step-up: an open session is asked for the key, and for five minutes no more."""
    from allauth.mfa.models import Authenticator

    from balai.kernel.access.actions.demo import KNOWN_PASSWORD
    from browser.conftest import in_thread

    queue = f"{home}/banyuwangi/documents/queue/"
    with_a_key(page)
    page.goto(f"{home}/account/login/?next=/banyuwangi/documents/queue/")
    page.fill("[name=login]", "kades")
    page.fill("[name=password]", KNOWN_PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(queue)
    waiting = page.locator("[name=document]").count()
    assert waiting > 0
    try:
        add_key(page, home, alone=False, password=KNOWN_PASSWORD)
        page.context.clear_cookies(name="language")
        with monkeypatch.context() as later:
            later.setattr("balai.kernel.access.origin.FRESH", 0)  # what was proved is long ago
            page.goto(queue)
            assert page.locator("[name=local]").count() == 1
            page.locator('main a[href*="/webauthn/reauthenticate/"]').click()
        page.click("#mfa_webauthn_reauthenticate")
        page.wait_for_url(queue)
        assert page.locator("[name=local]").count() == 0
        looked_at(page, shots, "signed-by-passkey")
        for each in page.locator("[name=document]").all()[1:]:
            each.uncheck()
        page.locator("section[aria-labelledby=act] button").click()
        page.wait_for_load_state()
        assert page.locator(".errsum").count() == 0
        assert page.locator("[name=document]").count() == waiting - 1
    finally:
        in_thread(lambda: Authenticator.objects.filter(user__username="kades").delete())
