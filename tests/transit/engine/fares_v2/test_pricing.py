"""What the reference says of transfers, joins, priorities and empty entries."""

# ruff: noqa: DTZ001 - fares are read at local times

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from balai.transit.engine.fares_v2 import FareLeg, UnknownFareError, fares_of, price_itinerary
from balai.transit.engine.fares_v2.book import (
    DurationType,
    FareBook,
    JoinRule,
    LegRule,
    Product,
    TransferRule,
    TransferType,
)

A, B, C = "line1", "line2", "train"
NETWORKS = {A: "a", B: "b", C: "c"}
START = datetime(2023, 6, 14, 7, 0)


def book(*transfers: TransferRule, **more: Any) -> FareBook:
    """Legs of groups a (10), b (20) and c (40); transfers' products ab (3) and discount (-5)."""
    amounts = {"a": 10, "b": 20, "c": 40, "ab": 3, "discount": -5, "whole": 12}
    given: dict[str, Any] = {
        "products": tuple(Product(n, Decimal(amount), "IDR") for n, amount in amounts.items()),
        "leg_rules": tuple(LegRule(n, group=n, network=n) for n in "abc"),
        "transfer_rules": transfers,
        "networks": NETWORKS,
    }
    return FareBook(**(given | more))


def ride(
    route: str, start: int, end: int | None = None, stops: tuple[str, str] = ("S", "T")
) -> FareLeg:
    begin = START + timedelta(minutes=start)
    return FareLeg(route, *stops, begin, START + timedelta(minutes=end or start + 5))


def total(found: FareBook, *legs: FareLeg) -> int:
    return int(price_itinerary(legs, found).total)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (TransferType.FROM_AND_TRANSFER, 10 + 3),
        (TransferType.BOTH_AND_TRANSFER, 10 + 3 + 20),
        (TransferType.TRANSFER_ONLY, 3),
    ],
)
def test_the_three_ways_a_transfer_is_paid(kind: TransferType, expected: int) -> None:
    found = book(TransferRule(kind, "a", "b", product="ab"))
    assert total(found, ride(A, 0), ride(B, 10)) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (TransferType.FROM_AND_TRANSFER, 13 + 3),
        (TransferType.BOTH_AND_TRANSFER, 33 + 3 + 40),
        (TransferType.TRANSFER_ONLY, 3 + 3),
    ],
)
def test_a_third_leg_adds_to_what_was_paid_for_the_first_two(
    kind: TransferType, expected: int
) -> None:
    found = book(TransferRule(kind, "a", "b", product="ab"),
                 TransferRule(kind, "b", "c", product="ab"))  # fmt: skip
    assert total(found, ride(A, 0), ride(B, 10), ride(C, 20)) == expected


def test_without_a_rule_legs_are_paid_apart_and_a_discount_may_be_negative() -> None:
    assert total(book(), ride(A, 0), ride(B, 10)) == 30
    found = book(TransferRule(TransferType.BOTH_AND_TRANSFER, "a", "b", product="discount"))
    assert total(found, ride(A, 0), ride(B, 10)) == 25


def test_the_least_count_that_still_spans_the_transfers_is_chosen() -> None:
    found = book(
        TransferRule(TransferType.FROM_AND_TRANSFER, "a", "a", 1, product="ab"),
        TransferRule(TransferType.FROM_AND_TRANSFER, "a", "a", 2),
    )
    assert total(found, ride(A, 0)) == 10
    assert total(found, ride(A, 0), ride(A, 10)) == 13
    assert total(found, ride(A, 0), ride(A, 10), ride(A, 20)) == 13
    # The third transfer is beyond both: it is paid anew, and may be transferred from again.
    assert total(found, *(ride(A, at) for at in (0, 10, 20, 30))) == 23
    assert total(found, *(ride(A, at) for at in (0, 10, 20, 30, 40))) == 26


@pytest.mark.parametrize(
    ("kind", "inside", "outside"),
    [
        (DurationType.DEPARTURE_TO_ARRIVAL, (0, 20, 30, 60), (0, 20, 30, 61)),
        (DurationType.DEPARTURE_TO_DEPARTURE, (0, 20, 60, 90), (0, 20, 61, 90)),
        (DurationType.ARRIVAL_TO_DEPARTURE, (0, 20, 80, 99), (0, 20, 81, 99)),
        (DurationType.ARRIVAL_TO_ARRIVAL, (0, 20, 30, 80), (0, 20, 30, 81)),
    ],
)
def test_durations_are_measured_between_the_validations_named(
    kind: DurationType, inside: tuple[int, ...], outside: tuple[int, ...]
) -> None:
    found = book(
        TransferRule(TransferType.FROM_AND_TRANSFER, "a", "b", limit=3600, limit_type=kind)
    )
    for minutes, expected in ((inside, 10), (outside, 30)):
        legs = ride(A, *minutes[:2]), ride(B, *minutes[2:])
        assert total(found, *legs) == expected


