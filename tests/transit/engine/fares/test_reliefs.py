"""Promotions, passes, concessions and period caps: the kernel, the plain rules, and the limits."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.transit.engine.fares import IN, OUT, UNKNOWN, Charges, Holdings, Tariff, price_taps
from balai.transit.engine.fares import relieving as engine
from balai.transit.engine.fares.parameters import WEEKDAYS
from balai.transit.engine.fares.reference import Tap, pair_taps, price_boardings
from balai.transit.engine.fares.reference_reliefs import Held, relieve_boardings
from transit.engine.fares.shipped import NOON, arrays, shipped

WIB = ZoneInfo("Asia/Jakarta")
# Shipped tariffs of each family; all price brt and bus.
FAMILIES = ("ok-otrip-trial", "transjakarta", "jaklingko-integrated")
MODES = ["brt", "bus"]
TITLE = {"title_id": "Contoh", "title_en": "Example"}
ALL_DAY = {"from": "00:00", "to": "24:00", "to_inclusive": False}
FREE = {"code": "elderly", **TITLE, "modes": MODES, "percent_off": 100}
HALF = {"code": "pupil", **TITLE, "modes": MODES, "percent_off": 50}
PASS = {"code": "weekly", **TITLE, "price": 20_000, "valid_days": 7, "modes": MODES}
FAIR = {
    "code": "fair", **TITLE, "first_day": "2025-09-01", "last_day": "2025-09-02", **ALL_DAY,
    "modes": MODES, "price": 1,
}  # fmt: skip


def at(text: str) -> int:
    """Seconds since 1970 of a time in Jakarta."""
    return int(datetime.fromisoformat(text).replace(tzinfo=WIB).timestamp())


def boardings(*times: str, mode: int = 0) -> list[Tap]:
    """One card's tap-ins, an hour each without anything that joins them."""
    return [Tap(1, at(time), IN, mode, UNKNOWN, n) for n, time in enumerate(times)]


def held(tariff: Tariff, *lines: tuple[int, str, int, int]) -> Holdings:
    """Holdings as card, code, start, end."""
    codes = [each.code for each in tariff.entitlements()]
    table = np.array([(c, codes.index(k), s, e) for c, k, s, e in lines], np.int64).reshape(-1, 4)
    return Holdings(*(table[:, i] for i in range(4)))


def charged(taps: list[Tap], tariff: Tariff, holdings: Holdings | None = None) -> list[int]:
    return price_taps(arrays(taps), tariff, holdings=holdings).charge.tolist()


def cap(period: str, amount: int, **more: str) -> dict[str, Any]:
    return {"period": period, "amount": amount, "modes": MODES, **more}


# Worked cases


def test_a_concession_of_100_percent_rides_free_and_says_so() -> None:
    tariff = shipped("transjakarta", concessions=[FREE])
    priced = price_taps(
        arrays(boardings("2025-09-01T12:00")), tariff,
        holdings=held(tariff, (1, "elderly", at("2025-01-01T00:00"), at("2025-12-31T23:59:59"))),
    )  # fmt: skip
    assert (priced.charge[0], priced.relief[0], priced.full_price[0]) == (0, 3500, 3500)
    assert tariff.relief_code(int(priced.relief_reason[0])) == "elderly"


@pytest.mark.parametrize(("rounding", "left"), [("down", 1749), ("up", 1750)])
def test_a_percentage_leaves_whole_rupiah_rounded_as_the_tariff_says(
    rounding: str, left: int
) -> None:
    tariff = shipped(
        "transjakarta", concessions=[HALF], percent_rounding=rounding,
        distance_price={"brt": {"base": 3499, "included_km": 99, "step_km": 1, "step_price": 0,
                                "maximum": 9999}},
    )  # fmt: skip
    holdings = held(tariff, (1, "pupil", 0, 2**40))
    assert charged(boardings("2025-09-01T12:00"), tariff, holdings) == [left]


