"""Cases under generated requests of an officer and of a resident: never a 5xx."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.conf import settings as conf
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from tests.kernel.cases.conftest import ORIGIN, VILLAGE, build, definition

from balai.kernel.access import throttle
from balai.kernel.access.actions import issue_token
from balai.kernel.cases import actions
from balai.kernel.cases.engine import KINDS
from balai.kernel.people.queries import person_of
from contracts.test_api import DOCUMENT

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXTRA = """
  - {name: when, kind: date, required: false, title: {id: A, en: A}, limits: {high: today}}
  - {name: cost, kind: money, required: false, title: {id: A, en: A}, limits: {low: 0}}
  - {name: many, kind: integer, required: false, title: {id: A, en: A}, limits: {low: 1, high: 9}}
  - {name: place, kind: region, required: false, title: {id: A, en: A}}
  - {name: who, kind: person, required: false, title: {id: A, en: A}}
  - {name: call, kind: phone, required: false, title: {id: A, en: A}}
  - {name: mail, kind: email, required: false, title: {id: A, en: A}}
  - {name: agree, kind: yes_no, required: false, title: {id: A, en: A}}
  - name: some
    kind: choices
    required: false
    title: {id: A, en: A}
    options: [{value: a, title: {id: A, en: A}}, {value: b, title: {id: B, en: B}}]
"""
FIELDS = (
    "purpose", "story", "when", "cost", "many", "place", "who", "call", "mail", "agree", "some",
)  # fmt: skip
HARD = st.one_of(
    st.text(max_size=20), st.integers(), st.booleans(), st.none(), st.lists(st.text(), max_size=3),
    st.sampled_from(["0001-01-01", "9999-12-31", "-1", "1e9", "٣٤٥", "²", "\u0000", "NaN",
                     "99999999999999999999", "2026-02-30", "a", "x" * 5000]),
)  # fmt: skip
"""Answers of every type and those that a reader of dates and numbers might stumble over."""


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Any) -> Any:
    settings.KEYS_ROOT = tmp_path / "keys"
    made = build()
    actions.publish_service(definition(2, extra=EXTRA), by=None, origin=ORIGIN)
    return made


@pytest.fixture
def document(office: Any) -> Any:
    from balai.shell.wsgi import application

    # A request of the real handler ends with its connection closed, and with it the test's.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(DOCUMENT, application)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture(params=["officer", "supervisor", "resident"])
def caller(request: pytest.FixtureRequest, office: Any, client: Any) -> Any:
    """Who asks, and the headers that show it: a token for officers, a session for a resident."""
    user = getattr(office, request.param)
    if request.param == "resident":
        client.force_login(user)
        secret = "c" * 32
        session = client.cookies[conf.SESSION_COOKIE_NAME].value
        cookies = {conf.SESSION_COOKIE_NAME: session, conf.CSRF_COOKIE_NAME: secret}
        return SimpleNamespace(user=user, headers={"X-CSRFToken": secret}, cookies=cookies)
    place = VILLAGE if request.param == "officer" else "35.10"
    token = issue_token(user, "contract", scopes=["cases:read", "cases:work"], origin=ORIGIN,
                        place=place)[1]  # fmt: skip
    return SimpleNamespace(user=user, headers={"Authorization": f"Bearer {token}"}, cookies={})


def test_every_operation_answers_a_signed_in_person(document, office, caller) -> None:
    found = [each.ok() for each in document.get_all_operations()]
    operations = [each for each in found if each.path.startswith("/api/v1/cases/")]
    assert len(operations) >= 6
    for operation in operations:
        reached = _tried(operation, office, caller)
        # A resident has no queue; everything else is reached by each of them.
        done = min(reached) < 400 or (operation.path.endswith("/queue") and 403 in reached)
        assert done, f"{operation.label}: {reached}"


def _tried(operation: Any, office: Any, caller: Any) -> Counter[int]:
    standing = office.open(f"{operation.label}")
    reached: Counter[int] = Counter()

    @given(
        case=operation.as_strategy(), known=st.sampled_from([True, True, False]),
        # A note is taken of everybody: half of the acts are one, so that some act is done.
        kind=st.just("note") | st.sampled_from(["claim", "pass", *sorted(KINDS)]),
        answers=st.dictionaries(st.sampled_from(FIELDS), HARD, max_size=6),
    )  # fmt: skip
    @settings(max_examples=60, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    def try_it(case: Any, known: bool, kind: str, answers: dict[str, Any]) -> None:
        throttle.forget_all()
        sent = {"Accept-Encoding": "identity", **caller.headers}
        if known:
            _meant(case, standing, kind, answers, caller)
            sent["Idempotency-Key"] = uuid4().hex
        answer = case.call_and_validate(
            headers=sent, cookies=caller.cookies,
            # A session counts whatever else is sent; a body may be whole and the act refused.
            excluded_checks=[positive_data_acceptance, ignored_auth],
        )  # fmt: skip
        reached[answer.status_code] += 1

    try_it()
    return reached


def _meant(case: Any, standing: Any, kind: str, answers: Any, caller: Any) -> None:
    """Let the request reach the case: an address that is there, a body that says something."""
    if case.path_parameters:
        case.path_parameters["case"] = str(standing.id)
    if case.query is not None and "city" in case.query:
        case.query["city"] = "banyuwangi"
    if not isinstance(case.body, dict):
        return
    if "service" in case.body:
        person = person_of(caller.user) or standing.person_id
        case.body |= {"service": "surat-uji", "city": "banyuwangi", "region_code": VILLAGE,
                      "person_id": str(person), "answers": answers}  # fmt: skip
    elif "kind" in case.body:
        case.body |= {"kind": kind, "answers": answers, "reason": "Alasan"}
        case.body.pop("expected", None)
        case.body.pop("role", None)
        if kind == "note":
            case.body = {"kind": kind, "text": "Catatan"}
