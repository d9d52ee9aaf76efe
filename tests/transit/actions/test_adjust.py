"""A refund is given once and holds through every later reading of the taps."""

from __future__ import annotations

import pytest

from balai.kernel.ledger import queries as ledger
from balai.kernel.problems import ConflictError, MissingError, ProblemError
from balai.transit.actions.adjust import refund_boarding
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.settle_journeys import revenue_account
from balai.transit.models import Adjustment, Journey, Leg
from transit.conftest import NOW

pytestmark = pytest.mark.django_db


def ride(tap):
    """MRT 11 km, then BRT 2 km: 5,250 and 500."""
    return [
        tap("6032-0001", 9, "in", "mrt"),
        tap("6032-0001", 30, "out", "mrt", km=11.0),
        tap("6032-0001", 33, "in", "brt"),
        tap("6032-0001", 41, "out", "brt", km=2.0),
    ]


def send(rows):
    receive_taps("jakarta", rows, place="31", now=NOW)
    price_pending("jakarta", as_of=NOW)


def revenue() -> int:
    return ledger.balance(revenue_account("jakarta")).amount


def refund(leg, amount, key="dispute-1"):
    return refund_boarding(leg.pk, amount, by="7", key=key, reason="Never rode it", now=NOW)


def test_a_refund_moves_money_back_and_lowers_the_journey(jakarta, tap):
    send(ride(tap))
    leg = Leg.objects.get(number=1)
    made = refund(leg, 2000)
    assert (made.before, made.after, made.amount) == (leg.charge, leg.charge - 2000, 2000)
    assert revenue() == 3750 == Journey.objects.get().charge
    leg.refresh_from_db()
    assert (leg.refunded, leg.revision) == (2000, 2)


def test_the_same_key_refunds_once(jakarta, tap):
    send(ride(tap))
    leg = Leg.objects.get(number=1)
    assert refund(leg, 2000).pk == refund(leg, 2000).pk
    assert revenue() == 3750
    with pytest.raises(ConflictError):
        refund(leg, 1000)


@pytest.mark.parametrize("amount", [0, -5, 5251, True])
def test_no_more_than_was_charged_is_given_back(jakarta, tap, amount):
    send(ride(tap))
    with pytest.raises(ProblemError, match="cannot be made"):
        refund(Leg.objects.get(number=1), amount)
    assert revenue() == 5750


def test_a_tap_that_was_not_charged_has_nothing_to_refund(jakarta):
    with pytest.raises(MissingError):
        refund_boarding(1, 100, by="7", key="k", reason="x")


@pytest.mark.parametrize("late", [False, True])
def test_a_late_tap_before_or_after_the_refund_ends_the_same(jakarta, tap, late):
    mrt_in, mrt_out, brt_in, brt_out = ride(tap)
    send([mrt_in, brt_in, brt_out] if late else [mrt_in, mrt_out, brt_in, brt_out])
    refund(Leg.objects.get(boarding__mode="mrt"), 4000)
    if late:
        send([mrt_out])
    legs = Leg.objects.order_by("number").values_list("charge", "refunded")
    assert list(legs) == [(1250, 4000), (500, 0)]
    assert revenue() == 1750


def test_a_refund_never_makes_a_fare_negative(jakarta, tap):
    mrt_in, mrt_out, brt_in, brt_out = ride(tap)
    send([mrt_in, brt_in, brt_out])
    dear = Leg.objects.get(boarding__mode="mrt")
    refund(dear, dear.charge)
    send([mrt_out])
    dear.refresh_from_db()
    assert (dear.charge, dear.refunded) == (0, 5250)
    assert revenue() == 500 == Journey.objects.get(void=False).charge
    assert Adjustment.objects.filter(kind="refund").count() == 1
