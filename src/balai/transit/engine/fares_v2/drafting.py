"""A tariff of our families from a feed's Fares v2, and, row by row, what they cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.parameters import WEEKDAYS
from balai.transit.engine.fares_v2.book import (
    DurationType,
    FareBook,
    LegRule,
    Product,
    TransferRule,
    TransferType,
)

MEASURED = {
    DurationType.DEPARTURE_TO_DEPARTURE: "tap-in-to-tap-in",
    DurationType.DEPARTURE_TO_ARRIVAL: "tap-in-to-tap-out",
}
UNLIMITED = -1


@dataclass(frozen=True, slots=True)
class Lost:
    """A row of the feed that the drafted tariff does not hold, and why."""

    file: str
    row: int
    what: str

    def __str__(self) -> str:
        return f"{self.file} row {self.row}: {self.what}"


@dataclass(frozen=True, slots=True)
class Drafted:
    """The parameters' values of a tariff, as `tariff_from_parameters` reads them, and losses."""

    values: Mapping[str, Any]
    lost: tuple[Lost, ...]


@dataclass(slots=True)
class _Found:
    """What was gathered from the leg rules."""

    prices: dict[Mode, int] = field(default_factory=dict)
    timed: list[dict[str, Any]] = field(default_factory=list)
    groups: dict[str, set[Mode]] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)


def draft_from(book: FareBook, modes: Mapping[str, Mode], policies: Mapping[str, Any]) -> Drafted:
    """A tariff that charges what the feed's fares say, as far as our families can.

    `modes` gives each route's mode. `policies` are the parameters that no feed tells (the zone,
    what a missed tap-out costs and so on), taken from an existing tariff.
    """
    found = _Found()
    of_network = _modes_of_networks(book, modes)
    for row, rule in enumerate(book.leg_rules, start=2):
        _leg(found, row, rule, book, of_network)
    free = _concessions(book, of_network)
    found.lost += [
        Lost("fare_products.txt", row, f"the price for riders of {product.rider!r}")
        for row, product in enumerate(book.products, start=2)
        if product.rider not in ("", book.default_rider, *(each["code"] for each in free))
    ]
    found.lost += [Lost("fare_leg_join_rules.txt", row, "legs that count as one")
                   for row, _ in enumerate(book.join_rules, start=2)]  # fmt: skip
    values = {**policies, **_rule(found, book), "mode_price": _by_code(found.prices)}
    tables = {"timed_price": found.timed, "concessions": free}
    values |= {name: rows for name, rows in tables.items() if rows}
    return Drafted(values, tuple(found.lost))


def _concessions(book: FareBook, modes: Mapping[str, frozenset[Mode]]) -> list[dict[str, Any]]:
    """The categories of riders that ride free, as concessions on the modes they ride free."""
    found = []
    for rider in book.riders:
        own = [product for product in book.products if product.rider == rider.id]
        names = {product.id for product in own}
        held = {mode for rule in book.leg_rules if rule.product in names
                for mode in modes.get(rule.network, ())}  # fmt: skip
        if own and held and not rider.default and not any(product.amount for product in own):
            title = rider.name or rider.id
            found.append({"code": rider.id, "title_id": title, "title_en": title,
                          "modes": [mode.code for mode in sorted(held)],
                          "percent_off": 100})  # fmt: skip
    return found


def _by_code(prices: Mapping[Mode, int]) -> dict[str, int]:
    return {mode.code: price for mode, price in sorted(prices.items())}


def _modes_of_networks(book: FareBook, modes: Mapping[str, Mode]) -> dict[str, frozenset[Mode]]:
    found: dict[str, set[Mode]] = {"": set()}
    for route, mode in modes.items():
        found.setdefault(book.networks.get(route, ""), set()).add(mode)
    listed = {rule.network for rule in book.leg_rules}
    # An empty entry holds for what no rule lists.
    rest = {mode for network, held in found.items() if network not in listed for mode in held}
    return {network: frozenset(held) for network, held in found.items()} | {
        "": frozenset(rest | found[""])
    }


def _leg(
    found: _Found, row: int, rule: LegRule, book: FareBook, modes: Mapping[str, frozenset[Mode]]
) -> None:
    def lose(what: str) -> None:
        found.lost.append(Lost("fare_leg_rules.txt", row, what))

    if rule.from_area or rule.to_area:
        return lose("a price between areas")
    if rule.to_timeframe:
        return lose("a price by the time of alighting")
    price = _price(rule.product, book)
    if price is None:
        return lose(f"the amount of {rule.product!r} is not whole, or is negative")
    held = modes.get(rule.network, frozenset())
    if not held:
        return lose(f"no route is in the network {rule.network!r}")
    if rule.from_timeframe:
        return _timed(found, rule, price, held, book, lose)
    for mode in held:
        found.prices[mode] = min(price, found.prices.get(mode, price))
        found.groups.setdefault(rule.group, set()).add(mode)
    return None


def _price(product: str, book: FareBook) -> int | None:
    """The least whole amount of a product open to a rider who says no category."""
    fit = [p for p in book.products if p.id == product and p.rider in ("", book.default_rider)]
    amounts = [_whole(p) for p in fit]
    return min((amount for amount in amounts if amount is not None), default=None)


