"""The API: typed answers, one effect a key, and problems that name what to mend."""

from __future__ import annotations

import json
from datetime import date
from uuid import uuid4

import pytest
from tests.kernel.cases.conftest import MONDAY, ORIGIN, OTHER_VILLAGE, VILLAGE

from balai.kernel.access.actions.tokens import issue_token
from balai.kernel.cases.measures import CLOSED, CLOSED_ON_TIME
from balai.kernel.cases.models import Case
from balai.kernel.events.measures import MeasureQuery

pytestmark = pytest.mark.django_db
BASE = "/api/v1/cases"


@pytest.fixture
def ask(client, office):
    """Ask as somebody; a path with a body is a post under the key."""
    secrets = {}

    def call(who, path, body=None, key=""):
        if who.username not in secrets:
            scopes = ["cases:read", "cases:work"] if who != office.resident else []
            secrets[who.username] = issue_token(who, "test", scopes=scopes, origin=ORIGIN,
                                                place=VILLAGE)[1]  # fmt: skip
        headers = {"authorization": f"Bearer {secrets[who.username]}"}
        if body is None:
            return client.get(f"{BASE}/{path}", headers=headers)
        return client.post(
            f"{BASE}/{path}", json.dumps(body), content_type="application/json",
            headers={**headers, **({"idempotency-key": key} if key else {})},
        )  # fmt: skip

    return call


def case_in(office, **changes):
    return {
        "service": "surat-uji", "city": "banyuwangi", "region_code": VILLAGE,
        "person_id": str(office.person), "answers": {"purpose": "kredit", "story": "Rahasia"},
        **changes,
    }  # fmt: skip


def test_a_case_is_opened_once_a_key_worked_on_and_listed(ask, office):
    made = ask(office.officer, "cases", case_in(office), "one")
    assert made.status_code == 201, made.content
    assert ask(office.officer, "cases", case_in(office), "one").json() == made.json()
    assert Case.objects.count() == 1
    assert "Rahasia" not in made.content.decode()
    path = f"cases/{made.json()['id']}"
    claimed = ask(office.officer, f"{path}/acts", {"kind": "claim", "expected": 1}, "two")
    assert claimed.json()["holder"] == "petugas-uji", claimed.content
    stale = ask(office.colleague, f"{path}/acts", {"kind": "claim", "expected": 1}, "three")
    assert (stale.status_code, stale.json()["status"]) == (409, 409)
    assert ask(office.officer, path).json()["status"] == "working"
    queue = ask(office.officer, "queue?city=banyuwangi&state=mine").json()
    assert [each["number"] for each in queue["items"]] == [made.json()["number"]]
    assert ask(office.officer, "services").json()["items"][0]["code"] == "surat-uji"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"service": "tak-ada"}, 404),
        ({"service": "\x00"}, 404),
        ({"city": "tak-ada"}, 404),
        ({"region_code": "35.10"}, 422),
        ({"region_code": "99.99"}, 422),
        ({"answers": {}}, 422),
        ({"answers": {"purpose": "\x00", "story": "abc"}}, 422),
        ({"answers": {"purpose": {"a": 1}}}, 422),
        ({"answers": {"unknown": "x"}}, 422),
        ({"region_code": OTHER_VILLAGE}, 403),
        ({"person_id": str(uuid4())}, 404),
        ({"person_id": "x"}, 422),
    ],
)
def test_what_cannot_be_opened_is_a_problem(ask, office, changes, status):
    answer = ask(office.officer, "cases", case_in(office, **changes), "k")
    assert answer.status_code == status, answer.content
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("body", [{"kind": "x"}, {"kind": "migrate"}, {"kind": "\x00"},
    {"kind": "return"}, {"kind": "refuse", "ground": "x", "reason": "y"},
    {"kind": "claim", "text": "\x00"},
    {"kind": "claim", "role": "cases.supervisor"}, {}])  # fmt: skip
def test_an_act_that_cannot_be_is_a_problem(ask, office, body):
    case = office.open()
    office.act(case, "claim")
    answer = ask(office.officer, f"cases/{case.id}/acts", body, "k")
    assert 400 <= answer.status_code < 500, answer.content
    assert ask(office.officer, f"cases/{uuid4()}/acts", {"kind": "claim"}, "n").status_code == 404
    assert ask(office.officer, f"cases/{case.id}/acts", {"kind": "claim"}).status_code == 400


def test_decided_cases_are_measured_by_day_and_those_in_time_besides(office):
    for number, at in enumerate((MONDAY, MONDAY.replace(month=10))):
        case = office.open(f"k{number}", at=at)
        office.act(case, "claim")
        office.act(case, "refuse", ground="not_ours", reason="Bukan kami")
    query = MeasureQuery(city="banyuwangi", start=date(2026, 11, 1), end=date(2026, 11, 30))
    assert [(each.value, each.count) for each in CLOSED.values(query)] == [(2, 2)]
    assert [each.value for each in CLOSED_ON_TIME.values(query)] == [1]
    page = CLOSED.records(query, 10, None)
    assert page.total == 2
    assert "Sri Rahayu" not in repr(page.rows)
