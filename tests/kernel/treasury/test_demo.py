"""The demonstration's books: there without any programme, even, and the same each time."""

from __future__ import annotations

import pytest

from balai.kernel.ledger.models import Checkpoint, Transfer
from balai.kernel.ledger.queries import balance, trial_balance
from balai.kernel.regions.actions import install_cities
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.treasury import demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(db) -> list[str]:
    install_cities()
    lines: list[str] = []
    demo.build(lines.append)
    return lines


def test_each_city_has_books_that_are_even(told):
    for slug in demo.CITIES:
        found = trial_balance(slug, None, zone=city_by_slug(slug).zone)
        assert sum(1 for line in found.lines if line.debit or line.credit) >= 3
        assert all(total.debit == total.credit > 0 for total in found.totals)
        bank = balance(f"{slug}/market/bank")
        assert bank.available == bank.amount - 450_000, "what is set aside is not available"
        assert balance(f"{slug}/market/cash").amount == 0, "the evening empties the till"


def test_building_again_changes_nothing(told):
    before = Transfer.objects.count(), Checkpoint.objects.count()
    again: list[str] = []
    demo.build(again.append)
    assert (Transfer.objects.count(), Checkpoint.objects.count()) == before
    assert again == []
