"""Comparisons of fare rules over the API: asked, computed, read; wrong ones as problems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from balai.kernel.access.actions.demo import ensure_demo_users
from balai.kernel.access.models import User
from balai.kernel.jobs import run_waiting
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.register_validators import register_validators
from balai.transit.models import Scenario

ROOT = "/api/v1/transit/jakarta/scenarios"
DAY = "2026-11-23"


@pytest.fixture
def officer(jakarta: str, tap: Callable[..., dict[str, Any]]) -> Client:
    register_validators(jakarta, {"V-brt": "31.71.06"})
    rows = [tap("CARD-A", 0, "in", "brt"), tap("CARD-A", 20, "out", "brt", km=9)]
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    receive_taps(jakarta, rows, place="31", sender="t", key="1", now=now)
    ensure_demo_users()
    client = Client()
    client.force_login(User.objects.get(username="transit"))
    return client


def ask(client: Client, key: str = "", **changed: Any) -> Any:
    rules = [{"tariff": "in-force"}, {"tariff": "in-force", "changes": {"mode_price.brt": 4000}}]
    body = {"rules": rules, "first_day": DAY, "last_day": DAY, **changed}
    return client.post(ROOT, body, content_type="application/json",
                       headers={"Idempotency-Key": key or str(uuid4())})  # fmt: skip


def test_a_comparison_is_asked_once_and_read_when_computed(officer: Client) -> None:
    key = str(uuid4())
    made = ask(officer, key)
    assert made.status_code == 202, made.content
    assert made.json()["result"] is None
    assert ask(officer, key).json() == made.json()
    assert Scenario.objects.count() == 1
    run_waiting()
    told = officer.get(f"{ROOT}/{made.json()['id']}").json()
    charges = {tuple(row[:4]): row[4] for row in told["result"]["sums"]}
    assert [charges[n, "all", "", "charge"] for n in (0, 1)] == [3_500, 4_000]
    assert told["rules"][1]["changes"] == {"mode_price.brt": 4_000}
    assert told["rules"][0]["later"] == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rules": [{"tariff": "in-force"}, {"tariff": "in-force", "changes": {"no": 1}}]}, "a.no"),
        ({"last_day": "2026-11-01"}, "last"),
        ({"first_day": "2020-01-01", "last_day": "2020-01-02"}, "first"),
        ({"share": 0}, "share"),
        ({"rules": [{"tariff": "in-force"}]}, "rules"),
    ],
)
def test_what_cannot_be_compared_is_a_typed_problem(
    officer: Client, wrong: dict[str, Any], field: str
) -> None:
    answer = ask(officer, **wrong)
    assert answer.status_code == 422, answer.content
    assert answer["content-type"] == "application/problem+json"
    assert any(field in each["field"] for each in answer.json()["errors"])
    assert Scenario.objects.count() == 0


def test_a_tariff_or_a_scenario_that_is_not_there_is_not_found(officer: Client) -> None:
    rules = [{"tariff": "nothing"}, {"tariff": "in-force"}]
    assert ask(officer, rules=rules).status_code == 404
    assert officer.get(f"{ROOT}/{uuid4()}").status_code == 404


def test_a_stranger_may_not_ask(officer: Client) -> None:
    assert ask(Client()).status_code == 401
