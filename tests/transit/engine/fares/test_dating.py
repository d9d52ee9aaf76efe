"""Taps priced where the law changes among them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.transit.engine.fares import Holdings, Mode, TapArrays, Tariff, price_taps
from balai.transit.engine.fares.dating import DatedTariff, price_dated, quiet_seconds
from balai.transit.engine.fares.tariff import tariff_from_parameters

DAY = 86_400
CHANGE = 10 * DAY


def tariff(price: int, **more: object) -> Tariff:
    return tariff_from_parameters(
        "bus",
        {
            "rule": "per-boarding", "zone": "UTC", "mode_price": {"brt": price, "angkot": 2},
            "transfer_seconds": 3_600, "limit_inclusive": True, "missed_tap_out": "base-price",
            "orphan_tap_out": "reported", "tap_out_matches": "card",
            "longest_ride_seconds": 7_200, "same_second": "tap-out-first", **more,
        },
    )  # fmt: skip


def free(*codes: str) -> dict[str, object]:
    """Concessions under which a bus costs nothing."""
    return {
        "concessions": [
            {"code": code, "title_id": code, "title_en": code, "modes": ["brt"], "price": 0}
            for code in codes
        ]
    }


CHEAP, DEAR = tariff(1_000), tariff(3_000)
LAW = DatedTariff("bus", ((0, CHEAP), (CHANGE, DEAR)))


def ride(*trips: tuple[int, int]) -> TapArrays:
    """A tap in and, ten minutes later, a tap out for each (card, second)."""
    card = np.repeat(np.array([card for card, _ in trips], np.int64), 2)
    at = np.array([at + part for _, at in trips for part in (0, 600)], np.int64)
    n = len(at)
    return TapArrays(card, at, np.tile([1, 0], n // 2), np.full(n, int(Mode.BRT)),
                     np.full(n, -1), np.arange(n))  # fmt: skip


def test_each_ride_pays_by_the_law_of_its_day() -> None:
    charges = price_dated(ride((0, CHANGE - DAY), (0, CHANGE), (1, CHANGE + DAY)), LAW)
    assert charges.charge.tolist() == [1_000, 3_000, 3_000]
    assert charges.journeys == 3


def test_a_journey_under_way_ends_as_it_began() -> None:
    taps = ride((0, CHANGE - 1_200), (0, CHANGE + 60))
    charges = price_dated(taps, LAW)
    assert charges.charge.tolist() == price_taps(taps, CHEAP).charge.tolist()
    assert charges.charge.tolist() != price_dated(ride((0, 0), (0, CHANGE)), LAW).charge.tolist()


def test_the_last_second_of_the_old_law_and_the_first_of_the_new() -> None:
    charges = price_dated(ride((0, CHANGE - 1), (1, CHANGE)), LAW)
    assert charges.charge.tolist() == [1_000, 3_000]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), change=st.integers(1, 20 * DAY))
def test_a_change_of_nothing_changes_nothing(seed: int, change: int) -> None:
    random = np.random.default_rng(seed)
    n = 60
    taps = TapArrays(
        random.integers(0, 5, n), random.integers(0, 20 * DAY, n), random.integers(0, 2, n),
        random.choice([int(Mode.BRT), int(Mode.ANGKOT)], n), np.full(n, -1), np.arange(n) // 2 * 2,
    )  # fmt: skip
    taps = replace(taps, tap=np.arange(n))
    plain = price_taps(taps, CHEAP)
    dated = price_dated(taps, DatedTariff("bus", ((0, CHEAP), (change, CHEAP))))
    for name in ("boarding", "alighting", "leg", "charge", "opened", "reason", "status"):
        assert getattr(dated, name).tolist() == getattr(plain, name).tolist(), name
    assert dated.journeys == plain.journeys
    # Journeys may be numbered otherwise, but hold the same boardings.
    assert (
        len({*zip(plain.journey.tolist(), dated.journey.tolist(), strict=True)}) == plain.journeys
    )


def test_what_a_card_holds_counts_where_a_part_knows_it() -> None:
    law = DatedTariff(
        "bus",
        ((0, tariff(1_000, **free("pupil"))), (CHANGE, tariff(3_000, **free("elder", "pupil")))),
    )
    codes = [each.code for each in law.entitlements()]
    assert sorted(codes) == ["elder", "pupil"]
    everything = np.full(2, 40 * DAY)
    held = Holdings(np.array([0, 1]), np.array([codes.index("elder"), codes.index("pupil")]),
                    np.zeros(2, np.int64), everything)  # fmt: skip
    taps = ride((0, DAY), (0, CHANGE), (1, DAY), (1, CHANGE))
    charges = price_dated(taps, law, holdings=held)
    assert charges.charge.tolist() == [1_000, 0, 0, 0]
    told = [law.relief_code(int(reason)) for reason in charges.relief_reason]
    assert told == ["", "elder", "pupil", "pupil"]


def test_no_taps_cost_nothing() -> None:
    assert len(price_dated(ride(), LAW)) == 0


@pytest.mark.parametrize("starts", [(), (5, 5), (9, 3)])
def test_parts_out_of_order_are_refused(starts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="later second"):
        DatedTariff("bus", tuple((start, CHEAP) for start in starts))


def test_the_longest_span_that_binds_taps() -> None:
    assert quiet_seconds(CHEAP) == 7_200
