"""The pages of who grants roles, keeps service accounts and reads the audit, and of one's own."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from balai.kernel.access import queries, sessions, throttle
from balai.kernel.access.actions import (
    add_service,
    add_user,
    authenticate_token,
    grant_role,
    issue_token,
    record,
    record_change,
    register_actions,
    renew_token,
)
from balai.kernel.access.kinds import find_action
from balai.kernel.access.models import ApiCall, ApiToken, AuditEntry, RoleGrant, SignedIn, User
from balai.kernel.access.origin import Origin
from balai.kernel.problems import ConflictError, ProblemError
from kernel.access.test_idempotency import API

PASSWORD = "hujan-di-senayan-7"
pytestmark = pytest.mark.django_db
register_actions(
    "parks",
    {"parks.tree-changed": {"id": "Pohon diubah", "en": "Tree changed"}},
    private=("owner",),
)


class _Site:
    urlpatterns = [
        path("api/v1/", API.urls),
        path("account/", include("allauth.urls")),
        path("account/", include("balai.kernel.access.urls")),
        path("", include("balai.shell.urls_site")),
        path("<slug:city>/access/", include("balai.kernel.access.urls_city")),
    ]


@pytest.fixture(autouse=True)
def site(settings):
    settings.ROOT_URLCONF = _Site


def signed_in(username: str, **more) -> Client:
    client = Client(**more)
    client.post("/account/login/", {"login": username, "password": PASSWORD})
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def admin(officer, origin):
    grant_role(officer, "access.admin", place="jakarta", origin=origin)
    return signed_in("wayan")


@pytest.fixture
def clerk(cities, origin):
    return add_user("nyoman", password=PASSWORD, display_name="Nyoman", origin=origin)


# Audit


def test_a_change_keeps_only_what_differs_and_shows_no_personal_field(cities, origin):
    before = {"kind": "jati", "height": 3, "owner": "Sari", "mark": b"\x01"}
    after = {"kind": "jati", "height": 4, "owner": "Budi", "mark": b"\x02"}
    assert record_change("parks.tree-changed", origin, subject="tree 7", before=before,
                         after=after, region="31.71")  # fmt: skip
    entry = AuditEntry.objects.get(action="parks.tree-changed")
    assert entry.detail["before"] == {"height": 3}
    assert entry.detail["after"] == {"height": 4}
    assert entry.detail["private"] == ["mark", "owner"]
    assert "Sari" not in str(entry.detail)
    assert entry.region_code == "31.71"


def test_what_changes_nothing_is_not_written(cities, origin):
    same = {"kind": "jati", "at": timezone.now()}
    assert not record_change("parks.tree-changed", origin, subject="x", before=same, after=same)
    assert not AuditEntry.objects.exists()


def test_an_action_nobody_registered_is_refused_in_tests_and_only_told_elsewhere(
    db, origin, settings, caplog
):
    with pytest.raises(LookupError, match="register_actions"):
        record("parks.unheard-of", origin)
    settings.ACCESS_STRICT_ACTIONS = False
    record("parks.unheard-of", origin)
    assert "parks.unheard-of" in caplog.text


@pytest.mark.parametrize(
    "titles",
    [{"other.act": {"id": "a", "en": "a"}}, {"parks.act": {"en": "a"}},
     {"parks.tree-changed": {"id": "lain", "en": "other"}}],
)  # fmt: skip
def test_an_action_is_registered_once_in_both_languages_under_its_room(titles):
    with pytest.raises(ValueError, match=r"parks|other"):
        register_actions("parks", titles)


def test_every_action_recorded_here_is_registered():
    from pathlib import Path

    from balai.kernel import access

    folder = Path(access.__file__).parent
    named = set()
    for file in folder.rglob("*.py"):
        named |= set(re.findall(r'record(?:_change)?\(\s*"(access\.[a-z-]+)"', file.read_text()))
    assert len(named) > 10
    for name in named:
        find_action(name)


def entry(origin, **more):
    made = {"action": "access.role-granted", "region": "31.71", "subject": "ketut", **more}
    record(made.pop("action"), origin, **made)


def test_the_audit_of_a_city_shows_what_was_done_in_it(admin, origin):
    entry(origin, subject="here")
    entry(origin, subject="elsewhere", region="73.71")
    text = admin.get("/jakarta/access/audit/").content.decode()
    assert "here" in text
    assert "elsewhere" not in text


@pytest.mark.parametrize(
    ("asked", "found"),
    [("actor=tester", 3), ("actor=nobody", 0), ("subject=ketut", 1), ("channel=cli", 0),
     ("action=access.role-granted", 1), ("action=parks.", 1), ("start=2020-01-01", 3),
     ("end=2020-01-01", 0), ("start=nonsense", 3)],
)  # fmt: skip
def test_the_audit_is_searched(cities, clerk, origin, asked, found):
    grant_role(clerk, "access.admin", place="", origin=Origin("other"))
    reader = signed_in("nyoman")
    entry(origin)
    record("parks.tree-changed", origin, subject="tree 7")
    answer = reader.get(f"/account/audit/?{asked}")
    mine = [row for row in answer.context["shown"] if row["entry"].actor == "tester"]
    assert len(mine) == found


def test_the_audit_shows_before_and_after_and_comes_as_a_file_that_runs_no_formula(admin, origin):
    record_change("parks.tree-changed", origin, subject="=1+1", region="31",
                  before={"height": 3}, after={"height": 4})  # fmt: skip
    page = admin.get("/jakarta/access/audit/")
    assert page.context["shown"][0]["changes"] == [{"field": "height", "before": "3", "after": "4"}]
    sheet = b"".join(admin.get("/jakarta/access/audit/?format=csv")).decode()
    assert "'=1+1" in sheet
    assert AuditEntry.objects.latest("pk").action == "access.audit-exported"


def test_who_may_not_read_the_audit_does_not(clerk):
    client = signed_in("nyoman")
    assert client.get("/jakarta/access/audit/").status_code == 403
    assert client.get("/account/audit/").status_code == 403


def test_an_administrator_of_one_city_reads_not_the_whole(admin):
    assert admin.get("/account/audit/").status_code == 403
    assert admin.get("/makassar/access/audit/").status_code == 403


# Roles


def grant(client, **changed):
    data = {"to": "nyoman", "role": "parks.officer", "capacity": "", "place": "", "reason": "SK 1",
            "first_day": "", "last_day": "", **changed}  # fmt: skip
    return client.post("/jakarta/access/grant/", data)


def test_a_role_is_granted_found_and_taken_back(admin, clerk):
    assert grant(admin).status_code == 302
    text = admin.get("/jakarta/access/?q=nyom").content.decode()
    assert "Nyoman" in text
    assert queries.holds(clerk, "parks.plant", "31.71")
    held = RoleGrant.objects.get(user=clerk)
    address = f"/jakarta/access/grants/{held.pk}/revoke/"
    assert admin.get(address).status_code == 200
    admin.post(address)
    assert not queries.holds(User.objects.get(pk=clerk.pk), "parks.plant", "31.71")
    assert "Nyoman" not in admin.get("/jakarta/access/").content.decode()
    assert "Nyoman" in admin.get("/jakarta/access/?state=over").content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"to": "nobody"}, "to"), ({"place": "73.71"}, "place"), ({"place": "x"}, "place"),
     ({"role": "parks.king"}, "role"), ({"last_day": "2020-01-01"}, "__all__"),
     ({"capacity": "plh"}, "__all__"), ({"capacity": "king"}, "capacity")],
)  # fmt: skip
def test_a_grant_with_faults_comes_back_with_them(admin, clerk, changed, field):
    answer = grant(admin, **changed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert b"errsum" in answer.content
    assert not RoleGrant.objects.filter(user=clerk).exists()


def test_grants_that_end_soon_are_listed_and_downloaded(admin, clerk, origin):
    grant_role(clerk, "parks.officer", place="31.71", origin=origin,
               end=timezone.now() + timedelta(days=9))  # fmt: skip
    grant_role(clerk, "parks.reader", place="31.71", origin=origin,
               end=timezone.now() + timedelta(days=90))  # fmt: skip
    page = admin.get("/jakarta/access/?state=ending")
    assert [row["grant"].role for row in page.context["shown"]] == ["parks.officer"]
    sheet = b"".join(admin.get("/jakarta/access/?state=ending&format=csv")).decode()
    assert "parks.officer" in sheet
    assert "parks.reader" not in sheet


def test_only_who_grants_in_the_city_opens_its_desk(clerk, admin):
    assert signed_in("nyoman").get("/jakarta/access/").status_code == 403
    assert admin.get("/makassar/access/").status_code == 403


def test_a_grant_of_another_city_cannot_be_taken_back_here(admin, clerk, origin):
    held = grant_role(clerk, "parks.officer", place="73.71", origin=origin)
    assert admin.post(f"/jakarta/access/grants/{held.pk}/revoke/").status_code == 404


def test_an_old_proof_is_asked_for_again_before_a_grant(admin, clerk):
    session = admin.session
    for each in session["account_authentication_methods"]:
        each["at"] -= 3600
    session.save()
    answer = grant(admin)
    assert answer["Location"].startswith("/account/reauthenticate/?next=")
    assert not RoleGrant.objects.filter(user=clerk).exists()
    admin.post(answer["Location"], {"password": PASSWORD})
    assert grant(admin)["Location"] == "/jakarta/access/"


# Delegation pages


def test_a_role_is_delegated_seen_by_both_and_ended(officer, clerk, origin):
    held = grant_role(officer, "parks.officer", place="31.71", origin=origin)
    giver = signed_in("wayan")
    last = (timezone.localdate() + timedelta(days=5)).isoformat()
    data = {"to": "nyoman", "chosen": ["parks.water"], "last_day": last, "reason": "Leave"}
    address = f"/account/delegations/new/{held.pk}/"
    assert giver.get(address).status_code == 200
    assert giver.post(address, {**data, "place": "73.71"}).status_code == 422
    assert giver.post(address, data)["Location"] == "/account/delegations/"
    assert "Nyoman" in giver.get("/account/delegations/").content.decode()
    receiver = signed_in("nyoman")
    assert "Wayan" in receiver.get("/account/delegations/").content.decode()
    assert not queries.holds(clerk, "parks.plant", "31.71")
    made = RoleGrant.objects.get(user=clerk)
    assert receiver.get(f"/account/delegations/new/{made.pk}/").status_code == 404
    receiver.get(f"/account/delegations/{made.pk}/end/")
    receiver.post(f"/account/delegations/{made.pk}/end/")
    assert not queries.roles_of(clerk)


# Service accounts


@pytest.fixture
def gauge(cities, origin):
    return add_service("rain-gauges", "Rain gauges", role="parks.officer", place="31",
                       origin=origin)  # fmt: skip


def token_for(gauge, origin, **more):
    return issue_token(gauge, "field", scopes=["parks:plant"], origin=origin, place="31", **more)


def test_a_service_account_is_made_with_its_role_and_a_token(admin, origin):
    grant_role(User.objects.get(), "parks.officer", place="31", origin=origin)
    made = admin.post("/jakarta/access/services/new/", {
        "username": "rain-gauges", "display_name": "Rain", "role": "parks.officer", "place": "",
    })  # fmt: skip
    assert made["Location"] == "/jakarta/access/services/rain-gauges/"
    answer = admin.post("/jakarta/access/services/rain-gauges/token/", {
        "name": "field", "scopes": ["parks:plant"], "place": "31", "days": "30",
        "networks": "192.0.2.0/24", "request_key": str(uuid4()),
    })  # fmt: skip
    secret = re.search(r"balai_[0-9A-Za-z]{46}", answer.content.decode())[0]
    assert authenticate_token(secret, address="192.0.2.9") is not None
    assert authenticate_token(secret, address="198.51.100.1") is None
    assert authenticate_token(secret) is None
    listing = admin.get("/jakarta/access/services/").content.decode()
    assert "rain-gauges" in listing


@pytest.mark.parametrize("network", ["300.1.1.1", "10.0.0.1/8", "everywhere"])
def test_a_network_that_is_none_is_named(gauge, origin, network):
    with pytest.raises(ProblemError) as refused:
        token_for(gauge, origin, networks=[network])
    (fault,) = refused.value.faults
    assert (fault.field, fault.value) == ("networks", network)


def test_a_renewed_token_and_the_old_one_work_together_for_a_week(gauge, origin):
    old, first = token_for(gauge, origin)
    made, second = renew_token(old, origin=origin)
    assert authenticate_token(first) is not None
    assert authenticate_token(second) is not None
    assert (made.scopes, made.region_code, made.networks) == (old.scopes, "31", [])
    old.refresh_from_db()
    assert old.expires_at <= timezone.now() + timedelta(days=7)
    with pytest.raises(ConflictError):
        renew_token(old, origin=origin)
    ApiToken.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert authenticate_token(first) is None
    with pytest.raises(ConflictError):
        renew_token(old, origin=origin)


def test_a_token_is_renewed_and_revoked_at_the_desk(admin, gauge, origin):
    old, _ = token_for(gauge, origin)
    address = f"/jakarta/access/services/rain-gauges/{old.prefix}"
    assert admin.get(f"{address}/renew/").status_code == 200
    assert b"balai_" in admin.post(f"{address}/renew/").content
    assert admin.post(f"{address}/renew/").status_code == 302
    admin.post(f"{address}/revoke/")
    old.refresh_from_db()
    assert old.revoked_at is not None
    assert admin.post(f"{address}/revoke/").status_code == 404


def test_calls_of_service_accounts_are_recorded_without_query_or_body(admin, gauge, origin):
    _, secret = token_for(gauge, origin)
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k"}
    Client().post("/api/v1/parks/trees?hidden=1", '{"kind": "jati"}', headers=headers,
                  content_type="application/json")  # fmt: skip
    call = ApiCall.objects.get()
    assert (call.account, call.method, call.path, call.status) == (
        "rain-gauges", "POST", "/api/v1/parks/trees", 200,
    )  # fmt: skip
    assert (
        "/api/v1/parks/trees" in admin.get("/jakarta/access/services/rain-gauges/").content.decode()
    )


def test_nobody_makes_a_program_that_may_do_more_than_they(clerk, origin):
    grant_role(clerk, "parks.officer", place="31", origin=origin)
    with pytest.raises(ProblemError):
        add_service("x", "X", role="access.admin", place="31", by=clerk, origin=origin)


def test_a_service_account_of_another_city_does_not_exist_here(admin, origin):
    add_service("far", "Far", role="parks.officer", place="73.71", origin=origin)
    assert admin.get("/jakarta/access/services/far/").status_code == 404


# Sessions


def test_a_sign_in_gets_a_new_session_key(officer):
    client = Client()
    client.get("/account/login/")
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["session"] = session.session_key
    client.post("/account/login/", {"login": "wayan", "password": PASSWORD})
    assert client.cookies["session"].value != session.session_key


def test_a_person_sees_their_devices_and_signs_out_there(officer):
    phone = signed_in("wayan", headers={"User-Agent": "Mozilla/5.0 (Android 15) Firefox/140.0"})
    desk = signed_in("wayan", headers={"User-Agent": "Mozilla/5.0 (Windows NT 10) Chrome/150.0"})
    phone.get("/account/roles/")
    text = desk.get("/account/sessions/").content.decode()
    assert "Firefox, Android" in text
    assert "Chrome, Windows" in text
    other = SignedIn.objects.get(agent__contains="Firefox")
    desk.post(f"/account/sessions/{other.pk}/end/")
    assert phone.get("/account/roles/")["Location"].startswith("/account/login/")
    assert desk.get("/account/roles/").status_code == 200


def test_all_other_sessions_are_ended_at_once(officer):
    others = [signed_in("wayan") for _ in range(3)]
    for each in others:
        each.get("/account/roles/")
    here = signed_in("wayan")
    here.post("/account/sessions/end/")
    assert [each.get("/account/roles/").status_code for each in others] == [302] * 3
    assert here.get("/account/roles/").status_code == 200


def test_anothers_session_does_not_exist(officer, clerk):
    one, two = signed_in("wayan"), signed_in("nyoman")
    one.get("/account/roles/")
    held = SignedIn.objects.get(user=officer)
    assert two.post(f"/account/sessions/{held.pk}/end/").status_code == 404
    assert one.get("/account/roles/").status_code == 200


@pytest.mark.parametrize(
    ("who", "idle", "old", "open_"),
    [("officer", 29, 1, True), ("officer", 31, 1, False), ("officer", 1, 9 * 60, False),
     ("resident", 31, 9 * 60, True), ("resident", 15 * 24 * 60, 15 * 24 * 60, False),
     ("resident", 1, 31 * 24 * 60, False)],
)  # fmt: skip
def test_a_session_ends_when_idle_or_old_sooner_for_officers(
    officer, origin, who, idle, old, open_
):
    if who == "officer":
        grant_role(officer, "parks.officer", place="31", origin=origin)
    client = signed_in("wayan")
    client.get("/account/roles/")
    now = timezone.now()
    SignedIn.objects.update(seen_at=now - timedelta(minutes=idle),
                            started_at=now - timedelta(minutes=old))  # fmt: skip
    answer = client.get("/account/roles/")
    assert (answer.status_code == 200) == open_
    if not open_:
        newest = AuditEntry.objects.latest("pk")
        assert (newest.action, newest.detail) == ("access.session-ended", {"reason": "limit"})


def test_a_role_may_have_shorter_sessions(officer, origin, settings):
    settings.ACCESS_SESSION_LIMITS = {
        "parks.officer": (timedelta(hours=1), timedelta(minutes=5)),
    }
    grant_role(officer, "parks.officer", place="31", origin=origin)
    assert sessions.limits_of(officer).idle == timedelta(minutes=5)


# Limits


def test_a_limit_lets_its_burst_through_then_says_when(db):
    for _ in range(5):
        throttle.spend("test", "5/m", "one")
    with pytest.raises(throttle.ThrottledError) as refused:
        throttle.spend("test", "5/m", "one")
    assert 1 <= refused.value.retry_after <= 12
    throttle.spend("test", "5/m", "another")
    throttle.forget("test", "one")
    throttle.spend("test", "5/m", "one")


@pytest.mark.parametrize("rate", ["5", "0/m", "5/0m", "5/w", "-1/m", ""])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match="no rate"):
        throttle.throttle("test", rate)


def test_many_failed_sign_ins_are_slowed_with_the_time_to_wait(officer):
    client = Client()
    for _ in range(5):
        answer = client.post("/account/login/", {"login": "Wayan", "password": "wrong"})
        assert answer.status_code == 200
    slowed = client.post("/account/login/", {"login": "wayan", "password": PASSWORD})
    assert slowed.status_code == 429
    assert 1 <= int(slowed["Retry-After"]) <= 60
    elsewhere = Client(REMOTE_ADDR="192.0.2.77")
    answer = elsewhere.post("/account/login/", {"login": "wayan", "password": PASSWORD})
    assert answer.status_code == 302
