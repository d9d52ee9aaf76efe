"""The demonstration comes out the same each time, and says that it is made up."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

import pytest

from balai.transit.demo import days, riders
from balai.transit.demo.feed import demo_feed
from balai.transit.demo.network import network
from balai.transit.engine.gtfs import read_feed

LAST = date(2026, 11, 21)


def test_the_feed_is_the_same_bytes_and_reads_without_errors():
    assert demo_feed() == demo_feed()
    feed = read_feed(io.BytesIO(demo_feed()))
    assert not [issue for issue in feed.issues if issue.severity == "error"]
    assert feed.counts["routes"] == len(network().lines)


def test_every_line_runs_both_ways_between_stops_in_jakarta():
    for line in network().lines:
        assert len(line.stops) == len(set(line.stops)) >= 3
        assert line.first < line.last
    for stop in network().stops.values():
        assert -6.45 < stop.lat < -6.05
        assert 106.65 < stop.lon < 107.05


def test_riders_are_the_same_each_time_and_their_cards_said_to_be_made_up():
    first = riders.taps(LAST)
    assert first == riders.taps(LAST)
    assert all(tap["card"].startswith("DEMO-") for tap in first)
    identities = {(tap["validator"], tap["sequence"]) for tap in first}
    assert len(identities) == len(first)


@pytest.mark.django_db
def test_a_small_demonstration_builds_once_and_balances(
    monkeypatch, jakarta, tmp_path, settings, clock
):
    from balai.kernel.ledger import queries as ledger
    from balai.transit.actions.settle_journeys import revenue_account
    from balai.transit.demo import build
    from balai.transit.models import Journey, Quarantined, TariffInForce
    from balai.transit.queries import planners

    settings.MEDIA_ROOT = tmp_path / "files"
    TariffInForce.objects.all().delete()
    clock(datetime.combine(LAST + timedelta(days=2), time(12), riders.ZONE))
    few = riders.taps(LAST)[-1200:]
    monkeypatch.setattr(riders, "taps", lambda last: few if last == LAST else [])
    build.build(lambda line: None)
    revenue = ledger.balance(revenue_account("jakarta")).amount
    assert revenue == sum(journey.charge for journey in Journey.objects.all()) > 0
    assert not Journey.objects.filter(generated=False).exists()
    held = Quarantined.objects.values_list("kind", flat=True)
    assert set(held) == set(Quarantined.Kind.values) - {"unknown-card"}
    count, waiting = Journey.objects.count(), len(held)
    clock(datetime.combine(LAST + timedelta(days=40), time(12), riders.ZONE))
    build.build(lambda line: None)
    assert (Journey.objects.count(), Quarantined.objects.count()) == (count, waiting)
    assert ledger.balance(revenue_account("jakarta")).amount == revenue
    planners.forget()


def test_the_last_day_is_the_saturday_that_has_passed():
    week = [LAST + timedelta(days=ahead) for ahead in range(1, 8)]
    assert {days.saturday_before(day) for day in week} == {LAST}
    assert days.saturday_before(LAST) == LAST - timedelta(days=7)