def test_a_promotion_a_concession_and_a_cap_follow_one_another() -> None:
    fair = FAIR | {"price": 3000}
    tariff = shipped(
        "transjakarta", promotions=[fair], concessions=[HALF], period_caps=[cap("day", 4000)]
    )
    taps = boardings("2025-09-01T12:00", "2025-09-01T13:00", "2025-09-01T14:00")
    priced = price_taps(arrays(taps), tariff, holdings=held(tariff, (1, "pupil", 0, 2**40)))
    # 3,500 -> 3,000 by the fair -> 1,500 by half; 1,500 + 1,500, then 1,000 is left to the cap.
    assert priced.charge.tolist() == [1500, 1500, 1000]
    assert priced.relief.tolist() == [2000, 2000, 2500]
    assert {tariff.relief_code(int(r)) for r in priced.relief_reason} == {"pupil"}


def test_a_pass_makes_its_modes_free_and_leaves_others_alone() -> None:
    tariff = shipped("transjakarta", products=[PASS | {"modes": ["brt"]}])
    taps = [*boardings("2025-09-01T12:00"), Tap(1, at("2025-09-01T13:00"), IN, 1, UNKNOWN, 9)]
    assert charged(taps, tariff, held(tariff, (1, "weekly", 0, 2**40))) == [0, 3500]


def test_of_two_concessions_the_one_that_leaves_least_counts() -> None:
    flat = {"code": "flat", **TITLE, "modes": MODES, "price": 1500}
    tariff = shipped("transjakarta", concessions=[HALF, flat])
    holdings = held(tariff, (1, "pupil", 0, 2**40), (1, "flat", 0, 2**40))
    priced = price_taps(arrays(boardings("2025-09-01T12:00")), tariff, holdings=holdings)
    assert priced.charge.tolist() == [1500]
    assert tariff.relief_code(int(priced.relief_reason[0])) == "flat"


def test_a_timed_price_holds_on_its_days_of_the_week_only() -> None:
    weekend = {"modes": ["brt"], **ALL_DAY, "price": 1000, "weekdays": ["sat", "sun"]}
    tariff = shipped("transjakarta", timed_price=[weekend])
    week = [f"2025-09-{day:02}T12:00" for day in range(1, 8)]  # Monday to Sunday
    assert charged(boardings(*week), tariff) == [3500] * 5 + [1000] * 2
    assert tariff.on_weekday(5).own_price(0, 0) == 1000
    assert tariff.on_weekday(4).own_price(0, 0) == 3500


# The last second, both sides


@pytest.mark.parametrize(
    ("period", "last", "next_"),
    [
        ("day", "2025-09-30T23:59:59", "2025-10-01T00:00:00"),
        ("week", "2025-09-07T23:59:59", "2025-09-08T00:00:00"),
        ("month", "2025-09-30T23:59:59", "2025-10-01T00:00:00"),
    ],
)
def test_a_period_ends_with_its_last_second_in_the_citys_zone(
    period: str, last: str, next_: str
) -> None:
    tariff = shipped("transjakarta", period_caps=[cap(period, 3500)])
    first = last.replace("23:59:59", "12:00:00")
    assert charged(boardings(first, last, next_), tariff) == [3500, 0, 3500]


def test_a_week_begins_on_the_day_the_tariff_says() -> None:
    tariff = shipped("transjakarta", period_caps=[cap("week", 3500, week_starts="sun")])
    taps = boardings("2025-09-06T12:00", "2025-09-06T23:59:59", "2025-09-07T00:00")
    assert charged(taps, tariff) == [3500, 0, 3500]


@pytest.mark.parametrize(
    ("time", "left"),
    [
        ("2025-08-31T23:59:59", 3500), ("2025-09-01T00:00:00", 1),
        ("2025-09-02T23:59:59", 1), ("2025-09-03T00:00:00", 3500),
    ],
)  # fmt: skip
def test_a_promotion_begins_and_ends_at_midnight_in_the_citys_zone(time: str, left: int) -> None:
    assert charged(boardings(time), shipped("transjakarta", promotions=[FAIR])) == [left]


