"""Limits on views and operations, shared by everybody who serves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import include, path
from ninja import NinjaAPI, Router, Schema

from balai.kernel.access import throttle as limits
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.access.models import Throttle
from balai.kernel.access.throttle import ThrottledError, throttle
from balai.shell import api as shell_api

pytestmark = pytest.mark.django_db


class WishIn(Schema):
    text: str


router = Router()


@throttle("test-view", "3/m")
def view(request, name):
    """Say the name."""
    return HttpResponse(name)


@router.post("/wishes", auth=None)
@throttle("test-operation", "3/m")
def wish(request, wish: WishIn, loud: bool = False):
    return wish.text.upper() if loud else wish.text


@router.post("/once", auth=None)
@once_per_key("test.once")
@throttle("test-once", "3/m")
def once(request, wish: WishIn):
    return wish.text


API = NinjaAPI(urls_namespace="limits", openapi_url="/openapi.json")
API.add_router("/limits", router)
shell_api._handle_errors(API)


class _Site:
    urlpatterns = [
        path("api/v1/", API.urls),
        path("account/", include("allauth.urls")),
        path("account/", include("balai.kernel.access.urls")),
        path("", include("balai.shell.urls_site")),
        path("named/<str:name>", view),
    ]


@pytest.fixture(autouse=True)
def site(settings):
    settings.ROOT_URLCONF = _Site


def test_a_view_answers_429_with_the_time_to_wait(client):
    assert [client.get("/named/a").status_code for _ in range(3)] == [200] * 3
    slowed = client.get("/named/a")
    assert slowed.status_code == 429
    assert 1 <= int(slowed["Retry-After"]) <= 20
    assert slowed["Retry-After"] in slowed.content.decode()
    assert client.get("/named/a", REMOTE_ADDR="192.0.2.9").status_code == 200


def post(client, to="wishes", **headers):
    return client.post(f"/api/v1/limits/{to}?loud=1", '{"text": "jati"}', headers=headers,
                       content_type="application/json")  # fmt: skip


def test_an_operation_keeps_its_parameters_and_answers_the_problem(client):
    assert [post(client).json() for _ in range(3)] == ["JATI"] * 3
    slowed = post(client)
    assert slowed.status_code == 429
    assert slowed["Content-Type"] == "application/problem+json"
    assert slowed.json()["type"].endswith("/too-many-requests")
    assert 1 <= int(slowed["Retry-After"]) <= 20
    document = client.get("/api/v1/openapi.json").json()
    operation = document["paths"]["/api/v1/limits/wishes"]["post"]
    assert "WishIn" in str(operation["requestBody"])
    assert [each["name"] for each in operation["parameters"]] == ["loud"]


def test_a_limit_and_an_idempotency_key_go_together(client):
    answers = [post(client, "once", **{"Idempotency-Key": "k"}) for _ in range(9)]
    assert {answer.status_code for answer in answers} == {200}
    codes = [post(client, "once", **{"Idempotency-Key": f"k{n}"}).status_code for n in range(4)]
    assert codes.count(429) == 2


def in_threads(count, call):
    start = Barrier(count)

    def run(number):
        start.wait(timeout=30)
        try:
            return call(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_many_at_once_get_no_more_than_the_limit(db, settings):
    settings.ACCESS_THROTTLE_APART = True

    def ask(_):
        try:
            # Undone like a request that fails: it counts all the same.
            with transaction.atomic():
                limits.spend("test-threads", "7/h", "one")
                transaction.set_rollback(True)
        except ThrottledError:
            return False
        return True

    try:
        assert sum(in_threads(20, ask)) == 7
    finally:
        in_threads(1, lambda _: limits.forget("test-threads", "one"))


def test_the_table_names_nobody(db):
    limits.spend("test", "5/m", "address 192.0.2.1")
    held = Throttle.objects.get()
    assert b"192.0.2.1" not in bytes(held.subject)


def test_what_is_whole_again_is_swept(db):
    from datetime import timedelta

    from django.utils import timezone

    limits.spend("test", "5/m", "one")
    assert limits.sweep() == 0
    assert limits.sweep(timezone.now() + timedelta(minutes=2)) == 1