def test_a_sub_journeys_time_runs_from_its_first_leg() -> None:
    found = book(TransferRule(TransferType.FROM_AND_TRANSFER, "a", "a", -1, 3600,
                              DurationType.DEPARTURE_TO_DEPARTURE))  # fmt: skip
    assert total(found, ride(A, 0), ride(A, 50), ride(A, 60)) == 10
    assert total(found, ride(A, 0), ride(A, 50), ride(A, 61)) == 20
    # The leg that was paid anew opens a window of its own.
    assert total(found, ride(A, 0), ride(A, 61), ride(A, 121)) == 20


def test_an_empty_entry_of_a_transfer_holds_for_groups_no_rule_lists() -> None:
    found = book(
        TransferRule(TransferType.FROM_AND_TRANSFER, "a", "b"),
        TransferRule(TransferType.BOTH_AND_TRANSFER, "", "b", product="ab"),
    )
    assert total(found, ride(A, 0), ride(B, 10)) == 10
    assert total(found, ride(C, 0), ride(B, 10)) == 63
    # a is listed, so the empty entry does not hold for it; a to c is covered by nothing.
    assert total(found, ride(A, 0), ride(C, 10)) == 50


def test_without_priorities_an_empty_network_holds_for_those_no_rule_lists() -> None:
    rules = (LegRule("a", network="a"), LegRule("b"))
    assert total(book(leg_rules=rules), ride(A, 0)) == 10
    assert total(book(leg_rules=rules), ride(C, 0)) == 20
    with pytest.raises(UnknownFareError):
        total(book(leg_rules=(LegRule("a", network="a"),)), ride(B, 0))


def test_with_priorities_an_empty_network_holds_for_all_and_the_highest_wins() -> None:
    rules = (LegRule("c", network="a", priority=1), LegRule("a"), LegRule("b"))
    found = book(leg_rules=rules, prioritised=True)
    assert total(found, ride(A, 0)) == 40
    assert total(found, ride(B, 0)) == 10


def test_legs_that_a_join_rule_joins_are_one() -> None:
    joins = (JoinRule("a", "a", "T", "S"),)
    areas = {"S": frozenset("1"), "T": frozenset("2"), "U": frozenset("3")}
    rules = (LegRule("a", network="a", from_area="1", to_area="2"),
             LegRule("c", network="a", from_area="1", to_area="3"))  # fmt: skip
    found = book(join_rules=joins, leg_rules=rules, areas=areas)
    assert total(found, ride(A, 0), ride(A, 10, stops=("S", "U"))) == 40
    with pytest.raises(UnknownFareError):
        total(found, ride(A, 0), ride(A, 10, stops=("T", "U")))


def test_a_riders_category_pays_its_own_price_and_what_is_open_to_all() -> None:
    products = (Product("a", Decimal(10), "IDR"), Product("a", Decimal(4), "IDR", rider="pupil"))
    found = book(products=products, leg_rules=(LegRule("a", group="a"),))
    assert total(found, ride(A, 0)) == 10
    assert price_itinerary([ride(A, 0)], found, rider="pupil").total == 4


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("g,g,,,,0,", "transfer_count"),
        ("g,h,1,,,0,", "transfer_count"),
        ("g,g,0,,,0,", "transfer_count"),
        ("g,g,-1,60,,0,", "duration_limit_type"),
        ("g,g,-1,,1,0,", "duration_limit_type"),
    ],
)
def test_what_the_standard_forbids_is_told_by_file_row_and_field(
    feed: Callable[..., Any], row: str, field: str
) -> None:
    found, issues = fares_of(feed(
        fare_products="fare_product_id,amount,currency\np,1.00,IDR",
        fare_leg_rules="leg_group_id,network_id,fare_product_id\ng,,p\nh,nowhere,p",
        fare_transfer_rules="from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,"
        f"duration_limit_type,fare_transfer_type,fare_product_id\n{row}",
    ))  # fmt: skip
    told = {(issue.file, issue.row, issue.field) for issue in issues}
    assert ("fare_transfer_rules.txt", 2, field) in told
    assert ("fare_leg_rules.txt", 3, "network_id") in told
    assert all(issue.problem and issue.remedy for issue in issues)
    assert not found.transfer_rules


def test_times_and_currencies_are_judged(feed: Callable[..., Any]) -> None:
    found, issues = fares_of(feed(
        fare_products="fare_product_id,amount,currency\np,1.00,rupiah",
        timeframes="""timeframe_group_id,start_time,end_time,service_id
            late,22:00:00,25:00:00,any
            half,22:00:00,,any
            back,09:00:00,08:00:00,any
            good,08:00:00,09:00:00,any""",
    ))  # fmt: skip
    assert {issue.field for issue in issues} == {"currency", "end_s"}
    assert [frame.group for frame in found.timeframes] == ["good"]
