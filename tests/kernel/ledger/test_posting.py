"""Posting: once per key, all or nothing, never edited, whoever asks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from balai.kernel.ledger import actions, queries
from balai.kernel.ledger.postings import NewAccount, Posting
from balai.kernel.problems import ConflictError, MissingError, ProblemError

pytestmark = pytest.mark.django_db
AT = datetime(2025, 9, 1, 7, 30, tzinfo=UTC)
CARDS, REVENUE, DOLLARS = "jakarta/transit/cards", "jakarta/transit/fares", "jakarta/transit/usd"


@pytest.fixture(autouse=True)
def accounts() -> None:
    actions.open_account(CARDS, currency="IDR", kind="liability", title="Stored value of cards")
    actions.open_account(REVENUE, currency="IDR", kind="income", title="Fare revenue")
    actions.open_account(DOLLARS, currency="USD", kind="income", title="Fares in dollars")


def fare(key: str = "tap:1", **changes: object) -> Posting:
    body = {
        "debit": CARDS, "credit": REVENUE, "amount": 3500, "currency": "IDR", "at": AT,
        "key": key, "reason": "fare", "source": "transit.journey:1",
    }  # fmt: skip
    return Posting(**{**body, **changes})  # type: ignore[arg-type]


def test_a_posting_moves_its_amount_from_credit_to_debit():
    actions.post(fare())
    assert queries.balance(REVENUE).amount == 3500
    assert queries.balance(CARDS).amount == -3500
    assert queries.balance(CARDS).debits == 3500


def test_the_same_key_and_body_posts_once():
    first, second = actions.post(fare()), actions.post(fare())
    assert (second.id, first.repeated, second.repeated) == (first.id, False, True)
    assert queries.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 3501}, {"at": AT + timedelta(microseconds=1)}, {"reason": "other"},
        {"source": "x"}, {"debit": REVENUE, "credit": CARDS},
    ],
)  # fmt: skip
def test_the_same_key_with_another_body_is_refused(change):
    actions.post(fare())
    with pytest.raises(ConflictError, match="tap:1"):
        actions.post(fare(**change))
    with pytest.raises(ConflictError, match="tap:1"):
        actions.post_many([fare("tap:0"), fare(**change)])
    assert queries.count() == 1


def test_the_same_moment_in_another_zone_is_the_same_body():
    actions.post(fare())
    assert actions.post(fare(at=AT.astimezone(ZoneInfo("Asia/Jakarta")))).repeated


def test_a_batch_posts_what_is_new_and_leaves_what_was_posted():
    assert actions.post_many([fare("a"), fare("b")]) == actions.Batch(2, 0)
    assert actions.post_many([fare("c"), fare("b"), fare("a"), fare("c")]) == actions.Batch(1, 3)
    assert queries.balance(REVENUE).amount == 3 * 3500


def test_a_batch_with_one_key_for_two_bodies_is_refused_whole():
    with pytest.raises(ConflictError, match="'a'"):
        actions.post_many([fare("a"), fare("b"), fare("a", amount=1)])
    assert queries.count() == 0


def test_an_empty_batch_posts_nothing():
    assert actions.post_many([]) == actions.Batch(0, 0)


def test_text_with_the_separators_of_copy_comes_back_unchanged():
    odd = "back\\slash \\N \\t é 渡"
    actions.post_many([fare("k\\1", reason=odd, source=odd), fare("k2")])
    kept = queries.transfer_by_key("k\\1")
    assert (kept.reason, kept.source) == (odd, odd)


def test_a_batch_names_each_row_whose_account_is_missing_or_in_another_currency():
    with pytest.raises(ProblemError) as caught:
        actions.post_many([fare("a"), fare("b", debit="nowhere"), fare("c", credit=DOLLARS)])
    assert [(f.row, f.field, f.value) for f in caught.value.faults] == [
        (2, "debit", "nowhere"),
        (3, "credit", DOLLARS),
    ]
    assert queries.count() == 0


def test_a_single_posting_names_the_missing_account():
    with pytest.raises(ProblemError) as caught:
        actions.post(fare(credit="nowhere"))
    assert caught.value.lines() == ["credit: there is no such account ('nowhere'). Open it first"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 0}, "amount"), ({"amount": -1}, "amount"), ({"amount": 1.5}, "amount"),
        ({"amount": True}, "amount"), ({"amount": 2**63}, "amount"),
        ({"currency": "idr"}, "currency"),
        ({"at": AT.replace(tzinfo=None)}, "at"), ({"key": ""}, "key"), ({"key": "k" * 201}, "key"),
        ({"reason": ""}, "reason"), ({"source": "a\nb"}, "source"), ({"debit": REVENUE}, "credit"),
        ({"key": "a\x00"}, "key"),
    ],
)  # fmt: skip
def test_a_posting_names_its_wrong_field(change, field):
    with pytest.raises(ProblemError) as caught:
        fare(**change)
    assert [fault.field for fault in caught.value.faults] == [field]


def test_a_reversal_mirrors_its_transfer_once():
    made = actions.post(fare())
    back = actions.reverse(made.id, reason="refund", key="refund:1", at=AT)
    kept = queries.transfer(back.id)
    assert (kept.debit, kept.credit, kept.amount, kept.reverses) == (REVENUE, CARDS, 3500, made.id)
    assert queries.balance(REVENUE).amount == 0
    assert actions.reverse(made.id, reason="refund", key="refund:1", at=AT).repeated
    with pytest.raises(ConflictError, match="reverses"):
        actions.reverse(made.id, reason="refund", key="refund:2", at=AT)
    with pytest.raises(MissingError):
        actions.reverse(type(made.id)(int=1), reason="refund", key="refund:3", at=AT)


def test_a_reversal_that_does_not_mirror_is_refused():
    made = actions.post(fare())
    wrong = fare("r", debit=REVENUE, credit=CARDS, amount=1, reverses=made.id)
    for call in (lambda: actions.post(wrong), lambda: actions.post_many([wrong])):
        with pytest.raises(ProblemError, match="does not mirror"):
            call()
    assert queries.count() == 1


def test_opening_twice_returns_the_account_and_another_currency_is_refused():
    again = actions.open_account(REVENUE, currency="IDR", kind="income", title="Fare revenue")
    assert again == queries.account(REVENUE)
    with pytest.raises(ConflictError, match="IDR income"):
        actions.open_account(REVENUE, currency="USD", kind="income", title="Fare revenue")
    new = [NewAccount(code=f"jakarta/card/{n}", currency="IDR", kind="liability", title="Card")
           for n in range(3)]  # fmt: skip
    assert (actions.open_accounts(new), actions.open_accounts(new)) == (3, 0)


@pytest.mark.parametrize("code", ["", "/a", "a/", "a//b", "a b", "a/é"])
def test_an_account_code_is_a_path(code):
    with pytest.raises(ProblemError) as caught:
        actions.open_account(code, currency="IDR", kind="asset", title="A")
    assert caught.value.faults[0].field == "code"


FORBIDDEN = [
    "UPDATE ledger_transfer SET amount = 1",
    "UPDATE ledger_transfer SET amount = amount WHERE false",
    "DELETE FROM ledger_transfer",
    "TRUNCATE ledger_transfer",
    "DELETE FROM ledger_account",
    "TRUNCATE ledger_account CASCADE",
    "UPDATE ledger_account SET currency = 'USD'",
    "UPDATE ledger_account SET code = code || 'x'",
    "UPDATE ledger_account SET kind = 'equity'",
]
BAD_ROWS = [
    "1, 2, 0, 'IDR'", "1, 2, -5, 'IDR'", "1, 1, 5, 'IDR'", "1, 99999999, 5, 'IDR'",
    "99999999, 2, 5, 'IDR'", "1, 3, 5, 'IDR'", "1, 2, 5, 'USD'",
]  # fmt: skip


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_itself_refuses_to_rewrite(statement):
    actions.post(fare())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert queries.balance(REVENUE).amount == 3500


@pytest.mark.parametrize("row", BAD_ROWS)
def test_the_database_itself_refuses_a_broken_transfer(row):
    ids = [queries.account(code).id for code in (CARDS, REVENUE, DOLLARS)]
    first, second, amount, currency = row.split(", ")
    number = {str(n): str(identifier) for n, identifier in enumerate(ids, 1)}
    values = f"{number.get(first, first)}, {number.get(second, second)}, {amount}, {currency}"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transfer"
            " (debit_id, credit_id, amount, currency, at, idempotency_key, reason, source)"
            f" VALUES ({values}, now(), 'k', 'r', '')"
        )
    assert queries.count() == 0


def test_a_title_may_be_mended():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_account SET title = 'Fares' WHERE code = %s", [REVENUE])
    assert queries.account(REVENUE).title == "Fares"


def test_balances_stand_as_of_a_moment_and_a_day_of_the_city():
    late = datetime(2025, 9, 1, 17, 30, tzinfo=UTC)  # 00:30 of 2 September in Jakarta
    actions.post_many([fare("a"), fare("b", at=late)])
    zone = ZoneInfo("Asia/Jakarta")
    assert queries.balance(REVENUE, AT).amount == 3500
    assert queries.balance(REVENUE, AT - timedelta(seconds=1)).amount == 0
    assert queries.balance(REVENUE, date(2025, 9, 1), zone=zone).amount == 3500
    assert queries.balance(REVENUE, date(2025, 9, 1)).amount == 7000
    assert queries.balance(REVENUE, date(2025, 9, 2), zone=zone).amount == 7000
    with pytest.raises(ProblemError, match="zone"):
        queries.balance(REVENUE, AT.replace(tzinfo=None))


def test_balances_under_a_path_leave_out_its_neighbours():
    actions.open_account("jakarta/transit2/x", currency="IDR", kind="asset", title="Other")
    actions.post(fare())
    found = {b.account: b.amount for b in queries.balances("jakarta/transit")}
    assert found == {CARDS: -3500, REVENUE: 3500, DOLLARS: 0}
    assert sum(b.debits - b.credits for b in queries.balances()) == 0
    assert [a.code for a in queries.accounts("jakarta/transit2/")] == ["jakarta/transit2/x"]


def test_a_statement_pages_through_ties_with_a_running_balance():
    actions.post(fare("before", at=AT - timedelta(days=1), amount=100))
    actions.post_many([fare(f"k{n}", amount=n) for n in range(1, 8)])
    actions.post(fare("back", debit=REVENUE, credit=CARDS, amount=3, at=AT + timedelta(hours=1)))
    actions.post(fare("after", at=AT + timedelta(days=1)))
    period = (AT, AT + timedelta(days=1))
    lines, mark = [], None
    while True:
        page = queries.statement(REVENUE, *period, limit=3, after=mark)
        assert (page.opening, page.closing, page.credits, page.debits) == (100, 125, 28, 3)
        lines += page.lines
        mark = page.next
        if mark is None:
            break
    assert [line.credit - line.debit for line in lines[-1:]] == [-3]
    assert sorted(line.credit for line in lines) == [0, 1, 2, 3, 4, 5, 6, 7]
    standing = 100
    for line in lines:
        standing += line.credit - line.debit
        assert line.balance == standing
    assert standing == 125
    assert {line.counterpart for line in lines} == {CARDS}


def test_a_statement_refuses_a_mark_that_is_not_its_own():
    with pytest.raises(ProblemError) as caught:
        queries.statement(REVENUE, AT, AT, after="x")
    assert caught.value.faults[0].field == "after"


def test_transfers_open_from_the_record_they_come_from():
    actions.post_many([fare("a"), fare("b", source="transit.journey:2"), fare("c", source="")])
    assert [t.key for t in queries.transfers_of("transit.journey:2")] == ["b"]
    assert queries.transfers_of("") == []


SHADOW = """
CREATE TEMPORARY TABLE ledger_account ON COMMIT DROP AS
SELECT 77::bigint AS id, 'IDR'::text AS currency UNION ALL SELECT 78, 'IDR'"""
SHADOWED = """
INSERT INTO public.ledger_transfer
  (debit_id, credit_id, amount, currency, at, idempotency_key, reason, source)
VALUES (77, 78, 5, 'IDR', now(), 'k', 'r', '')"""


def test_the_application_role_posts_and_reads_but_cannot_rewrite():
    from balai.shell import rights

    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE ledger_test_role")
        rights.grant("ledger_test_role")
        cursor.execute("SET ROLE ledger_test_role")
        try:
            actions.open_account("role/a", currency="IDR", kind="asset", title="A")
            actions.post(fare())
            actions.post_many([fare("x"), fare("y")])
            assert actions.post_many([fare("x"), fare("z")]) == actions.Batch(1, 1)
            assert queries.balance(REVENUE).amount == 4 * 3500
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute("DELETE FROM ledger_transfer")
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER ALL")
            # A temporary table of the accounts' name must not stand in for them.
            cursor.execute(SHADOW)
            with pytest.raises(DatabaseError, match="none"), transaction.atomic():
                cursor.execute(SHADOWED)
        finally:
            cursor.execute("RESET ROLE")
