"""Cards through the API: the list for validators, riders' and officers' acts, once a key."""

from __future__ import annotations

import json

import pytest

from balai.kernel.access.actions import issue_token
from balai.kernel.access.actions.grants import grant_role
from balai.kernel.access.origin import Origin
from balai.kernel.people.models import AccessEntry
from balai.kernel.row_security import rows_of
from balai.transit.actions.cards import passes
from balai.transit.actions.cards.loading import load_with_cash
from balai.transit.api import cards as cards_api
from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff import Product
from balai.transit.models import CardAccount, CardHolder, Dispute, Leg
from balai.transit.queries.cards import balance_of
from transit.conftest import NOW

from .conftest import CODE, DESK, NUMBER

pytestmark = pytest.mark.django_db
BASE = "/api/v1/transit/jakarta"
ORIGIN = Origin(channel="test")


@pytest.fixture
def validator(jakarta, django_user_model):
    user = django_user_model.objects.create_user("gerbang")
    grant_role(user, "transit.validator", place="jakarta", origin=ORIGIN)
    _, secret = issue_token(user, "gate", scopes=["transit:taps"], origin=ORIGIN, place="jakarta")
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


@pytest.fixture
def officer(desk):
    _, secret = issue_token(desk, "desk", scopes=["transit:cards"], origin=ORIGIN, place="jakarta")
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


def post(client, path, body=None, key="k1", **more):
    return client.post(f"{BASE}{path}", json.dumps(body or {}), content_type="application/json",
                       HTTP_IDEMPOTENCY_KEY=key, **more)  # fmt: skip


def test_validators_fetch_a_delta_and_are_told_when_nothing_changed(
    client, card, validator, settings, tmp_path, as_application
):
    settings.KEYS_ROOT = tmp_path
    first = client.get(f"{BASE}/hotlist", **validator)
    assert first.json()["added"] == [card.card.reference]
    again = client.get(f"{BASE}/hotlist", HTTP_IF_NONE_MATCH=first["ETag"], **validator)
    assert again.status_code == 304
    load_with_cash(card, 50_000, key="c", by=DESK, now=NOW)
    since = first.json()["version"]
    changed = client.get(f"{BASE}/hotlist?since={since}", **validator).json()
    assert (changed["added"], changed["removed"]) == ([], [card.card.reference])
    assert changed["count"] == 0
    ahead = client.get(f"{BASE}/hotlist?since=999", **validator)
    assert ahead.status_code == 400
    assert ahead["Content-Type"].startswith("application/problem+json")


def test_a_strangers_call_gets_no_list(client, jakarta):
    assert client.get(f"{BASE}/hotlist").status_code == 401


def test_a_gate_asks_how_a_card_stands(client, card, validator):
    asked = post(client, "/cards/standing", {"number": NUMBER}, **validator).json()
    assert (asked["state"], asked["may_board"]) == ("active", False)
    assert post(client, "/cards/standing", {"number": "0000"}, **validator).status_code == 404


def test_a_rider_adds_loads_blocks_and_disputes(client, card, rider, bank, ride, as_application):
    load_with_cash(card, 50_000, key="c", by=DESK, now=NOW)
    ride()
    client.force_login(rider)
    claim = {"number": NUMBER, "proof": CODE, "issuer": "JakLingko"}
    mine = f"/cards/mine/{card.pk}"
    assert post(client, "/cards/mine", claim).status_code == 201
    assert client.get(f"{BASE}/cards/mine").json()["cards"][0]["balance"] == 44_250
    loads = [post(client, f"{mine}/loads", {"amount": 20_000}) for _ in range(2)]
    assert loads[0].json() == loads[1].json()
    assert loads[1]["Idempotency-Replayed"] == "true"
    other = post(client, f"{mine}/loads", {"amount": 30_000})
    assert other.json()["type"].endswith("idempotency-conflict")
    legs = client.get(f"{BASE}{mine}/journeys").json()["journeys"][0]["legs"]
    assert [leg["charge"] for leg in legs] == [5250, 500]
    sent = post(client, f"{mine}/disputes", {"boarding": legs[0]["boarding"], "why": "too-much"})
    assert sent.json()["state"] == "open"
    statement = client.get(f"{BASE}{mine}/statement?month=2026-11").json()
    assert statement["closing"] == 44_250
    assert post(client, f"{mine}/block").json()["state"] == "blocked"
    assert post(client, f"{mine}/block").status_code == 409
    assert post(client, f"{mine}/unblock").json()["state"] == "active"


