"""The officer's pages and API of taps, validators, uploads, quarantine and adjustments."""

from __future__ import annotations

import json

import pytest

from balai.transit.actions.adjust import refund_boarding
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.models import FeedVersion, Leg, Quarantined, Route, Stop, Tap
from balai.transit.queries import known_stops
from transit.conftest import NOW

pytestmark = pytest.mark.django_db
DESK = "/jakarta/transit/officer"
API = "/api/v1/transit/jakarta/quarantine"


@pytest.fixture
def taps(jakarta, tap):
    """A ride, and two taps at stops that the feed in use does not know."""
    feed = FeedVersion.objects.create(
        city="jakarta", sha256="0" * 64, archive_bytes=1, status="current"
    )
    Stop.objects.create(
        feed=feed, stop_id="hi", stop_lat=-6.19, stop_lon=106.82, location_type=0,
        wheelchair_boarding=0,
    )  # fmt: skip
    Route.objects.create(feed=feed, route_id="1", route_type=3)
    rows = [
        tap("6032-0001", 9, "in", "brt", stop_id="hi", route_id="1"),
        tap("6032-0001", 30, "out", "brt", stop_id="hi", route_id="1", km=11.0),
        tap("6032-0002", 9, "in", "brt", stop_id="old", route_id="1"),
        tap("6032-0002", 30, "out", "brt", stop_id="old", route_id="1", km=2.0),
    ]
    receive_taps("jakarta", rows, place="31", sender="depot-1", now=NOW)
    price_pending("jakarta", as_of=NOW)
    yield rows
    known_stops._known.cache_clear()


@pytest.fixture
def officer(client, jakarta, django_user_model):
    from balai.kernel.access.actions.grants import grant_role
    from balai.kernel.access.origin import Origin

    user = django_user_model.objects.create_user("officer-of-taps")
    grant_role(user, "transit.officer", place="jakarta", origin=Origin(channel="test"))
    client.force_login(user)
    return client


def test_lists_are_searched_by_validator_and_stop(officer, taps):
    page = officer.get(f"{DESK}/taps/", {"validator": "V-brt", "stop": "hi"}).content.decode()
    assert "V-brt / 1" in page
    assert "V-brt / 1" not in officer.get(f"{DESK}/taps/", {"stop": "x"}).content.decode()


def file_of(client, name):
    return b"".join(client.get(f"{DESK}/{name}/?format=csv").streaming_content).decode()


@pytest.mark.parametrize("name", ["validators", "uploads", "adjustments", "quarantine", "taps"])
def test_every_list_is_a_page_and_a_file(officer, taps, name):
    refund_boarding(Leg.objects.get().pk, 500, by="1", key="k", reason="Test", now=NOW)
    assert officer.get(f"{DESK}/{name}/").status_code == 200
    told = b"".join(officer.get(f"{DESK}/{name}/?format=csv").streaming_content).decode()
    assert len(told.splitlines()) >= 2


def test_a_change_of_language_on_the_decision_leads_back_to_the_queue(officer, taps):
    back = officer.get(f"{DESK}/quarantine/decide/")
    assert (back.status_code, back["Location"]) == (302, f"{DESK}/quarantine/")


def test_taps_are_released_after_a_reason_and_taken_back(officer, taps):
    ids = list(Quarantined.objects.values_list("pk", flat=True))
    ask = officer.post(f"{DESK}/quarantine/decide/", {"verb": "release", "entry": ids})
    assert "old" in ask.content.decode()
    assert Tap.objects.count() == 2
    given = {"verb": "release", "entry": ids, "reason": "", "stop_id": "hi"}
    assert "error-summary" in officer.post(f"{DESK}/quarantine/decide/", given).content.decode()
    done = officer.post(f"{DESK}/quarantine/decide/", {**given, "reason": "Renamed"}, follow=True)
    assert done.status_code == 200
    assert Tap.objects.filter(stop_id="hi").count() == 4
    price_pending("jakarta", as_of=NOW)
    assert Leg.objects.count() == 2
    back = {"verb": "undo", "entry": ids, "reason": "It was not renamed"}
    officer.post(f"{DESK}/quarantine/decide/", back)
    price_pending("jakarta", as_of=NOW)
    assert Leg.objects.count() == 1
    assert Quarantined.objects.filter(state="open").count() == 2


def test_all_that_fit_a_filter_are_rejected_at_once(officer, taps):
    given = {"verb": "reject", "all": "yes", "kind": "unknown-stop", "state": "open"}
    ask = officer.post(f"{DESK}/quarantine/decide/", given)
    assert ask.content.decode().count('name="entry"') == 2
    ids = list(Quarantined.objects.values_list("pk", flat=True))
    officer.post(f"{DESK}/quarantine/decide/", {"verb": "reject", "entry": ids, "reason": "Wrong"})
    assert Quarantined.objects.filter(state="rejected").count() == 2


def test_nothing_chosen_is_said(officer, taps):
    answer = officer.post(f"{DESK}/quarantine/decide/", {"verb": "release"}, follow=True)
    assert answer.redirect_chain
    assert Quarantined.objects.filter(state="open").count() == 2


def test_a_stranger_decides_nothing(client, taps):
    assert client.post(f"{DESK}/quarantine/decide/", {"verb": "release"}).status_code == 302
    assert client.get(API).status_code == 401


@pytest.fixture
def call(client, jakarta, django_user_model):
    """Calls the API with a token for quarantine."""
    from balai.kernel.access.actions.grants import grant_role
    from balai.kernel.access.actions.tokens import issue_token
    from balai.kernel.access.origin import Origin

    user = django_user_model.objects.create_user("desk")
    origin = Origin(channel="test")
    grant_role(user, "transit.officer", place="jakarta", origin=origin)
    _, secret = issue_token(
        user, "t", scopes=["transit:quarantine"], origin=origin, place="jakarta"
    )

    def ask(path="", body=None, key="k1"):
        headers = {"authorization": f"Bearer {secret}", "idempotency-key": key}
        if body is None:
            return client.get(API + path, headers=headers)
        return client.post(
            API + path, json.dumps(body), content_type="application/json", headers=headers
        )

    return ask


def test_the_api_lists_and_releases_once(call, taps):
    found = call().json()["entries"]
    assert [each["kind"] for each in found] == ["unknown-stop", "unknown-stop"]
    body = {"entries": [each["id"] for each in found], "reason": "Renamed", "stop_id": "hi"}
    assert call("/release", body).json() == {"decided": 2, "refused": []}
    assert call("/release", body).json() == {"decided": 2, "refused": []}
    again = call("/release", body, key="k2").json()
    assert again["decided"] == 0
    assert "decided already" in again["refused"][0]["problem"]
    assert (
        call("/reopen", {"entries": [found[0]["id"]], "reason": "x"}, key="k3").status_code == 200
    )
    assert call("/reject", {"entries": [0, 2**70], "reason": "x"}, key="k4").json()["decided"] == 0
    assert call("?state=released").json()["entries"][0]["id"] == found[1]["id"]
