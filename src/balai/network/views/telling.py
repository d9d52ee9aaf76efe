"""What the indicator's page says of a figure: its change, its course, its chart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from balai.network.engine.periods import Period
from balai.network.engine.rounding import rounded
from balai.network.queries import values
from balai.network.queries.plans import Judged
from balai.network.queries.values import Figure

LEAST_FOR_A_LINE = 2
ON_THE_AXIS = {"month": "M y", "day": "j M"}


@dataclass(frozen=True, slots=True)
class Story:
    """The course of an indicator up to a figure.

    `change` is the difference to the value at `since`, and `a_month` what the way from there gave
    each month; `needed` what the plan asks each month from here. `points` are the chart's.
    """

    change: Decimal | None = None
    since: Period | None = None
    a_month: Decimal | None = None
    needed: Decimal | None = None
    expected: Decimal | None = None
    points: list[tuple[date, Decimal | None]] = field(default_factory=list)
    length: str = "month"
    axis: str = "M y"
    target: tuple[date, Decimal] | None = None
    first_published: tuple[date, Decimal] | None = None

    @property
    def drawable(self) -> bool:
        """Whether there are enough values for a line."""
        return sum(value is not None for _, value in self.points) >= LEAST_FOR_A_LINE


def story(figure: Figure, judged: Judged, today: date) -> Story:
    """What there is to tell of a figure on a day."""
    value = figure.value
    length = _length_drawn(figure)
    drawn = values.series(value.city_id, value.indicator_id, length)
    decimals = value.indicator.decimals
    earlier = _earlier(figure, values.series(value.city_id, value.indicator_id, value.length))
    now, then = values.exact(value), values.exact(earlier) if earlier else None
    change = now - then if now is not None and then is not None else None
    return Story(
        change=_round(change, decimals),
        since=Period.parse(earlier.period) if earlier and change is not None else None,
        a_month=_round(_each_month(change, earlier, value), decimals),
        needed=_round(judged.assessment.needed_a_month, decimals),
        expected=_round(judged.assessment.expected, decimals),
        points=[(each.first_day, values.shown(each)) for each in drawn],
        length=length,
        axis=ON_THE_AXIS[length],
        target=_target(judged, decimals) if length == "month" else None,
        first_published=_first(figure, length),
    )


def _length_drawn(figure: Figure) -> str:
    """Months where there are enough of them to draw a line, else days."""
    value = figure.value
    months = values.series(value.city_id, value.indicator_id, "month")
    enough = sum(values.exact(each) is not None for each in months) >= LEAST_FOR_A_LINE
    return "month" if enough and value.length != "day" else "day"


def _earlier(figure: Figure, drawn: list[Any]) -> Any:
    """Three periods before the figure, or the earliest that has a value."""
    before = [
        each
        for each in drawn
        if each.first_day < figure.value.first_day and values.exact(each) is not None
    ]
    return before[-3:][0] if before else None


def _each_month(change: Fraction | None, earlier: Any, value: Any) -> Fraction | None:
    if change is None or value.length != "month":
        return None
    months = (value.first_day.year - earlier.first_day.year) * 12 + (
        value.first_day.month - earlier.first_day.month
    )
    return change / months


def _target(judged: Judged, decimals: int) -> tuple[date, Decimal] | None:
    if judged.target is None:
        return None
    return judged.target.day, rounded(judged.target.value, decimals)


def _first(figure: Figure, length: str) -> tuple[date, Decimal] | None:
    first = figure.first_published
    if first is None or not figure.restated or figure.value.length != length:
        return None
    number = values.shown(first)
    return (first.first_day, number) if number is not None else None


def _round(value: Fraction | None, decimals: int) -> Decimal | None:
    return None if value is None else rounded(value, decimals)
