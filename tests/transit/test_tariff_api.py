"""Versions of tariffs over the API: drawn up, changed, submitted, previewed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from balai.kernel.access.actions.demo import ensure_demo_users
from balai.kernel.access.models import User
from balai.kernel.jobs import run_waiting

from .actions.test_tariff_versions import TITLE, parameters

ROOT = "/api/v1/transit/jakarta/tariff-versions"


@pytest.fixture
def officer(jakarta: str) -> Client:
    ensure_demo_users()
    client = Client()
    client.force_login(User.objects.get(username="transit"))
    return client


def send(client: Client, path: str, body: dict[str, Any], method: str = "post") -> Any:
    return getattr(client, method)(
        f"{ROOT}{path}", body, content_type="application/json",
        headers={"Idempotency-Key": str(uuid4())},
    )  # fmt: skip


def body(**changed: Any) -> dict[str, Any]:
    return {"name": "ok-otrip-2027", "title": TITLE, "based_on": "ok-otrip-2018-10",
            "parameters": parameters(**changed)}  # fmt: skip


def test_a_version_goes_from_draft_to_submitted(officer: Client) -> None:
    made = send(officer, "", body())
    assert made.status_code == 201, made.content
    changed = {"title": TITLE, "parameters": parameters(cap=4500), "revision": 1}
    assert send(officer, "/ok-otrip-2027", changed, "put").json()["revision"] == 2
    stale = changed | {"parameters": parameters(cap=1)}
    assert send(officer, "/ok-otrip-2027", stale, "put").status_code == 409
    begun = send(officer, "/ok-otrip-2027/previews", {"start": "2026-11-01", "end": "2026-11-07"})
    assert begun.status_code == 202
    run_waiting()
    preview = officer.get(f"{ROOT}/ok-otrip-2027/previews/{begun.json()['id']}").json()
    assert preview["result"]["journeys"] == 0
    assert send(officer, "/ok-otrip-2027/submit", {}).json()["state"] == "submitted"
    listed = officer.get(f"{ROOT}?state=submitted").json()
    assert [each["name"] for each in listed["items"]] == ["ok-otrip-2027"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "Not A Name"}, "name"),
        ({"name": "transjakarta"}, "name"),
        ({"title": {"id": "x"}}, "title_en"),
        ({"title": {"id": "x", "en": "a\x00b"}}, "title_en"),
        ({"based_on": "nothing"}, "based_on"),
        ({"parameters": {"cap": 5}}, "cap"),
        ({"parameters": {}}, "parameters"),
        ({"parameters": {"rule": {"value": [[[[[[[1]]]]]]], "from": "2026-01-01", "article": "a",
                                  "source": "s", "verified": True}}}, "rule"),
        ({"parameters": {"cap": {"value": 10**30, "from": [], "article": "\x00", "source": 3,
                                 "verified": "no"}}}, "cap.from"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_a_typed_problem(
    officer: Client, wrong: dict[str, Any], field: str
) -> None:
    answer = send(officer, "", body() | wrong)
    assert answer.status_code == 422, answer.content
    assert answer["content-type"] == "application/problem+json"
    assert field in {each["field"] for each in answer.json()["errors"]}


def test_nobody_else_may_look_or_draw_up(jakarta: str, client: Client) -> None:
    assert client.get(ROOT).status_code == 401
    client.force_login(User.objects.create_user("nobody"))
    assert client.get(ROOT).status_code == 403
    assert send(client, "", body()).status_code == 403
