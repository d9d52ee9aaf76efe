"""The treasurer's pages: accounts, statements, transfers, trial balance, checkpoints."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from balai.kernel.access.actions.grants import grant_role
from balai.kernel.access.models import AuditEntry
from balai.kernel.access.origin import Origin
from balai.kernel.ledger import actions, queries
from balai.kernel.ledger.postings import Posting

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 1, 0, 30, tzinfo=UTC)


def post(key="k", amount=5000, **more):
    body = {"debit": "jakarta/cash", "credit": "jakarta/levy", "currency": "IDR", "at": AT,
            "reason": "Retribusi pasar", "source": "levy:1"}  # fmt: skip
    return actions.post(Posting(key=key, amount=amount, **{**body, **more})).id


def page(officer, name, *arguments, **query):
    return officer.get(reverse(f"treasury:{name}", args=["jakarta", *arguments]), query)


def text(answer):
    return answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_only_who_may_see_the_books_does(client, jakarta, django_user_model):
    address = reverse("treasury:accounts", args=["jakarta"])
    assert client.get(address).status_code == 302
    client.force_login(django_user_model.objects.create_user("orang"))
    assert client.get(address).status_code == 403


def test_a_treasurer_of_one_city_sees_no_other(officer):
    assert officer.get(reverse("treasury:accounts", args=["makassar"])).status_code == 403
    assert page(officer, "statement", "makassar/cash").status_code == 404


def test_accounts_are_searched_filtered_and_told_as_of_a_day(officer):
    post()
    assert "5,000" in text(page(officer, "accounts"))
    assert "jakarta/levy" not in text(page(officer, "accounts", q="cash"))
    assert "jakarta/cash" not in text(page(officer, "accounts", kind="income"))
    assert "5,000" not in text(page(officer, "accounts", on="2026-08-31"))
    assert "No account fits" in text(page(officer, "accounts", q="100%_"))
    rows = b"".join(page(officer, "accounts", format="csv").streaming_content).decode()
    assert "jakarta/cash,Cash,asset,IDR,5000,0,5000" in rows


def test_a_list_of_accounts_pages(officer):
    for number in range(60):
        actions.open_account(f"jakarta/x/{number:02}", currency="IDR", kind="asset", title="X")
    first = page(officer, "accounts", q="x")
    assert "jakarta/x/49" in text(first)
    assert "jakarta/x/50" not in text(first)
    assert "jakarta/x/59" in text(page(officer, "accounts", q="x", after="jakarta/x/49"))


def test_a_statement_runs_from_opening_to_closing(officer):
    post("before", 100, at=AT - timedelta(days=40))
    for number in range(55):
        post(f"k{number}", number + 1, at=AT + timedelta(minutes=number))
    period = {"start": "2026-09-01", "end": "2026-09-30"}
    first = page(officer, "statement", "jakarta/cash", **period)
    mark = first.context["page"].next
    assert "Opening balance" in text(first)
    assert "Closing balance" not in text(first)
    second = text(page(officer, "statement", "jakarta/cash", after=mark, **period))
    assert "1,640" in second
    rows = b"".join(
        page(officer, "statement", "jakarta/cash", format="csv", **period).streaming_content
    ).decode()
    assert len(rows.splitlines()) == 56
    assert ",1640,levy:1" in rows
    assert page(officer, "statement", "jakarta/cash", after="x").status_code == 404
    odd = page(officer, "statement", "jakarta/cash", start="9999-12-31", end="0001-01-01")
    assert odd.status_code == 200


def test_a_transfer_shows_what_made_it_and_is_taken_back_once_with_a_reason(officer):
    made = post()
    shown = text(page(officer, "transfer", made))
    assert "levy:1" in shown
    assert "in no checkpoint yet" in shown
    address = reverse("treasury:reverse", args=["jakarta", made])
    refused = officer.post(address, {"reason": ""})
    assert "There is something to correct" in text(refused)
    assert queries.balance("jakarta/cash").amount == 5000
    done = officer.post(address, {"reason": "Salah hitung"}, follow=True)
    assert "taken back" in text(done)
    assert queries.balance("jakarta/cash").amount == 0
    assert AuditEntry.objects.filter(action="treasury.reversed").count() == 1
    assert "moved nothing, or was taken back" in text(officer.post(address, {"reason": "Lagi"}))


@pytest.mark.parametrize(("how", "moved"), [("settle", 700), ("void", 0)])
def test_a_pending_transfer_is_ended_once_after_a_reason(officer, how, moved):
    made = actions.reserve(
        Posting(debit="jakarta/cash", credit="jakarta/levy", amount=700, currency="IDR", at=AT,
                key="set-aside", reason="Jaminan")
    ).id  # fmt: skip
    address = reverse(f"treasury:{how}", args=["jakarta", made])
    assert address in text(page(officer, "transfer", made))
    assert "700" in text(officer.get(address))
    assert "There is something to correct" in text(officer.post(address, {"reason": ""}))
    assert queries.balance("jakarta/cash").pending == 700
    done = officer.post(address, {"reason": "Selesai"}, follow=True)
    assert "was ended" in text(done)
    assert (queries.balance("jakarta/cash").amount, queries.balance("jakarta/cash").pending) == (
        moved, 0,
    )  # fmt: skip
    assert (
        AuditEntry.objects.filter(action__in=("treasury.settled", "treasury.voided")).count() == 1
    )
    assert "was ended already" in text(officer.post(address, {"reason": "Lagi"}))
    assert address not in text(page(officer, "transfer", made))


def test_only_who_may_post_ends_a_pending_transfer(client, jakarta, django_user_model):
    made = actions.reserve(
        Posting(debit="jakarta/cash", credit="jakarta/levy", amount=700, currency="IDR", at=AT,
                key="set-aside", reason="Jaminan")
    ).id  # fmt: skip
    auditor = django_user_model.objects.create_user("pemeriksa-uji")
    grant_role(auditor, "treasury.auditor", place="jakarta", origin=Origin(channel="test"))
    client.force_login(auditor)
    address = reverse("treasury:void", args=["jakarta", made])
    assert client.post(address, {"reason": "x"}).status_code == 403
    assert address not in text(page(client, "transfer", made))
    assert queries.balance("jakarta/cash").pending == 700


def test_the_trial_balance_is_even_and_downloads(officer):
    post()
    shown = page(officer, "trial-balance")
    assert shown.context["even"]
    assert text(shown).count("5,000") >= 4
    rows = b"".join(page(officer, "trial-balance", format="csv").streaming_content).decode()
    assert "jakarta/levy,Levy,income,IDR,0,5000" in rows
    assert "Nothing was posted" in text(page(officer, "trial-balance", on="2026-08-01"))


def test_checkpoints_are_listed_and_exported(officer):
    post()
    shown = text(page(officer, "checkpoints"))
    assert "1 transfer waits for the next checkpoint" in shown
    exported = page(officer, "export")
    assert b"balai-ledger-checkpoints/1" in b"".join(exported.streaming_content)
    # Inside the test's own transaction nothing is sealed: it has not ended.
    again = officer.post(reverse("treasury:checkpoints", args=["jakarta"]), follow=True)
    assert "Nothing new" in text(again)


def test_the_pages_speak_indonesian(officer):
    post()
    officer.cookies["language"] = "id"
    for name in ("accounts", "trial-balance", "checkpoints"):
        shown = text(page(officer, name))
        assert "Download" not in shown
        assert "Unduh" in shown
