"""A limit's last second, on both sides: inclusive and not, measured to the tap-in and tap-out."""

from __future__ import annotations

from itertools import product

import pytest

from balai.transit.engine.fares import IN, OUT, UNKNOWN, Mode, Tariff
from balai.transit.engine.fares.reference import Tap
from transit.engine.fares.shipped import NOON, by_kernel, reference_rows, shipped

RIDE = 600
MEASURED = ("tap-in-to-tap-in", "tap-in-to-tap-out")
SIDES = list(product((True, False), MEASURED, (-1, 0, 1)))


def ride(at: int, mode: Mode, number: int, metres: int = 6000) -> list[Tap]:
    """A ride of ten minutes from `at` seconds after noon."""
    return [
        Tap(1, NOON + at, IN, mode, UNKNOWN, 2 * number),
        Tap(1, NOON + at + RIDE, OUT, mode, metres, 2 * number + 1),
    ]


def journeys(taps: list[Tap], tariff: Tariff) -> int:
    """How many journeys the taps are, by the kernel and by the plain rules alike."""
    found = by_kernel(taps, tariff).journeys
    assert found == reference_rows(taps, tariff)[2]
    return found


def within(late: int, inclusive: bool) -> int:
    return 1 if late < 0 or (late == 0 and inclusive) else 2


@pytest.mark.parametrize("name", ["ok-otrip-trial", "ok-otrip-2018-10"])
@pytest.mark.parametrize(("inclusive", "measured", "late"), SIDES)
def test_the_windows_last_second(name: str, inclusive: bool, measured: str, late: int) -> None:
    tariff = shipped(name, limit_inclusive=inclusive, window_measured=measured)
    second = 10_800 + late - (RIDE if measured == MEASURED[1] else 0)
    taps = ride(0, Mode.BUS, 0) + ride(second, Mode.BUS, 1)
    assert journeys(taps, tariff) == within(late, inclusive)
    assert by_kernel(taps, tariff).revenue == (5000 if within(late, inclusive) == 1 else 7000)


@pytest.mark.parametrize(("inclusive", "measured", "late"), SIDES)
def test_the_packages_last_second(inclusive: bool, measured: str, late: int) -> None:
    tariff = shipped("jaklingko-integrated", limit_inclusive=inclusive, window_measured=measured,
                     gap_seconds=20_000)  # fmt: skip
    second = 10_800 + late - (RIDE if measured == MEASURED[1] else 0)
    taps = ride(0, Mode.BRT, 0) + ride(second, Mode.LRT, 1)
    assert journeys(taps, tariff) == within(late, inclusive)


@pytest.mark.parametrize(("inclusive", "late"), list(product((True, False), (-1, 0, 1))))
def test_the_gaps_last_second_runs_from_the_tap_out(inclusive: bool, late: int) -> None:
    tariff = shipped("jaklingko-integrated", limit_inclusive=inclusive)
    taps = ride(0, Mode.BRT, 0) + ride(RIDE + 2700 + late, Mode.LRT, 1)
    assert journeys(taps, tariff) == within(late, inclusive)


@pytest.mark.parametrize(("inclusive", "late"), list(product((True, False), (-1, 0, 1))))
def test_a_tickets_last_second(inclusive: bool, late: int) -> None:
    tariff = shipped("transjakarta", limit_inclusive=inclusive, transfer_seconds=3600,
                     ticket_classes={"bus": "ticket"})  # fmt: skip
    taps = ride(0, Mode.BUS, 0) + ride(3600 + late, Mode.BUS, 1)
    assert journeys(taps, tariff) == within(late, inclusive)
    assert by_kernel(taps, tariff).revenue == 3500 * within(late, inclusive)
