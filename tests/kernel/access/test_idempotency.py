"""One effect for one key, over HTTP, also when fifty requests come at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from ninja import NinjaAPI, Router, Schema, Status

from balai.kernel.access.actions import add_user, grant_role, issue_token
from balai.kernel.access.api_auth import token_or_session
from balai.kernel.access.idempotency import forget_answers, once_per_key
from balai.kernel.access.models import ApiToken, AuditEntry, KeptAnswer, RoleGrant, User
from balai.kernel.access.origin import Origin
from balai.kernel.problems import ProblemError
from balai.kernel.regions.actions import install_cities
from balai.shell import api as shell_api
from balai.shell import postgres

pytestmark = pytest.mark.django_db
EFFECT = "parks.planted"


class TreeIn(Schema):
    kind: str
    count: int = 1


class TreeOut(Schema):
    number: int
    kind: str


router = Router()


def plant(request, tree: TreeIn):
    """Plant, which leaves an entry: its number is the answer."""
    made = AuditEntry.objects.create(action=EFFECT, subject=tree.kind)
    if tree.kind == "refused":
        raise ProblemError("No such tree")
    if tree.kind == "broken":
        return HttpResponse(status=503)
    return {"number": made.pk, "kind": tree.kind}


@router.post("/trees", auth=token_or_session("parks:plant"), response=TreeOut)
@once_per_key("parks.plant")
def post_tree(request, tree: TreeIn):
    return plant(request, tree)


@router.post("/trees/{park}", auth=token_or_session("parks:plant"), response={201: TreeOut})
@once_per_key("parks.plant")
def post_tree_in(request, park: str, tree: TreeIn):
    return Status(201, plant(request, tree))


@router.post("/wishes", auth=None, response=TreeOut)
@once_per_key("parks.wish")
def post_wish(request, tree: TreeIn):
    return plant(request, tree)


API = NinjaAPI(urls_namespace="once", openapi_url="/openapi.json")
API.add_router("/parks", router)
shell_api._handle_errors(API)


class _Site:
    urlpatterns = [path("api/v1/", API.urls)]


@pytest.fixture(autouse=True)
def site(settings):
    settings.ROOT_URLCONF = _Site


def planter(username: str = "wayan", place: str = "jakarta") -> str:
    origin = Origin("tester", "192.0.2.1", "test")
    user = add_user(username, password=None, origin=origin)
    grant_role(user, "parks.officer", place=place, origin=origin)
    return issue_token(user, "spade", scopes=["parks:plant"], origin=origin, place=place)[1]


@pytest.fixture
def secret(cities) -> str:
    return planter()


def post(secret, body, key="key-1", to="trees", client=None):
    more = {"Idempotency-Key": key} if key is not None else {}
    if secret:
        more["Authorization"] = f"Bearer {secret}"
    text = body if isinstance(body, str) else json.dumps(body)
    return (client or Client()).post(
        f"/api/v1/parks/{to}", text, content_type="application/json", headers=more
    )


def effects() -> int:
    return AuditEntry.objects.filter(action=EFFECT).count()


def test_the_same_request_again_gets_the_same_answer_and_no_second_effect(secret):
    first, again = post(secret, {"kind": "jati"}), post(secret, {"kind": "jati"})
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert first["Content-Type"] == again["Content-Type"]
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert effects() == 1


def test_the_status_is_kept_too(secret):
    answers = [post(secret, {"kind": "jati"}, to="trees/monas") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]


def test_blanks_and_the_order_of_members_make_no_other_request(secret):
    post(secret, '{"kind": "jati", "count": 2}')
    again = post(secret, '{ "count":2,"kind":"jati" }')
    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "to"), [({"kind": "mahoni"}, "trees"), ({"kind": "jati"}, "trees/monas")]
)
def test_another_request_under_the_key_is_refused(secret, body, to):
    post(secret, {"kind": "jati"})
    answer = post(secret, body, to=to)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/idempotency-conflict")
    assert effects() == 1


@pytest.mark.parametrize("key", [None, "", "a b", "x" * 201, "kunci-é", "tab\t"])
def test_a_request_without_a_usable_key_is_refused_with_the_mend(secret, key):
    answer = post(secret, {"kind": "jati"}, key=key)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    (fault,) = answer.json()["errors"]
    assert fault["field"] == "Idempotency-Key"
    assert "UUID" in fault["remedy"]
    assert effects() == 0


@pytest.mark.parametrize("key", ["1", "x" * 200, "!~"])
def test_keys_at_the_edges_are_taken(secret, key):
    assert post(secret, {"kind": "jati"}, key=key).status_code == 200


def test_a_refusal_undoes_its_effect_and_leaves_the_key_free_for_the_mended_request(secret):
    assert post(secret, {"kind": "refused"}).status_code == 422
    assert effects() == 0
    assert post(secret, {"nothing": 1}).status_code == 422
    assert post(secret, {"kind": "jati"}).status_code == 200
    assert effects() == 1


def test_a_failure_is_not_kept_and_leaves_no_effect(secret):
    assert post(secret, {"kind": "broken"}).status_code == 503
    assert effects() == 0
    assert not KeptAnswer.objects.exists()


def test_keys_of_different_accounts_do_not_meet(secret):
    other = planter("nyoman")
    first, second = post(secret, {"kind": "jati"}), post(other, {"kind": "jati"})
    assert first.json()["number"] != second.json()["number"]


def test_keys_of_one_account_are_shared_by_its_tokens_of_one_region(secret):
    renewed = issue_token(User.objects.get(), "renewed", scopes=["parks:plant"], place="jakarta",
                          origin=Origin())[1]  # fmt: skip
    assert post(secret, {"kind": "jati"}).content == post(renewed, {"kind": "jati"}).content


def test_a_token_of_another_region_does_not_get_the_answer(secret):
    narrow = issue_token(User.objects.get(), "narrow", scopes=["parks:plant"], place="31.71",
                         origin=Origin())[1]  # fmt: skip
    first, second = post(secret, {"kind": "jati"}), post(narrow, {"kind": "jati"})
    assert first.content != second.content


def test_who_may_not_ask_gets_no_kept_answer(secret):
    post(secret, {"kind": "jati"})
    assert post("", {"kind": "jati"}).status_code == 401


def test_operations_open_to_all_take_keys_too(cities):
    first, again = (post("", {"kind": "jati"}, to="wishes") for _ in range(2))
    assert first.content == again.content
    assert effects() == 1


def test_what_is_kept_tells_nothing(secret):
    post(secret, {"kind": "kesambi"}, key="very-own-key")
    kept = KeptAnswer.objects.get()
    plain = bytes(kept.answer) + bytes(kept.lookup) + bytes(kept.request)
    assert b"kesambi" not in plain
    assert b"very-own-key" not in plain


def test_after_its_days_a_key_is_new_again_and_the_sweep_takes_the_old(secret):
    first = post(secret, {"kind": "jati"})
    KeptAnswer.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    second = post(secret, {"kind": "jati"})
    assert first.json()["number"] != second.json()["number"]
    assert forget_answers() == 0
    assert forget_answers(timezone.now() + timedelta(days=8)) == 1
    assert not KeptAnswer.objects.exists()


def test_the_document_asks_for_the_header(client):
    document = client.get("/api/v1/openapi.json").json()
    operation = document["paths"]["/api/v1/parks/trees/{park}"]["post"]
    named = {each["name"]: each for each in operation["parameters"]}
    assert named["Idempotency-Key"]["required"]
    assert named["Idempotency-Key"]["in"] == "header"
    assert "park" in named


# Many at once, each on a connection of its own, as the role that serves.


@pytest.fixture
def committed(db):
    def make() -> str:
        install_cities()
        return planter()

    secret = in_thread(make)
    connection_created.connect(serve)
    yield secret
    connection_created.disconnect(serve)
    in_thread(sweep)


def serve(sender, connection, **_):
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {postgres.APPLICATION}")


def sweep() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model in (KeptAnswer, ApiToken, RoleGrant, AuditEntry, User):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


def in_thread(work):
    def run():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def together(count, call):
    start = Barrier(count)

    def run(number):
        start.wait(timeout=30)
        try:
            return call(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_fifty_posts_of_one_key_have_one_effect_and_one_answer(committed):
    answers = together(50, lambda _: post(committed, {"kind": "jati"}))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer for answer in answers) == 49
    assert effects() == 1


def test_of_two_bodies_under_one_key_at_once_one_is_done_and_the_other_refused(committed):
    answers = together(30, lambda n: post(committed, {"kind": ("jati", "mahoni")[n % 2]}))
    assert sorted({answer.status_code for answer in answers}) == [200, 409]
    assert sum(answer.status_code == 200 for answer in answers) == 15
    assert effects() == 1


def test_a_failed_first_lets_the_next_in_line_try(committed):
    answers = together(12, lambda n: post(committed, {"kind": "jati" if n else "broken"}))
    assert sum(answer.status_code == 200 for answer in answers) == 11
    assert effects() == 1


def test_what_a_body_held_cannot_be_guessed_from_the_digest_that_is_kept(secret, monkeypatch):
    from hashlib import sha256

    from balai.kernel.access import idempotency

    body = '{"count":1,"kind":"jati"}'
    post(secret, body)
    kept = bytes(KeptAnswer.objects.get().request)
    assert kept != sha256(b"POST /api/v1/parks/trees\n" + body.encode()).digest()
    monkeypatch.setattr(idempotency.keys, "data_key", lambda purpose: purpose.encode().ljust(32))
    guess = post(secret, body)
    assert guess.status_code == 409  # the same body has another digest under another key
