"""What settlement and the simulator read: a day's legs, a month's taps."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest

from balai.kernel.ledger import queries as ledger
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.settle_journeys import revenue_account
from balai.transit.engine.fares import TapArrays, price_taps
from balai.transit.models import Tap, TapRuling
from balai.transit.queries.journeys import settled_legs
from balai.transit.queries.taps_export import export_month
from balai.transit.queries.tariffs import tariff_on
from transit.conftest import MORNING, NOW

pytestmark = pytest.mark.django_db
DAY = MORNING.date()


def rides(tap):
    rows = []
    for card in ("6032-0001", "6032-0002"):
        rows += [
            tap(card, 9, "in", "mrt", route_id="M"),
            tap(card, 30, "out", "mrt", km=11.0),
            tap(card, 33, "in", "brt", route_id="1"),
            tap(card, 41, "out", "brt", km=2.0),
        ]
    return rows


def test_legs_of_a_day_come_as_arrays_that_sum_to_the_ledger(jakarta, tap):
    receive_taps("jakarta", rides(tap), place="31", now=NOW)
    price_pending("jakarta", as_of=NOW)
    legs = settled_legs("jakarta", DAY)
    assert len(legs) == 4
    assert len(legs.journeys) == 2
    assert legs.journey.tolist() == [0, 0, 1, 1]
    assert legs.leg.tolist() == [1, 2, 1, 2]
    assert legs.route.tolist() == ["M", "1", "M", "1"]
    assert legs.metres.tolist() == [11000, 2000] * 2
    assert legs.charge.sum() == ledger.balance(revenue_account("jakarta")).amount == 11_500
    assert len(settled_legs("jakarta", DAY + timedelta(days=1))) == 0


def test_an_exported_month_prices_as_the_database_did(jakarta, tap, tmp_path):
    receive_taps("jakarta", rides(tap), place="31.74", now=NOW)
    path = tmp_path / "taps.parquet"
    assert export_month("jakarta", DAY, DAY, path) == 8
    table = pq.read_table(path)
    assert set(table["place"].to_pylist()) == {"31.74"}
    columns = ("card", "at", "direction", "mode", "metres", "tap")
    arrays = TapArrays(*(table[name].to_numpy() for name in columns))
    assert len(np.unique(arrays.tap)) == 8
    charges = price_taps(arrays, tariff_on("jaklingko-integrated", DAY))
    assert charges.revenue == 11_500


def test_days_outside_and_taps_set_aside_are_left_out(jakarta, tap, tmp_path):
    receive_taps("jakarta", rides(tap), place="31", now=NOW)
    aside = Tap.objects.first()
    TapRuling.objects.create(tap=aside, city="jakarta", ruling="aside", reason="test", at=NOW)
    before = DAY - timedelta(days=1)
    assert export_month("jakarta", before, before, tmp_path / "none.parquet") == 0
    assert export_month("jakarta", before, DAY, tmp_path / "some.parquet") == 7
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["none.parquet", "some.parquet"]
