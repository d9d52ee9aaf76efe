"""Pages and API: each answers for who may see it, in both languages, with and without filters."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from balai.kernel.access.actions import ensure_demo_users
from balai.kernel.access.models import User
from balai.kernel.payments import demo
from balai.kernel.payments.models import Bank, Bill, Difference, Payment, Request, Statement
from balai.kernel.regions.actions import install_cities

BASE = "/makassar/payments"


@pytest.fixture
def built(db):
    install_cities()
    demo.build(lambda line: None)
    ensure_demo_users()
    return Bank.objects.get()


@pytest.fixture
def officer(built) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="kasir"))
    return client


def pages() -> list[str]:
    return [
        f"{BASE}/officer/", f"{BASE}/officer/?text=RET&state=settled&method=qris&start=2026-11-18",
        f"{BASE}/officer/?start=x&page=99&text=%00", f"{BASE}/officer/days/",
        f"{BASE}/officer/differences/?state=all&kind=over&day=2026-11-19",
        f"{BASE}/officer/notices/?outcome=repeated&text=2026", f"{BASE}/officer/numbers/",
        f"{BASE}/officer/books/bank-contoh/suspense/partial/", f"{BASE}/",
        *[f"{BASE}/officer/payments/{each.pk}/" for each in Payment.objects.all()],
        *[f"{BASE}/officer/differences/{each.pk}/" for each in Difference.objects.all()],
        *[f"{BASE}/officer/days/{each.pk}/" for each in Statement.objects.all()],
        *[f"{BASE}/bills/{each.pk}/" for each in Bill.objects.all()],
        *[f"{BASE}/requests/{each.pk}/" for each in Request.objects.all()],
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_answers_without_inline_style_or_script(officer, language):
    officer.cookies["language"] = language
    for page in pages():
        answer = officer.get(page)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert "style=" not in text, page
        assert "onclick" not in text, page
    assert ("Rekonsiliasi" in text or "Bayar" in text) == (language == "id")


def test_lists_come_as_csv(officer):
    for page in ("officer/", "officer/differences/", "officer/notices/",
                 f"officer/days/{Statement.objects.first().pk}/"):  # fmt: skip
        answer = officer.get(f"{BASE}/{page}?format=csv")
        assert answer["Content-Type"].startswith("text/csv")
        assert b"".join(answer.streaming_content).count(b"\r\n") > 1


def test_strangers_and_others_do_not_see_the_officers_pages(built):
    ensure_demo_users()
    stranger, transit = Client(), Client()
    transit.force_login(User.objects.get(username="transit"))
    for page in ("officer/", "officer/days/", "officer/differences/", "officer/numbers/"):
        assert stranger.get(f"{BASE}/{page}").status_code == 302
        assert transit.get(f"{BASE}/{page}").status_code == 403


def test_the_demonstration_is_the_same_again_and_balances(built):
    counts = [model.objects.count() for model in (Bill, Payment, Difference, Statement)]
    demo.build(lambda line: None)
    assert counts == [model.objects.count() for model in (Bill, Payment, Difference, Statement)]
    assert not [line for line in demo._books(built) if line.residual]
    assert all(bill.generated for bill in Bill.objects.all())


def test_a_visitor_pays_and_the_simulated_bank_closes_its_day(officer, settings):
    settings.DEMONSTRATION = True
    visitor = Client()
    bill = Bill.objects.filter(state="open", programme="levy").order_by("reference").last()
    assert visitor.post(f"{BASE}/bills/{bill.pk}/", {"method": "nonsense"}).status_code == 422
    page = visitor.post(f"{BASE}/bills/{bill.pk}/", {"method": "qris"})["Location"]
    text = visitor.get(page).content.decode()
    assert "<svg" in text
    assert "hx-trigger" in text
    assert visitor.get(f"{page}qris.svg")["Content-Type"] == "image/svg+xml"
    assert visitor.post(f"{page}pretend/", {"amount": "x", "fault": "none"}).status_code == 422
    visitor.post(f"{page}pretend/", {"amount": bill.amount, "fault": "none"})
    bill.refresh_from_db()
    assert bill.state == "paid"
    part = visitor.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "hx-trigger" not in part
    closed = officer.post(f"{BASE}/officer/days/close/", {"bank": "bank-contoh"})["Location"]
    assert officer.get(closed).status_code == 200
    assert Payment.objects.filter(bill=bill).get().state == "settled"


def test_nothing_can_be_pretended_outside_a_demonstration(built, settings):
    settings.DEMONSTRATION = False
    asked = Request.objects.first()
    told = {"amount": 1, "fault": "none"}
    assert Client().post(f"{BASE}/requests/{asked.pk}/pretend/", told).status_code == 404


def test_an_officer_acts_and_undoes(officer):
    held = Difference.objects.get(kind="over")
    page = f"{BASE}/officer/differences/{held.pk}/"
    assert officer.post(f"{page}match/", {"reference": "nothing"}).status_code == 422
    assert officer.post(f"{page}keep/", {"note": ""}).status_code == 422
    bill = Bill.objects.filter(state="open").first()
    officer.post(f"{page}match/", {"reference": bill.reference})
    held.refresh_from_db()
    assert held.remaining == 0 or held.remaining < held.amount
    act = held.acts.get()
    officer.post(f"{BASE}/officer/acts/{act.pk}/undo/")
    held.refresh_from_db()
    assert held.remaining == held.amount


def test_a_faulty_statement_is_refused_on_the_page(officer, tmp_path):
    file = tmp_path / "s.xml"
    file.write_text("<!DOCTYPE x><x/>")
    with file.open("rb") as content:
        answer = officer.post(f"{BASE}/officer/days/",
                              {"bank": Bank.objects.get().pk, "file": content})  # fmt: skip
    assert answer.status_code == 422
    assert "camt.053" in answer.content.decode()


class TestApi:
    def ask(self, client: Client, key: str = "k1", **changes):
        bill = {
            "programme": "levy",
            "reference": "API-1",
            "amount": 5000,
            "purpose": {"id": "Uji", "en": "Test"},
            "receivable": demo.RECEIVABLE,
            **changes,
        }
        return client.post(
            "/api/v1/payments/makassar/requests",
            {"bill": bill, "method": "qris"},
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    def test_a_request_is_made_once_for_its_key(self, officer):
        first, again = self.ask(officer), self.ask(officer)
        assert first.status_code == again.status_code == 200, first.content
        assert first.json() == again.json()
        assert self.ask(officer, amount=6000).status_code == 409
        found = officer.get(f"/api/v1/payments/makassar/requests/{first.json()['id']}")
        assert found.json()["state"] == "waiting"

    @pytest.mark.parametrize(
        "changes",
        [{"receivable": "jakarta/other"}, {"region_code": "35.10"}, {"amount": 0},
         {"expires_at": "2030-01-01T00:00:00"}, {"reference": "é"}, {"purpose": {"id": "x"}}],
    )  # fmt: skip
    def test_a_bad_bill_is_a_problem(self, officer, changes):
        answer = self.ask(officer, **changes)
        assert answer.status_code == 422
        assert answer["Content-Type"].startswith("application/problem+json")

    def test_what_officers_read(self, officer):
        base = "/api/v1/payments/makassar"
        payments = officer.get(f"{base}/payments?state=settled").json()
        assert payments["count"] > 5
        one = payments["payments"][-1]["id"]
        assert officer.get(f"{base}/payments/{one}").status_code == 200
        assert officer.get(f"{base}/payments/{one}/receipt").json()["amount"] > 0
        assert officer.get(f"{base}/payments/{uuid4()}").status_code == 404
        assert officer.get(f"{base}/differences").json()
        places = officer.get(f"{base}/banks/bank-contoh/books").json()
        assert {place["residual"] for place in places} == {0}
        bad = officer.post(
            f"{base}/banks/bank-contoh/statements",
            b"<x/>",
            content_type="application/xml",
            headers={"Idempotency-Key": "s"},
        )
        assert bad.status_code == 422

    def test_strangers_are_turned_away(self, built):
        for path in ("payments", "differences", "banks/bank-contoh/books"):
            assert Client().get(f"/api/v1/payments/makassar/{path}").status_code == 401
