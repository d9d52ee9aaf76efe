"""Second steps: their secrets are sealed, their codes work once."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache

from balai.kernel.access.mfa import MFAAdapter
from balai.kernel.access.models import User

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("wayan", password="hujan-di-senayan-7")


def code_now() -> str:
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(SECRET, counter))


def test_secrets_are_sealed_in_the_database_and_work(user):
    kept = totp.TOTP.activate(user, SECRET).instance
    RecoveryCodes.activate(user)
    for each in Authenticator.objects.all():
        assert SECRET not in json.dumps(each.data)
        assert "sealed:" in json.dumps(each.data)
    assert totp.TOTP(kept).validate_code(code_now())


def test_a_code_works_once(user):
    kept = totp.TOTP.activate(user, SECRET)
    code = code_now()
    assert kept.validate_code(code)
    assert not kept.validate_code(code)
    assert not kept.validate_code(f"{code[:3]} {code[3:]}")


def test_a_recovery_code_works_once_and_survives_no_blanks(user):
    codes = RecoveryCodes.activate(user)
    first = codes.get_unused_codes()[0]
    assert codes.validate_code(first)
    assert not codes.validate_code(first)
    assert len(codes.get_unused_codes()) == 9
    assert not codes.validate_code("")


def test_a_secret_from_before_the_sealing_still_opens():
    assert MFAAdapter().decrypt(SECRET) == SECRET
    sealed = MFAAdapter().encrypt(SECRET)
    assert MFAAdapter().decrypt(sealed) == SECRET
    assert sealed != MFAAdapter().encrypt(SECRET)


def test_guesses_at_the_second_step_are_limited(user, client):
    totp.TOTP.activate(user, SECRET)
    cache.clear()
    client.post("/account/login/", {"login": "wayan", "password": "hujan-di-senayan-7"})
    for _ in range(11):
        wrong = f"{(int(code_now()) + 7) % 10**6:06}"
        assert client.post("/account/2fa/authenticate/", {"code": wrong}).status_code == 200
    client.post("/account/2fa/authenticate/", {"code": code_now()})
    assert "_auth_user_id" not in client.session, "the right code comes too late"
    cache.clear()
    client.post("/account/2fa/authenticate/", {"code": code_now()})
    assert "_auth_user_id" in client.session
