"""The programme's API: taps once whatever happens, and answers that name what to mend."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from balai.kernel.ledger import queries as ledger
from balai.transit.actions.import_feed import import_feed
from balai.transit.actions.settle_journeys import revenue_account
from balai.transit.demo.feed import demo_feed
from balai.transit.models import Journey, Tap
from balai.transit.queries import planners

pytestmark = pytest.mark.django_db
TAPS = "/api/v1/transit/jakarta/taps"


@pytest.fixture
def sender(client, jakarta, django_user_model):
    """A client that holds a token for taps."""
    from balai.kernel.access.actions.grants import grant_role
    from balai.kernel.access.actions.tokens import issue_token
    from balai.kernel.access.origin import Origin

    user = django_user_model.objects.create_user("validators")
    origin = Origin(channel="test")
    grant_role(user, "transit.validator", place="jakarta", origin=origin)
    _, secret = issue_token(user, "test", scopes=["transit:taps"], origin=origin, place="jakarta")

    def post(taps, key="k1", address=TAPS, **more):
        return client.post(
            address, {"taps": taps}, content_type="application/json",
            headers={"authorization": f"Bearer {secret}", "idempotency-key": key, **more},
        )  # fmt: skip

    return post


def ride(tap):
    begin = {"begin": datetime(2026, 6, 1, 0, 10, tzinfo=UTC)}
    return [
        tap("6032-0001", 9, "in", "mrt", stop_id="mcipete", route_id="M", **begin),
        tap("6032-0001", 30, "out", "mrt", stop_id="mhi", route_id="M", km=11.0, **begin),
        tap("6032-0001", 33, "in", "brt", stop_id="hi", route_id="1", **begin),
        tap("6032-0001", 41, "out", "brt", stop_id="monas", route_id="1", km=2.0, **begin),
    ]


@pytest.mark.usefixtures("past")
def test_taps_are_taken_priced_and_settled_once(sender, tap):
    rows = ride(tap)
    first = sender(rows)
    assert first.status_code == 200, first.json()
    assert first.json()["accepted"] == 4
    again = sender(rows)
    assert again.json()["repeated"]
    assert again.json()["batch"] == first.json()["batch"]
    other = sender(rows, key="k2")
    assert (other.json()["accepted"], other.json()["duplicates"]) == (0, 4)
    assert Tap.objects.count() == 4
    assert ledger.balance(revenue_account("jakarta")).amount == 5750


@pytest.fixture
def past(monkeypatch):
    """The clock stands at the end of November 2026, whenever the tests are run."""
    from transit.conftest import NOW

    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.mark.usefixtures("past")
def test_each_row_is_answered(sender, tap):
    rows = ride(tap)
    answer = sender([{**rows[0], "mode": "boat"}, rows[1], 7]).json()
    assert [row["outcome"] for row in answer["results"]] == ["rejected", "accepted", "rejected"]
    assert answer["results"][0]["field"] == "mode"
    assert answer["results"][0]["remedy"]


@pytest.mark.usefixtures("past")
def test_a_key_with_another_body_is_a_conflict(sender, tap):
    rows = ride(tap)
    sender(rows)
    answer = sender(rows[:1])
    assert answer.status_code == 409
    assert answer["Content-Type"].startswith("application/problem+json")


def test_taps_without_a_token_are_refused(client, jakarta):
    answer = client.post(TAPS, {"taps": []}, content_type="application/json",
                         headers={"idempotency-key": "k"})  # fmt: skip
    assert answer.status_code == 401


@pytest.mark.usefixtures("past")
def test_taps_for_another_city_are_refused(sender, tap):
    address = "/api/v1/transit/makassar/taps"
    assert sender(ride(tap), address=address).status_code == 403


@pytest.mark.usefixtures("past")
def test_a_key_is_needed_and_a_body_that_fits(sender, client, tap):
    assert sender(ride(tap), key="").status_code == 422
    assert sender([]).status_code == 422
    assert sender("taps").status_code == 422


@pytest.mark.usefixtures("past")
def test_a_journey_can_be_read_without_its_card(sender, client, tap):
    sender(ride(tap))
    journey = Journey.objects.get()
    found = client.get(f"/api/v1/transit/jakarta/journeys/{journey.pk}")
    assert found.status_code == 200
    assert (found.json()["charge"], len(found.json()["legs"])) == (5750, 2)
    assert "card" not in found.json()
    missing = client.get("/api/v1/transit/makassar/journeys/" + str(journey.pk))
    assert missing.status_code == 404


def test_tariffs_carry_articles_and_dates(client, jakarta):
    answer = client.get("/api/v1/transit/jakarta/tariffs").json()
    found = next(each for each in answer if each["name"] == "jaklingko-integrated")
    assert found["in_force"] == [["2022-08-11", None]]
    base = next(each for each in found["figures"] if each["parameter"] == "base")
    assert (base["value"], base["verified"]) == (2500, False)
    assert "733/2022" in base["article"]


@pytest.fixture
def feed(jakarta, monkeypatch, tmp_path, settings):
    monkeypatch.setattr("balai.transit.api.planning.API_PATIENCE_SECONDS", 120.0)
    settings.MEDIA_ROOT = tmp_path / "files"
    yield import_feed(demo_feed(), city="jakarta").version
    planners.forget()


PLAN = "/api/v1/transit/jakarta/plan"


def test_a_trip_is_planned_with_fares(client, feed):
    answer = client.get(PLAN, {"from": "-6.2783,106.7973", "to": "Monumen Nasional",
                               "at": "2026-11-23T07:30:00"})  # fmt: skip
    assert answer.status_code == 200, answer.json()
    for option in answer.json()["options"]:
        assert option["fare"] == sum(leg["fare"] for leg in option["legs"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "zzz", "to": "Monumen Nasional"}, "from"),
        ({"from": "Blok M", "to": "-6.9,107.6"}, "to"),
        ({"from": "Blok M", "to": "Kota", "at": "2050-01-01T07:00:00"}, "at"),
        ({"from": "Blok M", "to": "Kota", "at": "2010-01-01T07:00:00"}, ""),
        ({"from": "Blok M", "to": "Kota", "tariff": "none"}, ""),
    ],
)
def test_a_trip_that_cannot_be_planned_says_why(client, feed, query, field):
    answer = client.get(PLAN, query)
    assert answer.status_code in (404, 422), answer.json()
    assert answer["Content-Type"].startswith("application/problem+json")
    if field:
        assert answer.json()["errors"][0]["field"] == field


def test_feeds_are_listed(client, feed):
    assert [each["id"] for each in client.get("/api/v1/transit/jakarta/feeds").json()] == [feed.pk]
