"""Charges are a function of the set of taps: a machine that uploads, prices, releases and refunds
in any order ends where one upload of everything would have ended.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balai.kernel.events.measures import MeasureQuery, read
from balai.kernel.ledger import queries as ledger
from balai.kernel.problems import MissingError
from balai.transit.actions import price_pending as pricing
from balai.transit.actions.adjust import refund_boarding
from balai.transit.actions.check_tap import card_reference
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.settle_journeys import card_account
from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff import PeriodCap
from balai.transit.models import Adjustment, Journey, Leg, OrphanTap
from balai.transit.queries.tariffs import tariff_on

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 20, tzinfo=UTC)
BEGIN = datetime(2026, 11, 26, 23, 0, tzinfo=UTC)
EXAMPLES = count()
CAPS = (
    PeriodCap("day", 9_000, frozenset(Mode)),
    PeriodCap("week", 20_000, frozenset(Mode), week_starts=2),
    PeriodCap("month", 26_000, frozenset(Mode)),
)
TAP = st.tuples(
    st.integers(0, 1), st.integers(0, 11), st.integers(0, 150),
    st.sampled_from(["in", "in", "out"]), st.sampled_from(["brt", "mrt", "mikrotrans"]),
    st.integers(1, 20),
)  # fmt: skip
"""Card, day, tenth minute of the day's morning, direction, mode, kilometres."""


def in_force(monkeypatch, caps):
    """Let the integrated tariff with these caps be the only one."""
    whole = replace(tariff_on("jaklingko-integrated", BEGIN.date()), period_caps=caps)
    monkeypatch.setattr(pricing, "_forms", lambda span: [whole])
    monkeypatch.setattr(pricing, "_tariff_of", lambda *_: ("capped", whole))
    return whole


@pytest.fixture(params=[(), CAPS], ids=["uncapped", "capped"])
def tariff(request, monkeypatch, jakarta):
    """The integrated tariff, as it is or with caps of a day, a week and a month."""
    return in_force(monkeypatch, request.param)


@pytest.fixture
def capped(monkeypatch, jakarta):
    """The integrated tariff with caps of a day, a week and a month."""
    return in_force(monkeypatch, CAPS)


def rows_of(taps, example):
    """Rows of the taps, each with an identity of its own, on cards nobody else rides."""
    return [
        {
            "validator": f"V-{example}-{card}", "sequence": number,
            "card": f"6032-{example}-{card}", "direction": direction, "mode": mode,
            "at": (BEGIN + timedelta(days=day, minutes=10 * tenth)).isoformat(),
            **({"km": km} if direction == "out" else {}),
        }
        for number, (card, day, tenth, direction, mode, km) in enumerate(taps)
    ]  # fmt: skip


def send(rows):
    if rows:
        receive_taps("jakarta", rows, place="31", now=NOW)


def price():
    pricing.price_pending("jakarta", as_of=NOW)


def outcome(example):
    """All that the taps of an example came to, told without identities that arrival decides."""
    prefix = f"V-{example}-"
    journeys = Journey.objects.filter(
        legs__boarding__validator__code__startswith=prefix, void=False
    ).distinct()
    legs = Leg.objects.filter(boarding__validator__code__startswith=prefix)
    orphans = OrphanTap.objects.filter(tap__validator__code__startswith=prefix)
    return {
        "journeys": sorted(
            (j.first_at, j.last_at, j.boardings, j.charge, j.full_price, j.integrated, j.day)
            for j in journeys
        ),
        "legs": sorted(
            (leg.boarding.sequence, leg.alighting.sequence if leg.alighting else -1, leg.number,
             leg.metres, leg.charge, leg.relief, leg.relief_reason, leg.refunded, leg.reason)
            for leg in legs.select_related("boarding", "alighting")
        ),
        "orphans": sorted(orphans.values_list("tap__sequence", flat=True)),
        "balances": [balance(example, card) for card in range(2)],
    }  # fmt: skip


def balance(example, card) -> int:
    reference = card_reference("jakarta", f"6032-{example}-{card}")
    try:
        return ledger.balance(card_account("jakarta", reference)).amount
    except MissingError:
        return 0


def measured() -> int:
    last = BEGIN.date() + timedelta(days=30)
    query = MeasureQuery(city="jakarta", start=BEGIN.date() - timedelta(days=1), end=last)
    return int(read("transit.journeys_paid", query).total)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    taps=st.lists(TAP, min_size=1, max_size=14, unique_by=lambda tap: tap[:3]),
    steps=st.lists(st.tuples(st.integers(0, 13), st.integers(1, 6), st.booleans()), max_size=6),
    order=st.randoms(use_true_random=False),
    refunds=st.booleans(),
)
def test_any_uploads_end_where_one_upload_ends(tariff, taps, steps, order, refunds):
    before = measured()
    one, many = next(EXAMPLES), next(EXAMPLES)
    send(rows_of(taps, one))
    price()
    after_one = measured()
    rows = rows_of(taps, many)
    order.shuffle(rows)
    for start, length, priced in steps:
        send(rows[start : start + length])
        if priced:
            price()
    send(rows)
    price()
    assert measured() - after_one == after_one - before
    if refunds:
        refund_first(one)
        refund_first(many)
    assert outcome(many) == outcome(one)
    told = outcome(many)
    charged = sum(leg[4] for leg in told["legs"])
    assert -sum(told["balances"]) == charged == sum(journey[3] for journey in told["journeys"])


def refund_first(example):
    """Give half of the example's dearest boarding back."""
    legs = Leg.objects.filter(boarding__validator__code__startswith=f"V-{example}-", charge__gt=1)
    leg = legs.order_by("-charge", "boarding__sequence").first()
    if leg:
        refund_boarding(leg.pk, leg.charge // 2, by="1", key=f"r-{example}", reason="x", now=NOW)


def test_a_capped_month_is_read_whole(capped):
    """A late ride at the month's beginning takes the cap's room from a ride at its end."""
    # Mornings of 1 to 7 December at 3,500 each: the week's cap stops the last ones.
    rides = [(0, day, 30, "in", "brt", 1) for day in range(5, 12)]
    example = next(EXAMPLES)
    rows = rows_of(rides, example)
    send(rows[1:])
    price()
    last = Leg.objects.get(boarding__sequence=6).charge
    send(rows[:1])
    price()
    assert Leg.objects.get(boarding__sequence=6).charge <= last
    total = sum(Leg.objects.values_list("charge", flat=True))
    assert total == -balance(example, 0) <= 26_000
    assert Adjustment.objects.exists()
