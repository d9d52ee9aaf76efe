"""A step that signs: the case goes on with the signed bytes, or stays as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse
from tests.kernel.cases.conftest import DISTRICT, ORIGIN, VILLAGE, Office, user

from balai.kernel.access.models import User
from balai.kernel.cases import actions
from balai.kernel.cases.actions import following
from balai.kernel.cases.models import Case, CaseEvent
from balai.kernel.documents import actions as documents
from balai.kernel.documents import sealing
from balai.kernel.documents.models import Counter, Document, File, Signature, State
from balai.kernel.documents.signers.base import SignerError
from balai.kernel.documents.verifying import verify_pdf
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.row_security import rows_of

pytestmark = pytest.mark.django_db
PASSWORD = "kata-sandi-uji-9"
ANSWERS = {
    "name": "Sri R.", "nik": "3510205505900003", "address": "Dusun Krajan RT 02 RW 01",
    "since": "2015-03-01", "same_as_card": True, "purpose": "other",
    "other_purpose": "mengurus sambungan air",
}  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """A case that waits for the village head's signature, and who signs."""

    office: Office
    head: User
    camat: User
    case: Any

    def sign(self, by: User | None = None, **changes: Any) -> Any:
        given = {"secret": PASSWORD, **changes}
        return self.office.act(self.case, "sign", by or self.head, **given)


@pytest.fixture
def desk(office) -> Desk:
    head, camat = user("kades-uji", "cases.village_head", VILLAGE), office.district
    for code, region, name in (("1.01", VILLAGE, "Desa"), ("1", DISTRICT, "Kecamatan")):
        place = documents.ensure_office(
            "banyuwangi", code, region_code=region, name=name, parent="Kab", address="Jalan",
            place=name, head_title="Kepala",
        )  # fmt: skip
        post, who = ("head", head) if region == VILLAGE else ("camat", camat)
        documents.ensure_signatory(place, post, title=post.title(), name=f"{post} uji", user=who)
    actions.publish_builtin(origin=ORIGIN)
    case = actions.open_case(
        "surat-keterangan-domisili", city="banyuwangi", region_code=VILLAGE, origin=ORIGIN,
        person_id=office.person, answers=ANSWERS, by=office.resident, key="letter", quiet=True,
    )  # fmt: skip
    for kind in ("claim", "check"):
        actions.act(case.id, kind, by=office.officer, origin=ORIGIN, quiet=True)
    office.act(case, "claim", head, at=None)
    return Desk(office, head, camat, case)


def stand(case: Any) -> tuple[Any, ...]:
    row = Case.objects.get(pk=case.id)
    return row.status, row.step, row.sequence, row.holder, row.document_id


def test_the_letter_is_made_signed_by_both_and_ends_the_case(desk, as_application):
    with rows_of("35.10"):
        first = desk.sign(at=None, key="one")
        assert (first.step, first.holder) == ("district_sign", None)
        letter = Document.objects.get(pk=first.document_id)
        assert (letter.state, letter.person_id) == (State.WAITING, desk.office.person)
        desk.office.act(desk.case, "claim", desk.camat, at=None)
        done = desk.sign(desk.camat, at=None)
        assert done.status == "approved"
        letter.refresh_from_db()
        assert letter.state == State.SIGNED
        last = File.objects.filter(document=letter).latest("step")
        verdict = verify_pdf(sealing.open_file(bytes(last.sealed), letter.id))
        assert verdict.valid, verdict
        assert len(verdict.signers) == 2


def test_the_head_signs_on_the_page_with_the_password_and_with_no_other(desk, client):
    client.cookies["language"] = "en"
    client.force_login(desk.head)
    page = reverse("cases:act", args=["banyuwangi", desk.case.id, "sign"])
    form = client.get(page).context["form"]
    given = {"expected": form["expected"].value(), "key": form["key"].value()}
    before = stand(desk.case)
    refused = client.post(page, {**given, "secret": "salah"})
    assert refused.status_code in (400, 409, 422)
    assert "salah" not in refused.content.decode().split("<main", 1)[1]
    assert stand(desk.case) == before
    done = client.post(page, {**given, "secret": PASSWORD})
    assert done.status_code == 302
    assert stand(desk.case)[1] == "district_sign"
    assert File.objects.filter(document=stand(desk.case)[4], step=1).count() == 1


def test_the_letter_says_who_the_register_says_and_what_was_chosen(desk):
    row = Case.objects.get(pk=desk.case.id)
    data = following.document_data(row, "surat-keterangan-domisili", desk.head, ORIGIN)
    assert data == {
        "name": "Sri Rahayu", "nik": "3510205505900003", "birth": "1 Januari 1990",
        "address": "Dusun Krajan RT 02 RW 01", "since": "2015-03-01", "purpose": "Lainnya",
        "other_purpose": "mengurus sambungan air",
    }  # fmt: skip


def test_a_wrong_secret_leaves_the_case_and_the_numbers_as_they_were(desk):
    before = stand(desk.case)
    for secret in ("", "salah", PASSWORD + " "):
        with pytest.raises(SignerError):
            desk.sign(at=None, secret=secret)
    assert stand(desk.case) == before
    assert not Document.objects.exists()
    assert desk.sign(at=None).step == "district_sign"
    assert Counter.objects.get().last == 1


@pytest.mark.parametrize("where", ["issue", "sign", "after"])
def test_what_breaks_between_is_undone_and_done_once_when_asked_again(desk, monkeypatch, where):
    before = stand(desk.case)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        if where == "after":
            patch.setattr("balai.kernel.cases.actions.acting.view_of", broken)
        else:
            patch.setattr(following.documents, where, broken)
        with pytest.raises(RuntimeError):
            desk.sign(at=None, key="one")
    assert stand(desk.case) == before
    assert not Document.objects.exists()
    assert not File.objects.exists()
    first, again = desk.sign(at=None, key="one"), desk.sign(at=None, key="one")
    assert first.sequence == again.sequence == before[2] + 1
    assert [each.no for each in Document.objects.all()] == [1]
    assert Signature.objects.exclude(signed_at=None).count() == 1
    assert CaseEvent.objects.filter(case=desk.case.id, kind="sign").count() == 1


def test_a_step_that_signs_is_not_passed_without_a_signature(desk):
    before = stand(desk.case)
    for kind in ("approve", "check"):
        with pytest.raises(ConflictError):
            desk.office.act(desk.case, kind, desk.head, at=None)
    assert stand(desk.case) == before


def test_who_holds_the_role_and_not_the_post_cannot_sign(desk):
    other = user("kades-lain", "cases.village_head", VILLAGE)
    desk.office.act(desk.case, "release", desk.head, at=None)
    desk.office.act(desk.case, "claim", other, at=None)
    before = stand(desk.case)
    with pytest.raises(ProblemError) as refused:
        desk.sign(other, at=None)
    assert refused.value.status == 403
    assert stand(desk.case) == before
    assert not Document.objects.exists()


def test_no_secret_stays_in_the_case(desk):
    desk.sign(at=None)
    kept = [*CaseEvent.objects.values_list("payload"), *Case.objects.values_list("state")]
    assert PASSWORD not in repr(kept)
