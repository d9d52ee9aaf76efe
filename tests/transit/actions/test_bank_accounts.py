"""An operator's bank account is one officer's entry and another's approval, with its history."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from balai.kernel.access.actions import grant_role
from balai.kernel.access.origin import Origin
from balai.kernel.problems import ConflictError, ProblemError
from balai.transit.actions.settlement.bank_accounts import (
    approve_account,
    enter_account,
    number_of,
    refuse_account,
)
from balai.transit.actions.settlement.operators import add_operator
from balai.transit.models import BankAccount
from balai.transit.queries.settlement.accounts import (
    account_in_use,
    account_waiting,
    accounts_of,
    why_unpaid,
)

pytestmark = pytest.mark.django_db
ONE, OTHER = (Origin(actor=name, channel="cli") for name in ("one", "other"))
GIVEN = {"bank": "BDINIDJA", "account": "123-456 7890", "holder": "Koperasi A"}
PAGE = "/jakarta/transit/officer/operators/kop-a/account/"
API = "/api/v1/transit/jakarta/operators/kop-a/accounts"


@pytest.fixture
def operator(jakarta, settings, tmp_path):
    from balai.kernel import keys

    settings.KEYS_ROOT = tmp_path
    keys.make_master()
    return add_operator("jakarta", "kop-a", name="Koperasi A", kind="cooperative",
                        joined_on=date(2018, 1, 15), by=ONE)  # fmt: skip


def signed_in(client, role: str):
    user = get_user_model().objects.create_user(f"u-{role}", password="a long password 3")
    grant_role(user, f"transit.{role}", origin=ONE, place="jakarta")
    client.force_login(user)
    return client


def test_an_account_is_in_use_only_after_another_officer_typed_it_anew(operator):
    assert why_unpaid(operator) == "has no bank account"
    made = enter_account(operator, by=ONE, **GIVEN)
    assert account_in_use(operator) is None
    assert "waits" in why_unpaid(operator)
    with pytest.raises(ConflictError, match="cannot approve it"):
        approve_account(made, number="1234567890", by=ONE)
    with pytest.raises(ProblemError):
        approve_account(made, number="1234567891", by=OTHER)
    approve_account(made, number="1234 5678 90", by=OTHER)
    assert account_in_use(operator) == made
    assert (number_of(made), made.number_end, why_unpaid(operator)) == ("1234567890", "7890", "")
    assert b"1234567890" not in bytes(made.number)


def test_a_change_keeps_the_one_in_use_until_it_is_approved_and_all_as_history(operator):
    first = enter_account(operator, by=ONE, **GIVEN)
    approve_account(first, number="1234567890", by=OTHER)
    wrong = enter_account(operator, by=ONE, **GIVEN | {"account": "111122223333"})
    right = enter_account(operator, by=ONE, **GIVEN | {"account": "444455556666"})
    assert account_in_use(operator) == first
    assert account_waiting(operator) == right
    with pytest.raises(ConflictError):
        approve_account(wrong, number="111122223333", by=OTHER)
    approve_account(right, number="444455556666", by=OTHER)
    assert account_in_use(operator) == right
    states = list(accounts_of(operator).values_list("number_end", "state"))
    assert states == [("6666", "approved"), ("3333", "replaced"), ("7890", "replaced")]


def test_the_same_account_entered_again_changes_nothing(operator):
    made = enter_account(operator, by=ONE, **GIVEN)
    assert enter_account(operator, by=OTHER, **GIVEN) == made
    approve_account(made, number="1234567890", by=OTHER)
    assert enter_account(operator, by=ONE, **GIVEN) == made
    assert BankAccount.objects.count() == 1


def test_a_refused_account_is_not_paid_to_and_says_why(operator):
    made = enter_account(operator, by=ONE, **GIVEN)
    with pytest.raises(ProblemError):
        refuse_account(made, reason=" ", by=OTHER)
    refused = refuse_account(made, reason="Not the cooperative's name", by=OTHER)
    assert (refused.state, refused.reason) == ("refused", "Not the cooperative's name")
    assert why_unpaid(operator) == "has no approved bank account"


@pytest.mark.parametrize("bad", [{"bank": "no"}, {"account": "12"}, {"holder": "  "}])
def test_a_bad_field_is_named(operator, bad):
    with pytest.raises(ProblemError) as refused:
        enter_account(operator, by=ONE, **GIVEN | bad)
    assert [fault.field for fault in refused.value.faults] == list(bad)


def test_the_database_itself_holds_the_four_eyes(operator):
    made = enter_account(operator, by=ONE, **GIVEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        BankAccount.objects.filter(pk=made.pk).update(state="approved", decided_by="one")
    with pytest.raises(IntegrityError), transaction.atomic():
        BankAccount.objects.filter(pk=made.pk).update(state="approved")


def test_the_page_lets_one_enter_and_another_approve(operator, client):
    officer = signed_in(client, "settlement-officer")
    entered = {"act": "enter", "enter-bank": "BDINIDJA", "enter-account": "1234567890",
               "enter-holder": "Koperasi A"}  # fmt: skip
    answer = officer.post(PAGE, entered | {"enter-bank": "?"})
    assert answer.status_code == 422
    assert "BIC" in answer.content.decode()
    assert officer.post(PAGE, entered).status_code == 302
    assert officer.post(PAGE, {"act": "approve", "approve-account": "1"}).status_code == 403
    approver = signed_in(client, "settlement-approver")
    assert approver.post(PAGE, entered).status_code == 403
    wrong = approver.post(PAGE, {"act": "approve", "approve-account": "999"})
    assert wrong.status_code == 422
    done = approver.post(PAGE, {"act": "approve", "approve-account": "1234567890"}, follow=True)
    assert "…7890" in done.content.decode()
    assert "1234567890" not in done.content.decode()
    assert account_in_use(operator).decided_by == "u-settlement-approver"
    assert approver.post(PAGE, {"act": "refuse", "refuse-reason": "x"}).status_code == 422


def test_the_api_enters_and_decides_once_each(operator, client):
    officer = signed_in(client, "settlement-officer")
    body = {"bank": "BDINIDJA", "account": "1234567890", "holder": "Koperasi A"}
    key = {"idempotency-key": "a"}
    send = {"content_type": "application/json"}
    made = officer.post(API, body, headers=key, **send)
    assert (made.status_code, made.json()["state"]) == (201, "waiting")
    decision = f"{API}/{made.json()['id']}/decision"
    said = {"approve": True, "account": "1234567890"}
    assert officer.post(decision, said, headers=key, **send).status_code == 403
    approver = signed_in(client, "settlement-approver")
    done = approver.post(decision, said, headers=key, **send)
    assert done.json()["state"] == "approved"
    assert approver.post(decision, said, headers={"idempotency-key": "b"}, **send).status_code == (
        409
    )
    [row] = approver.get(API).json()
    assert (row["number_end"], row["decided_by"]) == ("7890", "u-settlement-approver")
