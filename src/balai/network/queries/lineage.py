"""From a figure to its inputs, and from an input to the records it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from balai.kernel.events import measures
from balai.kernel.problems import MissingError
from balai.network.engine import formula
from balai.network.engine.inputs import Amount, Input, reported_days
from balai.network.engine.periods import Period
from balai.network.models import IndicatorDefinition, IndicatorValue
from balai.network.queries.inputs import from_json

PAGE = 50
SEARCH_PAGE = 1_000
ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class InputLine:
    """An input as people read it: what it is called, its total and how many records it has."""

    measure: str
    label: dict[str, str]
    title: dict[str, str]
    description: dict[str, str]
    unit: str
    total: Amount
    records: int
    days: int
    generated: bool


@dataclass(frozen=True, slots=True)
class Records:
    """A page of the records behind one input."""

    measure: str
    columns: tuple[measures.Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    next: str | None
    total: int

    @property
    def headings(self) -> tuple[measures.Column, ...]:
        """The columns that are shown."""
        return tuple(column for column in self.columns if column.name != ADDRESS)

    @property
    def shown(self) -> tuple[Record, ...]:
        """The rows with their columns."""
        return tuple(Record(self.measure, self.columns, row) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its cells by column.

    A column `address` holds the programme's own page of the record, whose last part names the
    record; without one the first column does.
    """

    measure: str
    columns: tuple[measures.Column, ...]
    row: tuple[Any, ...]

    @property
    def id(self) -> str:
        """What the record is known by."""
        return self.address.rstrip("/").rpartition("/")[2] or str(self.row[0])

    @property
    def address(self) -> str:
        """The programme's own page of the record; empty where it has none."""
        found = [str(value) for column, value in self._pairs if column.name == ADDRESS]
        return found[0] if found and found[0].startswith("/") else ""

    @property
    def cells(self) -> tuple[tuple[measures.Column, Any], ...]:
        """Column and value, in order, without the address."""
        return tuple(pair for pair in self._pairs if pair[0].name != ADDRESS)

    @property
    def _pairs(self) -> Iterator[tuple[measures.Column, Any]]:
        return zip(self.columns, self.row, strict=True)


@dataclass(frozen=True, slots=True)
class Fresh:
    """Records that came in after a value was computed."""

    measure: str
    latest: datetime


def input_lines(value: IndicatorValue) -> tuple[InputLine, ...]:
    """The inputs of a value in the order of the formula."""
    kept = from_json(value.inputs)
    reported = reported_days(kept)
    return tuple(_line(each, value.definition, len(reported[each.programme])) for each in kept)


def inputs_of(value: IndicatorValue) -> tuple[Input, ...]:
    """The inputs of a value, day by day."""
    return from_json(value.inputs)


def ratio(definition: IndicatorDefinition) -> formula.Ratio | None:
    """The definition's formula as factor, numerator and denominator, where it is a ratio."""
    return formula.as_ratio(formula.parse(definition.formula))


def records(
    value: IndicatorValue, measure: str, *, after: str | None = None, limit: int = PAGE
) -> Records:
    """A page of the records of one of the value's measures; MissingError if it has it not."""
    _must_have(value, measure)
    page = measures.records(measure, _query(value), limit=limit, after=after)
    return Records(measure, page.columns, page.rows, page.next, page.total)


def every_record(value: IndicatorValue, measure: str) -> Iterator[Records]:
    """All the records of one of the value's measures, a large page at a time."""
    after: str | None = None
    while True:
        page = records(value, measure, after=after, limit=SEARCH_PAGE)
        yield page
        if page.next is None:
            return
        after = page.next


def record(value: IndicatorValue, measure: str, name: str, *, after: str | None = None) -> Record:
    """A single record by its name, on the page that `after` marks or else wherever it is.

    MissingError if the value's measure has no such record.
    """
    for each in records(value, measure, after=after).shown:
        if each.id == name:
            return each
    for page in every_record(value, measure):
        for each in page.shown:
            if each.id == name:
                return each
    raise MissingError("No such record", detail=f"{measure} has no record {name!r} in this period.")


def newer_records(value: IndicatorValue) -> tuple[Fresh, ...]:
    """The measures that received records after the value was computed."""
    query = _query(value)
    found = [(name, measures.latest_recorded(name, query)) for name in value.definition.measures]
    return tuple(
        Fresh(name, fresh.latest)
        for name, fresh in found
        if fresh.latest is not None and fresh.latest > value.computed_at
    )


def _line(each: Input, definition: IndicatorDefinition, days: int) -> InputLine:
    measure = measures.find_measure(each.measure)
    return InputLine(
        measure=each.measure,
        label=definition.labels.get(each.measure, dict(measure.title)),
        title=dict(measure.title),
        description=dict(measure.description),
        unit=measure.unit,
        total=each.total if isinstance(each.total, int) else Decimal(each.total),
        records=each.records,
        days=days,
        generated=each.generated,
    )


def _must_have(value: IndicatorValue, measure: str) -> None:
    if measure not in value.definition.measures:
        raise MissingError(
            "Not an input of this figure",
            detail=f"{measure!r} is none of {', '.join(value.definition.measures)}.",
        )


def _query(value: IndicatorValue) -> measures.MeasureQuery:
    period = Period.parse(value.period)
    return measures.MeasureQuery(city=value.city_id, start=period.first, end=period.last)
