"""Measures: figures by day and place that can list the records they are made of.

A programme registers its measures when Django is ready; whoever draws indicators reads them by
name and never sees the programme's tables.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from balai.kernel.problems import Fault, ProblemError


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureQuery:
    """What is asked: a city (slug), the days from `start` to `end` inclusive, and places.

    `places` are region codes; None means everywhere in the city.
    """

    city: str
    start: date
    end: date
    places: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ProblemError(
                "The period ends before it starts",
                faults=(
                    Fault(
                        field="end",
                        value=self.end.isoformat(),
                        problem=f"is before the start, {self.start.isoformat()}",
                        remedy="Exchange the two dates",
                    ),
                ),
            )


@dataclass(frozen=True, slots=True)
class MeasureValue:
    """The figure of one day and place, and how many records it is made of."""

    day: date
    place: str
    value: int | Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a measure's records: its field, title by language, and what it holds."""

    name: str
    title: Mapping[str, str]
    kind: Literal["text", "integer", "decimal", "money", "day", "time", "boolean"] = "text"


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some of the records behind a figure. `next` is the mark of the page that follows."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """How many records a query meets and when the latest was recorded.

    Facts are only ever added, so two equal ones mean that nothing came in between.
    """

    count: int
    latest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure that a programme tells, for example `transit.journeys`.

    `title` and `description` are by language; `unit` is `journeys`, `IDR`, `km`. `version` grows
    when its meaning changes. `values` gives at most one value a day and place, ordered by them;
    days without records are left out. `records` lists what the values are made of, and
    `freshness` tells cheaply whether records came in.
    """

    name: str
    title: Mapping[str, str]
    unit: str
    version: int
    description: Mapping[str, str]
    values: Callable[[MeasureQuery], list[MeasureValue]]
    records: Callable[[MeasureQuery, int, str | None], RecordPage]
    freshness: Callable[[MeasureQuery], Freshness]


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure's values for a query, with the hash by which a change is seen."""

    measure: str
    version: int
    query: MeasureQuery
    values: tuple[MeasureValue, ...]

    @property
    def total(self) -> int | Decimal:
        """The sum over days and places."""
        return sum((found.value for found in self.values), start=0)

    @property
    def count(self) -> int:
        """How many records the values are made of."""
        return sum(found.count for found in self.values)


_measures: dict[str, Measure] = {}


def register_measure(measure: Measure) -> Measure:
    """Make a measure known; ValueError where another one has its name. Returns the measure."""
    if _measures.setdefault(measure.name, measure) is not measure:
        raise ValueError(f"another measure is registered as {measure.name!r}")
    return measure


def find_measure(name: str) -> Measure:
    """The measure of that name; ProblemError names those that exist."""
    try:
        return _measures[name]
    except KeyError:
        raise ProblemError(
            "There is no such measure",
            detail=f"{name!r} is not a measure. Known: {', '.join(sorted(_measures)) or 'none'}.",
        ) from None


def measures() -> tuple[Measure, ...]:
    """The registered measures, by name."""
    return tuple(_measures[name] for name in sorted(_measures))


def read(name: str, query: MeasureQuery) -> Reading:
    """A measure's values for a query; ProblemError where there is no such measure."""
    measure = find_measure(name)
    return Reading(measure.name, measure.version, query, tuple(measure.values(query)))


def records(
    name: str, query: MeasureQuery, *, limit: int = 50, after: str | None = None
) -> RecordPage:
    """A page of the records behind a measure's values, oldest first."""
    return find_measure(name).records(query, limit, after)


def latest_recorded(name: str, query: MeasureQuery) -> Freshness:
    """Whether anything came in: compare with the answer kept beside an earlier reading."""
    return find_measure(name).freshness(query)


def inputs_hash(readings: Iterable[Reading]) -> str:
    """The sha256 (hex) over readings: their measures, versions, queries and values.

    It does not depend on the order of readings or values, nor on how a number is written
    (`2`, `2.0` and `2.00` are one).
    """
    canonical = sorted(
        json.dumps([
            reading.measure, reading.version, reading.query.city,
            reading.query.start.isoformat(), reading.query.end.isoformat(),
            None if reading.query.places is None else sorted(set(reading.query.places)),
            sorted(
                [found.day.isoformat(), found.place, canonical_number(found.value), found.count]
                for found in reading.values
            ),
        ], ensure_ascii=False, separators=(",", ":"))
        for reading in readings
    )  # fmt: skip
    return hashlib.sha256("\n".join(canonical).encode()).hexdigest()


def canonical_number(value: int | Decimal) -> str:
    """The one way to write a number: no exponent, no trailing zeros, no minus zero."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
