"""Taps that cannot be believed wait, and once released cost what they would have cost at first."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balai.kernel.access.models import AuditEntry
from balai.kernel.access.origin import Origin
from balai.kernel.ledger import queries as ledger
from balai.kernel.problems import ProblemError
from balai.transit.actions.judge_quarantine import Correction, reject, release, undo
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.settle_journeys import revenue_account
from balai.transit.models import FeedVersion, Leg, Quarantined, Stop, Tap, Validator
from balai.transit.queries import known_stops
from transit.conftest import NOW

pytestmark = pytest.mark.django_db
PLACES = {"south": (-6.2920, 106.7944), "centre": (-6.1930, 106.8230), "monas": (-6.1754, 106.8272),
          "bekasi": (-6.2360, 106.9990)}  # fmt: skip


@pytest.fixture
def stops(jakarta):
    """A feed in use that knows four stops and two routes."""
    from balai.transit.models import Route

    feed = FeedVersion.objects.create(
        city="jakarta", sha256="0" * 64, archive_bytes=1, status="current"
    )
    Stop.objects.bulk_create(
        Stop(
            feed=feed,
            stop_id=name,
            stop_name=name,
            stop_lat=lat,
            stop_lon=lon,
            location_type=0,
            wheelchair_boarding=0,
        )
        for name, (lat, lon) in PLACES.items()
    )
    Route.objects.bulk_create(Route(feed=feed, route_id=name, route_type=1) for name in ("M", "1"))
    yield feed
    known_stops._known.cache_clear()


def ride(tap, card="6032-0001", **more):
    """MRT 11 km, then BRT 2 km: 5,750 in all."""
    return [
        tap(card, 9, "in", "mrt", stop_id="south", route_id="M", **more),
        tap(card, 30, "out", "mrt", stop_id="centre", route_id="M", km=11.0, **more),
        tap(card, 33, "in", "brt", stop_id="centre", route_id="1", **more),
        tap(card, 41, "out", "brt", stop_id="monas", route_id="1", km=2.0, **more),
    ]


def send(rows, **more):
    return receive_taps("jakarta", rows, place="31", now=more.pop("now", NOW), **more)


def price():
    return price_pending("jakarta", as_of=NOW)


def revenue() -> int:
    return ledger.balance(revenue_account("jakarta")).amount


def officer() -> Origin:
    return Origin(actor="transit", channel="test")


def judge(verb, entries, reason="Looked at it", **more):
    return verb(
        "jakarta", [each.pk for each in entries], origin=officer(), reason=reason, now=NOW, **more
    )


def test_an_unknown_stop_waits_and_is_released_with_the_right_one(stops, tap):
    rows = ride(tap)
    wrong = {**rows[1], "stop_id": "nowhere"}
    answer = send([rows[0], wrong, *rows[2:]])
    assert [row.reason for row in answer.others] == ["unknown-stop"]
    price()
    entry = Quarantined.objects.get()
    assert (entry.kind, entry.state, entry.value) == ("unknown-stop", "open", "nowhere")
    done = judge(release, [entry], correction=Correction(stop_id="centre"))
    assert done.done == 1
    price()
    assert revenue() == 5750
    assert Tap.objects.get(pk=Quarantined.objects.get().tap_id).stop_id == "centre"
    assert AuditEntry.objects.filter(action="transit.taps-released").count() == 1


def test_what_waits_or_was_released_is_a_duplicate_when_it_comes_again(stops, tap):
    wrong = {**ride(tap)[1], "stop_id": "nowhere"}
    send([wrong])
    assert send([wrong]).count("duplicate") == 1
    assert Quarantined.objects.count() == 1
    judge(release, Quarantined.objects.all(), correction=Correction(stop_id="centre"))
    assert send([wrong]).count("duplicate") == 1
    assert Quarantined.objects.count() == Tap.objects.count() == 1


def test_what_was_rejected_stays_rejected(stops, tap):
    wrong = {**ride(tap)[1], "stop_id": "nowhere"}
    send([wrong])
    judge(reject, Quarantined.objects.all())
    Stop.objects.create(
        feed=stops,
        stop_id="nowhere",
        stop_lat=-6.2,
        stop_lon=106.8,
        location_type=0,
        wheelchair_boarding=0,
    )
    known_stops._known.cache_clear()
    assert send([wrong]).count("rejected") == 1
    assert Tap.objects.count() == 0


def test_a_tap_of_a_fast_clock_is_released_at_the_right_time(stops, tap):
    ahead = timedelta(days=40)
    from transit.conftest import MORNING

    rows = ride(tap, begin=MORNING + ahead)
    assert send(rows).count("rejected") == 4
    entries = list(Quarantined.objects.all())
    assert {entry.kind for entry in entries} == {"clock-ahead"}
    refused = judge(release, entries)
    assert (refused.done, len(refused.faults)) == (0, 4)
    done = judge(release, entries, correction=Correction(seconds_ahead=int(ahead.total_seconds())))
    assert done.done == 4
    price()
    assert revenue() == 5750


def test_a_validator_whose_clock_is_off_is_believed_no_more(stops, tap):
    rows = ride(tap)
    send(rows[:2])
    Validator.objects.filter(code="V-mrt").update(
        drift_seconds=-1800, drift_spread=10, drift_uploads=50
    )
    more = ride(tap, "6032-0002")
    answer = send(more)
    assert [row.reason for row in answer.others] == ["clock-drift", "clock-drift"]
    assert Quarantined.objects.first().evidence == {"drift_seconds": -1800}


def test_a_card_is_not_in_two_places_at_once(stops, tap):
    rows = ride(tap)
    far = tap("6032-0001", 42, "in", "brt", stop_id="bekasi", route_id="1", validator="V-far")
    send([*rows, far])
    price()
    entry = Quarantined.objects.get()
    assert (entry.kind, entry.tap.stop_id) == ("impossible-travel", "bekasi")
    assert entry.evidence["seconds"] == 60
    assert entry.evidence["metres"] > 15_000
    assert revenue() == 5750
    judge(release, [entry])
    price()
    assert revenue() > 5750
    judge(undo, [entry])
    judge(reject, [entry])
    price()
    assert revenue() == 5750
    assert not Leg.objects.filter(boarding=entry.tap).exists()


def test_taps_that_come_between_explain_a_journey(stops, tap):
    start = tap("6032-0001", 0, "in", "mrt", stop_id="bekasi", route_id="M")
    wrong = tap("6032-0001", 1, "out", "mrt", stop_id="south", route_id="M", km=3.0)
    late = tap("6032-0001", 40, "out", "mrt", stop_id="south", route_id="M", km=25.0)
    send([start, wrong, late])
    price()
    assert [entry.state for entry in Quarantined.objects.all()] == ["open"]
    assert Leg.objects.get().metres == 25_000


def test_only_what_is_open_and_held_can_be_judged(stops, tap):
    send([{**ride(tap)[0], "mode": "boat"}])
    refused = judge(release, Quarantined.objects.all())
    assert (refused.done, len(refused.faults)) == (0, 1)
    with pytest.raises(ProblemError):
        judge(release, Quarantined.objects.all(), reason=" ")


EXAMPLES = count()
CHECKS = [HealthCheck.function_scoped_fixture]


@settings(max_examples=10, deadline=None, suppress_health_check=CHECKS)
@given(seed=st.integers(0, 10_000), wrong=st.sets(st.integers(0, 11)), before=st.booleans())
def test_charges_after_release_are_those_of_taps_that_came_good(stops, tap, seed, wrong, before):
    """Whatever rows are held, in whatever order released, before or after the others' pricing."""
    rng = random.Random(seed)
    example = next(EXAMPLES)
    rows = [row for card in range(3) for row in ride(tap, f"6032-{example}-{card}")]
    start = revenue() if Leg.objects.exists() else 0
    sent = [
        {**row, "stop_id": f"{row['stop_id']}?"} if number in wrong else row
        for number, row in enumerate(rows)
    ]
    rng.shuffle(sent)
    send(sent)
    if before:
        price()
    entries = list(Quarantined.objects.filter(state="open"))
    rng.shuffle(entries)
    for entry in entries:
        judge(release, [entry], correction=Correction(stop_id=entry.value.rstrip("?")))
        if rng.random() < 0.4:
            price()
    price()
    assert revenue() - start == 3 * 5750
    assert {leg.charge + leg.refunded for leg in Leg.objects.all()} <= {5250, 500}
