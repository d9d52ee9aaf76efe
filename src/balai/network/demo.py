"""The network's part of the demonstration: its members, Jakarta's plan, the live indicator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from balai.kernel.events import measures
from balai.network import actions
from balai.network.engine.periods import Period
from balai.network.queries import values

CITY = "jakarta"
YEARS_BACK = 2


def build(progress: Callable[[str], None]) -> None:
    """Install members, framework and plan; count and publish what the services recorded.

    Doing it again changes nothing unless records came in; what came in is counted, not published.
    """
    actions.install_facts()
    actions.install_plan(CITY)
    progress("Network: 11 member states, 38 cities, Jakarta's action plan")
    for period in _months_with_records(datetime.now(ZoneInfo("Asia/Jakarta")).date()):
        fresh = [each for each in actions.refresh(CITY, period) if each.new]
        for each in fresh:
            if each.value.state == "value" and each.value.cause == "first":
                actions.publish(each.value, by=None, note="Demonstration")
        progress(f"Network: {period} counted, {len(fresh)} values new")


def _months_with_records(today: date) -> list[Period]:
    """The months of the last years in which an input of the indicators has records."""
    query = measures.MeasureQuery(
        city=CITY, start=today - timedelta(days=366 * YEARS_BACK), end=today
    )
    names = {
        name
        for indicator in values.indicators()
        for definition in values.definitions(indicator.code)
        for name in definition.measures
    }
    readings = [measures.read(name, query) for name in sorted(names)]
    days = {found.day for reading in readings for found in reading.values}
    return sorted({Period.of(day, "month") for day in days})
