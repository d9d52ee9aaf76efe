"""`balai access`, and what a view asks before it answers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from balai.kernel.access import guards, queries
from balai.kernel.access.actions import authenticate_token, grant_role
from balai.kernel.access.commands import group
from balai.kernel.problems import ProblemError
from balai.kernel.regions import queries as regions


@pytest.fixture
def run(cities):
    def invoke(*arguments: str, typed: str = ""):
        return CliRunner().invoke(group, arguments, input=typed, catch_exceptions=False)

    return invoke


def test_a_password_is_asked_for_twice_or_piped_in(run):
    run("user", "add", "ketut", typed="hujan-di-monas-7\nhujan-di-monas-7\n")
    run("user", "add", "gede", "--password-stdin", typed="hujan-di-monas-8\n")
    assert queries.find_user("ketut").check_password("hujan-di-monas-7")
    assert queries.find_user("gede").check_password("hujan-di-monas-8")
    with pytest.raises(ProblemError):
        run("user", "add", "weak", "--password-stdin", typed="123\n")


def test_no_command_takes_a_password_as_an_option(run):
    options = run("user", "add", "--help").stdout
    assert "--password-stdin" in options
    assert "--password " not in options


def test_a_grant_lasts_through_its_last_day_on_the_citys_clock(run, officer):
    run("grant", "wayan", "parks.officer", "--in", "makassar", "--until", "2099-12-31")
    (held,) = queries.roles_of(officer)
    assert held.ends_at.isoformat() == "2099-12-31T16:00:00+00:00"
    run("revoke", "wayan", "parks.officer", "--in", "makassar")
    assert queries.roles_of(officer) == ()


def test_a_token_is_printed_alone_listed_without_its_secret_and_revoked(run, officer):
    run("grant", "wayan", "parks.officer", "--in", "jakarta")
    made = run("token", "issue", "wayan", "gauge", "--scope", "parks:plant", "--in", "jakarta")
    secret = made.stdout.strip()
    assert authenticate_token(secret).user == officer
    (listed,) = json.loads(run("token", "list", "--json").stdout)
    assert listed["prefix"] == secret[6:14]
    assert secret[14:] not in run("token", "list").stdout
    run("token", "revoke", secret[:14])
    assert authenticate_token(secret) is None


def test_the_roles_that_exist_are_listed(run):
    told = {each["role"]: each for each in json.loads(run("roles", "--json").stdout)}
    assert told["parks.officer"]["permissions"] == ["parks.plant", "parks.water"]
    assert "city.leader" in told


@guards.needs("parks.plant")
def garden(request):
    return HttpResponse("roses")


def visit(user, city=None):
    request = RequestFactory().get("/jakarta/parks/")
    request.user, request.city = user, city
    request._messages = CookieStorage(request)
    return garden(request)


def test_a_guarded_page_opens_in_the_city_of_the_role_only(officer, origin):
    grant_role(officer, "parks.officer", place="jakarta", origin=origin)
    assert visit(officer, regions.city_by_slug("jakarta")).content == b"roses"
    for city in (regions.city_by_slug("makassar"), None):
        with pytest.raises(PermissionDenied):
            visit(officer, city)
    assert visit(AnonymousUser())["Location"].startswith("/account/login/?next=/jakarta/parks/")


def test_a_second_factor_is_asked_for_where_the_installation_wants_one(officer, origin, settings):
    grant_role(officer, "parks.officer", origin=origin)
    settings.ACCESS_REQUIRE_MFA = True
    assert "2fa" in visit(officer)["Location"]
    from allauth.mfa.totp.internal import auth

    auth.TOTP.activate(officer, auth.generate_totp_secret())
    assert visit(officer).content == b"roses"


def test_a_role_is_delegated_listed_and_a_token_renewed_from_the_command_line(run, officer):
    run("user", "add", "ketut", "--service")
    run("user", "add", "gede", "--password-stdin", typed="hujan-di-monas-8\n")
    run("grant", "wayan", "parks.officer", "--in", "jakarta")
    run("delegate", "wayan", "gede", "parks.officer", "--in", "jakarta", "--until",
        (timezone.localdate() + timedelta(days=9)).isoformat(),
        "--permission", "parks.water")  # fmt: skip
    listed = json.loads(run("grants", "--in", "jakarta", "--state", "ending", "--json").stdout)
    assert [(each["user"], each["capacity"]) for each in listed] == [("gede", "delegate")]
    assert queries.holds(queries.find_user("gede"), "parks.water", "31")
    run("service", "gauges", "Rain gauges", "parks.officer", "--in", "jakarta")
    first = run("token", "issue", "gauges", "field", "--scope", "parks:plant", "--in", "jakarta",
                "--from", "192.0.2.0/24").stdout.strip()  # fmt: skip
    second = run("token", "renew", first[:14]).stdout.strip()
    for secret in (first, second):
        assert authenticate_token(secret, address="192.0.2.1") is not None
        assert authenticate_token(secret, address="198.51.100.1") is None


def test_the_sweep_says_what_it_forgot(run):
    told = json.loads(run("sweep", "--json").stdout)
    assert told == {"answers": 0, "throttles": 0, "sessions": 0, "calls": 0}
