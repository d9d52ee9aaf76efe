"""The network's API: lineage that adds up, refusals as problems, rights."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from balai.kernel.access.actions import grant_role
from balai.kernel.access.origin import Origin
from balai.kernel.regions.actions import install_cities
from balai.network import actions, models
from balai.network.engine.periods import Period

from .conftest import CODE, INTEGRATED, PAID

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/network"
VALUES = f"{ROOT}/plans/jakarta/indicators/{CODE}/values"
OCTOBER = Period.parse("2026-10")


@pytest.fixture
def counted(plan, trips):
    trips.add(date(2026, 10, 1), paid=60, integrated=21)
    trips.add(date(2026, 10, 2), paid=60, integrated=14)
    actions.refresh("jakarta", OCTOBER)


def test_cities_are_filtered_and_paged(plan, client):
    whole = client.get(f"{ROOT}/cities?country=id&limit=100").json()
    assert whole["total"] == len(whole["items"]) == 6
    second = client.get(f"{ROOT}/cities?country=id&limit=2&offset=2").json()
    assert second["items"] == whole["items"][2:4]
    assert client.get(f"{ROOT}/cities/dili").json()["joined"] == 2026


def test_the_plan_names_its_projects_and_indicators(counted, client):
    plan = client.get(f"{ROOT}/plans/jakarta").json()
    assert plan["projects"][0]["slug"] == "ok-otrip"
    assert plan["projects"][0]["indicators"] == [CODE]
    assert plan["projects"][1]["status"] == "no-data"


def test_a_value_is_what_its_inputs_say_and_its_records_number(counted, client):
    answer = client.get(f"{VALUES}/2026-10").json()
    totals = {each["measure"]: int(each["total"]) for each in answer["inputs"]}
    value = Fraction(int(answer["value"]["numerator"]), int(answer["value"]["denominator"]))
    assert value == Fraction(100 * totals[INTEGRATED], totals[PAID])
    for each in answer["inputs"]:
        assert sum(int(day["value"]) for day in each["days"]) == totals[each["measure"]]
        assert records(client, each["measure"]) == totals[each["measure"]]


def records(client, measure: str) -> int:
    seen, after = set(), ""
    while True:
        page = client.get(f"{VALUES}/2026-10/records?measure={measure}&limit=50{after}").json()
        seen |= {tuple(row) for row in page["rows"]}
        if page["next"] is None:
            return len(seen)
        after = f"&after={page['next']}"


def test_values_come_by_length(counted, client):
    days = client.get(f"{VALUES}?length=day").json()["items"]
    assert [each["period"] for each in days] == ["2026-10-01", "2026-10-02"]
    assert [each["value"] for each in days] == ["35.0", "23.3"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{ROOT}/cities/atlantis", 404),
        (f"{ROOT}/plans/dili", 404),
        (f"{VALUES}/2031-01", 404),
        (f"{VALUES}/October", 422),
        (f"{VALUES}?length=decade", 422),
        (f"{VALUES}/2026-10/records", 422),
        (f"{VALUES}/2026-10/records?measure=other", 404),
        (f"{VALUES}/2026-10/records?measure={PAID}&after=zzz", 422),
        (f"{ROOT}/cities?limit=0", 422),
    ],
)
def test_refusals_are_problems(counted, client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"]


def test_counting_and_publishing_need_the_role_of_the_city(counted, client, django_user_model):
    install_cities()
    recount, publish = f"{VALUES}/2026-10/recount", f"{VALUES}/2026-10/publish"
    assert client.post(recount, {}, "application/json").status_code == 401
    officer = django_user_model.objects.create_user("officer")
    client.force_login(officer)
    assert client.post(publish, {}, "application/json").status_code == 403
    elsewhere = Origin(channel="test")
    grant_role(officer, "network.plan_officer", place="makassar", origin=elsewhere)
    client.force_login(officer)
    assert client.post(publish, {}, "application/json").status_code == 403
    grant_role(officer, "network.plan_officer", place="jakarta", origin=elsewhere)
    client.force_login(django_user_model.objects.get(pk=officer.pk))
    answer = client.post(publish, {}, "application/json")
    assert answer.status_code == 200
    assert answer.json()["published_at"]
    assert client.post(recount, {}, "application/json").json()["items"][0]["value"] == "29.2"
    assert models.Publication.objects.get().by == officer
