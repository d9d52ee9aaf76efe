"""A replay's sums equal what the fare engine charges, whatever the partitions."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai import runners
from balai.kernel.laws import find_law
from balai.transit.engine.fares import Mode, TapArrays, Tariff, price_taps, tariff_from_parameters
from balai.transit.engine.simulation import (
    Entitlements,
    Outcome,
    Replay,
    UnpricedModeError,
    responses,
    subsidies,
)
from balai.transit.engine.simulation.charging import ChargeTaps

NAMES = ("ok-otrip-trial", "transjakarta", "jaklingko-integrated")
BUSES = [Mode.BRT, Mode.BUS, Mode.ANGKOT, Mode.MIKROTRANS]
START, JAKARTA = 1_760_000_000, 7 * 3600


@cache
def tariff(name: str) -> Tariff:
    values = find_law(f"transit/tariff/{name}").on(date(2026, 1, 1))
    return tariff_from_parameters(name, {key: dated.value for key, dated in values.items()})


def month(seed: int, trips: int = 400, cards: int = 40) -> pa.Table:
    """Taps of rides between places, some halves missing, some sent twice, in no order."""
    random = np.random.default_rng(seed)
    card = random.integers(10**12, 10**12 + cards, trips)
    at = START + random.integers(0, 20 * 86_400, trips)
    ride = random.integers(120, 4_000, trips)
    mode = random.choice(BUSES, trips)
    both = np.concatenate
    order = random.permutation(2 * trips)[: 2 * trips - trips // 20]
    order = both((order, order[:9]))
    return pa.table(
        {
            "card": both((card, card))[order],
            "at": both((at, at + ride))[order],
            "direction": np.repeat(np.array([1, 0], np.int8), trips)[order],
            "mode": both((mode, mode)).astype(np.int8)[order],
            "metres": both((np.full(trips, -1), ride * 7)).astype(np.int32)[order],
            "tap": np.arange(2 * trips)[order],
            "route_id": pa.array(random.choice(["1", "2", "JAK.3"], 2 * trips)[order]),
            "place": pa.array(random.choice(["31.71", "31.72", ""], 2 * trips)[order]),
        }
    )


def arrays(table: pa.Table) -> TapArrays:
    names = ("card", "at", "direction", "mode", "metres", "tap")
    return TapArrays(*(table[name].to_numpy() for name in names))


def replayed(table: pa.Table, names: tuple[str, ...] = NAMES, **more: object) -> Outcome:
    replay = Replay(tuple(tariff(name) for name in names), JAKARTA, **more)  # type: ignore[arg-type]
    return Outcome.of(names, replay.share, replay(table))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_totals_are_those_of_the_fare_engine(seed: int) -> None:
    table = month(seed)
    outcome = replayed(table)
    for number, name in enumerate(NAMES):
        charges = price_taps(arrays(table), tariff(name))
        told = [outcome.sum(number, m) for m in ("charge", "boardings", "journeys", "missed_outs")]
        assert told == [charges.revenue, len(charges), charges.journeys, len(charges.missed_outs)]
        halves = [outcome.sum(number, m, "taps") for m in ("orphan_outs", "duplicates", "taps")]
        assert halves == [len(charges.orphan_outs), len(charges.duplicates), table.num_rows]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_every_dimension_adds_up_to_the_whole(seed: int) -> None:
    outcome = replayed(month(seed))
    for number in range(len(NAMES)):
        for dimension in ("home", "place", "concession", "distance", "hour"):
            for measure in ("journeys", "boardings", "charge", "full_price", "integrated"):
                parts = sum(
                    outcome.sum(number, measure, dimension, label)
                    for label in outcome.labels(dimension)
                )
                assert parts == outcome.sum(number, measure), (dimension, measure)
        for dimension in ("mode", "reason", "route"):
            charge = sum(
                outcome.sum(number, "charge", dimension, label)
                for label in outcome.labels(dimension)
            )
            assert charge == outcome.sum(number, "charge"), dimension


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_changes_explain_the_difference_in_revenue(seed: int) -> None:
    outcome = replayed(month(seed))
    for number in (1, 2):
        difference = outcome.sum(number, "charge") - outcome.sum(0, "charge")
        outside = outcome.sum(number, "charge", "outside")
        assert outcome.change(number, "journeys").total == difference - outside
        for dimension in ("all", "home", "concession"):
            changes = [
                outcome.change(number, "cards", dimension, label)
                for label in outcome.labels(f"cards by {dimension}")
            ]
            assert sum(change.total for change in changes) == difference
            assert sum(change.counted for change in changes) == outcome.sum(0, "cards", "taps")
            for change in changes:
                assert change.less + change.same + change.more == change.counted
                assert change.low <= change.high


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), partitions=st.integers(1, 9), memory=st.sampled_from([0, 1e9]))
def test_any_number_of_partitions_gives_equal_sums(
    tmp_path_factory: pytest.TempPathFactory, seed: int, partitions: int, memory: float
) -> None:
    folder, table = tmp_path_factory.mktemp("run"), month(seed)
    pq.write_table(table, folder / "taps.parquet", row_group_size=150)
    replay = Replay(tuple(tariff(name) for name in NAMES), JAKARTA)
    made = runners.run(
        replay, folder / "taps.parquet", key="card", out=folder, run_id="a",
        partitions=partitions, memory=int(memory),
    )  # fmt: skip
    assert Outcome.of(NAMES, 1, runners.read(made.folder)) == replayed(table)


def test_charges_by_partition_are_those_of_the_fare_engine(tmp_path: Path) -> None:
    table = month(4, trips=2_000, cards=200)
    pq.write_table(table, tmp_path / "taps.parquet")
    made = runners.run(
        ChargeTaps(tariff("ok-otrip-trial")), tmp_path / "taps.parquet", key="card",
        out=tmp_path, run_id="a", partitions=5,
    )  # fmt: skip
    charges = price_taps(arrays(table), tariff("ok-otrip-trial"))
    taps = table["tap"].to_numpy()[charges.boarding]
    whole = dict(zip(taps.tolist(), charges.charge.tolist(), strict=True))
    rows = runners.read(made.folder).select(["tap", "charge"]).to_pylist()
    assert {row["tap"]: row["charge"] for row in rows} == whole


def rides(*rows: tuple[int, str, str, int, str]) -> pa.Table:
    """(card, mode, place, begin after START, route): rides of ten minutes and four kilometres."""
    taps = []
    for number, (card, mode, place, begin, route) in enumerate(rows):
        told = {"card": card, "mode": int(Mode.of(mode)), "place": place, "route_id": route}
        taps.append({**told, "at": START + begin, "direction": 1, "metres": -1, "tap": 2 * number})
        taps.append({**told, "at": START + begin + 600, "direction": 0, "metres": 4_000,
                     "tap": 2 * number + 1})  # fmt: skip
    return pa.Table.from_pylist(taps)


DAY = 86_400


def test_home_is_where_most_days_begin() -> None:
    outcome = replayed(
        rides(
            (1, "brt", "east", 0, "1"), (1, "brt", "west", 9_000, "1"),
            (1, "brt", "west", DAY, "1"), (1, "brt", "east", 2 * DAY, "1"),
            (2, "brt", "west", 0, "1"), (2, "brt", "east", DAY, "1"),
        ),
        ("transjakarta", "ok-otrip-trial"),
    )  # fmt: skip
    assert {label: outcome.change(1, "cards", "home", label).counted
            for label in outcome.labels("cards by home")} == {"east": 1, "west": 1}  # fmt: skip


def test_a_cheaper_second_ride_is_a_gain_of_the_card_and_the_journey() -> None:
    taps = rides((1, "brt", "east", 36_000, "1"), (1, "bus", "east", 38_000, "2"),
                 (2, "brt", "west", 36_000, "1"))  # fmt: skip
    outcome = replayed(taps, ("transjakarta", "ok-otrip-trial"))
    # 3,500 + 3,500 alone; topped up to 5,000 in one journey. The second card rides once.
    assert [outcome.sum(k, "charge") for k in (0, 1)] == [10_500, 8_500]
    cards = outcome.change(1, "cards")
    assert (cards.less, cards.same, cards.more, cards.saved, cards.lost) == (1, 1, 0, 2_000, 0)
    assert cards.mean == -1_000
    # Under the baseline these are three journeys: one costs 2,000 less.
    journeys = outcome.change(1, "journeys")
    assert (journeys.less, journeys.same, journeys.total) == (1, 2, -2_000)


def test_a_journeys_charge_is_placed_on_its_routes_by_metres() -> None:
    taps = rides((1, "brt", "east", 36_000, "1"), (1, "bus", "east", 38_000, "2"))
    outcome = replayed(taps, ("ok-otrip-trial",))
    routes = subsidies(outcome, 0, {"1": 4_000, "9": 100})
    assert [(r.route, r.boardings, r.revenue, r.cost, r.subsidy) for r in routes] == [
        ("1", 1, 2_500, 4_000, 1_500), ("2", 1, 2_500, None, None), ("9", 0, 0, 100, 100),
    ]  # fmt: skip


def test_taps_outside_the_span_are_left_out() -> None:
    taps = rides((1, "brt", "east", 0, "1"), (1, "brt", "east", DAY, "1"))
    outcome = replayed(taps, ("transjakarta",), start=START + DAY, end=START + 2 * DAY)
    assert outcome.sum(0, "journeys") == 1


def test_a_sample_is_of_cards_and_tells_its_error() -> None:
    table = month(5, trips=6_000, cards=2_000)
    whole = replayed(table).change(1, "cards")
    sample = replayed(table, share=0.4).change(1, "cards")
    assert whole.error == 0
    assert 0 < sample.error < 2_000
    assert abs(sample.mean - whole.mean) < 3 * sample.error
    assert abs(sample.counted - whole.counted) < 300


def test_cards_are_grouped_by_what_they_are_entitled_to() -> None:
    entitled = Entitlements(
        ("pupil",), np.array([2]), np.array([0], np.int16), np.array([0]), np.array([2**40])
    )
    taps = rides((1, "brt", "east", 0, "1"), (2, "brt", "east", 0, "1"))
    outcome = replayed(taps, ("transjakarta",), entitlements=entitled)
    assert [outcome.sum(0, "journeys", "concession", label) for label in ("pupil", "")] == [1, 1]


def test_a_concession_is_priced_by_who_holds_it_when() -> None:
    from dataclasses import replace

    from balai.transit.engine.fares.tariff import Concession

    free = Concession(code="pupil", title="Pupils", modes=frozenset(Mode), percent_off=100)
    kind = replace(tariff("transjakarta"), concessions=(free,))
    cards = 7_000_000_000_000
    taps = rides((cards, "brt", "east", 0, "1"), (cards, "brt", "east", 30 * DAY, "1"),
                 (cards + 1, "brt", "east", 0, "1"))  # fmt: skip
    entitled = Entitlements(
        ("elder", "pupil"), np.array([cards, cards + 9]), np.array([1, 1], np.int16),
        np.array([START, START]), np.array([START + DAY, START + DAY]),
    )  # fmt: skip
    replay = Replay((kind,), JAKARTA, entitlements=entitled)
    outcome = Outcome.of(["kind"], 1, replay(taps))
    assert outcome.sum(0, "charge") + outcome.sum(0, "relief") == 3 * 3_500
    assert outcome.sum(0, "relief") == 3_500
    assert outcome.sum(0, "boardings", "relief", "pupil") == 1
    assert outcome.sum(0, "relief", "relief", "pupil") == 3_500


def test_a_mode_without_a_price_is_named() -> None:
    with pytest.raises(UnpricedModeError, match="mrt has no price under transjakarta"):
        replayed(rides((1, "mrt", "east", 0, "1")), ("transjakarta",))


def test_no_taps_are_no_sums() -> None:
    outcome = replayed(rides((1, "brt", "east", 0, "1")).slice(0, 0))
    assert outcome.sums == {}
    assert outcome.change(1, "cards").mean == 0


def test_an_outcome_is_kept_as_json() -> None:
    outcome = replayed(month(3))
    assert Outcome.from_dict(outcome.as_dict()) == outcome


def test_riders_answer_prices_only_as_assumed() -> None:
    taps = rides((1, "brt", "east", 36_000, "1"), (1, "bus", "east", 38_000, "2"),
                 (2, "brt", "west", 36_000, "1"))  # fmt: skip
    outcome = replayed(taps, ("transjakarta", "ok-otrip-trial"))
    still, answered = responses(outcome, 1, (0.0, -0.5))
    assert (still.boardings, still.revenue) == (3, 8_500)
    # The bus costs 1,500 instead of 3,500: 1 x (3/7) ** -0.5 boardings of it.
    assert answered.revenue == 7_000 + round(1_500 * (3 / 7) ** -0.5)