@pytest.mark.parametrize(
    ("inclusive", "left"), [(True, [3500, 1, 1, 3500]), (False, [3500, 1, 3500, 3500])]
)
def test_a_promotions_hours_end_with_their_last_second(inclusive: bool, left: list[int]) -> None:
    noon = FAIR | {"from": "11:00", "to": "12:00", "to_inclusive": inclusive}
    tariff = shipped("transjakarta", promotions=[noon])
    times = [f"2025-09-01T{t}" for t in ("10:59:59", "11:00:00", "12:00:00", "12:00:01")]
    assert charged(boardings(*times), tariff) == left


def test_a_concession_holds_from_its_first_second_to_its_last() -> None:
    tariff = shipped("transjakarta", concessions=[FREE])
    start, end = at("2025-09-01T10:00"), at("2025-09-01T12:00")
    taps = [Tap(1, s, IN, 0, UNKNOWN, s) for s in (start - 1, start, end, end + 1)]
    assert charged(taps, tariff, held(tariff, (1, "elderly", start, end))) == [3500, 0, 0, 3500]


# Laws, by the plain rules


INSTANTS = st.one_of(
    st.integers(0, 40 * 86_400),
    st.sampled_from([day * 86_400 + 43_200 + s for day in (0, 6, 29) for s in (-1, 0, 1)]),
    st.integers(0, 20_000),
)
SOME_DAYS = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True)
SOME_MODES = st.sampled_from([["brt"], ["bus"], ["brt", "bus"]])
EITHER = st.one_of(
    st.builds(lambda p: {"percent_off": p}, st.integers(0, 100)),
    st.builds(lambda p: {"price": p}, st.integers(0, 4000)),
)


