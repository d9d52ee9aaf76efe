"""A feed with Fares v2 files that describe a tariff, as far as the standard goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff import Tariff, TimedPrice
from balai.transit.engine.fares_v2.book import TransferType
from balai.transit.engine.fares_v2.reading import FILES, WEEKDAYS
from balai.transit.engine.fares_v2.saying import Group, Saying, Unsaid, saying_of, timed_of

if TYPE_CHECKING:
    import polars as pl

    from balai.transit.engine.gtfs.feed import Feed

CURRENCY = "IDR"
MEDIUM = "card"
EVERYONE = "everyone"
SERVICE = "fares"
CAP = "cap"
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Described:
    """A feed's tables with Fares v2, and what of the tariff they do not say."""

    tables: Mapping[str, pl.DataFrame]
    unsaid: tuple[Unsaid, ...]


@dataclass(frozen=True, slots=True)
class _Discount:
    """What a category of riders pays of an amount."""

    code: str
    title: str
    modes: frozenset[Mode]
    percent_off: int | None
    price: int | None
    up: bool

    def of(self, amount: int) -> int:
        """The amount that is left to pay."""
        if self.price is not None:
            return min(amount, self.price)
        hundredths = amount * (100 - (self.percent_off or 0))
        return -(-hundredths // 100) if self.up else hundredths // 100


def describe(tariff: Tariff, feed: Feed, *, language: str = "en") -> Described:
    """The feed's tables with the files of Fares v2 written anew from the tariff.

    Routes get the network of their mode; a route whose mode has no price gets none. The services
    that tell on which days a timeframe holds are added to the calendar.
    """
    from balai.transit.engine.planner.modes import modes_of

    saying = saying_of(tariff)
    rows: Rows = {name: [] for name in FILES}
    modes = modes_of(feed["routes"])
    _networks(rows, saying, modes)
    discounts = _discounts(tariff, language)
    _riders(rows, discounts)
    services = _legs(rows, tariff, saying, discounts)
    _transfers(rows, saying, discounts)
    _passes(rows, tariff, language)
    unpriced = sorted({mode.code for mode in modes.values() if mode not in tariff.own_fares})
    unsaid = [Unsaid("mode_price", f"{code}: the tariff has no price for it") for code in unpriced]
    return Described(_tables(feed, rows, services), (*saying.unsaid, *unsaid))


def _networks(rows: Rows, saying: Saying, modes: Mapping[str, Mode]) -> None:
    said = {mode for group in saying.groups for mode in group.modes}
    rows["networks"] = [{"network_id": mode.code, "network_name": mode.code}
                        for mode in sorted(said & set(modes.values()))]  # fmt: skip
    rows["route_networks"] = [{"network_id": mode.code, "route_id": route}
                              for route, mode in modes.items() if mode in said]  # fmt: skip


def _discounts(tariff: Tariff, language: str) -> list[_Discount]:
    return [
        _Discount(each.code, each.title.get(language, each.code), frozenset(each.modes),
                  each.percent_off, each.price, tariff.policies.percent_rounding == "up")
        for each in tariff.concessions
    ]  # fmt: skip


def _riders(rows: Rows, discounts: Sequence[_Discount]) -> None:
    rows["fare_media"] = [
        {"fare_media_id": MEDIUM, "fare_media_name": "Card", "fare_media_type": 2}
    ]
    if discounts:
        rows["rider_categories"] = [
            {"rider_category_id": EVERYONE, "rider_category_name": "Everyone",
             "is_default_fare_category": 1},
            *({"rider_category_id": each.code, "rider_category_name": each.title,
               "is_default_fare_category": 0} for each in discounts),
        ]  # fmt: skip


def _product(
    rows: Rows, name: str, amount: int, modes: Iterable[Mode], discounts: Sequence[_Discount],
    *, within: bool = False,
) -> None:  # fmt: skip
    """A product, and what it costs each category of riders whose discount covers all its modes.

    `within` a journey a price by the boarding cannot be said: there are several in it.
    """
    common = {"fare_product_id": name, "fare_product_name": name, "fare_media_id": MEDIUM,
              "currency": CURRENCY}  # fmt: skip
    rows["fare_products"].append(common | {"amount": Decimal(amount)})
    for each in discounts:
        if set(modes) <= each.modes and (each.price is None or not within):
            rows["fare_products"].append(
                common | {"amount": Decimal(each.of(amount)), "rider_category_id": each.code}
            )


def _legs(
    rows: Rows, tariff: Tariff, saying: Saying, discounts: Sequence[_Discount]
) -> dict[str, frozenset[int]]:
    """Leg rules by mode: its price, and above it in priority its prices by time of day."""
    services: dict[str, frozenset[int]] = {}
    known = {row["network_id"] for row in rows["networks"]}
    for group in saying.groups:
        for mode in group.modes:
            if mode.code in known:
                _mode(rows, tariff, saying, group, mode, discounts, services)
    return services


def _mode(
    rows: Rows, tariff: Tariff, saying: Saying, group: Group, mode: Mode,
    discounts: Sequence[_Discount], services: dict[str, frozenset[int]],
) -> None:  # fmt: skip
    timed = timed_of(tariff, mode)
    most = saying.most.get(mode)
    for place, each in enumerate([*timed, None]):
        price = tariff.own_fares[mode].base if each is None else each.price
        name = f"{mode.code}-single" if each is None else f"{mode.code}-time-{place + 1}"
        _product(rows, name, price if most is None else min(price, most), (mode,), discounts)
        rows["fare_leg_rules"].append({
            "leg_group_id": group.name, "network_id": mode.code, "fare_product_id": name,
            "from_timeframe_group_id": None if each is None else _timeframe(rows, each, services),
            "rule_priority": len(timed) - place,
        })  # fmt: skip


def _timeframe(rows: Rows, timed: TimedPrice, services: dict[str, frozenset[int]]) -> str:
    days = timed.weekdays
    service = f"{SERVICE}-" + "".join(str(day + 1) for day in sorted(days))
    services[service] = days
    name = f"{service}-{timed.start_second}-{timed.end_second}"
    row = {"timeframe_group_id": name, "service_id": service, "start_s": timed.start_second,
           "end_s": min(timed.end_second + 1, 86_400)}  # fmt: skip
    if row not in rows["timeframes"]:
        rows["timeframes"].append(row)
    return name


def _transfers(rows: Rows, saying: Saying, discounts: Sequence[_Discount]) -> None:
    used = {row["leg_group_id"] for row in rows["fare_leg_rules"]}
    for group in saying.groups:
        for step in group.steps if group.name in used else ():
            product = None
            if step.amount:
                product = f"{group.name}-{CAP}-{step.count}"
                _product(rows, product, step.amount, group.modes, discounts, within=True)
            kind = TransferType.TRANSFER_ONLY if step.whole else TransferType.FROM_AND_TRANSFER
            rows["fare_transfer_rules"].append({
                "from_leg_group_id": group.name, "to_leg_group_id": group.name,
                "transfer_count": step.count, "duration_limit": group.seconds,
                "duration_limit_type": int(group.measured), "fare_transfer_type": int(kind),
                "fare_product_id": product,
            })  # fmt: skip


def _passes(rows: Rows, tariff: Tariff, language: str) -> None:
    for each in tariff.products:
        rows["fare_products"].append({
            "fare_product_id": f"pass-{each.code}", "fare_media_id": MEDIUM,
            "fare_product_name": each.title.get(language, each.code),
            "amount": Decimal(each.price), "currency": CURRENCY,
        })  # fmt: skip


def _tables(
    feed: Feed, rows: Rows, services: Mapping[str, frozenset[int]]
) -> dict[str, pl.DataFrame]:
    import polars as pl

    from balai.transit.engine.gtfs.columns import empty_table
    from balai.transit.engine.gtfs.schema import TABLES

    tables = dict(feed.tables)
    for name, found in rows.items():
        schema = empty_table(TABLES[name]).schema
        tables[name] = pl.DataFrame(found, schema=schema) if found else empty_table(TABLES[name])
    tables["routes"] = feed["routes"].with_columns(network_id=pl.lit(None, pl.String))
    start = feed["calendar"]["start_date"].min() or FIRST
    end = feed["calendar"]["end_date"].max() or LAST
    added = [
        {"service_id": service, "start_date": start, "end_date": end,
         **{name: int(day in days) for day, name in enumerate(WEEKDAYS)}}
        for service, days in services.items()
    ]  # fmt: skip
    kept = feed["calendar"].filter(~pl.col("service_id").is_in(list(services)))
    calendar = pl.DataFrame(added, schema=kept.schema) if added else kept.clear()
    tables["calendar"] = pl.concat([kept, calendar])
    return tables
