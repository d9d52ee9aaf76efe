"""The kernel gives the plain rules' charges, whatever the order and number of uploads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.transit.engine.fares import IN, OUT, UNKNOWN, Tariff, price_taps
from balai.transit.engine.fares import pricing as engine
from balai.transit.engine.fares.reference import Tap
from balai.transit.engine.fares.tariff import CappedWindow, DistanceIntegrated
from transit.engine.fares.shipped import (
    NAMES,
    NOON,
    arrays,
    by_kernel,
    kernel_rows,
    reference_rows,
    shipped,
)

VARIANTS = [
    *((name, {}) for name in NAMES),
    ("ok-otrip-trial", {"window_measured": "tap-in-to-tap-out", "limit_inclusive": False}),
    ("ok-otrip-trial", {"orphan_tap_out": "opens-journey", "same_second": "tap-in-first"}),
    ("ok-otrip-trial", {"orphan_tap_out": "opens-journey", "tap_out_matches": "card"}),
    ("jaklingko-integrated", {"first_legs": "own-fare-stands", "limit_inclusive": False}),
    ("jaklingko-integrated", {"orphan_tap_out": "opens-journey", "missed_tap_out": "base-price"}),
    ("jaklingko-integrated", {"missed_tap_out_ends_package": False, "modes_needed": 3}),
    ("jaklingko-integrated", {"window_measured": "tap-in-to-tap-out", "modes_needed": 1}),
]
TARIFFS = [shipped(name, **changes) for name, changes in VARIANTS]
# Instants that fall on and beside the limits of the tariffs, and in the same second.
INSTANTS = st.one_of(
    st.integers(0, 30_000),
    st.sampled_from([0, 1, 2699, 2700, 2701, 10_799, 10_800, 10_801, 21_600, 21_601]),
)


@st.composite
def uploads(draw: st.DrawFn, tariff: Tariff) -> list[Tap]:
    """A few cards' taps, valid under the tariff, with identities of their own."""
    modes = st.sampled_from(sorted(tariff.modes))
    metres = st.one_of(st.just(UNKNOWN), st.integers(0, 40_000))
    taps = draw(
        st.lists(st.tuples(st.integers(0, 2), INSTANTS, st.sampled_from([IN, OUT]), modes, metres))
    )
    return [
        Tap(card, NOON + at, direction, mode, metres, 10 * i)
        for i, (card, at, direction, mode, metres) in enumerate(taps)
    ]


@pytest.mark.parametrize("tariff", TARIFFS, ids=lambda t: t.name)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_charges_equal_the_plain_rules(tariff: Tariff, data: st.DataObject) -> None:
    taps = data.draw(uploads(tariff))
    priced = by_kernel(taps, tariff)
    rows, orphans, journeys = reference_rows(taps, tariff)
    assert kernel_rows(taps, priced) == rows
    assert (len(priced.orphan_outs), priced.journeys) == (orphans, journeys)


@pytest.mark.parametrize("tariff", TARIFFS[: len(NAMES)], ids=lambda t: t.name)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_shuffling_and_repeating_uploads_changes_no_charge(
    tariff: Tariff, data: st.DataObject
) -> None:
    taps = data.draw(uploads(tariff))
    repeated = data.draw(st.permutations(taps + [t for t in taps if data.draw(st.booleans())]))
    once, again = by_kernel(taps, tariff), by_kernel(list(repeated), tariff)
    assert kernel_rows(list(repeated), again) == kernel_rows(taps, once)
    assert len(again.duplicates) == len(repeated) - len(taps)
    assert len(again.orphan_outs) == len(once.orphan_outs)


@pytest.mark.parametrize("tariff", TARIFFS[: len(NAMES)], ids=lambda t: t.name)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_pricing_cards_apart_or_together_charges_the_same(
    tariff: Tariff, data: st.DataObject
) -> None:
    taps = data.draw(uploads(tariff))
    apart = [[t for t in taps if t.card == card] for card in range(3)]
    parts = [by_kernel(part, tariff) for part in apart]
    together = by_kernel(taps, tariff)
    assert together.charge.tolist() == [c for part in parts for c in part.charge.tolist()]
    assert together.journeys == sum(part.journeys for part in parts)


