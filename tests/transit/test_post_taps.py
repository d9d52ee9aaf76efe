"""Posting taps in every form: the same taps, the same answer, priced now or a moment later."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from balai.kernel.jobs import run_waiting
from balai.kernel.jobs.models import Job
from balai.kernel.ledger import queries as ledger
from balai.transit.actions.read_rows import FORM
from balai.transit.actions.settle_journeys import revenue_account
from balai.transit.models import PendingTap, Tap
from transit.conftest import NOW

pytestmark = pytest.mark.django_db
TAPS = "/api/v1/transit/jakarta/taps"
LINES = "application/x-ndjson"
ARROW = "application/vnd.apache.arrow.stream"


@pytest.fixture
def post(client, jakarta, django_user_model, monkeypatch):
    """Posts a body of any form with a token for taps, at the end of November 2026."""
    from balai.kernel.access.actions.grants import grant_role
    from balai.kernel.access.actions.tokens import issue_token
    from balai.kernel.access.origin import Origin

    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    user = django_user_model.objects.create_user("validators")
    origin = Origin(channel="test")
    grant_role(user, "transit.validator", place="jakarta", origin=origin)
    _, secret = issue_token(user, "test", scopes=["transit:taps"], origin=origin, place="jakarta")

    def send(body, kind="application/json", key="k1", query=""):
        return client.post(
            TAPS + query, body, content_type=kind,
            headers={"authorization": f"Bearer {secret}", "idempotency-key": key},
        )  # fmt: skip

    return send


def ride(tap, card="6032-0001"):
    return [
        tap(card, 9, "in", "mrt", stop_id="mcipete", route_id="M"),
        tap(card, 30, "out", "mrt", stop_id="mhi", route_id="M", km=11.0),
        tap(card, 33, "in", "brt", stop_id="hi", route_id="1"),
        tap(card, 41, "out", "brt", stop_id="monas", route_id="1", km=2.0),
    ]


def as_lines(rows) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def as_arrow(rows, compression=None, **kinds) -> bytes:
    fields = {**FORM, **kinds}
    told = [{**row, "at": datetime.fromisoformat(row["at"])} for row in rows]
    arrays = {
        name: pa.array([row.get(name) for row in told], kind) for name, kind in fields.items()
    }
    table, sink = pa.table(arrays), io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue()


def revenue() -> int:
    return ledger.balance(revenue_account("jakarta")).amount


def test_one_batch_is_the_same_batch_in_every_form(post, tap):
    rows = ride(tap)
    first = post(json.dumps({"taps": rows})).json()
    lines, arrow = post(as_lines(rows), LINES).json(), post(as_arrow(rows), ARROW).json()
    assert lines["batch"] == arrow["batch"] == first["batch"]
    assert lines["repeated"]
    assert arrow["repeated"]
    assert len(first["results"]) == 4
    assert lines["results"] == arrow["results"] == []
    assert Tap.objects.count() == 4
    assert revenue() == 5750


@pytest.mark.parametrize(("write", "kind"), [(as_lines, LINES), (as_arrow, ARROW)])
def test_a_compact_batch_tells_only_of_what_was_not_accepted(post, tap, write, kind):
    rows = ride(tap)
    rows[1]["mode"] = "boat"
    answer = post(write([*rows, rows[0]]), kind).json()
    assert (answer["accepted"], answer["duplicates"], answer["rejected"]) == (3, 1, 1)
    told = [(row["row"], row["outcome"], row["reason"]) for row in answer["results"]]
    assert told == [(2, "rejected", "invalid"), (5, "duplicate", "")]
    assert len(post(write(rows), kind, key="k2", query="?results=all").json()["results"]) == 4


def test_a_column_may_not_be_missing_or_of_another_type(post, tap):
    body = as_arrow(ride(tap), sequence=pa.float64(), at=pa.timestamp("s", "UTC"))
    assert post(body, ARROW).status_code == 200
    with_words = as_arrow([{**row, "sequence": "x"} for row in ride(tap)], sequence=pa.string())
    answer = post(with_words, ARROW, key="k2")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "sequence"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"\n", LINES, 422),
        (b"junk", ARROW, 422),
        (b"\n", ARROW, 422),
        (b"a,b", "text/csv", 415),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(post, body, kind, status):
    answer = post(body, kind)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
def test_what_may_grow_when_read_is_refused(post, tap, compression):
    answer = post(as_arrow(ride(tap) * 200, compression), ARROW)
    assert answer.status_code == 422
    assert "uncompressed" in answer.json()["errors"][0]["remedy"]


def test_a_batch_may_be_priced_by_a_job(post, tap, monkeypatch):
    monkeypatch.setattr("balai.transit.actions.price_received.GATHERED", timedelta(days=-99))
    post(json.dumps({"taps": ride(tap)}), query="?price=later")
    post(json.dumps({"taps": ride(tap, "6032-0002")}), key="k2", query="?price=later")
    assert PendingTap.objects.count() == 8
    assert Job.objects.filter(name="transit.price-taps").count() == 1
    run_waiting()
    assert PendingTap.objects.count() == 0
    assert revenue() == 11_500


def test_taps_without_a_tariff_are_taken_all_the_same(post, tap):
    old = [{**row, "at": row["at"].replace("2026", "2015")} for row in ride(tap)]
    answer = post(json.dumps({"taps": old}))
    assert answer.status_code == 200
    assert answer.json()["accepted"] == 4
    assert PendingTap.objects.count() == 4
