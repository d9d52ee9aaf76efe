"""What is meant to break it is refused in words, quickly, and leaves nothing behind."""

from __future__ import annotations

import json

import pytest
from tests.kernel.cases.conftest import ORIGIN, PNG, VILLAGE, Upload, definition

from balai.kernel.access.actions import issue_token
from balai.kernel.cases import actions
from balai.kernel.cases.engine import DefinitionError
from balai.kernel.cases.models import Case, CaseFile, ServiceVersion
from balai.kernel.problems import ProblemError

pytestmark = pytest.mark.django_db
EXTRA = """
  - {name: when, kind: date, required: false, title: {id: A, en: A}, limits: {low: "1900-01-01", high: today}}
  - {name: cost, kind: money, required: false, title: {id: A, en: A}, limits: {low: 0, high: 1000000}}
  - {name: many, kind: integer, required: false, title: {id: A, en: A}, limits: {low: 1, high: 9}}
  - {name: place, kind: region, required: false, title: {id: A, en: A}}
  - {name: who, kind: person, required: false, title: {id: A, en: A}}
  - {name: agree, kind: yes_no, required: false, title: {id: A, en: A}}
  - {name: call, kind: phone, required: false, title: {id: A, en: A}}
"""  # noqa: E501 - a line a field
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    "text",
    [
        "", "\x00", "[" * 100_000, "{a: " * 50_000, BOMB, "&a [*a]", "- " * 50_000 + "x",
        "!!python/object/apply:os.system ['true']", "service: !!binary AAAA", "\ud800",
        definition() + "\x00", definition() + "# " + "x" * 5_000_000, "a: b\n" * 300_000,
        definition().replace("version: 1", "version: 99999999999999999999"),
        definition().replace("version: 1", "version: -1"),
        definition().replace("version: 1", "version: 1e9"),
        definition().replace("hours: 8", "hours: 999999999"),
        definition().replace("hours: 4", "hours: .nan", 1),
        definition().replace("at: 0.5", "at: .inf"),
    ],
    ids=range(19),
)  # fmt: skip
def test_a_hostile_definition_is_refused_with_faults(office, text):
    before = ServiceVersion.objects.count()
    with pytest.raises(DefinitionError) as refused:
        actions.publish_service(text, by=None, origin=ORIGIN, name="hostile.yaml")
    assert refused.value.faults
    assert all(len(fault.value) < 200 for fault in refused.value.faults)
    assert ServiceVersion.objects.count() == before


@pytest.fixture
def ask(client, office):
    actions.publish_service(definition(2, extra=EXTRA), by=None, origin=ORIGIN)
    token = issue_token(office.officer, "t", scopes=["cases:read", "cases:work"], origin=ORIGIN,
                        place=VILLAGE)[1]  # fmt: skip

    def post(answers, key="k"):
        body = {"service": "surat-uji", "city": "banyuwangi", "region_code": VILLAGE,
                "person_id": str(office.person),
                "answers": {"purpose": "kredit", "story": "Rahasia", **answers}}  # fmt: skip
        return client.post(
            "/api/v1/cases/cases", json.dumps(body), content_type="application/json",
            headers={"authorization": f"Bearer {token}", "idempotency-key": key},
        )  # fmt: skip

    return post


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("purpose", 5), ("purpose", ["a"]), ("purpose", "\x00"), ("purpose", "x" * 100_000),
        ("purpose", "\u202e" * 3 + "\n" * 500), ("story", {"a": 1}), ("purpose", None),
        ("when", "0000-00-00"), ("when", "9999-12-31"), ("when", "10000-01-01"),
        ("when", "1899-12-31"), ("when", "2026-02-30"), ("when", "٢٠٢٦-٠١-٠١"), ("when", 20260101),
        ("cost", -1), ("cost", "-1"), ("cost", 10**30), ("cost", "٥٠٠٠"), ("cost", "1e5"),
        ("cost", True), ("many", "²"), ("many", 0), ("many", 10), ("many", "1.5"),
        ("place", "99.99"), ("place", "35.10.20.2004'; --"), ("who", "1" * 15), ("who", "١" * 16),
        ("agree", "mungkin"), ("agree", 2), ("call", "+" * 30), ("nobody", "asks"),
    ],
)  # fmt: skip
def test_a_hostile_answer_is_refused_by_its_name_and_opens_no_case(ask, name, value):
    answer = ask({name: value})
    assert answer.status_code == 422, answer.content
    told = answer.json()
    assert told["status"] == 422
    assert name in json.dumps(told) or name in ("purpose", "story")
    assert "Rahasia" not in answer.content.decode()
    assert not Case.objects.exists()


def test_what_is_good_is_taken(ask):
    answer = ask({"when": "2026-01-31", "cost": 5000, "many": 9, "place": VILLAGE, "agree": True})
    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + b"\0" * 10_000_000, "bukti.png"),
        (PNG + b"\0" * 10_000_000, "bukti.png"),
        (b"<svg onload=alert(1)>", "bukti.png"),
        (b"%PD" + b"F-", "../../etc/passwd"),
        (b"\0" * 100, "bukti.pdf"),
        (b"PK\x03\x04" + b"\0" * 100, "bukti.pdf"),
    ],
    ids=["program", "ten megabytes", "svg", "cut", "zeros", "zip"],
)
def test_a_paper_is_what_its_bytes_say(office, content, name):
    draft = office.open(submit=False)
    if content == b"%PDF-":
        seen = actions.attach_file(draft.id, "proof", Upload(content, name), by=office.resident,
                                   origin=ORIGIN)  # fmt: skip
        assert seen.files[0].name == "passwd"
        return
    with pytest.raises(ProblemError) as refused:
        actions.attach_file(draft.id, "proof", Upload(content, name), by=office.resident,
                            origin=ORIGIN)  # fmt: skip
    assert [fault.field for fault in refused.value.faults] == ["proof"]
    assert not CaseFile.objects.exists()
