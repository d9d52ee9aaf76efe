"""What an indicator's value was computed from, and how two computations differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

Amount: TypeAlias = int | Decimal
Cause: TypeAlias = Literal["first", "continued", "late-data", "definition"]


@dataclass(frozen=True, slots=True)
class Input:
    """One measure over a period: value and number of records of each day that had records.

    `generated` says that records among them were made for demonstration.
    """

    measure: str
    version: int
    days: Mapping[date, tuple[Amount, int]] = field(default_factory=dict)
    generated: bool = False

    @property
    def programme(self) -> str:
        """The programme that tells the measure: the name up to the point."""
        return self.measure.partition(".")[0]

    @property
    def total(self) -> Amount:
        """The sum over the days."""
        return sum((value for value, _ in self.days.values()), start=0)

    @property
    def records(self) -> int:
        """How many records the days are made of."""
        return sum(count for _, count in self.days.values())


@dataclass(frozen=True, slots=True)
class Change:
    """A day whose value differs between two computations; None where it had no records."""

    measure: str
    day: date
    before: Amount | None
    after: Amount | None


def reported_days(inputs: Iterable[Input]) -> dict[str, tuple[date, ...]]:
    """The days on which each programme reported anything, in order."""
    found: dict[str, set[date]] = {}
    for each in inputs:
        found.setdefault(each.programme, set()).update(each.days)
    return {programme: tuple(sorted(days)) for programme, days in found.items()}


def last_reported(inputs: Iterable[Input]) -> date | None:
    """The last day that any of the inputs has."""
    return max((day for each in inputs for day in each.days), default=None)


def series(inputs: Iterable[Input], first: date, through: date) -> dict[str, list[Amount | None]]:
    """Each measure's values from `first` to `through`, a day each, for a formula.

    A day on which a measure's programme reported other measures but not this one counts as zero:
    there was nothing to count. A day on which the programme reported nothing is missing (None).
    """
    inputs = tuple(inputs)
    reported = reported_days(inputs)
    days = [first + timedelta(days=n) for n in range((through - first).days + 1)]
    return {
        each.measure: [
            each.days[day][0]
            if day in each.days
            else (0 if day in reported[each.programme] else None)
            for day in days
        ]
        for each in inputs
    }


def changes(
    before: Iterable[Input], after: Iterable[Input], counted_through: date
) -> tuple[Change, ...]:
    """The days up to `counted_through` whose values differ, by measure and day."""
    old = {each.measure: each.days for each in before}
    new = {each.measure: each.days for each in after}
    found = []
    for measure in sorted({*old, *new}):
        was, now = old.get(measure, {}), new.get(measure, {})
        for day in sorted({*was, *now}):
            first, second = was.get(day, (None, 0))[0], now.get(day, (None, 0))[0]
            if day <= counted_through and first != second:
                found.append(Change(measure, day, first, second))
    return tuple(found)


def cause(*, same_definition: bool, changed: tuple[Change, ...]) -> Cause:
    """Why a later computation follows an earlier one."""
    if not same_definition:
        return "definition"
    return "late-data" if changed else "continued"
