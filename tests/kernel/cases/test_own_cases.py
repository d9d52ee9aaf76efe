"""Whose a case is: a resident's by the register, or the account's that asked without one."""

from __future__ import annotations

import json

import pytest
from tests.kernel.cases.conftest import (
    MONDAY,
    ORIGIN,
    OTHER_VILLAGE,
    PNG,
    VILLAGE,
    Upload,
    definition,
    user,
)

from balai.kernel.access.rows import rows_open_to
from balai.kernel.cases import actions, queries
from balai.kernel.cases.models import Case, CaseEvent, CaseFile
from balai.kernel.problems import MissingError
from balai.kernel.row_security import name, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def unlinked(office):
    """Two accounts that stand for no resident, and a service for anyone."""
    text = (
        definition()
        .replace("surat-uji", "aduan-uji")
        .replace("personal: true", "personal: false", 1)
    )
    text = text.replace("[self, officer]", "[self, officer, anyone]")
    actions.publish_service(text, by=None, origin=ORIGIN)
    return user("tanpa-nama-uji"), user("orang-uji")


def asked(by, key="own", *, quiet=True, submit=True):
    """A case that an account asks for by itself, with the rows that its requests have."""
    with rows_of():
        name(rows_open_to(by, "35.10"))
        return actions.open_case(
            "aduan-uji", city="banyuwangi", region_code=VILLAGE, person_id=None, by=by,
            answers={"purpose": "lampu padam", "story": "Sudah sepekan"}, origin=ORIGIN, key=key,
            at=MONDAY, quiet=quiet, submit=submit,
        )  # fmt: skip


def test_an_account_without_a_resident_sees_its_case_and_acts(office, unlinked, as_application):
    account, _ = unlinked
    case = asked(account, quiet=False)
    with rows_of(account=account.pk):
        seen = queries.case(case.id, user=account, own=True)
        assert seen.answers["story"] == "Sudah sepekan"
        assert {"withdraw", "note", "attach"} <= seen.acts
        assert [each.id for each in queries.cases_of(None, account)] == [case.id]
        attached = actions.attach_file(case.id, "proof", Upload(PNG), by=account, origin=ORIGIN,
                                       quiet=False)  # fmt: skip
        assert queries.file_content(case.id, attached.files[0].id, origin=ORIGIN, own=True) == PNG
        assert office.act(case, "withdraw", account, quiet=False).status == "withdrawn"


def test_its_draft_is_kept_and_submitted(office, unlinked, as_application):
    account, _ = unlinked
    draft = asked(account, submit=False)
    with rows_of(account=account.pk):
        kept = actions.save_draft(draft.id, answers={"purpose": "saluran"}, by=account,
                                  origin=ORIGIN)  # fmt: skip
        assert kept.answers["purpose"] == "saluran"
        assert office.act(draft, "submit", account).number == "PM-2026-000001"


def test_what_was_returned_to_an_account_is_mended_by_it(office, unlinked, as_application):
    account, _ = unlinked
    case = asked(account)
    with rows_of(VILLAGE):
        office.act(case, "claim")
        office.act(case, "return", reason="Di mana?", asks=["purpose"], quiet=False)
    with rows_of(account=account.pk):
        mended = office.act(case, "resubmit", account, answers={"purpose": "lampu di dusun"})
        assert mended.status == "working"


def test_nobody_else_sees_it(office, unlinked, as_application):
    account, other = unlinked
    case = asked(account)
    for rows in ({"account": other.pk}, {"person": office.person}, {"account": office.resident.pk},
                 {"person": office.neighbour, "account": other.pk}, {}):  # fmt: skip
        with rows_of(**rows):
            assert not Case.objects.exists(), rows
            assert not CaseEvent.objects.exists()
            assert not CaseFile.objects.exists()
            with pytest.raises(MissingError):
                office.act(case, "withdraw", other)
    with rows_of(OTHER_VILLAGE):
        assert not Case.objects.exists()
    with rows_of(VILLAGE):
        assert Case.objects.get().id == case.id
    assert not Case.objects.exists()


def test_a_request_carries_the_account(office, unlinked, client, as_application):
    account, other = unlinked

    def ask(who, path, body=None, key=""):
        client.force_login(who)
        if body is None:
            return client.get(f"/api/v1/cases/{path}")
        return client.post(f"/api/v1/cases/{path}", json.dumps(body),
                           content_type="application/json",
                           headers={"idempotency-key": key})  # fmt: skip

    body = {"service": "aduan-uji", "city": "banyuwangi", "region_code": VILLAGE,
            "answers": {"purpose": "lampu", "story": "Padam"}}  # fmt: skip
    made = ask(account, "cases", body, "one")
    assert made.status_code == 201, made.content
    path = f"cases/{made.json()['id']}"
    assert [each["id"] for each in ask(account, "mine").json()["items"]] == [made.json()["id"]]
    assert ask(account, path).status_code == 200
    assert ask(other, "mine").json()["items"] == []
    assert ask(other, path).status_code == 404
    assert ask(other, f"{path}/acts", {"kind": "withdraw"}, "two").status_code == 404
    ended = ask(account, f"{path}/acts", {"kind": "withdraw"}, "three")
    assert ended.json()["status"] == "withdrawn", ended.content
