"""The register's API: who may ask, what is logged, and answers that name what to mend."""

from __future__ import annotations

import pytest

from balai.kernel.access.actions.tokens import issue_token
from balai.kernel.access.origin import Origin
from balai.kernel.people.actions import link_account
from balai.kernel.people.models import AccessEntry
from balai.kernel.row_security import rows_of

from .conftest import NIK

pytestmark = pytest.mark.django_db
BASE = "/api/v1/people"
WHY = {"purpose": "service", "reason": "permohonan 114"}


@pytest.fixture
def secret(officer):
    _, secret = issue_token(officer, "test", scopes=["people:read"], origin=Origin(channel="test"),
                            place="makassar")  # fmt: skip
    return secret


@pytest.fixture
def resident(person, django_user_model):
    user = django_user_model.objects.create_user("warga")
    with rows_of("73.71"):
        link_account(user, person, method="identity-card", origin=Origin("petugas"))
    return user


@pytest.fixture
def post(client, secret, person, resident, as_application):
    def send(path, body):
        return client.post(f"{BASE}/{path}", body, content_type="application/json",
                           headers={"authorization": f"Bearer {secret}"})  # fmt: skip

    return send


def test_a_look_up_finds_and_logs(post, person):
    found = post("makassar/lookups", {"nik": NIK, **WHY})
    assert found.status_code == 200, found.content
    assert found.json()["person"]["id"] == str(person)
    missed = post("makassar/lookups", {"nik": "7371010101900009", **WHY})
    assert missed.json() == {"person": None}
    with rows_of("73.71"):
        assert list(AccessEntry.objects.order_by("id").values_list("channel", "person")) == [
            ("api", person), ("api", None),
        ]  # fmt: skip


def test_a_record_comes_with_hidden_numbers(post, person):
    answer = post(f"makassar/people/{person}", WHY)
    assert answer.status_code == 200, answer.content
    assert answer.json()["numbers"][0]["shown"] == "7371••••••••0001"
    assert NIK not in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("makassar/lookups", {"nik": "123", **WHY}, 422),
        ("makassar/lookups", {"nik": NIK, "purpose": "x", "reason": "xxxxx"}, 422),
        ("makassar/lookups", {"nik": "\x00" * 16, **WHY}, 422),
        ("makassar/lookups", {"nik": NIK, "purpose": "own", "reason": ""}, 422),
        ("banyuwangi/lookups", {"nik": NIK, **WHY}, 403),
        ("nowhere/lookups", {"nik": NIK, **WHY}, 404),
        ("makassar/people/00000000-0000-0000-0000-000000000000", WHY, 404),
    ],
)
def test_what_cannot_be_answered_is_a_problem(post, path, body, status):
    answer = post(path, body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert NIK not in answer.content.decode()


def test_numbers_cannot_be_guessed_at(post):
    answers = [post("makassar/lookups", {"nik": NIK, **WHY}).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


def test_nobody_asks_without_a_token(client, post):
    answer = client.post(f"{BASE}/makassar/lookups", {"nik": NIK, **WHY}, "application/json")
    assert answer.status_code == 401


def test_the_resident_reads_the_own_record_and_log(client, post, resident, person):
    post(f"makassar/people/{person}", WHY)
    client.force_login(resident)
    assert client.get(f"{BASE}/me").json()["numbers"][0]["shown"] == NIK
    looks = client.get(f"{BASE}/me/looks").json()["looks"]
    assert [each["purpose"] for each in looks] == ["own", "service"]
    assert client.get(f"{BASE}/me/consents").json()[0]["granted"] is False
    assert client.get(f"{BASE}/me/export").json()["format"] == "balai/people-export/1"
