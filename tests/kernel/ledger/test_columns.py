"""Batches as tables of columns: the same as postings, and each fault named by its row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balai.kernel.ledger import actions, queries
from balai.kernel.problems import ConflictError, ProblemError

pytestmark = pytest.mark.django_db
AT = datetime(2025, 9, 1, 7, 30, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1,
               max_size=40)  # fmt: skip


@pytest.fixture(autouse=True)
def accounts() -> None:
    for code, currency in (("a", "IDR"), ("b", "IDR"), ("x", "SGD")):
        actions.open_account(code, currency=currency, kind="asset", title=code)


def batch(count=3, **changes):
    columns = {
        "debit": ["a"] * count, "credit": ["b"] * count, "amount": list(range(1, count + 1)),
        "currency": ["IDR"] * count, "at": [AT + timedelta(seconds=n) for n in range(count)],
        "key": [f"k{n}" for n in range(count)], "reason": ["r"] * count,
    }  # fmt: skip
    return {**columns, **changes}


def test_a_table_posts_what_it_says_once():
    assert actions.post_batch(batch()) == actions.Batch(3, 0)
    assert actions.post_batch(pa.table(batch(4))) == actions.Batch(1, 3)
    kept = queries.transfer_by_key("k1")
    assert (kept.debit, kept.credit, kept.amount, kept.at) == (
        "a",
        "b",
        2,
        AT + timedelta(seconds=1),
    )
    assert actions.post_batch(batch(0)) == actions.Batch(0, 0)
    assert queries.check().holds


def test_accounts_may_be_named_by_their_ids():
    ids = {code: number for code, (number, _) in queries.identities(["a", "b"]).items()}
    named = batch(debit=[ids["a"]] * 3, credit=[ids["b"]] * 3)
    assert actions.post_batch(named) == actions.Batch(3, 0)
    assert actions.post_batch(batch()) == actions.Batch(0, 3)
    with pytest.raises(ProblemError, match="account"):
        actions.post_batch(batch(debit=[10**9] * 3, credit=[ids["b"]] * 3, key=list("xyz")))


def test_a_key_twice_in_a_table_is_one_transfer_if_it_is_one():
    same = batch(2, key=["k", "k"], amount=[5, 5], at=[AT, AT])
    assert actions.post_batch(same) == actions.Batch(1, 1)
    with pytest.raises(ConflictError, match="'k'"):
        actions.post_batch(batch(2, key=["k", "k"]))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"amount": [1, 0, 3]}, (2, "amount")),
        ({"amount": [1, 2, -3]}, (3, "amount")),
        ({"amount": [1, 2, None]}, (3, "amount")),
        ({"amount": [1.0, 2.5, 3.0]}, (None, "amount")),
        ({"currency": ["IDR", "idr", "IDR"]}, (2, "currency")),
        ({"key": ["a", "", "c"]}, (2, "key")),
        ({"key": ["a", "b", "c" * 201]}, (3, "key")),
        ({"reason": ["r", "r\n", "r"]}, (2, "reason")),
        ({"source": ["", "", "s\x00"]}, (3, "source")),
        ({"credit": ["b", "a", "b"]}, (2, "credit")),
        ({"debit": ["a", "nowhere", "a"]}, (2, "debit")),
        ({"credit": ["b", "b", "x"]}, (3, "credit")),
        ({"at": [datetime(2025, 9, 1)] * 3}, (None, "at")),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_a_fault_is_named_by_row_and_field_and_nothing_is_posted(changes, fault):
    with pytest.raises(ProblemError) as caught:
        actions.post_batch(batch(**changes))
    first = caught.value.faults[0]
    assert (first.row, first.field) == fault
    assert queries.count() == 0


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT, st.integers(1, 2**63 - 1)), min_size=1, max_size=8,
                unique_by=lambda row: row[0]))  # fmt: skip
def test_any_text_and_amount_comes_back_unchanged(rows):
    from django.db import transaction

    keys, reasons, sources, amounts = map(list, zip(*rows, strict=True))
    with transaction.atomic():
        actions.post_batch(batch(len(rows), key=keys, reason=reasons, source=sources,
                                 amount=amounts))  # fmt: skip
        for key, reason, source, amount in rows:
            kept = queries.transfer_by_key(key)
            assert (kept.reason, kept.source, kept.amount) == (reason, source, amount)
        transaction.set_rollback(True)
