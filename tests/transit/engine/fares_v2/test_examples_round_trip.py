"""The public examples come in, are priced, go out and come in again as they were."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from balai.transit.engine.fares import Leg, Tariff, quote, tariff_from_parameters
from balai.transit.engine.fares.tariff import TimedPrice
from balai.transit.engine.fares_v2 import (
    Drafted,
    FareLeg,
    describe,
    draft_from,
    fares_of,
    price_itinerary,
)
from balai.transit.engine.fares_v2.reading import FILES
from balai.transit.engine.gtfs import read_feed
from balai.transit.engine.gtfs.feed import Feed
from balai.transit.engine.gtfs.schema import TABLES
from balai.transit.engine.gtfs.write import write_feed
from balai.transit.engine.planner.modes import modes_of

from .examples import EXAMPLES, LOST, PRICES, RIDES, WHOLE

POLICIES: dict[str, Any] = {
    "zone": "UTC", "missed_tap_out": "base-price", "orphan_tap_out": "reported",
    "tap_out_matches": "same-mode", "longest_ride_seconds": 14_400,
    "same_second": "tap-out-first",
}  # fmt: skip


def again(tables: Any) -> Feed:
    return read_feed(io.BytesIO(write_feed(tables)))


def rides_of(name: str, leg: Callable[..., FareLeg]) -> list[FareLeg]:
    return [leg(*ride) for ride in RIDES[name]]


def priced(name: str, feed: Feed, leg: Callable[..., FareLeg]) -> Decimal:
    book, issues = fares_of(feed)
    assert not issues
    return price_itinerary(rides_of(name, leg), book).total


def drafted(feed: Feed) -> Drafted:
    return draft_from(fares_of(feed)[0], modes_of(feed["routes"]), POLICIES)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_comes_back_as_it_was_and_costs_the_same(
    name: str, feed: Callable[..., Feed], leg: Callable[..., FareLeg]
) -> None:
    read = feed(**EXAMPLES[name])
    assert not [issue for issue in read.issues if issue.file.removesuffix(".txt") in EXAMPLES[name]]
    assert priced(name, read, leg) == Decimal(PRICES[name])
    back = again(read.tables)
    assert back.same_tables(read)
    assert fares_of(back) == fares_of(read)
    assert priced(name, back, leg) == Decimal(PRICES[name])


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_what_a_tariff_does_not_hold_of_an_example_is_told_by_row(
    name: str, feed: Callable[..., Feed]
) -> None:
    found = drafted(feed(**EXAMPLES[name]))
    assert {f"{each.file} row {each.row}" for each in found.lost} == LOST[name]
    assert bool(found.values["mode_price"]) == (name in WHOLE)


@pytest.mark.parametrize("name", WHOLE)
def test_a_tariff_drafted_of_an_example_costs_what_the_example_says_and_comes_back(
    name: str, feed: Callable[..., Feed], leg: Callable[..., FareLeg]
) -> None:
    read = feed(**EXAMPLES[name])
    first = drafted(read)
    tariff = tariff_from_parameters(name, first.values)
    assert ours(name, tariff, read, leg) == Decimal(PRICES[name])
    described = again(describe(tariff, read).tables)
    assert priced(name, described, leg) == Decimal(PRICES[name])
    second = drafted(described)
    assert not second.lost
    assert by_mode(tariff_from_parameters(name, second.values)) == by_mode(tariff)


def ours(name: str, tariff: Tariff, feed: Feed, leg: Callable[..., FareLeg]) -> int:
    modes = modes_of(feed["routes"])

    def second(moment: datetime) -> int:
        return int(moment.replace(tzinfo=UTC).timestamp())

    legs = [Leg(modes[ride.route], second(ride.depart), second(ride.arrive), metres=0)
            for ride in rides_of(name, leg)]  # fmt: skip
    return quote(legs, tariff).total


def by_mode(tariff: Tariff) -> tuple[Tariff, dict[Any, list[TimedPrice]]]:
    """The tariff, its prices by time told for each mode by itself, in the order they count."""
    alone = {
        mode: [replace(each, modes=frozenset((mode,)))
               for each in tariff.timed_prices if mode in each.modes]
        for mode in tariff.modes
    }  # fmt: skip
    return replace(tariff, timed_prices=()), alone


def test_the_reference_tells_of_every_field(request: pytest.FixtureRequest) -> None:
    page = (request.config.rootpath / "docs/reference/fares-v2.md").read_text()
    table = page.split("## Field by field")[1]
    told: dict[str, set[str]] = {}
    file = ""
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 3 and cells[2].startswith("`"):
            file = cells[1] or file
            told.setdefault(file, set()).update(re.findall(r"`(\w+)`", cells[2]))
    assert told == {name: {column.header for column in TABLES[name].columns} for name in FILES}