def test_an_officer_issues_loads_replaces_and_answers(
    client, own, person, officer, ride, as_application
):
    from balai.transit.actions.cards.disputes import file_dispute

    issued = post(client, "/cards", {"number": "60320000", "issuer": "Flazz"}, **officer)
    assert issued.json()["last_four"] == "0000"
    paid = post(client, f"/cards/{own.pk}/cash", {"amount": 50_000}, **officer)
    assert paid.json()["balance"] == 50_000
    ride()
    with rows_of("31"):
        filed = file_dispute(own, Leg.objects.get(number=1).pk, "too-much", "", person=person,
                             region_code="31.71.01", by=DESK, now=NOW)  # fmt: skip
    answer = {"refund": 250, "answer": "Right."}
    for _ in range(2):
        told = post(client, f"/disputes/{filed.pk}/answer", answer, **officer)
    assert told.json()["state"] == "refunded"
    new = post(client, f"/cards/{own.pk}/replace", {"number": "60320001"}, **officer).json()
    assert new["balance"] == 44_500
    found = client.get(f"{BASE}/cards?state=replaced", **officer).json()
    assert [each["id"] for each in found["cards"]] == [own.pk]
    with rows_of("31"):
        assert Dispute.objects.get().refund == 250


def test_an_officer_issues_a_card_to_a_resident_by_their_number(
    client, person, desk, officer, as_application
):
    body = {"number": "60320000", "issuer": "Flazz", "nik": "3171015708900001",
            "reason": "New card at the desk"}  # fmt: skip
    made = post(client, "/cards", body, **officer)
    assert (made.status_code, made.json()["bound"]) == (201, True)
    with rows_of("31"):
        assert CardHolder.objects.get().person_id == person
        look = AccessEntry.objects.get(person_id=person)
        assert (look.actor, look.reason) == (desk.get_username(), "New card at the desk")
    path = f"/cards/{made.json()['id']}/holder"
    taken = post(client, path, {"nik": body["nik"], "reason": "Once more"}, **officer)
    assert taken.status_code == 409
    nobody = post(client, "/cards", {**body, "number": "60320001", "nik": "3171015708900002"},
                  key="k2", **officer)  # fmt: skip
    assert (nobody.status_code, nobody.json()["errors"][0]["field"]) == (422, "nik")
    assert CardAccount.objects.count() == 1


def test_a_rider_buys_a_pass_once_and_reads_what_the_card_holds(
    client, own, rider, monkeypatch, as_application
):
    month = Product("month", {"id": "Bulanan", "en": "Monthly"}, 40_000, 30, frozenset({Mode.BRT}))
    for module in (passes, cards_api):
        monkeypatch.setattr(module, "passes_on", lambda city, on: (month,))
    client.force_login(rider)
    path, body = f"/cards/mine/{own.pk}/passes", {"code": "month", "first": "2026-11-25"}
    poor = post(client, path, body, key="k0")
    assert (poor.status_code, poor.json()["errors"][0]["field"]) == (422, "code")
    load_with_cash(own, 50_000, key="c", by=DESK, now=NOW)
    bought = [post(client, path, body).json() for _ in range(2)]
    assert bought[0] == bought[1]
    assert (bought[0]["kind"], bought[0]["price"]) == ("product", 40_000)
    told = client.get(f"{BASE}{path}").json()
    assert [each["code"] for each in told["held"]] == ["month"]
    assert told["offered"] == [{"code": "month", "title": {"id": "Bulanan", "en": "Monthly"},
                                "price": 40_000, "valid_days": 30, "modes": ["brt"]}]  # fmt: skip
    assert balance_of("jakarta", own.card.reference) == 10_000


def test_a_rider_is_no_officer(client, card, rider):
    client.force_login(rider)
    answer = post(client, "/cards", {"number": "60320000", "issuer": "Flazz"})
    assert answer.status_code == 403
    assert CardAccount.objects.count() == 1


def test_another_city_has_no_cards(client, rider):
    client.force_login(rider)
    assert client.get("/api/v1/transit/makassar/cards/mine").status_code == 404
