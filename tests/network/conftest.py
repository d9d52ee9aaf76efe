"""A city that reports by measures held in memory, so that each record can be changed at will."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from balai.kernel.events.marks import read_mark, write_mark
from balai.kernel.events.measures import (
    Column,
    Freshness,
    Measure,
    MeasureQuery,
    MeasureValue,
    RecordPage,
    register_measure,
)
from balai.network import actions, models

PAID, INTEGRATED = "sample.paid", "sample.integrated"
CODE = "sample-share"
COLUMNS = (
    Column("record", {"id": "Perjalanan", "en": "Trip"}),
    Column("charge", {"id": "Ongkos", "en": "Fare"}, "money"),
    Column("integrated", {"id": "Terpadu", "en": "Integrated"}, "boolean"),
    Column("generated", {"id": "Data buatan", "en": "Generated"}, "boolean"),
    Column("address", {"id": "Rincian", "en": "Record"}),
)


@dataclass
class Trips:
    """The records of the sample programme: (day, name, charge, integrated, generated)."""

    rows: list[tuple[date, str, int, bool, bool]] = field(default_factory=list)
    latest: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def add(self, day: date, paid: int, integrated: int, *, generated: bool = False) -> None:
        """So many paid trips on a day, so many of them integrated."""
        for n in range(paid):
            name = f"{day:%m%d}-{len(self.rows)}"
            self.rows.append((day, name, 5000, n < integrated, generated))

    def met(self, query: MeasureQuery, integrated: bool) -> list:
        """The records that a query meets, in order."""
        return sorted(
            row
            for row in self.rows
            if query.city == "jakarta"
            and query.start <= row[0] <= query.end
            and (row[3] or not integrated)
        )


TRIPS = Trips()


def measure(name: str, *, integrated: bool) -> Measure:
    def values(query: MeasureQuery) -> list[MeasureValue]:
        rows = TRIPS.met(query, integrated)
        days = sorted({row[0] for row in rows})
        count = {day: sum(row[0] == day for row in rows) for day in days}
        return [MeasureValue(day, "31", count[day], count[day]) for day in days]

    def records(query: MeasureQuery, limit: int, after: str | None) -> RecordPage:
        rows = TRIPS.met(query, integrated)
        start = int(read_mark(after, 1)[0]) if after else 0
        page = rows[start : start + limit]
        more = start + limit < len(rows)
        shown = tuple(
            (name[:6], charge, one, made, f"/jakarta/sample/{name}/")
            for _, name, charge, one, made in page
        )
        return RecordPage(COLUMNS, shown, write_mark([start + limit]) if more else None, len(rows))

    def freshness(query: MeasureQuery) -> Freshness:
        return Freshness(len(TRIPS.met(query, integrated)), TRIPS.latest)

    title = {"id": name, "en": name}
    return register_measure(
        Measure(
            name=name,
            title=title,
            unit="journeys",
            version=1,
            description=title,
            values=values,
            records=records,
            freshness=freshness,
        )
    )


measure(PAID, integrated=False)
measure(INTEGRATED, integrated=True)


@pytest.fixture
def trips() -> Trips:
    """The city's records, empty at first."""
    TRIPS.rows.clear()
    TRIPS.latest = datetime(2026, 1, 1, tzinfo=UTC)
    return TRIPS


@pytest.fixture
def plan(db) -> models.ActionPlan:
    """Jakarta's plan, whose first project is judged by the sample indicator alone."""
    actions.install_facts()
    plan = actions.install_plan("jakarta")
    models.ProjectIndicator.objects.all().delete()
    indicator = models.Indicator.objects.create(
        code=CODE,
        title={"id": "Bagian contoh", "en": "Sample share"},
        unit="%",
        decimals=1,
        direction="up",
    )
    define(indicator, 1, date(2018, 1, 1), f"100 * {{{INTEGRATED}}} / {{{PAID}}}")
    judged = plan.projects.get(slug="ok-otrip").indicators.create(
        indicator=indicator, order=1, baseline_day=date(2026, 1, 1), baseline=Decimal(10)
    )
    judged.targets.create(day=date(2027, 1, 1), value=Decimal(46))
    return plan


def define(
    indicator: models.Indicator, version: int, start: date, formula: str
) -> models.IndicatorDefinition:
    """A version of an indicator's definition."""
    return indicator.definitions.create(
        version=version,
        in_force_from=start,
        formula=formula,
        measures=[INTEGRATED, PAID],
        labels={INTEGRATED: {"id": "terpadu", "en": "integrated trips"}},
        description={"id": "Uraian contoh", "en": "Sample description"},
        source="test",
    )


@pytest.fixture
def new_definition(plan) -> Callable[..., models.IndicatorDefinition]:
    """Give the sample indicator another definition: (version, first day, formula)."""
    indicator = models.Indicator.objects.get(code=CODE)
    return lambda version, start, formula: define(indicator, version, start, formula)
