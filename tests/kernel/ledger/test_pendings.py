"""Money set aside: settled, voided or expired, once; and accounts that may not fall below zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from balai.kernel.ledger import actions, currencies, queries
from balai.kernel.ledger.postings import Posting
from balai.kernel.problems import ConflictError, ProblemError

pytestmark = pytest.mark.django_db
AT = datetime(2025, 9, 1, 7, 30, tzinfo=UTC)
CASH, LEVY, PURSE = "solo/cash", "solo/levy", "solo/purse"


@pytest.fixture(autouse=True)
def accounts() -> None:
    actions.open_account(CASH, currency="IDR", kind="asset", title="Cash")
    actions.open_account(LEVY, currency="IDR", kind="income", title="Levy")
    actions.open_account(PURSE, currency="IDR", kind="liability", title="Purse",
                         never_negative=True)  # fmt: skip


def posting(key="k", amount=100, debit=CASH, credit=LEVY, **more) -> Posting:
    return Posting(debit=debit, credit=credit, amount=amount, currency="IDR", at=AT, key=key,
                   reason="r", **more)  # fmt: skip


def end(key):
    return {"key": key, "at": AT + timedelta(hours=1), "reason": "end"}


def standing(code=CASH, on=None):
    found = queries.balance(code, on)
    return found.amount, found.pending


def test_what_is_set_aside_moves_nothing_until_it_is_settled():
    made = actions.reserve(posting())
    assert standing() == (0, 100)
    settled = actions.settle(made.id, **end("s"))
    assert standing() == (100, 0)
    assert queries.transfer(settled.id).stage == "settled"
    assert queries.transfer(made.id).stage == "pending"
    assert standing(on=AT) == (0, 100)
    lines = queries.statement(CASH, AT, AT + timedelta(days=1)).lines
    assert [line.transfer for line in lines] == [settled.id]


def test_a_part_is_settled_and_the_rest_given_back():
    made = actions.reserve(posting())
    actions.settle(made.id, amount=30, **end("s"))
    assert standing() == (30, 0)


def test_a_voided_one_is_given_back_whole():
    made = actions.reserve(posting())
    voided = actions.void(made.id, **end("v"))
    assert (standing(), queries.transfer(voided.id).stage) == ((0, 0), "voided")
    assert queries.check().holds


def test_steps_repeat_under_their_keys_and_are_taken_once():
    made = actions.reserve(posting())
    assert actions.reserve(posting()).repeated
    with pytest.raises(ConflictError, match="another body"):
        actions.post(posting())
    actions.settle(made.id, **end("s"))
    assert actions.settle(made.id, **end("s")).repeated
    for call in (lambda: actions.settle(made.id, **end("t")),
                 lambda: actions.void(made.id, **end("v"))):  # fmt: skip
        with pytest.raises(ConflictError):
            call()
    with pytest.raises(ConflictError, match="another body"):
        actions.void(made.id, **end("s"))
    assert standing() == (100, 0)


@pytest.mark.parametrize("amount", [0, -1, 101, 1.5, True])
def test_no_more_is_settled_than_was_set_aside(amount):
    made = actions.reserve(posting())
    if amount is True:
        amount = "1"
    with pytest.raises(ProblemError) as caught:
        actions.settle(made.id, amount=amount, **end("s"))
    assert caught.value.faults[0].field == "amount"


def test_only_a_pending_transfer_is_settled_and_no_pending_one_reversed():
    made, pending = actions.post(posting("a")), actions.reserve(posting("b"))
    with pytest.raises(ProblemError, match="cannot be used"):
        actions.settle(made.id, **end("s"))
    with pytest.raises(ProblemError):
        actions.reverse(pending.id, reason="r", key="r", at=AT)


def test_what_has_expired_counts_no_more_and_cannot_be_settled():
    now = timezone.now()
    past = Posting(debit=CASH, credit=LEVY, amount=100, currency="IDR",
                   at=now - timedelta(hours=2), key="p", reason="r")  # fmt: skip
    made = actions.reserve(past, expires_at=now - timedelta(hours=1))
    assert standing() == (0, 0)
    assert standing(on=now - timedelta(minutes=90)) == (0, 100)
    with pytest.raises(ConflictError, match="does not resolve"):
        actions.settle(made.id, **end("s"))
    assert actions.expire(now) == 1
    assert actions.expire(now) == 0
    assert queries.resolution_of(made.id).stage == "voided"
    assert queries.check().holds


def test_a_pending_one_does_not_expire_before_it_is():
    with pytest.raises(ProblemError, match="cannot be used"):
        actions.reserve(posting(), expires_at=AT)


ROWS = [
    ("0, 50, NULL, NULL, NULL", True), ("10, 50, NULL, NULL, NULL", False),
    ("0, -50, NULL, NULL, NULL", False), ("10, 0, NULL, gen_random_uuid(), NULL", False),
    ("60, -50, NULL, gen_random_uuid(), NULL", False), ("10, 0, now(), NULL, NULL", False),
    ("0, -50, NULL, gen_random_uuid(), NULL", False),
]  # fmt: skip


@pytest.mark.parametrize(("row", "good"), ROWS)
def test_the_database_itself_refuses_what_is_no_stage_of_a_transfer(row, good):
    debit, credit = queries.account(CASH).id, queries.account(LEVY).id
    statement = (
        "INSERT INTO ledger_transfer (debit_id, credit_id, currency, at, idempotency_key, reason,"
        " source, amount, reserved, expires_at, resolves, reverses)"
        f" VALUES ({debit}, {credit}, 'IDR', now(), 'k', 'r', '', {row})"
    )

    def insert():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    if good:
        insert()
    else:
        with pytest.raises(DatabaseError):
            insert()


def test_the_transaction_that_records_cannot_be_made_up():
    debit, credit = queries.account(CASH).id, queries.account(LEVY).id
    statement = (
        "INSERT INTO ledger_transfer (debit_id, credit_id, currency, at, idempotency_key, reason,"
        " source, amount, recorded_in)"
        f" VALUES ({debit}, {credit}, 'IDR', now(), 'k', 'r', '', 5, 7)"
    )
    with (
        pytest.raises(DatabaseError, match="own transaction"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def fill(amount=100):
    actions.post(posting("fill", amount, CASH, PURSE))


def test_an_account_that_may_not_fall_below_zero_does_not():
    fill()
    with pytest.raises(ConflictError) as caught:
        actions.post(posting("k1", 101, PURSE, LEVY))
    assert caught.value.kind == "insufficient-funds"
    with pytest.raises(ConflictError):
        actions.post_many([posting("m1", 60, PURSE, LEVY), posting("m2", 60, PURSE, LEVY)])
    actions.post(posting("k2", 100, PURSE, LEVY))
    assert standing(PURSE) == (0, 0)
    assert queries.check().holds


def test_what_is_set_aside_of_it_cannot_be_spent_until_given_back():
    fill()
    held = actions.reserve(posting("h", 70, PURSE, LEVY))
    assert queries.balance(PURSE).available == 30
    with pytest.raises(ConflictError):
        actions.post(posting("k1", 31, PURSE, LEVY))
    actions.void(held.id, **end("v"))
    actions.post(posting("k1", 31, PURSE, LEVY))
    assert queries.check().holds


def test_what_expired_of_it_can_be_spent_at_once():
    fill()
    now = timezone.now()
    past = Posting(debit=PURSE, credit=LEVY, amount=70, currency="IDR",
                   at=now - timedelta(hours=2), key="h", reason="r")  # fmt: skip
    actions.reserve(past, expires_at=now - timedelta(hours=1))
    actions.post(posting("k1", 100, PURSE, LEVY))
    assert queries.balance(PURSE).amount == 0


def test_the_rule_of_an_account_is_for_good():
    with pytest.raises(ConflictError, match="never negative"):
        actions.open_account(PURSE, currency="IDR", kind="liability", title="Purse")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_account SET never_negative = false")


def test_a_forged_standing_is_named():
    fill()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_standing SET credits = credits + 5")
    assert [found.entry for found in queries.check().breaks] == [PURSE]


@pytest.fixture
def exchange_accounts() -> None:
    for code, currency in (("solo/fx/idr", "IDR"), ("solo/fx/sgd", "SGD"), ("solo/sgd", "SGD")):
        actions.open_account(code, currency=currency, kind="asset", title=code)


def order(**changes):
    body = {
        "payer": CASH, "paid_into": "solo/fx/idr", "paid_out_of": "solo/fx/sgd",
        "receiver": "solo/sgd", "amount": 1_000_000, "rate": Fraction(100, 1_215_050),
        "at": AT, "key": "fx", "reason": "exchange",
    }  # fmt: skip
    return actions.ExchangeOrder(**{**body, **changes})


@pytest.mark.usefixtures("exchange_accounts")
def test_an_exchange_is_two_transfers_under_one_key_at_an_exact_rate():
    made = actions.exchange(order())
    assert made.amount == 8230  # 82.30 dollars: 1,000,000 / 12,150.50 = 82.301...
    assert actions.exchange(order()) == type(made)(made.paid, made.received, 8230, True)
    assert queries.exchange_of(made.received).rate == Fraction(100, 1_215_050)
    assert queries.balance("solo/sgd").amount == 8230
    assert queries.balance(CASH).amount == -1_000_000
    for total in queries.trial_balance().totals:
        assert total.debit == total.credit
    with pytest.raises(ConflictError, match="another body"):
        actions.exchange(order(rate=Fraction(1, 12_151)))
    assert queries.count() == 2
    assert queries.check().holds


@pytest.mark.usefixtures("exchange_accounts")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rate": Fraction(0)}, "rate"), ({"rate": Fraction(-1)}, "rate"),
        ({"receiver": LEVY}, "receiver"), ({"amount": 1}, "amount"),
        ({"paid_into": "solo/fx/sgd"}, "debit"),
    ],
)  # fmt: skip
def test_an_exchange_that_mixes_currencies_or_gives_nothing_is_refused(changes, field):
    with pytest.raises(ProblemError) as caught:
        actions.exchange(order(**changes))
    assert caught.value.faults[0].field == field
    assert queries.count() == 0


def test_minor_units_are_those_of_iso_4217_but_rupiah_are_whole():
    assert [currencies.ISO_DIGITS[c] for c in ("IDR", "SGD", "JPY", "VND", "KWD")] == [
        2,
        2,
        0,
        0,
        3,
    ]
    assert currencies.decimal(1050, "SGD") == "10.50"
    assert currencies.decimal(-5, "KWD") == "-0.005"
    assert currencies.decimal(1050, "IDR") == "1050"
    assert not currencies.is_currency("XXY")
