"""The fares the city's reports work out, and the second on either side of every limit."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from balai.transit.engine.fares import IN, OUT, UNKNOWN, Leg, Mode, Reason, Tariff, quote
from balai.transit.engine.fares.reference import Tap
from transit.engine.fares.shipped import NOON, by_kernel, shipped

HOUR = 3600


def rides(*legs: tuple[Mode, int, int | None, int]) -> list[Tap]:
    """Taps of one card from (mode, tap-in, tap-out or None, metres), seconds after noon."""
    taps = []
    for number, (mode, at, out, metres) in enumerate(legs):
        taps.append(Tap(1, NOON + at, IN, mode, UNKNOWN, 2 * number))
        if out is not None:
            taps.append(Tap(1, NOON + out, OUT, mode, metres, 2 * number + 1))
    return taps


def charges(tariff: Tariff, *legs: tuple[Mode, int, int | None, int]) -> list[int]:
    return by_kernel(rides(*legs), tariff).charge.tolist()


def journeys(tariff: Tariff, *legs: tuple[Mode, int, int | None, int]) -> list[int]:
    return by_kernel(rides(*legs), tariff).journey.tolist()


def test_angkot_bus_angkot_costs_3000_then_2000_then_nothing() -> None:
    legs = (
        (Mode.ANGKOT, 0, 900, 4000),
        (Mode.BUS, 1200, 3000, 9000),
        (Mode.ANGKOT, 3300, 4000, 3000),
    )
    priced = by_kernel(rides(*legs), shipped("ok-otrip-trial"))
    assert priced.charge.tolist() == [3000, 2000, 0]
    assert priced.full_price.tolist() == [3000, 3500, 3000]
    assert priced.leg.tolist() == [1, 2, 3]
    assert priced.opened.tolist() == [NOON] * 3
    assert [Reason(r) for r in priced.reason] == [
        Reason.FULL_PRICE,
        Reason.TOPPED_UP_TO_CAP,
        Reason.CAP_REACHED,
    ]


def test_the_variant_caps_the_same_journey_at_3500() -> None:
    legs = ((Mode.ANGKOT, 0, 900, 0), (Mode.BUS, 1200, 3000, 0), (Mode.ANGKOT, 3300, 4000, 0))
    assert charges(shipped("ok-otrip-trial-3500"), *legs) == [3000, 500, 0]


def test_from_october_angkot_is_free_and_a_further_bus_costs_1500() -> None:
    legs = ((Mode.ANGKOT, 0, 900, 0), (Mode.BUS, 1200, 3000, 0), (Mode.BUS, 3300, 4000, 0))
    assert charges(shipped("ok-otrip-2018-10"), *legs) == [0, 3500, 1500]


@pytest.mark.parametrize("name", ["ok-otrip-trial", "ok-otrip-2018-10"])
@pytest.mark.parametrize(("late", "expected"), [(0, [0, 0]), (1, [0, 1])])
def test_the_window_holds_to_its_last_second(name: str, late: int, expected: list[int]) -> None:
    legs = ((Mode.BRT, 0, 600, 0), (Mode.BUS, 3 * HOUR + late, 4 * HOUR, 0))
    assert journeys(shipped(name), *legs) == expected


def test_a_limit_that_is_not_inclusive_ends_a_second_earlier() -> None:
    tariff = shipped("ok-otrip-trial", limit_inclusive=False)
    assert journeys(tariff, (Mode.BRT, 0, 9, 0), (Mode.BUS, 3 * HOUR, 4 * HOUR, 0)) == [0, 1]
    assert journeys(tariff, (Mode.BRT, 0, 9, 0), (Mode.BUS, 3 * HOUR - 1, 4 * HOUR, 0)) == [0, 0]


def test_the_last_ride_may_end_after_the_window_unless_it_is_measured_to_tap_out() -> None:
    legs = ((Mode.BRT, 0, 600, 0), (Mode.BUS, 2 * HOUR, 4 * HOUR, 0))
    assert charges(shipped("ok-otrip-trial"), *legs) == [3500, 1500]
    to_out = shipped("ok-otrip-trial", window_measured="tap-in-to-tap-out")
    assert charges(to_out, *legs) == [3500, 3500]


def test_a_premium_bus_pays_in_full_and_leaves_the_window_alone() -> None:
    legs = ((Mode.BRT, 0, 600, 0), (Mode.ROYALTRANS, 900, 1200, 0), (Mode.BUS, 1500, 1800, 0))
    priced = by_kernel(rides(*legs), shipped("ok-otrip-trial"))
    assert priced.charge.tolist() == [3500, 20000, 1500]
    assert priced.journey.tolist() == [0, 1, 0]
    assert priced.reason[1] == Reason.OUTSIDE_CAP


@pytest.mark.parametrize(
    ("clock", "price"),
    [("04:59:59", 3500), ("05:00:00", 2000), ("07:00:00", 2000), ("07:00:01", 3500)],
)
def test_brt_costs_less_at_dawn_by_the_citys_clock(clock: str, price: int) -> None:
    local = datetime.fromisoformat(f"2025-09-01T{clock}").replace(tzinfo=ZoneInfo("Asia/Jakarta"))
    at = int(local.timestamp()) - NOON
    assert charges(shipped("transjakarta"), (Mode.BRT, at, at + 60, 0)) == [price]
    assert charges(shipped("transjakarta"), (Mode.BUS, at, at + 60, 0)) == [3500]


def test_transjakarta_charges_each_tap_in_and_its_feed_lets_a_ticket_stay_open() -> None:
    legs = ((Mode.BRT, 0, 60, 0), (Mode.MIKROTRANS, 120, 180, 0), (Mode.BUS, 3 * HOUR, 4 * HOUR, 0))
    assert charges(shipped("transjakarta"), *legs) == [3500, 0, 3500]
    assert charges(shipped("transjakarta-gtfs"), *legs) == [3500, 0, 0]
    late = (*legs[:2], (Mode.BUS, 3 * HOUR + 1, 4 * HOUR, 0))
    assert charges(shipped("transjakarta-gtfs"), *late) == [3500, 0, 3500]


SIX_TWELVE_EIGHT = (
    (Mode.BRT, 0, 1200, 6000),
    (Mode.MRT, 1500, 2700, 12000),
    (Mode.LRT, 3000, 4200, 8000),
)


def test_legs_of_6_12_and_8_km_cost_4000_then_3000_then_2000() -> None:
    assert charges(shipped("jaklingko-integrated"), *SIX_TWELVE_EIGHT) == [4000, 3000, 2000]


def test_the_other_reading_keeps_the_first_legs_own_fare_and_the_same_total() -> None:
    tariff = shipped("jaklingko-integrated", first_legs="own-fare-stands")
    assert charges(tariff, *SIX_TWELVE_EIGHT) == [3500, 3500, 2000]


def test_one_mode_alone_costs_the_operators_own_fare() -> None:
    tariff = shipped("jaklingko-integrated")
    priced = by_kernel(rides((Mode.BRT, 0, 60, 9000), (Mode.BRT, 120, 180, 9000)), tariff)
    assert priced.charge.tolist() == [3500, 3500]
    assert set(priced.reason.tolist()) == {Reason.OWN_FARE}
    assert charges(tariff, (Mode.MRT, 0, 60, 1300)) == [3000]
    assert charges(tariff, (Mode.MRT, 0, 60, 1301)) == [4000]
    assert charges(tariff, (Mode.MRT, 0, 60, 30_000)) == [14_000]


def test_an_integrated_journey_costs_at_most_10000_even_after_a_dear_own_fare() -> None:
    legs = ((Mode.MRT, 0, 1500, 15_700), (Mode.BRT, 1800, 5400, 31_000))
    priced = by_kernel(rides(*legs), shipped("jaklingko-integrated"))
    assert priced.charge.sum() == 10_000
    assert priced.reason[1] == Reason.INTEGRATED_CAP
    stands = shipped("jaklingko-integrated", first_legs="own-fare-stands")
    assert charges(stands, *legs) == [14_000, 0]


@pytest.mark.parametrize(("late", "integrated"), [(0, True), (1, False)])
def test_45_minutes_between_tap_out_and_tap_in_hold_to_the_second(
    late: int, integrated: bool
) -> None:
    at = 600 + 45 * 60 + late
    legs = ((Mode.BRT, 0, 600, 2000), (Mode.LRT, at, at + 600, 2000))
    expected = [3000, 500] if integrated else [3500, 5000]
    assert charges(shipped("jaklingko-integrated"), *legs) == expected


@pytest.mark.parametrize(("late", "integrated"), [(0, True), (1, False)])
def test_past_180_minutes_a_new_package_starts(late: int, integrated: bool) -> None:
    at = 180 * 60 + late
    legs = ((Mode.BRT, 0, at - 600, 2000), (Mode.LRT, at, at + 600, 2000))
    expected = [3000, 500] if integrated else [3500, 5000]
    assert charges(shipped("jaklingko-integrated"), *legs) == expected


def test_the_integrated_total_is_rounded_down_to_the_rupiah_on_exact_metres() -> None:
    legs = ((Mode.BRT, 0, 600, 1003), (Mode.LRT, 900, 1200, 1002))
    # 2,005 m x 250 / km = 501.25
    assert sum(charges(shipped("jaklingko-integrated"), *legs)) == 3001


def test_a_mode_outside_the_package_neither_joins_nor_breaks_it() -> None:
    legs = (
        (Mode.BRT, 0, 600, 6000),
        (Mode.MIKROTRANS, 700, 1300, 2000),
        (Mode.MRT, 1500, 2100, 12000),
    )
    priced = by_kernel(rides(*legs), shipped("jaklingko-integrated"))
    assert priced.charge.tolist() == [4000, 0, 3000]
    assert priced.journey.tolist() == [0, 1, 0]


def test_a_missed_tap_out_costs_the_farthest_trip_and_ends_the_package() -> None:
    tariff = shipped("jaklingko-integrated")
    missed = by_kernel(rides((Mode.MRT, 0, None, 0), (Mode.LRT, 900, 1200, 2000)), tariff)
    assert missed.charge.tolist() == [14_000, 5000]
    assert missed.reason[0] == Reason.MISSED_TAP_OUT
    assert missed.missed_outs.tolist() == [0]
    known = [Tap(1, NOON, IN, Mode.MRT, 2600, 0)]
    assert by_kernel(known, tariff).charge.tolist() == [4000]
    base = shipped("jaklingko-integrated", missed_tap_out="base-price")
    assert by_kernel(known, base).charge.tolist() == [3000]


def test_an_orphan_tap_out_opens_nothing_and_is_reported() -> None:
    taps = [
        Tap(1, NOON, OUT, Mode.BUS, 3000, 0),
        Tap(1, NOON + 3 * HOUR, IN, Mode.BUS, UNKNOWN, 1),
        Tap(1, NOON + 3 * HOUR + 60, IN, Mode.BUS, UNKNOWN, 2),
    ]
    priced = by_kernel(taps, shipped("ok-otrip-trial"))
    assert priced.charge.tolist() == [3500, 1500]
    assert priced.orphan_outs.tolist() == [0]
    opens = by_kernel(taps, shipped("ok-otrip-trial", orphan_tap_out="opens-journey"))
    assert opens.charge.tolist() == [3500, 1500, 3500]
    assert opens.orphan_outs.tolist() == [0]


def test_a_tap_out_of_another_mode_is_a_missed_tap_out_and_a_missed_tap_in() -> None:
    taps = [Tap(1, NOON, IN, Mode.ANGKOT, UNKNOWN, 0), Tap(1, NOON + 60, OUT, Mode.BRT, 900, 1)]
    priced = by_kernel(taps, shipped("ok-otrip-trial"))
    assert (len(priced.missed_outs), len(priced.orphan_outs)) == (1, 1)
    loose = by_kernel(taps, shipped("ok-otrip-trial", tap_out_matches="card"))
    assert (len(loose.missed_outs), len(loose.orphan_outs)) == (0, 0)


@pytest.mark.parametrize(("seconds", "missed"), [(21_600, 0), (21_601, 1)])
def test_a_tap_out_long_after_its_tap_in_closes_nothing(seconds: int, missed: int) -> None:
    priced = by_kernel(rides((Mode.BRT, 0, seconds, 900)), shipped("ok-otrip-trial"))
    assert (len(priced.missed_outs), len(priced.orphan_outs)) == (missed, missed)


def test_in_one_second_leaving_comes_before_entering() -> None:
    taps = rides((Mode.BRT, 0, 600, 900), (Mode.BRT, 600, 1200, 900))
    assert len(by_kernel(taps, shipped("ok-otrip-trial")).missed_outs) == 0
    other = shipped("ok-otrip-trial", same_second="tap-in-first")
    assert len(by_kernel(taps, other).missed_outs) == 1


def test_a_planned_trip_is_quoted_line_by_line_with_what_separate_payment_costs() -> None:
    legs = [
        Leg(mode, NOON + at, NOON + out, metres, route)
        for (mode, at, out, metres), route in zip(SIX_TWELVE_EIGHT, "1ML", strict=True)
    ]
    bill = quote(legs, shipped("jaklingko-integrated"))
    assert [line.charge for line in bill.lines] == [4000, 3000, 2000]
    assert [line.journey_paid for line in bill.lines] == [4000, 7000, 9000]
    assert bill.total == 9000
    assert bill.separately == 3500 + 12_000 + 5000
    assert bill.saved == 11_500


def test_a_quote_refuses_rides_that_overlap() -> None:
    legs = [Leg(Mode.BRT, NOON, NOON + 60, 10, "1"), Leg(Mode.BRT, NOON + 30, NOON + 90, 10, "2")]
    with pytest.raises(ValueError, match="begins before"):
        quote(legs, shipped("transjakarta"))


def test_a_mode_without_a_price_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="tap 0: mrt has no price under ok-otrip-trial"):
        charges(shipped("ok-otrip-trial"), (Mode.MRT, 0, 60, 900))