def _whole(product: Product) -> int | None:
    amount = product.amount
    return int(amount) if amount == amount.to_integral_value() and amount >= 0 else None


def _timed(
    found: _Found, rule: LegRule, price: int, modes: frozenset[Mode], book: FareBook, lose: Any
) -> None:
    for frame in book.timeframes:
        if frame.group != rule.from_timeframe:
            continue
        days = book.services.get(frame.service)
        if days is None or not days.weekdays or days.added or days.removed:
            lose(f"a price on single days (service {frame.service!r})")
            continue
        every = len(days.weekdays) == len(WEEKDAYS)
        found.timed.append({
            "modes": [mode.code for mode in sorted(modes)], "from": _clock(frame.start),
            "to": _clock(frame.end), "to_inclusive": False, "price": price,
            **({} if every else {"weekdays": [WEEKDAYS[day] for day in sorted(days.weekdays)]}),
        })  # fmt: skip
        for mode in modes:
            found.groups.setdefault(rule.group, set()).add(mode)


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _rule(found: _Found, book: FareBook) -> dict[str, Any]:
    """The family that the transfer rules fit, with its parameters; the others are lost."""
    tickets: dict[str, TransferRule] = {}
    capped: dict[str, Any] = {}
    by_group: dict[str, list[tuple[int, TransferRule]]] = {}
    for row, rule in enumerate(book.transfer_rules, start=2):
        if rule.from_group != rule.to_group or rule.from_group not in found.groups:
            found.lost.append(Lost("fare_transfer_rules.txt", row,
                                   "a transfer between different leg groups"))  # fmt: skip
        else:
            by_group.setdefault(rule.from_group, []).append((row, rule))
    for group, rows in by_group.items():
        rules = [rule for _, rule in rows]
        cap = _cap(found, group, rules, book)
        if cap is not None and not capped:
            capped = _capped(found, group, rules[0], cap)
        elif _is_ticket(rules, book) and _same_limit(tickets, rules[0]):
            tickets[group] = rules[0]
        else:
            what = "transfers that neither a cap nor a ticket of one duration describes"
            found.lost += [Lost("fare_transfer_rules.txt", row, what) for row, _ in rows]
    if capped:
        found.lost += [Lost("fare_transfer_rules.txt", row, "a ticket beside a cap")
                       for group in tickets for row, _ in by_group[group]]  # fmt: skip
        return capped
    first = next(iter(tickets.values()), None)
    return {"rule": "per-boarding", "limit_inclusive": True,
            "transfer_seconds": (first.limit or 0) if first else 0,
            "ticket_classes": {mode.code: group for group in tickets
                               for mode in sorted(found.groups[group])}}  # fmt: skip


def _same_limit(tickets: Mapping[str, TransferRule], rule: TransferRule) -> bool:
    return all(each.limit == rule.limit for each in tickets.values())


def _amount(rule: TransferRule, book: FareBook) -> Decimal:
    amounts = [p.amount for p in book.products
               if p.id == rule.product and p.rider in ("", book.default_rider)]  # fmt: skip
    return min(amounts, default=Decimal(0))


def _is_ticket(rules: list[TransferRule], book: FareBook) -> bool:
    (rule, *more) = rules
    return (
        not more
        and rule.type is TransferType.FROM_AND_TRANSFER
        and rule.count == UNLIMITED
        and not _amount(rule, book)
        and rule.limit is not None
        and rule.limit_type is DurationType.DEPARTURE_TO_DEPARTURE
    )


def _cap(found: _Found, group: str, rules: list[TransferRule], book: FareBook) -> int | None:
    """The cap that these transfers build up to, or None where they build no cap."""
    first = rules[0]
    alike = all((r.limit, r.limit_type) == (first.limit, first.limit_type) for r in rules)
    if not alike or first.limit is None or first.limit_type not in MEASURED:
        return None
    by_count = {rule.count: rule for rule in rules}
    last = by_count.pop(UNLIMITED, None)
    if last is None or last.type is not TransferType.FROM_AND_TRANSFER or _amount(last, book):
        return None
    steps = [by_count[count] for count in sorted(by_count, key=lambda each: each or 0)]
    if len(steps) == 1 and steps[0].type is TransferType.TRANSFER_ONLY and steps[0].count == 1:
        return int(_amount(steps[0], book))
    prices = {found.prices[mode] for mode in found.groups[group] if mode in found.prices}
    counts = [step.count for step in steps]
    whole = all(step.type is TransferType.FROM_AND_TRANSFER for step in steps)
    if not steps or len(prices) != 1 or not whole or counts != list(range(1, len(steps) + 1)):
        return None
    return int(sum((_amount(step, book) for step in steps), Decimal(min(prices))))


def _capped(found: _Found, group: str, rule: TransferRule, cap: int) -> dict[str, Any]:
    assert rule.limit_type is not None
    return {
        "rule": "capped-window", "cap": cap, "window_seconds": rule.limit,
        "limit_inclusive": True, "window_measured": MEASURED[rule.limit_type],
        "capped_modes": [mode.code for mode in sorted(found.groups[group])],
    }  # fmt: skip
