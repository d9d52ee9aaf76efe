"""The values of indicators: the current one, what was published before, series over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from django.db.models import QuerySet

from balai.kernel.problems import MissingError, ProblemError
from balai.network.engine.periods import Period, PeriodError
from balai.network.engine.rounding import rounded
from balai.network.models import Indicator, IndicatorDefinition, IndicatorValue

RESTATING = ("late-data", "definition")
Values: TypeAlias = "QuerySet[IndicatorValue]"


@dataclass(frozen=True, slots=True)
class Figure:
    """A period's value as it now stands, with its history from the first computation on.

    `first_published` is the earliest value made public, `restated` whether it differs now because
    counted days changed or the definition did (not merely because the period went on).
    """

    value: IndicatorValue
    history: tuple[IndicatorValue, ...]

    @property
    def number(self) -> Decimal | None:
        """The value rounded as the indicator wants; None where there is none."""
        return shown(self.value)

    @property
    def period(self) -> Period:
        """The period counted."""
        return Period.parse(self.value.period)

    @property
    def is_published(self) -> bool:
        """Whether the value that stands was made public."""
        return is_published(self.value)

    @property
    def first_published(self) -> IndicatorValue | None:
        """The earliest value that was made public."""
        return next((each for each in self.history if is_published(each)), None)

    @property
    def restatements(self) -> tuple[IndicatorValue, ...]:
        """The computations after the first publication that changed what had been counted."""
        first = self.first_published
        later = [each for each in self.history if first and each.pk > first.pk]
        return tuple(each for each in later if each.cause in RESTATING)

    @property
    def restated(self) -> bool:
        """Whether a published value was counted again and is another now."""
        first = self.first_published
        return bool(first and self.restatements and exact(first) != exact(self.value))


def exact(value: IndicatorValue) -> Fraction | None:
    """The value as the exact ratio that was computed; None where there is none."""
    if value.numerator is None or value.denominator is None:
        return None
    return Fraction(int(value.numerator), int(value.denominator))


def shown(value: IndicatorValue) -> Decimal | None:
    """The value rounded to the indicator's decimals; halves away from zero."""
    ratio = exact(value)
    return None if ratio is None else rounded(ratio, value.indicator.decimals)


def is_published(value: IndicatorValue) -> bool:
    """Whether the value was made public."""
    return hasattr(value, "publication")


def period_named(name: str) -> Period:
    """The period of that name; ProblemError names the ways to write one."""
    try:
        return Period.parse(name)
    except PeriodError as error:
        raise ProblemError("Not a period", detail=str(error)) from error


def indicators() -> list[Indicator]:
    """Every indicator, by code."""
    return list(Indicator.objects.order_by("code"))


def definitions(indicator: str) -> list[IndicatorDefinition]:
    """The versions of an indicator's definition, the latest first."""
    return list(
        IndicatorDefinition.objects.filter(indicator=indicator)
        .select_related("indicator")
        .order_by("-in_force_from")
    )


def figure(city: str, indicator: str, period: Period) -> Figure:
    """A period's figure; MissingError if it was never computed."""
    history = tuple(_values(city, indicator).filter(period=str(period)).order_by("id"))
    if not history:
        raise MissingError(
            "Nothing computed",
            detail=f"{indicator!r} was not computed for {city!r} and {period}.",
        )
    return Figure(history[-1], history)


def latest_figure(city: str, indicator: str, length: str = "month") -> Figure | None:
    """The latest period of that length with a value, or the latest at all; None if none is."""
    of_length = _values(city, indicator).filter(length=length)
    latest = (
        of_length.filter(state="value").order_by("-first_day", "-id").first()
        or of_length.order_by("-first_day", "-id").first()
    )
    return figure(city, indicator, Period.parse(latest.period)) if latest else None


def series(city: str, indicator: str, length: str, *, last: int = 36) -> list[IndicatorValue]:
    """The values that now stand of the latest periods of a length, oldest first."""
    found = _values(city, indicator).filter(length=length, followed_by=None)
    return list(found.order_by("-first_day")[:last])[::-1]


def months_counted(city: str, today: date) -> list[Period]:
    """This month, and every month counted for the city before, the earliest first."""
    kept = IndicatorValue.objects.filter(city=city, length="month")
    months = {Period(day, "month") for day in kept.values_list("first_day", flat=True)}
    return sorted(months | {Period.of(today, "month")})


def value_by_id(city: str, indicator: str, pk: int) -> IndicatorValue:
    """A value by its number; MissingError if the city's indicator has none such."""
    for found in _values(city, indicator).filter(pk=pk):
        return found
    raise MissingError("No such value", detail=f"{indicator!r} of {city!r} has no value {pk}.")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a period has data: days with data, days that have passed."""

    days: int
    of: int

    @property
    def share(self) -> Fraction:
        """The part covered, from 0 to 1."""
        return Fraction(self.days, self.of) if self.of else Fraction(0)


def coverage(value: IndicatorValue, *, on: date) -> Coverage:
    """The days of a value's period with records, of those that have passed on a day."""
    period = Period.parse(value.period)
    passed = (min(period.last, on) - period.first + timedelta(days=1)).days
    days = {day for each in value.inputs for day in each["days"]}
    return Coverage(len(days), max(passed, len(days)))


def _values(city: str, indicator: str) -> Values:
    return IndicatorValue.objects.select_related(
        "indicator", "definition", "publication__by", "follows"
    ).filter(city=city, indicator=indicator)
