"""One bank statement read by many at once: each payout is paid once, and comes back once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from balai.kernel import keys
from balai.kernel.ledger import queries as ledger
from balai.transit.actions.settlement.books import payable_account, treasury_account
from balai.transit.actions.settlement.payouts import read_bank_statement
from balai.transit.models import Payout
from transit.actions.paying import ONE, entry, owe_two, released, statement

from .test_ledger import in_thread, together
from .test_taps import filled, open_city, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(db, settings, tmp_path) -> Iterator[None]:
    """Two payouts at the bank, committed for threads to see; swept away after them."""
    settings.KEYS_ROOT = tmp_path
    keys.make_master()
    before: set[str] = set()
    in_thread(lambda: before.update(filled()))
    in_thread(lambda: (open_city(), owe_two(), released()))
    yield
    in_thread(lambda: sweep(before))


def read(content: bytes):
    return together(6, lambda _: read_bank_statement("jakarta", content, by=ONE))


def test_many_who_read_one_statement_book_it_once(sent):
    first, second = Payout.objects.order_by("reference")
    done = read(statement(entry(first), entry(second, 2)))
    assert [each for each in done if isinstance(each, Exception)] == []
    assert sum(len(each.paid) for each in done) == 2
    assert sum(each.repeated for each in done) == 10
    assert [fault for each in done for fault in each.faults] == []
    assert ledger.balance(treasury_account("jakarta")).amount == 1_150_000

    done = read(statement(entry(first, 3, sign=1)))
    assert sum(len(each.returned) for each in done) == 1
    assert ledger.balance(payable_account("jakarta", "kop-a")).amount == 700_000
    assert ledger.balance(payable_account("jakarta", "kop-b")).amount == 0
