"""The pages of settlement open to who may see them, and act by four eyes."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

from balai.kernel.access.actions import grant_role
from balai.kernel.access.origin import Origin
from balai.transit.actions.settlement.operators import (
    add_operator,
    link_account,
    record_inspection,
)
from balai.transit.models import Operator, OperatorLog

pytestmark = pytest.mark.django_db
BY = Origin(actor="test", channel="cli")
LISTS = ("settlement", "operators", "operator-logs", "objections", "payments")


@pytest.fixture
def sign_in(jakarta, client):
    def act(role: str):
        user = get_user_model().objects.create_user(f"u-{role}", password="a long password 3")
        grant_role(user, f"transit.{role}", origin=BY, place="jakarta")
        client.force_login(user)
        return client

    return act


@pytest.mark.parametrize("role", ["settlement-officer", "settlement-approver"])
def test_every_list_opens_empty_in_both_languages(sign_in, role):
    client = sign_in(role)
    for language in ("id", "en"):
        for page in LISTS:
            answer = client.get(
                f"/jakarta/transit/officer/{page}/", headers={"accept-language": language}
            )
            assert answer.status_code == 200, page


def test_others_are_kept_out(sign_in):
    client = sign_in("validator")
    assert {client.get(f"/jakarta/transit/officer/{page}/").status_code for page in LISTS} == {403}


def test_an_operator_is_added_and_its_faults_named_at_the_field(sign_in):
    client = sign_in("settlement-officer")
    good = {"name": "Koperasi A", "code": "kop-a", "kind": "cooperative",
            "joined_on": "2018-01-15"}  # fmt: skip
    assert client.post("/jakarta/transit/officer/operators/", good).status_code == 302
    assert Operator.objects.get().name == "Koperasi A"
    page = "/jakarta/transit/officer/operators/kop-a/"
    assert client.get(page).status_code == 200
    bad = {"act": "vehicle", "vehicle-code": "v", "vehicle-start": "never"}
    answer = client.post(page, bad)
    assert answer.status_code == 422
    assert "vehicle-start" in answer.content.decode()
    contract = {"act": "contract", "contract-number": "K/1", "contract-model": "gross",
                "contract-start": "2018-01-15", "contract-rate_per_km": "3459.36",
                "contract-article": "Annex 1"}  # fmt: skip
    assert client.post(page, contract).status_code == 302
    assert "3.459,36" in client.get(page).content.decode()


def test_the_list_tells_who_has_an_approved_account_and_who_waits(sign_in, settings, tmp_path):
    from datetime import date

    from balai.kernel import keys
    from balai.transit.actions.settlement.bank_accounts import approve_account, enter_account

    settings.KEYS_ROOT = tmp_path
    keys.make_master()
    client, page = sign_in("settlement-officer"), "/jakarta/transit/officer/operators/"
    for code in ("a", "b", "c"):
        own = add_operator("jakarta", code, name=f"Koperasi {code}", kind="cooperative",
                           joined_on=date(2018, 1, 15), by=BY)  # fmt: skip
        if code != "c":
            made = enter_account(own, bank="BDINIDJA", account="12345678", holder="K", by=BY)
        if code == "a":
            approve_account(made, number="12345678", by=Origin(actor="other", channel="cli"))
    shown = {
        account: [code for code in "abc" if f"Koperasi {code}" in text]
        for account in ("", "waiting", "none")
        if (text := client.get(page, {"account": account}).content.decode())
    }
    assert shown == {"": ["a", "b", "c"], "waiting": ["b"], "none": ["b", "c"]}
    csv = b"".join(client.get(page, {"format": "csv"})).decode()
    assert "BDINIDJA …5678" in csv


def test_figures_of_a_rate_are_written_with_the_readers_marks():
    from django.utils import translation

    from balai.transit.templatetags.settlement import figures

    with translation.override("id"):
        assert figures("3459.36") == "3.459,36"
        assert figures("33 x 0.05 %") == "33 × 0,05%"
        assert figures("3459.36 x 0.8") == "3.459,36 × 0,8"
    with translation.override("en"):
        assert figures("1 x Rp100000") == "1 × Rp100,000"


def test_an_inspection_is_taken_back_with_its_reason_and_once(sign_in):
    from datetime import date

    client = sign_in("settlement-officer")
    own = add_operator("jakarta", "kop-a", name="Koperasi A", kind="cooperative",
                       joined_on=date(2018, 1, 15), by=BY)  # fmt: skip
    seen = record_inspection(own, "smoking", day=date(2026, 11, 20), by=BY, kinds=("smoking",))
    desk = "/jakarta/transit/officer/operators/kop-a/"
    page = f"{desk}inspections/{seen.pk}/"
    assert page in client.get(desk).content.decode()
    assert client.post(page, {"reason": "  "}).status_code == 422
    answer = client.post(page, {"reason": "Another company's driver"}, follow=True)
    assert "Another company&#x27;s driver" in answer.content.decode()
    assert answer.content.decode().count('<p class="note ok">') == 1, "said once"
    seen.refresh_from_db()
    assert seen.void
    assert client.get(page).status_code == 404
    assert page not in answer.content.decode()
    assert sign_in("settlement-approver").get(page).status_code == 403


def test_an_approver_changes_no_operator(sign_in):
    client = sign_in("settlement-approver")
    assert client.post("/jakarta/transit/officer/operators/", {"name": "x"}).status_code == 403


def test_a_log_is_taken_in_with_its_faults_listed(sign_in):
    client = sign_in("settlement-officer")
    text = b"vehicle,at,lat,lon\nv,2026-11-20T07:00:00,-6.2,106.8\nv,never,-6.2,106.8\n"
    answer = client.post("/jakarta/transit/officer/operator-logs/",
                         {"file": SimpleUploadedFile("a.csv", text)}, follow=True)  # fmt: skip
    assert "never" in answer.content.decode()
    assert OperatorLog.objects.get().rows == 1


def test_an_operator_sees_its_own_page_and_no_desk(sign_in):
    client = sign_in("operator")
    from datetime import date

    assert client.get("/jakarta/transit/operator/").status_code == 404
    own = add_operator("jakarta", "kop-a", name="Koperasi A", kind="cooperative",
                       joined_on=date(2018, 1, 15), by=BY)  # fmt: skip
    link_account(own, "u-operator")
    assert "Koperasi A" in client.get("/jakarta/transit/operator/").content.decode()
    assert client.get("/jakarta/transit/officer/settlement/").status_code == 403


def test_a_day_without_operators_is_not_settled(sign_in):
    client = sign_in("settlement-officer")
    answer = client.post("/jakarta/transit/officer/settlement/", {"day": "2026-11-20"})
    assert answer.status_code == 422
