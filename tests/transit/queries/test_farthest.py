"""A missed tap-out is charged for the farthest leg that the timetable has from there."""

from __future__ import annotations

from datetime import date

import pytest

from balai.transit.actions.estimate_clocks import estimate_clocks
from balai.transit.actions.import_feed import import_feed
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.demo.feed import demo_feed
from balai.transit.models import Leg, Validator
from balai.transit.queries.farthest import FarthestLegs
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