@pytest.mark.parametrize("tariff", TARIFFS, ids=lambda t: t.name)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_charge_is_negative_and_no_journey_passes_its_cap(
    tariff: Tariff, data: st.DataObject
) -> None:
    taps = data.draw(uploads(tariff))
    priced = by_kernel(taps, tariff)
    assert (priced.charge >= 0).all()
    rule = tariff.rule
    for journey in range(priced.journeys):
        rows = np.flatnonzero(priced.journey == journey)
        modes = {taps[b].mode for b in priced.boarding[rows]}
        paid = priced.charge[rows].sum()
        if isinstance(rule, CappedWindow) and modes <= set(rule.modes):
            assert paid <= rule.cap
        if (
            isinstance(rule, DistanceIntegrated)
            and rule.first_legs == "restated"
            and modes <= set(rule.modes)
            and len(modes) >= rule.modes_needed
        ):
            assert paid == rule.total(int(priced.metres[rows].sum()))


def many(taps: int, cards: int, modes: list[int], seed: int) -> list[Tap]:
    """A crowded week: rides, missed taps of both kinds, uploads sent twice, shuffled."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(taps // 2):
        card, at = int(random.integers(cards)), NOON + int(random.integers(7 * 86_400))
        mode, ride = int(random.choice(modes)), int(random.integers(60, 4000))
        found.append(Tap(card, at, IN, mode, UNKNOWN, 2 * number))
        found.append(Tap(card, at + ride, OUT, mode, 6 * ride, 2 * number + 1))
    kept = [found[i] for i in np.flatnonzero(random.random(len(found)) > 0.03)]
    sent = kept + [kept[i] for i in random.integers(0, len(kept), len(kept) // 50)]
    return [sent[i] for i in random.permutation(len(sent))]


@pytest.mark.parametrize("name", NAMES)
def test_100_000_taps_equal_the_plain_rules_on_two_threads(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tariff = shipped(name)
    taps = many(100_000, 1_000, sorted(tariff.modes), seed=7)
    # Smaller partitions and threads than a month would get, so that their edges are crossed.
    monkeypatch.setattr(engine, "PARTITION_TAPS", 1_000)
    monkeypatch.setattr(engine, "WORTH_A_THREAD", 10_000)
    priced = price_taps(arrays(taps), tariff, threads=3)
    rows, orphans, journeys = reference_rows(taps, tariff)
    assert kernel_rows(taps, priced) == rows
    assert (len(priced.orphan_outs), priced.journeys) == (orphans, journeys)
    assert len(priced.duplicates) == len(taps) - len(set(taps))


def test_card_numbers_need_not_be_dense() -> None:
    tariff = shipped("ok-otrip-trial")
    taps = [Tap(10**15 + card, NOON + card, IN, 0, UNKNOWN, card) for card in (5, 3, 900)]
    priced = by_kernel(taps, tariff)
    assert [taps[b].card - 10**15 for b in priced.boarding] == [3, 5, 900]


def test_read_only_and_strided_arrays_are_taken() -> None:
    table = np.array([(1, NOON, IN, 0, UNKNOWN, 5), (1, NOON + 60, OUT, 0, 900, 6)])
    table.flags.writeable = False
    columns = [table[:, i] for i in range(6)]
    assert price_taps(engine.TapArrays(*columns), shipped("transjakarta")).revenue == 3500


def test_no_taps_cost_nothing() -> None:
    assert by_kernel([], shipped("transjakarta")).revenue == 0


@pytest.mark.parametrize(
    ("tap", "problem"),
    [
        (Tap(1, NOON, 2, 0, 0, 1), "direction"),
        (Tap(1, NOON, IN, 8, 0, 1), "mode"),
        (Tap(1, NOON, IN, -1, 0, 1), "mode"),
        (Tap(1, NOON, IN, 0, -2, 1), "metres"),
        (Tap(-1, NOON, IN, 0, 0, 1), "card"),
    ],
)
def test_a_tap_out_of_range_is_refused_by_its_place(tap: Tap, problem: str) -> None:
    good = Tap(1, NOON, IN, 0, UNKNOWN, 9)
    with pytest.raises(ValueError, match=rf"tap 1: .*{problem}|tap 1: {problem}"):
        by_kernel([good, tap], shipped("transjakarta"))
