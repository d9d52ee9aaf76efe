"""The API keeps to its own OpenAPI document and answers problems, never a 500."""

from __future__ import annotations

from importlib import import_module

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from balai.kernel.access import scopes, throttle
from balai.kernel.access.actions import issue_token
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.regions.actions import install_cities
from balai.network.actions import install_facts, install_plan

pytestmark = pytest.mark.django_db


@schemathesis.serializer("application/x-protobuf")
def as_it_is(ctx, value) -> bytes:
    """Any bytes or text for a body whose form the document cannot tell: it is to be refused."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture
def cities(db) -> None:
    install_cities()
    install_facts()
    install_plan("jakarta")


@pytest.fixture
def document(cities):
    from balai.shell.wsgi import application

    # A request of the real handler ends with its connection closed, and with it the test's.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(DOCUMENT, application)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def token(db) -> str:
    """A token that may do everything a token can."""
    admin = User.objects.create_superuser("contract", password="not-used-here")
    every = [scope.name for scope in scopes.all_scopes()]
    return issue_token(admin, "contract", scopes=every, origin=Origin())[1]


KNOWN = {"city": "jakarta", "slug": "jakarta", "code": "integrated-fare-share"}
"""Parts of an address that lead somewhere; other values mostly find nothing."""


def keeps_to_its_document(operation, headers: dict[str, str]) -> None:
    @given(case=operation.as_strategy(), known=st.booleans())
    @settings(
        max_examples=20,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def try_it(case, known: bool) -> None:
        throttle.forget_all()  # the count of refused tokens, which would end in 429
        if known and case.path_parameters:
            case.path_parameters |= {k: v for k, v in KNOWN.items() if k in case.path_parameters}
        # A request may fit the schema and still be refused by a rule: a period that is none.
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    try_it()


@pytest.mark.slow
@pytest.mark.parametrize("signed_in", [False, True], ids=["anyone", "with a token"])
def test_every_operation_keeps_to_its_document(document, token, signed_in: bool) -> None:
    headers = {"Accept-Encoding": "identity"}
    if signed_in:
        headers["Authorization"] = f"Bearer {token}"
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) > 10
    for operation in operations:
        keeps_to_its_document(operation, headers)


def test_an_unknown_address_is_a_problem(client) -> None:
    answer = client.get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"]


def test_a_wrong_method_is_a_problem(client) -> None:
    answer = client.delete("/api/v1/network/cities")
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"
    assert "GET" in answer["Allow"]


def test_no_two_schemas_share_a_name() -> None:
    """In the document schemas of all rooms stand side by side: the second would hide the first."""
    from ninja import Schema

    import_module("balai.shell.urls")
    named: dict[str, set[str]] = {}
    waiting: list[type] = [Schema]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        if found.__module__.startswith("balai."):
            named.setdefault(found.__name__, set()).add(found.__module__)
    assert len(named) > 50
    assert {name: modules for name, modules in named.items() if len(modules) > 1} == {}


def test_the_document_declares_problems(client) -> None:
    document = client.get(DOCUMENT).json()
    for path in document["paths"].values():
        for operation in path.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
