"""From a feed's tables to its fares, with what the standard forbids by file, row and field.

What the reader of feeds judged already (types, references between files, repeated keys) is in the
feed's own issues; here are the rules that hold between the fields of Fares v2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from balai.transit.engine.fares_v2.book import (
    DurationType,
    FareBook,
    JoinRule,
    LegRule,
    Product,
    Rider,
    ServiceDays,
    Timeframe,
    TransferRule,
    TransferType,
)

if TYPE_CHECKING:
    import polars as pl

    from balai.transit.engine.gtfs.feed import Feed

DAY = 86_400
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FILES = ("fare_products", "fare_media", "fare_leg_rules", "fare_leg_join_rules",
         "fare_transfer_rules", "areas", "stop_areas", "networks", "route_networks", "timeframes",
         "rider_categories")  # fmt: skip


@dataclass(frozen=True, slots=True)
class FareIssue:
    """What is wrong with a row: the row was left out of the fares. `row` counts the kept rows of
    the file from 2, the line after the header.
    """

    file: str
    row: int
    field: str
    value: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        value = f" ({self.value!r})" if self.value else ""
        return f"{self.file} row {self.row}, {self.field}: {self.problem}{value}. {self.remedy}"


Row = Mapping[str, Any]
Found = tuple[str, str, str] | None
"""Field, problem and remedy."""


def fares_of(feed: Feed) -> tuple[FareBook, tuple[FareIssue, ...]]:
    """The feed's fares, and the rows that could not be used."""
    issues: list[FareIssue] = []
    networks = _networks(feed, issues)
    known = frozenset(networks.values()) | frozenset(feed["networks"]["network_id"])
    kept = {
        name: list(_judged(feed[name], f"{name}.txt", judge(known), issues))
        for name, judge in JUDGES.items()
    }
    return (
        FareBook(
            products=tuple(_product(row) for row in kept["fare_products"]),
            leg_rules=tuple(_leg_rule(row) for row in kept["fare_leg_rules"]),
            join_rules=tuple(_join_rule(row) for row in kept["fare_leg_join_rules"]),
            transfer_rules=tuple(_transfer_rule(row) for row in kept["fare_transfer_rules"]),
            timeframes=tuple(_timeframe(row) for row in kept["timeframes"]),
            riders=tuple(_rider(row) for row in kept["rider_categories"]),
            media={
                row["fare_media_id"]: row["fare_media_type"] for row in _rows(feed["fare_media"])
            },
            areas=_areas(feed["stop_areas"]),
            parents={
                row["stop_id"]: row["parent_station"]
                for row in _rows(feed["stops"]) if row["parent_station"]
            },
            networks=networks,
            services=_services(feed),
            prioritised=feed["fare_leg_rules"]["rule_priority"].null_count()
            < len(feed["fare_leg_rules"]),
        ),
        tuple(issues),
    )  # fmt: skip


def _rows(table: pl.DataFrame) -> Iterator[Row]:
    return table.iter_rows(named=True)


def _judged(
    table: pl.DataFrame, file: str, judge: Callable[[Row], Found], issues: list[FareIssue]
) -> Iterator[Row]:
    for place, row in enumerate(_rows(table), start=2):
        wrong = judge(row)
        if wrong is None:
            yield row
            continue
        field, problem, remedy = wrong
        value = "" if row[field] is None else str(row[field])
        issues.append(FareIssue(file, place, field, value, problem, remedy))


def _no_fault(known: frozenset[str]) -> Callable[[Row], Found]:
    return lambda row: None


def _product_fault(known: frozenset[str]) -> Callable[[Row], Found]:
    def judge(row: Row) -> Found:
        currency = row["currency"]
        if len(currency) == 3 and currency.isalpha() and currency.isupper():
            return None
        return "currency", "is no currency code", "Write three capital letters, such as IDR"

    return judge


def _network_fault(*fields: str) -> Callable[[frozenset[str]], Callable[[Row], Found]]:
    def judging(known: frozenset[str]) -> Callable[[Row], Found]:
        def judge(row: Row) -> Found:
            for field in fields:
                if row[field] and row[field] not in known:
                    return (field, "is no network of the feed",
                            "Add it to networks.txt, or to routes.txt")  # fmt: skip
            return None

        return judge

    return judging


def _join_fault(known: frozenset[str]) -> Callable[[Row], Found]:
    def judge(row: Row) -> Found:
        if bool(row["from_stop_id"]) != bool(row["to_stop_id"]):
            field = "to_stop_id" if row["from_stop_id"] else "from_stop_id"
            return field, "is empty while the other stop is given", "Give both stops, or neither"
        return _network_fault("from_network_id", "to_network_id")(known)(row)

    return judge


def _transfer_fault(known: frozenset[str]) -> Callable[[Row], Found]:
    return transfer_fault


