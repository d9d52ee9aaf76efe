"""A missed tap-out is charged for the farthest leg that the timetable has from there."""

from __future__ import annotations

from datetime import date

import pyarrow.parquet as pq
import pytest

from balai.transit.actions.estimate_clocks import estimate_clocks
from balai.transit.actions.import_feed import import_feed
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.demo.feed import demo_feed
from balai.transit.engine.fares.pricing import price_taps
from balai.transit.engine.fares.taps import UNKNOWN, TapArrays
from balai.transit.models import Leg, Validator
from balai.transit.queries.farthest import FarthestLegs
from balai.transit.queries.taps_export import export_month
from balai.transit.queries.tariffs import tariff_on
from transit.conftest import NOW

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def test_the_farthest_leg_is_along_the_line_and_prices_a_missed_tap_out(jakarta, tap):
    import_feed(demo_feed(), city="jakarta")
    legs = FarthestLegs("jakarta")
    metres = legs.metres("M", "mcipete", DAY)
    assert metres is not None
    assert 5_000 < metres < 16_000
    assert legs.metres("M", "nowhere", DAY) is None
    assert legs.metres("", "", DAY) is None
    receive_taps(
        "jakarta", [tap("6032-0001", 9, "in", "mrt", stop_id="mcipete", route_id="M")],
        place="31", now=NOW,
    )  # fmt: skip
    price_pending("jakarta", as_of=NOW)
    leg = Leg.objects.get()
    assert (leg.metres, leg.reason, leg.alighting_id) == (metres, "missed_tap_out", None)


def test_a_tap_out_that_is_no_end_of_the_ride_leaves_the_farthest_leg(jakarta, tap):
    import_feed(demo_feed(), city="jakarta")
    boarding = tap("6032-0001", 9, "in", "mrt", stop_id="mcipete", route_id="M")
    stray = tap("6032-0001", 9 + 60 * 8, "out", "mrt", stop_id="mcipete", route_id="M", km=1.0)
    receive_taps("jakarta", [boarding, stray], place="31", now=NOW)
    price_pending("jakarta", as_of=NOW)
    leg = Leg.objects.get()
    assert leg.alighting_id is None
    assert leg.metres == FarthestLegs("jakarta").metres("M", "mcipete", DAY)


def test_an_export_tells_how_far_one_who_did_not_tap_out_could_go(jakarta, tap, tmp_path):
    import_feed(demo_feed(), city="jakarta")
    rows = [
        tap("6032-0001", 9, "in", "mrt", stop_id="mcipete", route_id="M"),
        tap("6032-0002", 9, "in", "mrt", stop_id="mcipete", route_id="M"),
        tap("6032-0002", 20, "out", "mrt", km=3.0),
        tap("6032-0003", 9, "in", "brt", stop_id="blokm", route_id="1"),
        tap("6032-0004", 9, "in", "mrt"),
    ]
    receive_taps("jakarta", rows, place="31", now=NOW)
    price_pending("jakarta", as_of=NOW)
    export_month("jakarta", DAY, DAY, tmp_path / "taps.parquet")
    order = [("mode", "ascending"), ("tap", "ascending")]
    table = pq.read_table(tmp_path / "taps.parquet").sort_by(order)
    legs = FarthestLegs("jakarta")
    brt, mrt = legs.metres("1", "blokm", DAY), legs.metres("M", "mcipete", DAY)
    assert table["metres"].to_pylist() == [brt, mrt, UNKNOWN, 3_000, UNKNOWN]
    columns = ("card", "at", "direction", "mode", "metres", "tap")
    arrays = TapArrays(*(table[name].to_numpy() for name in columns))
    charges = price_taps(arrays, tariff_on("jaklingko-integrated", DAY))
    assert charges.revenue == sum(Leg.objects.values_list("charge", flat=True))


def test_clocks_are_estimated_from_uploads(jakarta, tap):
    from datetime import datetime, timedelta

    for upload in range(6):
        begin = NOW - timedelta(hours=6 - upload)
        for validator, ahead in (("V-a", 0), ("V-b", 0), ("V-c", -1500)):
            at = begin + timedelta(seconds=ahead - 10)
            row = tap(f"6032-{upload}", 0, "in", "brt", begin=at, validator=validator)
            receive_taps("jakarta", [row], place="31", now=begin)
    assert estimate_clocks("jakarta", now=NOW) == 3
    found = dict(Validator.objects.values_list("code", "drift_seconds"))
    assert found == {"V-a": 0, "V-b": 0, "V-c": -1500}
    last = Validator.objects.get(code="V-a").last_seen_at
    assert isinstance(last, datetime)
    assert last == NOW - timedelta(hours=1)
