"""The ledger against a plain model of it: whatever is done in whatever order, both agree."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from balai.kernel.ledger import actions, queries
from balai.kernel.ledger.postings import Posting
from balai.kernel.problems import ConflictError

AT = datetime(2025, 9, 1, tzinfo=UTC)
KINDS = {"m/cash": "asset", "m/cost": "expense", "m/debt": "liability", "m/purse": "liability"}
LIMITED = "m/purse"
PAIRS = st.permutations(list(KINDS)).map(lambda codes: (codes[0], codes[1]))
AMOUNTS = st.integers(1, 50)


class Books(RuleBasedStateMachine):
    """`posted` and `held` are what the model says each account was moved by, and has set aside."""

    posted = Bundle("posted")
    pending = Bundle("pending")

    def __init__(self):
        super().__init__()
        self.scope = transaction.atomic()
        self.scope.__enter__()
        self.moves: dict[str, int] = defaultdict(int)
        self.held: dict[object, tuple[str, str, int]] = {}
        self.number = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.scope.__exit__(None, None, None)

    @initialize()
    def open(self):
        for code, kind in KINDS.items():
            actions.open_account(code, currency="IDR", kind=kind, title=code,
                                 never_negative=code == LIMITED)  # fmt: skip

    def key(self) -> str:
        self.number += 1
        return f"key:{self.number}"

    def at(self) -> datetime:
        return AT + timedelta(seconds=self.number)

    def room(self) -> int:
        """What may still be taken from the account that is never negative."""
        held = sum(amount for debit, _, amount in self.held.values() if debit == LIMITED)
        return -self.moves[LIMITED] - held

    def posting(self, pair, amount) -> Posting:
        return Posting(debit=pair[0], credit=pair[1], amount=amount, currency="IDR", key=self.key(),
                       at=self.at(), reason="r")  # fmt: skip

    def move(self, debit, credit, amount):
        self.moves[debit] += amount
        self.moves[credit] -= amount

    @rule(target=posted, pair=PAIRS, amount=AMOUNTS, many=st.booleans())
    def post(self, pair, amount, many):
        posting = self.posting(pair, amount)
        call = (lambda: actions.post_many([posting])) if many else (lambda: actions.post(posting))
        if pair[0] == LIMITED and amount > self.room():
            with pytest.raises(ConflictError):
                call()
            return multiple()
        call()
        self.move(*pair, amount)
        assert actions.post(posting).repeated
        return (queries.transfer_by_key(posting.key).id, pair, amount)

    @rule(target=pending, pair=PAIRS, amount=AMOUNTS)
    def reserve(self, pair, amount):
        posting = self.posting(pair, amount)
        if pair[0] == LIMITED and amount > self.room():
            with pytest.raises(ConflictError):
                actions.reserve(posting)
            return multiple()
        made = actions.reserve(posting).id
        self.held[made] = (*pair, amount)
        return made

    @rule(made=consumes(pending), share=st.integers(1, 100))
    def settle(self, made, share):
        debit, credit, amount = self.held.pop(made)
        part = max(1, amount * share // 100)
        actions.settle(made, amount=part, key=self.key(), at=self.at(), reason="r")
        self.move(debit, credit, part)
        with pytest.raises(ConflictError):
            actions.void(made, key=self.key(), at=self.at(), reason="r")

    @rule(made=consumes(pending))
    def void(self, made):
        self.held.pop(made)
        actions.void(made, key=self.key(), at=self.at(), reason="r")
        with pytest.raises(ConflictError):
            actions.settle(made, key=self.key(), at=self.at(), reason="r")

    @rule(made=consumes(posted))
    def reverse(self, made):
        identifier, (debit, credit), amount = made
        call = {"reason": "r", "key": self.key(), "at": self.at()}
        if credit == LIMITED and amount > self.room():
            with pytest.raises(ConflictError):
                actions.reverse(identifier, **call)
            return
        actions.reverse(identifier, **call)
        self.move(credit, debit, amount)
        assert actions.reverse(identifier, **call).repeated

    @invariant()
    def both_agree(self):
        expected = {code: (self.moves[code], self.reserved(code)) for code in KINDS}
        found = {b.account: (b.debits - b.credits, b.reserved_debits - b.reserved_credits)
                 for b in queries.balances("m")}  # fmt: skip
        assert found in ({}, expected)
        assert sum(net for net, _ in found.values()) == 0

    @invariant()
    def it_holds(self):
        if self.number % 5 == 0:
            assert queries.check().holds

    def reserved(self, code):
        return sum(amount for debit, _, amount in self.held.values() if debit == code) - sum(
            amount for _, credit, amount in self.held.values() if credit == code
        )


@pytest.mark.django_db
def test_the_ledger_agrees_with_a_plain_model():
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
