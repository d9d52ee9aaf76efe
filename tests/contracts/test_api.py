"""The API keeps to its own OpenAPI document and answers problems, never a 500."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(db):
    from balai.shell.wsgi import application

    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


schema = schemathesis.pytest.from_fixture("document")


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
def test_every_operation_keeps_to_its_document(case) -> None:
    case.call_and_validate()


def test_an_unknown_address_is_a_problem(client) -> None:
    answer = client.get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"]


def test_a_wrong_method_is_a_problem(client) -> None:
    answer = client.delete("/api/v1/openapi.json")
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"


def test_the_document_declares_problems(client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    for path in document["paths"].values():
        for operation in path.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
