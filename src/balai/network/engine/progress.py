"""How far a city is on its way from a baseline to a target: a rule anyone can repeat.

The plan asks for a straight line from the baseline to the target, by days. The status compares the
latest value with the line on that value's last day:

- *target met*: the value is at or past the target;
- *on track*: at least the way the line asks for;
- *at risk*: at least `RISK` of that way;
- *behind*: less;
- *no data*: no value, or the latest is older than `STALE_DAYS` when asked.

Before any way is asked for (on the baseline's day), a value that has not gone back is on track.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

Status: TypeAlias = Literal["target-met", "on-track", "at-risk", "behind", "no-data"]

RISK = Fraction(3, 4)
STALE_DAYS = 62
MONTH_DAYS = Fraction(3_652_425, 120_000)


@dataclass(frozen=True, slots=True)
class Point:
    """A value of an indicator on a day."""

    day: date
    value: Fraction


@dataclass(frozen=True, slots=True)
class Assessment:
    """The status, and what it was judged by.

    `expected` is the line's value on the latest value's day; `way` the share of the asked way that
    was gone (None where none was asked); `needed_a_month` what the target still asks for each
    month, in the indicator's unit (None when the target's day has passed or the target is met).
    """

    status: Status
    expected: Fraction | None = None
    way: Fraction | None = None
    needed_a_month: Fraction | None = None


def assess(baseline: Point, target: Point, latest: Point | None, *, on: date) -> Assessment:
    """The status on the day `on`; ValueError if the target is not after and off the baseline.

    A target below its baseline is a wish to go down: all comparisons turn round.
    """
    if target.day <= baseline.day or target.value == baseline.value:
        raise ValueError("a target lies after its baseline and differs from it")
    if latest is None or (on - latest.day).days > STALE_DAYS:
        return Assessment("no-data")
    expected = on_line(baseline, target, latest.day)
    asked = expected - baseline.value
    gone = latest.value - baseline.value
    way = gone / asked if asked else None
    status = _status(gone / (target.value - baseline.value), way)
    return Assessment(status, expected, way, _needed(status, target, latest))


def on_line(baseline: Point, target: Point, day: date) -> Fraction:
    """The straight line's value on a day; flat before the baseline and after the target."""
    whole = (target.day - baseline.day).days
    gone = min(max((day - baseline.day).days, 0), whole)
    return baseline.value + (target.value - baseline.value) * Fraction(gone, whole)


def _status(of_all: Fraction, way: Fraction | None) -> Status:
    if of_all >= 1:
        return "target-met"
    if way is None:
        return "on-track" if of_all >= 0 else "behind"
    if way >= 1:
        return "on-track"
    return "at-risk" if way >= RISK else "behind"


def _needed(status: Status, target: Point, latest: Point) -> Fraction | None:
    left = (target.day - latest.day).days
    if status == "target-met" or left <= 0:
        return None
    return (target.value - latest.value) / (left / MONTH_DAYS)