def transfer_fault(row: Row) -> Found:
    """What the standard forbids between the fields of a transfer rule, or None."""
    same = row["from_leg_group_id"] == row["to_leg_group_id"]
    count, limit, kind = row["transfer_count"], row["duration_limit"], row["duration_limit_type"]
    if same and count is None:
        return ("transfer_count", "is required where both leg groups are the same",
                "Write -1 for no limit, or a number of transfers")  # fmt: skip
    if not same and count is not None:
        return ("transfer_count", "is forbidden where the leg groups differ",
                "Leave it empty")  # fmt: skip
    if count == 0:
        return "transfer_count", "may not be 0", "Write -1 for no limit, or 1 or more"
    if limit is not None and kind is None:
        return ("duration_limit_type", "is required where a duration limit is given",
                "Say between which validations it is measured, 0 to 3")  # fmt: skip
    if limit is None and kind is not None:
        return "duration_limit_type", "is forbidden without a duration limit", "Leave it empty"
    return None


def _timeframe_fault(known: frozenset[str]) -> Callable[[Row], Found]:
    def judge(row: Row) -> Found:
        start, end = row["start_s"], row["end_s"]
        if (start is None) != (end is None):
            field = "start_s" if start is None else "end_s"
            return field, "is empty while the other time is given", "Give both times, or neither"
        if end is not None and end > DAY:
            return "end_s", "is past 24:00:00", "Write a time of at most 24:00:00"
        if start is not None and start >= end:
            return "end_s", "is not after the start", "Write two timeframes around midnight"
        return None

    return judge


JUDGES: Mapping[str, Callable[[frozenset[str]], Callable[[Row], Found]]] = {
    "fare_products": _product_fault,
    "fare_leg_rules": _network_fault("network_id"),
    "fare_leg_join_rules": _join_fault,
    "fare_transfer_rules": _transfer_fault,
    "timeframes": _timeframe_fault,
    "rider_categories": _no_fault,
}


def _networks(feed: Feed, issues: list[FareIssue]) -> dict[str, str]:
    """The network of each route, of routes.txt or route_networks.txt; the standard forbids both."""
    own = {row["route_id"]: row["network_id"] for row in _rows(feed["routes"]) if row["network_id"]}
    apart = {row["route_id"]: row["network_id"] for row in _rows(feed["route_networks"])}
    if own and apart:
        problem = "is forbidden where routes.txt has network_id"
        remedy = "Keep one of them; here routes.txt counts"
        issues.append(FareIssue("route_networks.txt", 1, "network_id", "", problem, remedy))
    return own or apart


def _areas(table: pl.DataFrame) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in _rows(table):
        found.setdefault(row["stop_id"], set()).add(row["area_id"])
    return {stop: frozenset(areas) for stop, areas in found.items()}


def _services(feed: Feed) -> dict[str, ServiceDays]:
    dates: dict[str, tuple[set[Any], set[Any]]] = {}
    for row in _rows(feed["calendar_dates"]):
        pair = dates.setdefault(row["service_id"], (set(), set()))
        pair[row["exception_type"] - 1].add(row["date"])
    found = {}
    for row in _rows(feed["calendar"]):
        added, removed = dates.pop(row["service_id"], (set(), set()))
        days = frozenset(day for day, name in enumerate(WEEKDAYS) if row[name])
        found[row["service_id"]] = ServiceDays(days, row["start_date"], row["end_date"],
                                               frozenset(added), frozenset(removed))  # fmt: skip
    return found | {
        service: ServiceDays(added=frozenset(added), removed=frozenset(removed))
        for service, (added, removed) in dates.items()
    }


def _product(row: Row) -> Product:
    return Product(row["fare_product_id"], row["amount"], row["currency"],
                   row["rider_category_id"] or "", row["fare_media_id"] or "",
                   row["fare_product_name"] or "")  # fmt: skip


def _leg_rule(row: Row) -> LegRule:
    return LegRule(
        product=row["fare_product_id"], group=row["leg_group_id"] or "",
        network=row["network_id"] or "", from_area=row["from_area_id"] or "",
        to_area=row["to_area_id"] or "", from_timeframe=row["from_timeframe_group_id"] or "",
        to_timeframe=row["to_timeframe_group_id"] or "", priority=row["rule_priority"] or 0,
    )  # fmt: skip


def _join_rule(row: Row) -> JoinRule:
    return JoinRule(row["from_network_id"], row["to_network_id"], row["from_stop_id"] or "",
                    row["to_stop_id"] or "")  # fmt: skip


def _transfer_rule(row: Row) -> TransferRule:
    kind = row["duration_limit_type"]
    return TransferRule(
        type=TransferType(row["fare_transfer_type"]), from_group=row["from_leg_group_id"] or "",
        to_group=row["to_leg_group_id"] or "", count=row["transfer_count"],
        limit=row["duration_limit"], limit_type=None if kind is None else DurationType(kind),
        product=row["fare_product_id"] or "",
    )  # fmt: skip


def _timeframe(row: Row) -> Timeframe:
    start, end = row["start_s"], row["end_s"]
    return Timeframe(row["timeframe_group_id"], row["service_id"], start or 0,
                     DAY if end is None else end)  # fmt: skip


def _rider(row: Row) -> Rider:
    return Rider(row["rider_category_id"], row["rider_category_name"] or "",
                 bool(row["is_default_fare_category"]), row["eligibility_url"] or "")  # fmt: skip
