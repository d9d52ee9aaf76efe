"""A tariff of our families from a feed's Fares v2, and, row by row, what they cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares_v2.book import (
    DurationType,
    FareBook,
    LegRule,
    TransferRule,
    TransferType,
    whole,
)
from balai.transit.engine.fares_v2.categories import Lost, concessions_of
from balai.transit.engine.fares_v2.saying import TICKET
from balai.transit.engine.fares_v2.timed import Timed, counted

MEASURED = {
    DurationType.DEPARTURE_TO_DEPARTURE: "tap-in-to-tap-in",
    DurationType.DEPARTURE_TO_ARRIVAL: "tap-in-to-tap-out",
}
UNLIMITED = -1
CURRENCY = "IDR"


@dataclass(frozen=True, slots=True)
class Drafted:
    """The parameters' values of a tariff, as `tariff_from_parameters` reads them, and losses."""

    values: Mapping[str, Any]
    lost: tuple[Lost, ...]


@dataclass(frozen=True, slots=True)
class _Flat:
    """A leg rule that prices modes at every time."""

    row: int
    rule: LegRule
    price: int
    modes: frozenset[Mode]


@dataclass(slots=True)
class _Found:
    """What was gathered from the leg rules."""

    flat: list[_Flat] = field(default_factory=list)
    timed: list[Timed] = field(default_factory=list)
    prices: dict[Mode, int] = field(default_factory=dict)
    priorities: dict[Mode, int] = field(default_factory=dict)
    groups: dict[str, set[Mode]] = field(default_factory=dict)
    products: dict[str, set[Mode]] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)


def draft_from(book: FareBook, modes: Mapping[str, Mode], policies: Mapping[str, Any]) -> Drafted:
    """A tariff that charges what the feed's fares say, as far as our families can.

    `modes` gives each route's mode. `policies` are the parameters that no feed tells (the zone,
    what a missed tap-out costs and so on), taken from an existing tariff. Amounts stand as whole
    rupiah, whatever their currency; that it was another is among the losses.
    """
    found = _Found()
    of_network = _modes_of_networks(book, modes)
    for row, rule in enumerate(book.leg_rules, start=2):
        _leg(found, row, rule, book, of_network)
    _settle(found, book)
    timed, untold = counted(found.timed, found.prices, found.priorities, book)
    riders = concessions_of(book, found.products, found.groups)
    found.lost += [*untold, *riders.lost, *_strange(book), *_dearer(found, book)]
    found.lost += [Lost("fare_leg_join_rules.txt", row, "legs that count as one")
                   for row, _ in enumerate(book.join_rules, start=2)]  # fmt: skip
    values = {**policies, **_rule(found, book), "mode_price": _by_code(found.prices)}
    tables = {"timed_price": timed, "concessions": riders.rows}
    values |= {name: rows for name, rows in tables.items() if rows}
    if riders.up:
        values["percent_rounding"] = "up"
    return Drafted(values, tuple(found.lost))


def _strange(book: FareBook) -> list[Lost]:
    """The currencies that are not the tariff's own, each at its first row."""
    first: dict[str, int] = {}
    for row, product in enumerate(book.products, start=2):
        first.setdefault(product.currency, row)
    return [
        Lost("fare_products.txt", row, f"the currency {code}: amounts stand as whole rupiah")
        for code, row in first.items() if code != CURRENCY
    ]  # fmt: skip


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
        found.timed.append(Timed(row, rule, price, held))
    else:
        found.flat.append(_Flat(row, rule, price, held))
    found.groups.setdefault(rule.group, set()).update(held)
    found.products.setdefault(rule.product, set()).update(held)
    return None


def _settle(found: _Found, book: FareBook) -> None:
    """The price of each mode: of the highest priority, then the least; the other rules are lost."""
    counts: set[int] = set()
    for mode in {mode for flat in found.flat for mode in flat.modes}:
        best = min((flat for flat in found.flat if mode in flat.modes),
                   key=lambda flat: (-flat.rule.priority, flat.price))  # fmt: skip
        found.prices[mode], found.priorities[mode] = best.price, best.rule.priority
        counts.add(best.row)
    found.lost += [
        Lost("fare_leg_rules.txt", flat.row,
             f"{flat.rule.product!r} beside another product for the same rides that counts first")
        for flat in found.flat if flat.row not in counts
    ]  # fmt: skip


def _price(product: str, book: FareBook) -> int | None:
    """The least amount of a product open to a rider who says no category, where it is whole."""
    amounts = [p.amount for p in book.products
               if p.id == product and p.rider in ("", book.default_rider)]  # fmt: skip
    return whole(min(amounts)) if amounts else None


def _dearer(found: _Found, book: FareBook) -> list[Lost]:
    """The prices of a product that cost more than with another medium."""
    return [
        Lost("fare_products.txt", row, f"a dearer price with the medium {product.medium!r}")
        for row, product in enumerate(book.products, start=2)
        if product.rider in ("", book.default_rider) and product.id in found.products
        and product.amount > (_price(product.id, book) or 0)
    ]  # fmt: skip


def _rule(found: _Found, book: FareBook) -> dict[str, Any]:
    """The family that the transfer rules fit, with its parameters; the others are lost."""
    tickets: dict[str, TransferRule] = {}
    capped: dict[str, Any] = {}
    by_group: dict[str, list[tuple[int, TransferRule]]] = {}
    for row, rule in enumerate(book.transfer_rules, start=2):
        if rule.from_group != rule.to_group or rule.from_group not in found.groups:
            what = (
                "a transfer between different leg groups"
                if rule.from_group != rule.to_group
                else f"a transfer within {rule.from_group!r}, whose prices are lost"
            )
            found.lost.append(Lost("fare_transfer_rules.txt", row, what))
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
            "ticket_classes": {mode.code: group.removeprefix(TICKET) for group in tickets
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
