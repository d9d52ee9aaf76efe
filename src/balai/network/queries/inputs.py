"""From the programmes' measures to an indicator's inputs, and to what is kept of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from balai.kernel.events import measures
from balai.network.engine.inputs import Amount, Input
from balai.network.engine.periods import Period

GENERATED = "generated"
"""The column by which a measure's records say that they were made for demonstration."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The kernel's readings, and the inputs made of them."""

    readings: tuple[measures.Reading, ...]
    inputs: tuple[Input, ...]


def gather(names: Sequence[str], city: str, period: Period) -> Gathered:
    """Read each measure over the whole period; ProblemError where a measure is not known."""
    query = measures.MeasureQuery(city=city, start=period.first, end=period.last)
    readings = tuple(measures.read(name, query) for name in names)
    return Gathered(readings, tuple(_input(each) for each in readings))


def _input(reading: measures.Reading) -> Input:
    days: dict[date, tuple[Amount, int]] = {}
    for found in reading.values:
        value, count = days.get(found.day, (0, 0))
        days[found.day] = (value + found.value, count + found.count)
    return Input(reading.measure, reading.version, days, _is_generated(reading, days))


def _is_generated(reading: measures.Reading, days: Iterable[date]) -> bool:
    """Whether records are generated, by the first page of each day's records.

    A day is generated as a whole or not at all: demonstration riders ride on days of their own.
    """
    for day in days:
        query = measures.MeasureQuery(city=reading.query.city, start=day, end=day)
        page = measures.records(reading.measure, query, limit=50)
        names = [column.name for column in page.columns]
        if GENERATED in names and any(row[names.index(GENERATED)] for row in page.rows):
            return True
    return False


def as_json(inputs: Iterable[Input]) -> list[dict[str, Any]]:
    """What is kept of the inputs: numbers as text, so that nothing is lost."""
    return [
        {
            "measure": each.measure,
            "version": each.version,
            "generated": each.generated,
            "days": {
                day.isoformat(): [measures.canonical_number(value), count]
                for day, (value, count) in sorted(each.days.items())
            },
        }
        for each in inputs
    ]


def from_json(kept: Iterable[dict[str, Any]]) -> tuple[Input, ...]:
    """The inputs again, from what was kept."""
    return tuple(
        Input(
            each["measure"],
            each["version"],
            {
                date.fromisoformat(day): (_amount(value), count)
                for day, (value, count) in each["days"].items()
            },
            each["generated"],
        )
        for each in kept
    )


def _amount(text: str) -> Amount:
    return Decimal(text) if "." in text else int(text)
