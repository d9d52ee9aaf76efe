"""Laws of the ledger: whatever is posted, in whatever batches, equals a plain sum in Python."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balai.kernel.ledger import actions, queries
from balai.kernel.ledger.postings import Posting

AT = datetime(2025, 9, 1, 7, 30, tzinfo=UTC)
KINDS = {"a": "asset", "b": "liability", "c": "income"}
POSTINGS = st.lists(
    st.builds(
        lambda pair, amount, hours, key: Posting(
            debit=pair[0], credit=pair[1], amount=amount, currency="IDR",
            at=AT + timedelta(hours=hours), key=key, reason="r",
        ),
        st.permutations(list(KINDS)), st.integers(1, 10**12), st.integers(0, 5),
        st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1),
    ),
    max_size=12,
    unique_by=lambda posting: posting.key,
)  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(POSTINGS, st.integers(0, 12), st.randoms(use_true_random=False))
def test_batches_repeats_and_order_leave_the_balances_of_a_plain_sum(postings, cut, random):
    with transaction.atomic():
        for code, kind in KINDS.items():
            actions.open_account(code, currency="IDR", kind=kind, title=code)
        actions.post_many(postings[:cut])
        again = random.sample(postings, len(postings))
        actions.post_many(again)
        for posting in again[:3]:
            assert actions.post(posting).repeated
        for hours in range(6):
            moment = AT + timedelta(hours=hours)
            expected = Counter(dict.fromkeys(KINDS, 0))
            for posting in postings:
                if posting.at <= moment:
                    expected[posting.debit] += posting.amount
                    expected[posting.credit] -= posting.amount
            found = {b.account: b.debits - b.credits for b in queries.balances(on=moment)}
            assert found == expected
        assert queries.check().holds
        transaction.set_rollback(True)
