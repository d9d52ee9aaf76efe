"""Prices by time of day of a feed, as rows of which the first that holds counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.parameters import WEEKDAYS
from balai.transit.engine.fares_v2.book import FareBook, LegRule, ServiceDays, Timeframe
from balai.transit.engine.fares_v2.categories import Lost

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Timed:
    """A leg rule that prices modes within a timeframe."""

    row: int
    rule: LegRule
    price: int
    modes: frozenset[Mode]


def counted(
    timed: Sequence[Timed], prices: dict[Mode, int], priorities: Mapping[Mode, int],
    book: FareBook,
) -> tuple[list[dict[str, Any]], list[Lost]]:  # fmt: skip
    """The rows of `timed_price`, and what they cannot hold. `prices` and `priorities` are those
    of the rules that hold at every time, by mode.

    Rows of higher priority come first, then cheaper ones, as the standard chooses. A mode that has
    prices by time only is given, in `prices`, the dearest of them at other times.
    """
    rows: list[dict[str, Any]] = []
    lost: list[Lost] = []
    spans: dict[Mode, list[tuple[ServiceDays, Timeframe]]] = {}
    flat = dict(prices)
    for each in sorted(timed, key=lambda each: (-each.rule.priority, each.price)):
        modes = frozenset(mode for mode in each.modes if _tells(each, mode, flat, priorities))
        if not modes:
            what = "a price by time beside one at every time that counts first"
            lost.append(Lost("fare_leg_rules.txt", each.row, what))
            continue
        for days, frame in _frames(each, book, lost):
            rows.append(_row(each, modes, days, frame))
            for mode in modes:
                spans.setdefault(mode, []).append((days, frame))
                prices[mode] = flat[mode] if mode in flat else max(each.price, prices.get(mode, 0))
    for mode in sorted(set(spans) - set(flat)):
        if not _covers(spans[mode]):
            first = next(each.row for each in timed if mode in each.modes)
            lost.append(Lost("fare_leg_rules.txt", first, f"{mode.code}: that no fare is known at "
                             "other times; the dearest of these counts there"))  # fmt: skip
    return rows, lost


def _tells(
    each: Timed, mode: Mode, prices: Mapping[Mode, int], priorities: Mapping[Mode, int]
) -> bool:
    """Whether the row counts before the price at every time, which matches at its times too."""
    if mode not in prices:
        return True
    return (-each.rule.priority, each.price) < (-priorities[mode], prices[mode])


def _frames(
    each: Timed, book: FareBook, lost: list[Lost]
) -> Iterable[tuple[ServiceDays, Timeframe]]:
    for frame in book.timeframes:
        if frame.group != each.rule.from_timeframe:
            continue
        days = book.services.get(frame.service)
        if days is None or not days.weekdays or days.added or days.removed:
            lost.append(Lost("fare_leg_rules.txt", each.row,
                             f"a price on single days (service {frame.service!r})"))  # fmt: skip
            continue
        yield days, frame


def _row(
    each: Timed, modes: frozenset[Mode], days: ServiceDays, frame: Timeframe
) -> dict[str, Any]:
    every = len(days.weekdays) == len(WEEKDAYS)
    return {
        "modes": [mode.code for mode in sorted(modes)], "from": _clock(frame.start),
        "to": _clock(frame.end), "to_inclusive": False, "price": each.price,
        **({} if every else {"weekdays": [WEEKDAYS[day] for day in sorted(days.weekdays)]}),
    }  # fmt: skip


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _covers(spans: Sequence[tuple[ServiceDays, Timeframe]]) -> bool:
    """Whether every second of every day of the week lies in a span."""
    for day in range(len(WEEKDAYS)):
        reached = 0
        frames = sorted((frame.start, frame.end) for days, frame in spans if day in days.weekdays)
        for start, end in frames:
            if start <= reached:
                reached = max(reached, end)
        if reached < DAY:
            return False
    return True
