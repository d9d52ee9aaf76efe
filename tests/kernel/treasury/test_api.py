"""The treasury's API: one effect for a key, whoever repeats it, and nothing of another city."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.test import Client

from balai.kernel.ledger import queries
from balai.kernel.regions.actions import install_cities
from balai.shell import postgres
from kernel.treasury.conftest import open_accounts, treasurer

API = "/api/v1/treasury/jakarta"
BODY = {"debit": "jakarta/cash", "credit": "jakarta/levy", "amount": 5000, "currency": "IDR",
        "at": "2026-09-01T07:30:00+07:00", "reason": "levy", "source": "levy:1"}  # fmt: skip


@pytest.fixture
def call(client, token):
    def send(path, body=None, key="k1", method="post", **query):
        headers = {"authorization": f"Bearer {token}"}
        if key:
            headers["idempotency-key"] = key
        if method == "get":
            return client.get(f"{API}{path}", query, headers=headers)
        return client.post(f"{API}{path}", body, content_type="application/json", headers=headers)

    return send


def balance(code="jakarta/cash"):
    return queries.balance(code)


pytestmark = pytest.mark.django_db


def test_a_transfer_is_posted_once_for_its_key(call):
    first, again = call("/transfers", BODY), call("/transfers", BODY)
    assert (first.status_code, again.json()) == (200, first.json())
    assert balance().amount == 5000
    other = call("/transfers", {**BODY, "amount": 1})
    assert other.status_code == 409
    assert other.json()["type"].endswith("idempotency-conflict")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"amount": 0}, 422), ({"amount": "5"}, 422), ({"amount": 1.5}, 422),
        ({"amount": 2**63}, 422),
        ({"at": "2026-09-01T07:30:00"}, 422), ({"at": "0001-01-01T00:00:00+14:00"}, 422),
        ({"currency": "usd"}, 422), ({"currency": "USD"}, 422), ({"debit": "jakarta/none"}, 422),
        ({"credit": "makassar/cash"}, 422), ({"debit": "jakarta/levy"}, 422), ({"reason": ""}, 422),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_posted_is_a_problem(call, change, status):
    answer = call("/transfers", {**BODY, **change})
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/problem+json")
    assert queries.count() == 0


def test_a_post_without_a_key_or_for_another_city_is_refused(call, client, token):
    assert call("/transfers", BODY, key="").status_code == 400
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "k"}
    elsewhere = "/api/v1/treasury/makassar/transfers"
    answer = client.post(elsewhere, BODY, "application/json", headers=headers)
    assert answer.status_code == 403
    assert client.get(f"{API}/accounts").status_code == 401


def test_a_batch_is_posted_whole_or_not_at_all(call):
    rows = [{**BODY, "key": f"b{n}", "amount": n} for n in range(1, 4)]
    assert call("/transfers/batch", {"transfers": rows}).json() == {"posted": 3, "repeated": 0}
    more = [*rows, {**BODY, "key": "b9", "currency": "USD"}]
    refused = call("/transfers/batch", {"transfers": more}, key="k2")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["row"] == 4
    assert call("/transfers/batch", {"transfers": rows}, key="k3").json()["repeated"] == 3
    assert balance().amount == 6


def test_money_is_set_aside_settled_in_part_and_cannot_be_voided_then(call):
    made = call("/pendings", BODY).json()["id"]
    found = call("/accounts", method="get", q="cash").json()["items"][0]
    assert (found["balance"], found["pending"]) == (0, 5000)
    end = {"at": BODY["at"], "reason": "delivered"}
    settled = call(f"/pendings/{made}/settle", {**end, "amount": 3000}, key="s")
    assert settled.status_code == 200
    assert (balance().amount, balance().pending) == (3000, 0)
    assert call(f"/pendings/{made}/void", end, key="v").status_code == 409
    shown = call(f"/transfers/{settled.json()['id']}", method="get").json()
    assert (shown["stage"], shown["resolves"], shown["reserved"]) == ("settled", made, -5000)


def test_a_transfer_is_taken_back_once(call):
    made = call("/transfers", BODY).json()["id"]
    end = {"at": BODY["at"], "reason": "mistake"}
    assert call(f"/transfers/{made}/reverse", end, key="r").status_code == 200
    assert call(f"/transfers/{made}/reverse", end, key="r2").status_code == 409
    assert balance().amount == 0


def test_a_statement_pages_with_its_running_balance(call):
    for n in range(5):
        call("/transfers", {**BODY, "amount": n + 1}, key=f"k{n}")
    period = {"account": "jakarta/cash", "start": "2026-09-01", "end": "2026-09-01", "limit": 2}
    page, seen = call("/statement", method="get", **period).json(), []
    while True:
        seen += page["lines"]
        assert (page["opening"], page["closing"]) == (0, 15)
        if page["next"] is None:
            break
        page = call("/statement", method="get", after=page["next"], **period).json()
    assert [line["balance"] for line in seen][-1] == 15
    assert len(seen) == 5
    bad = call("/statement", method="get", after="x", **period)
    assert bad.status_code == 422
    hidden = call("/statement", method="get", account="makassar/cash")
    assert hidden.status_code == 404


def test_a_trial_balance_is_even(call):
    call("/transfers", BODY)
    found = call("/trial-balance", method="get").json()
    assert found["totals"] == [{"currency": "IDR", "debit": 5000, "credit": 5000}]


def test_a_transfer_in_no_checkpoint_has_no_proof_yet(call):
    made = call("/transfers", BODY).json()["id"]
    assert call(f"/transfers/{made}/proof", method="get").status_code == 404
    assert call(f"/transfers/{uuid4()}/proof", method="get").status_code == 404
    assert call("/checkpoints", method="get").json() == []


TABLES = (
    "ledger_transfer", "ledger_account", "access_keptanswer", "access_apitoken",
    "access_rolegrant", "access_auditentry", "access_user",
)  # fmt: skip


def in_thread(work):
    """Run on a connection of its own, outside the test's transaction."""

    def run():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def build() -> str:
    install_cities()
    open_accounts()
    return treasurer(get_user_model())[1]


def sweep() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")


def serve(sender, connection, **_):
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {postgres.APPLICATION}")


@pytest.fixture
def committed(db):
    """The secret of a token whose owner, like all else, is committed; threads act as the role
    that serves."""
    secret = in_thread(build)
    connection_created.connect(serve)
    yield secret
    connection_created.disconnect(serve)
    in_thread(sweep)


def test_fifty_posts_of_one_key_have_one_effect_and_one_answer(committed):
    """Through the whole of the server's code, each on a connection of its own; some lie."""
    start = Barrier(50)

    def send(number):
        start.wait(timeout=60)
        try:
            body = {**BODY, "amount": 7} if number % 10 == 9 else BODY
            answer = Client().post(
                f"{API}/transfers", body, content_type="application/json",
                headers={"authorization": f"Bearer {committed}", "idempotency-key": "one"},
            )  # fmt: skip
            return answer.status_code, body["amount"], answer.json().get("id")
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(send, range(50)))
    good = [answer for answer in answers if answer[0] == 200]
    assert {status for status, _, _ in answers} == {200, 409}
    assert len({(amount, made) for _, amount, made in good}) == 1
    assert len(good) in (45, 5)
    assert balance().amount == good[0][1]
    assert queries.count() == 1
