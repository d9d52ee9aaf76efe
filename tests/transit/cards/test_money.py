"""Loads reach a card once; replacing and loading keep money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balai.kernel.ledger import queries as ledger
from balai.kernel.payments.actions import announce_payment
from balai.kernel.payments.events import bill_changed
from balai.kernel.payments.payable import Announcement
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.row_security import rows_of
from balai.transit.actions.cards import passes
from balai.transit.actions.cards.life import issue_card
from balai.transit.actions.cards.loading import load_with_cash, request_load
from balai.transit.actions.cards.passes import buy_pass
from balai.transit.actions.cards.replacing import carry_late_balances, replace_card
from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff import Product
from balai.transit.models import CardAccount, CardLoad
from balai.transit.queries.cards import balance_of, line_of, standing
from balai.transit.queries.holdings import holdings_of
from balai.transit.queries.tariffs import tariff_on
from transit.conftest import NOW

from .conftest import DESK, NUMBER

pytestmark = pytest.mark.django_db


def balance(account) -> int:
    return balance_of("jakarta", account.card.reference)


def ask(card, person, amount=50_000, key="load-1"):
    with rows_of("31"):
        return request_load(card, amount, person=person, region_code="31.71.01", key=key, by=DESK,
                            now=NOW)  # fmt: skip


def pay(bank, asked, reference="QR-1"):
    with rows_of("31"):
        announce_payment(bank, Announcement(
            reference=reference, account=asked.account, amount=asked.amount, currency="IDR",
            paid_at=NOW, method="qris"))  # fmt: skip


def test_a_paid_code_loads_the_card_exactly_once(own, person, bank):
    load, asked = ask(own, person)
    assert balance(own) == 0
    assert asked.qris.startswith("000201")
    pay(bank, asked)
    pay(bank, asked)
    assert balance(own) == 50_000
    assert CardLoad.objects.get(pk=load.pk).moves == 1
    assert ledger.balance("jakarta/transit/loads-due").amount == 0


def test_the_same_key_asks_for_one_payment(own, person, bank):
    first, again = ask(own, person), ask(own, person)
    assert first == again
    with pytest.raises(ConflictError):
        ask(own, person, amount=60_000)


def test_a_payment_that_is_taken_back_leaves_the_card_blocked_and_in_debt(own, person, bank, ride):
    load, asked = ask(own, person)
    pay(bank, asked)
    ride()
    told = {"bill": load.bill, "programme": "transit", "amount": 50_000, "payment": None}
    for _ in range(2):
        bill_changed.send(sender=None, paid=0, city="jakarta", reference="", **told)
    assert balance(own) == -5750
    own.refresh_from_db()
    assert (own.state, own.block) == ("blocked", "reversed-load")
    assert not standing("jakarta", own.card.reference, NOW.date()).may_board


def test_a_part_of_a_bill_loads_nothing(own, person, bank):
    load, _ = ask(own, person)
    bill_changed.send(sender=None, bill=load.bill, programme="transit", paid=20_000,
                      amount=50_000, payment=None, city="jakarta", reference="")  # fmt: skip
    assert balance(own) == 0


@pytest.mark.parametrize("amount", [0, -5000, 9_999, 2_000_001])
def test_an_amount_outside_the_citys_limits_is_refused(card, amount):
    with pytest.raises(ProblemError, match="It takes from 10000 to 2000000 rupiah"):
        load_with_cash(card, amount, key="cash", by=DESK, now=NOW)


def test_a_card_holds_no_more_than_the_most(card):
    load_with_cash(card, 1_990_000, key="a", by=DESK, now=NOW)
    with pytest.raises(ProblemError):
        load_with_cash(card, 10_001, key="b", by=DESK, now=NOW)
    load_with_cash(card, 10_000, key="c", by=DESK, now=NOW)
    assert balance(card) == 2_000_000


def test_a_load_paid_after_the_card_was_replaced_reaches_the_new_one(own, person, bank):
    _, asked = ask(own, person)
    with rows_of("31"):
        new = replace_card(own.pk, "6032981100000999", by=DESK, now=NOW)
    pay(bank, asked)
    assert (balance(own), balance(new)) == (0, 50_000)


def test_a_late_tap_on_a_replaced_card_is_carried_over(own, ride):
    load_with_cash(own, 50_000, key="cash", by=DESK, now=NOW)
    with rows_of("31"):
        new = replace_card(own.pk, "6032981100000999", by=DESK, now=NOW)
    ride()
    assert balance(own) == -5750
    assert carry_late_balances("jakarta", NOW) == 1
    assert carry_late_balances("jakarta", NOW) == 0
    assert (balance(own), balance(new)) == (0, 44_250)
    assert line_of(new) == [new.pk, own.pk]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture],
          deadline=None)  # fmt: skip
@given(st.lists(st.one_of(st.integers(10_000, 300_000), st.none()), min_size=1, max_size=6))
def test_loading_and_replacing_keep_money(jakarta, steps):
    """None replaces the card; a number loads it."""
    with rows_of("31"):
        card = issue_card("jakarta", f"T{uuid4().hex[:20]}", "Flazz", by=DESK, now=NOW)
        first, put_in = card, 0
        for serial, step in enumerate(steps):
            now = NOW + timedelta(minutes=serial)
            if step is None:
                card = replace_card(card.pk, f"T{uuid4().hex[:20]}", by=DESK, now=now)
            else:
                put_in += step
                load_with_cash(card, step, key=uuid4().hex, by=DESK, now=now)
            whole = CardAccount.objects.filter(pk__in=line_of(card)).select_related("card")
            assert sum(map(balance, whole)) == put_in == balance(card)
    assert first.pk in line_of(card)


@pytest.fixture
def pass_of_a_month(monkeypatch):
    """The tariff in force also sells a pass for the BRT."""
    month = Product("month", {"id": "Bulanan", "en": "Monthly"}, 40_000, 30, frozenset({Mode.BRT}))
    monkeypatch.setattr(passes, "passes_on", lambda city, on: (month,))


def test_a_pass_is_paid_from_the_card_once_and_holds_its_days(own, pass_of_a_month):
    day = NOW.astimezone(ZoneInfo("Asia/Jakarta")).date()
    with pytest.raises(ProblemError):
        buy_pass(own.pk, "month", day, key="p", by=DESK, now=NOW)
    load_with_cash(own, 50_000, key="cash", by=DESK, now=NOW)
    first, again = (buy_pass(own.pk, "month", day, key="p", by=DESK, now=NOW) for _ in range(2))
    assert first == again
    assert balance(own) == 10_000
    assert first.end - first.start == timedelta(days=30, seconds=-1)
    with pytest.raises(ProblemError):
        buy_pass(own.pk, "year", day, key="q", by=DESK, now=NOW)


def test_pricing_reads_what_a_card_holds(own, pass_of_a_month):
    load_with_cash(own, 50_000, key="cash", by=DESK, now=NOW)
    day = NOW.astimezone(ZoneInfo("Asia/Jakarta")).date()
    made = buy_pass(own.pk, "month", day, key="p", by=DESK, now=NOW)
    sold = Product("month", {"id": "Bulanan", "en": "Monthly"}, 40_000, 30, frozenset({Mode.BRT}))
    tariff = replace(tariff_on("ok-otrip-trial", date(2018, 2, 1)), products=(sold,))
    held = holdings_of([own.pk], tariff, NOW, NOW)
    assert (held.card.tolist(), held.kind.tolist()) == ([own.pk], [0])
    assert held.end.tolist() == [int(made.end.timestamp())]
    late = NOW + timedelta(days=31)
    assert len(holdings_of([own.pk], tariff, late, late)) == 0
    without = replace(tariff, products=())
    assert len(holdings_of([own.pk], without, NOW, NOW)) == 0


def test_nobody_replaces_a_card_twice(own):
    with rows_of("31"):
        replace_card(own.pk, "6032981100000999", by=DESK, now=NOW)
        with pytest.raises(ConflictError):
            replace_card(own.pk, "6032981100000888", by=DESK, now=NOW)


def test_the_number_itself_is_kept_nowhere(own):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM transit_cardaccount AS t"
                       " UNION ALL SELECT row_to_json(t)::text FROM transit_card AS t")  # fmt: skip
        assert not any(NUMBER in row[0] for row in cursor.fetchall())
