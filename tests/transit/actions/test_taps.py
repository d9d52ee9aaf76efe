"""Taps count once, whatever the order, number and time of their uploads."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balai.kernel.events.measures import MeasureQuery, read, records
from balai.kernel.ledger import queries as ledger
from balai.kernel.problems import ConflictError, ProblemError
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.settle_journeys import revenue_account
from balai.transit.models import Adjustment, Journey, Leg, OrphanTap, Quarantined, Tap
from transit.conftest import MORNING, NOW

pytestmark = pytest.mark.django_db


def send(rows, **more):
    return receive_taps("jakarta", rows, place="31", now=NOW, **more)


def revenue() -> int:
    return ledger.balance(revenue_account("jakarta")).amount


def worked_journey(tap, card="6032-0001"):
    """MRT 11 km and BRT 2 km: 2,500 + 13 x 250 = 5,750."""
    return [
        tap(card, 9, "in", "mrt", stop_id="mcipete", route_id="M"),
        tap(card, 30, "out", "mrt", stop_id="mhi", route_id="M", km=11.0),
        tap(card, 33, "in", "brt", stop_id="hi", route_id="1"),
        tap(card, 41, "out", "brt", stop_id="monas", route_id="1", km=2.0),
    ]


def test_a_journey_over_two_modes_costs_one_integrated_fare(jakarta, tap):
    send(worked_journey(tap))
    done = price_pending("jakarta", as_of=NOW)
    journey = Journey.objects.get()
    assert (journey.charge, journey.boardings, journey.integrated) == (5750, 2, True)
    assert (done.taps, done.journeys, done.revenue) == (4, 1, 5750)
    assert revenue() == 5750 == sum(leg.charge for leg in Leg.objects.all())


def test_pricing_twice_changes_nothing(jakarta, tap):
    send(worked_journey(tap))
    price_pending("jakarta", as_of=NOW)
    again = price_pending("jakarta", as_of=NOW)
    assert (again.taps, again.journeys, again.revenue) == (0, 0, 0)
    assert revenue() == 5750


def test_the_same_taps_again_are_duplicates(jakarta, tap):
    rows = worked_journey(tap)
    assert send(rows).count("accepted") == 4
    second = send([*rows, rows[0]])
    assert second.count("duplicate") == 5
    price_pending("jakarta", as_of=NOW)
    assert Tap.objects.count() == 4
    assert revenue() == 5750


def test_a_key_repeated_gets_the_first_answer(jakarta, tap):
    rows = worked_journey(tap)
    first = send(rows, key="upload-1")
    again = send(rows, key="upload-1")
    assert again.repeated
    assert (again.batch, again.rows) == (first.batch, first.rows)
    with pytest.raises(ConflictError):
        send(rows[:2], key="upload-1")


def test_another_tap_with_the_same_identity_is_set_aside(jakarta, tap):
    rows = worked_journey(tap)
    send(rows)
    answer = send([{**rows[1], "km": 40.0}])
    assert answer.count("rejected") == 1
    kept = Quarantined.objects.get()
    assert (kept.kind, kept.field) == ("conflict", "sequence")
    price_pending("jakarta", as_of=NOW)
    assert revenue() == 5750


def test_bad_rows_are_reported_and_good_ones_kept(jakarta, tap):
    good, bad = worked_journey(tap)[0], worked_journey(tap, "6032-0002")[0]
    answer = send(
        [
            {**bad, "direction": "sideways"},
            good,
            "tap",
            {**bad, "at": "2026-11-23 07:10"},
            {**bad, "at": (NOW + timedelta(hours=1)).isoformat()},
            {**bad, "card": None},
        ]
    )
    assert [row.outcome for row in answer.rows] == ["rejected", "accepted"] + 4 * ["rejected"]
    faults = [(row.fault.row, row.fault.field) for row in answer.rows if row.fault]
    assert faults == [(1, "direction"), (3, ""), (4, "at"), (5, "at"), (6, "card")]
    assert all(row.fault.remedy for row in answer.rows if row.fault)
    assert "6032-0002" not in str(list(Quarantined.objects.values()))


def test_an_empty_batch_is_refused(jakarta):
    with pytest.raises(ProblemError):
        send([])


def test_a_late_tap_adjusts_what_was_settled(jakarta, tap):
    mrt_in, mrt_out, brt_in, brt_out = worked_journey(tap)
    send([mrt_in, brt_in, brt_out])
    price_pending("jakarta", as_of=NOW)
    before = revenue()
    assert before > 5750
    transfers = ledger.balance(revenue_account("jakarta"))
    send([mrt_out])
    done = price_pending("jakarta", as_of=NOW)
    assert done.adjustments == Adjustment.objects.count() > 0
    assert revenue() == 5750 == before + done.revenue
    after = ledger.balance(revenue_account("jakarta"))
    assert after.credits >= transfers.credits, "what was posted stays posted"
    dissolved = Journey.objects.filter(void=True)
    assert all((each.charge, each.boardings) == (0, 0) for each in dissolved)


def test_an_orphan_tap_out_is_reported_and_costs_nothing(jakarta, tap):
    send(worked_journey(tap)[1:2])
    done = price_pending("jakarta", as_of=NOW)
    assert (done.orphans, done.journeys, done.revenue) == (1, 0, 0)
    assert OrphanTap.objects.count() == 1


def test_the_tap_in_that_was_missing_makes_the_orphan_a_ride(jakarta, tap):
    mrt_in, mrt_out, *_ = worked_journey(tap)
    send([mrt_out])
    price_pending("jakarta", as_of=NOW)
    send([mrt_in])
    price_pending("jakarta", as_of=NOW)
    assert OrphanTap.objects.count() == 0
    assert Journey.objects.get().boardings == 1


def test_a_boarding_under_way_waits_for_its_tap_out(jakarta, tap):
    rows = worked_journey(tap)
    send(rows[:1])
    soon = price_pending("jakarta", as_of=MORNING + timedelta(minutes=20))
    assert (soon.waiting, soon.taps, Journey.objects.count()) == (1, 0, 0)
    send(rows[1:])
    price_pending("jakarta", as_of=NOW)
    assert revenue() == 5750
    assert Adjustment.objects.count() == 0


def test_each_day_has_the_tariff_then_in_force(jakarta, tap):
    old = MORNING.replace(year=2018)
    rows = [
        tap("6032-0001", 0, "in", "angkot", begin=old),
        tap("6032-0001", 20, "out", "angkot", begin=old, km=3),
        tap("6032-0001", 25, "in", "bus", begin=old),
        tap("6032-0001", 50, "out", "bus", begin=old, km=9),
        tap("6032-0001", 55, "in", "angkot", begin=old),
        tap("6032-0001", 70, "out", "angkot", begin=old, km=2),
    ]
    send(rows)
    price_pending("jakarta", as_of=NOW)
    assert [leg.charge for leg in Leg.objects.order_by("number")] == [3000, 2000, 0]
    assert Journey.objects.get().tariff == "ok-otrip-trial"


def test_no_tariff_in_force_is_said_and_nothing_written(jakarta, tap):
    send([tap("6032-0001", 0, "in", "brt", begin=MORNING.replace(year=2015))])
    with pytest.raises(ProblemError, match="No tariff is in force"):
        price_pending("jakarta", as_of=NOW)
    assert Journey.objects.count() == 0


def test_a_measure_is_the_number_of_its_records(jakarta, tap):
    send(
        [
            *worked_journey(tap),
            tap("6032-0009", 5, "in", "mikrotrans"),
            tap("6032-0009", 15, "out", "mikrotrans", km=3),
        ]
    )
    price_pending("jakarta", as_of=NOW)
    day = MORNING.date()
    query = MeasureQuery(city="jakarta", start=day, end=day)
    for name, expected in (("transit.journeys_paid", 2), ("transit.journeys_integrated", 1)):
        page = records(name, query, limit=100)
        assert read(name, query).total == expected == page.total == len(page.rows)
        assert "6032" not in str(page.rows)
    hours = {row[1] for row in records("transit.journeys_paid", query).rows}
    assert all((at.minute, at.second) == (0, 0) for at in hours)


def a_week_of_taps(tap):
    """Journeys of three cards, some with taps missing, one with an orphan."""
    rows = []
    for card in ("6032-0001", "6032-0002", "6032-0003"):
        for day in range(2):
            begin = MORNING - timedelta(days=day)
            rows += [
                tap(card, 0, "in", "brt", begin=begin),
                tap(card, 20, "out", "brt", begin=begin, km=6),
                tap(card, 30, "in", "lrt", begin=begin),
                tap(card, 55, "out", "lrt", begin=begin, km=12),
                tap(card, 65, "in", "mrt", begin=begin),
                tap(card, 90, "out", "mrt", begin=begin, km=8),
                tap(card, 200, "in", "mikrotrans", begin=begin),
                tap(card, 560, "out", "brt", begin=begin, km=4),
            ]  # fmt: skip
    return rows


CHECKS = [HealthCheck.function_scoped_fixture]


@settings(max_examples=8, deadline=None, suppress_health_check=CHECKS)
@given(seed=st.integers(0, 10_000), parts=st.integers(1, 5))
def test_order_delay_and_repetition_change_no_charge(jakarta, tap, seed, parts):
    rng = random.Random(seed)
    rows = a_week_of_taps(tap)
    for row in rows:
        row["validator"] = f"{row['validator']}-{seed}-{parts}"
        row["card"] = f"{row['card']}-{seed}-{parts}"
    before = revenue() if Journey.objects.exists() else 0
    uploads = rows + rng.sample(rows, len(rows) // 3)
    rng.shuffle(uploads)
    size = -(-len(uploads) // parts)
    for start in range(0, len(uploads), size):
        send(uploads[start : start + size])
        if rng.random() < 0.7:
            price_pending("jakarta", as_of=NOW)
    price_pending("jakarta", as_of=NOW)
    made = Leg.objects.filter(boarding__validator__code__endswith=f"-{seed}-{parts}")
    charges = sorted((leg.number, leg.charge, leg.reason) for leg in made)
    # Six times: 4,000 + 3,000 + 2,000 integrated, then a free mikrotrans; an orphan out each.
    expected = sorted(
        6 * [(1, 4000, "integrated"), (2, 3000, "integrated"), (3, 2000, "integrated"),
             (1, 0, "missed_tap_out")]
    )  # fmt: skip
    assert [(n, c) for n, c, _ in charges] == [(n, c) for n, c, _ in expected]
    assert revenue() - before == 6 * 9000
    assert sum(journey.charge for journey in Journey.objects.all()) == revenue()