@st.composite
def reliefs(draw: st.DrawFn) -> dict[str, Any]:
    """Parameters of a tariff's reliefs, of every kind."""
    codes = iter("abcdefghij")
    named = lambda: {"code": next(codes), **TITLE, "modes": draw(SOME_MODES)}  # noqa: E731
    promotions = [
        named() | ALL_DAY | draw(EITHER) | {
            "first_day": f"2025-09-{draw(st.integers(1, 3)):02}",
            "last_day": f"2025-09-{draw(st.integers(4, 20)):02}", "weekdays": draw(SOME_DAYS),
        }
        for _ in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    return {
        "promotions": promotions,
        "products": [
            named() | {"price": 1, "valid_days": 1} for _ in range(draw(st.integers(0, 2)))
        ],
        "concessions": [named() | draw(EITHER) for _ in range(draw(st.integers(0, 2)))],
        "period_caps": [
            {"period": period, "amount": draw(st.integers(0, 12_000)), "modes": draw(SOME_MODES),
             "week_starts": draw(st.sampled_from(WEEKDAYS))}
            for period in draw(st.sets(st.sampled_from(["day", "week", "month"])))
        ],
        "percent_rounding": draw(st.sampled_from(["down", "up"])),
    }  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> tuple[Tariff, list[Tap], list[tuple[int, str, int, int]]]:
    """A tariff of any family, taps of three cards, and what they hold."""
    tariff = shipped(draw(st.sampled_from(FAMILIES)), **draw(reliefs()))
    rows = draw(st.lists(st.tuples(
        st.integers(0, 2), INSTANTS, st.sampled_from([IN, IN, OUT]), st.integers(0, 1),
        st.one_of(st.just(UNKNOWN), st.integers(0, 40_000)),
    ), max_size=20))  # fmt: skip
    taps = [Tap(card, NOON + s, way, mode, m, n) for n, (card, s, way, mode, m) in enumerate(rows)]
    codes = [each.code for each in tariff.entitlements()]
    lines = draw(st.lists(st.tuples(
        st.integers(0, 3), st.sampled_from(codes), INSTANTS, INSTANTS,
    ), max_size=6)) if codes else []  # fmt: skip
    return tariff, taps, [(c, k, NOON + min(s, e), NOON + max(s, e)) for c, k, s, e in lines]


def outcome(taps: list[Tap], charges: Charges) -> list[tuple[int, ...]]:
    """Each boarding's tap with its charge and relief."""
    columns = (charges.charge, charges.relief, charges.relief_reason)
    return [
        (taps[b].tap, *numbers)
        for b, *numbers in zip(
            charges.boarding.tolist(), *(c.tolist() for c in columns), strict=True
        )
    ]


def plainly(taps: list[Tap], tariff: Tariff, lines: list[tuple[int, str, int, int]]) -> list[Any]:
    """The same by the plain rules."""
    cards: dict[int, list[Tap]] = defaultdict(list)
    for tap in taps:
        cards[tap.card].append(tap)
    found = []
    for card in sorted(cards):
        rides, _ = pair_taps(cards[card], tariff)
        priced = price_boardings([ride for ride, _, _ in rides], tariff)
        mine = [Held(code, start, end) for who, code, start, end in lines if who == card]
        for (_, tap, _), row in zip(rides, relieve_boardings(priced, tariff, mine), strict=True):
            reason = 1 + tariff.reliefs().index(row.reason) if row.reason else 0
            found.append((tap.tap, row.charge, row.relief, reason))
    return found


@settings(max_examples=150, deadline=None)
@given(case=cases())
def test_reliefs_equal_the_plain_rules(case: Any) -> None:
    tariff, taps, lines = case
    charges = price_taps(arrays(taps), tariff, holdings=held(tariff, *lines))
    assert outcome(taps, charges) == plainly(taps, tariff, lines)


@settings(max_examples=60, deadline=None)
@given(case=cases(), data=st.data())
def test_shuffling_repeating_and_delaying_uploads_changes_no_relief(
    case: Any, data: st.DataObject
) -> None:
    tariff, taps, lines = case
    again = data.draw(st.permutations(taps + [t for t in taps if data.draw(st.booleans())]))
    shuffled = held(tariff, *data.draw(st.permutations(lines)))
    once = price_taps(arrays(taps), tariff, holdings=held(tariff, *lines))
    twice = price_taps(arrays(again), tariff, holdings=shuffled)
    assert outcome(again, twice) == outcome(taps, once)


@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_a_charge_is_between_nothing_and_the_rules_own_and_no_period_passes_its_cap(
    case: Any,
) -> None:
    tariff, taps, lines = case
    charges = price_taps(arrays(taps), tariff, holdings=held(tariff, *lines))
    plain = shipped(tariff.name)
    assert (charges.charge >= 0).all()
    assert (charges.relief >= 0).all()
    assert (charges.charge + charges.relief).tolist() == charged(taps, plain)
    sums: dict[Any, int] = defaultdict(int)
    for b, charge in zip(charges.boarding.tolist(), charges.charge.tolist(), strict=True):
        day = datetime.fromtimestamp(taps[b].at, WIB).date()
        for each in tariff.period_caps:
            since = (day.toordinal() - 1 - each.week_starts) // 7
            period = {"day": day, "week": since, "month": (day.year, day.month)}[each.period]
            if taps[b].mode in each.modes:
                sums[taps[b].card, each, period] += charge
    assert all(total <= each.amount for (_, each, _), total in sums.items())


def test_threads_share_cards_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(4)
    taps = [
        Tap(10**12 + int(random.integers(40)), NOON + int(s), IN, 0, UNKNOWN, n)
        for n, s in enumerate(random.integers(0, 3 * 86_400, 3000))
    ]
    tariff = shipped("transjakarta", concessions=[HALF], period_caps=[cap("day", 9000)])
    holdings = held(tariff, *((10**12 + c, "pupil", 0, 2**40) for c in range(0, 60, 3)))
    one = price_taps(arrays(taps), tariff, holdings=holdings, threads=1)
    monkeypatch.setattr("balai.transit.engine.fares.pricing.WORTH_A_THREAD", 500)
    monkeypatch.setattr(engine, "WORTH_A_THREAD", 500)
    three = price_taps(arrays(taps), tariff, holdings=holdings, threads=3)
    assert outcome(taps, three) == outcome(taps, one)
    assert (one.charge == 1750).any()
    assert one.revenue < one.charge.size * 1750


def test_a_holding_of_no_entitlement_is_refused_by_its_place() -> None:
    tariff = shipped("transjakarta", concessions=[FREE])
    two = np.array([0, 1])
    with pytest.raises(ValueError, match="holding 1: kind is no entitlement of transjakarta"):
        price_taps(arrays(boardings("2025-09-01T12:00")), tariff, holdings=Holdings(*[two] * 4))
