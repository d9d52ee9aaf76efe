"""Each measure is the number, or the sum, of the records it can list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from balai.kernel.events.measures import MeasureQuery, read, records
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from transit.conftest import MORNING, NOW


@pytest.fixture
def query() -> MeasureQuery:
    day = MORNING.date()
    return MeasureQuery(city="jakarta", start=day, end=day + timedelta(days=1))


def priced(rows: list[dict]) -> None:
    receive_taps("jakarta", rows, place="31", now=NOW)
    price_pending("jakarta", as_of=NOW)


def test_a_boarding_without_a_tap_out_is_counted_and_listed(jakarta, tap, query) -> None:
    priced(
        [
            tap("6032-0001", 0, "in", "brt"),
            tap("6032-0001", 20, "out", "brt", km=6),
            tap("6032-0002", 5, "in", "mrt"),
            tap("6032-0003", 7, "out", "brt", km=2),
        ]
    )
    assert read("transit.boardings", query).total == 2, "an orphan tap-out is no boarding"
    page = records("transit.boardings_without_tap_out", query)
    assert read("transit.boardings_without_tap_out", query).total == page.total == 1
    columns = [column.name for column in page.columns]
    (row,) = page.rows
    assert row[columns.index("mode")] == "mrt"
    assert row[columns.index("address")].startswith("/jakarta/transit/journeys/")
    assert "6032" not in str(row)


def test_a_tap_out_that_comes_late_takes_the_boarding_off_the_list(jakarta, tap, query) -> None:
    priced([tap("6032-0002", 5, "in", "mrt")])
    assert read("transit.boardings_without_tap_out", query).total == 1
    priced([tap("6032-0002", 30, "out", "mrt", km=8)])
    assert read("transit.boardings_without_tap_out", query).total == 0
    assert read("transit.boardings", query).total == 1


def test_fare_revenue_is_what_the_journeys_were_charged(jakarta, tap, query) -> None:
    priced([tap("6032-0001", 0, "in", "brt"), tap("6032-0001", 20, "out", "brt", km=6)])
    page = records("transit.fare_revenue", query)
    charge = [column.name for column in page.columns].index("charge")
    assert read("transit.fare_revenue", query).total == sum(row[charge] for row in page.rows) > 0
