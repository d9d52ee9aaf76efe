"""A law, its parameters and the values each had from one day to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


class LawError(ValueError):
    """A law's file cannot be read: names the file, the parameter and what is wrong."""


class LawGap(LookupError):  # noqa: N818 - the domain's word for a day without a value
    """No value of a parameter covers a day. Carries the nearest days that are covered."""

    def __init__(
        self, law: str, parameter: str, on: date, before: date | None, after: date | None
    ) -> None:
        self.law, self.parameter, self.on = law, parameter, on
        self.before, self.after = before, after
        near = [f"the last day covered before it is {before}"] if before else []
        near += [f"the first day covered after it is {after}"] if after else []
        super().__init__(
            f"{law} gives no value of {parameter} for {on}"
            + (f"; {' and '.join(near)}" if near else "")
        )

    @property
    def nearest(self) -> date | None:
        """The covered day closest to the one asked for, the earlier on a tie."""
        days = [day for day in (self.before, self.after) if day is not None]
        return min(days, key=lambda day: abs((day - self.on).days), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedValue:
    """What a parameter was from `start` to `end` (inclusive; None while in force)."""

    value: Any
    unit: str
    article: str
    source: str
    verified: bool
    start: date
    end: date | None = None

    def covers(self, on: date) -> bool:
        """Whether the value held on a day."""
        return self.start <= on and (self.end is None or on <= self.end)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named quantity or choice of a law with its values in order of time."""

    name: str
    title: Mapping[str, str]
    unit: str
    values: tuple[DatedValue, ...]

    def on(self, day: date) -> DatedValue | None:
        """The value in force on a day, or None."""
        return next((value for value in self.values if value.covers(day)), None)


@dataclass(frozen=True, slots=True)
class Law:
    """A law as read from its file. `name` is unique; its last segment is the short name."""

    name: str
    title: Mapping[str, str]
    region: str
    parameters: Mapping[str, Parameter]
    path: Path | None = None

    @property
    def short_name(self) -> str:
        """The last segment of the name: what a person types."""
        return self.name.rsplit("/", 1)[-1]

    def value(self, parameter: str, on: date) -> DatedValue:
        """The value of a parameter on a day.

        Raises KeyError where the law has no such parameter, LawGap where no value covers the day.
        """
        if parameter not in self.parameters:
            known = ", ".join(sorted(self.parameters))
            raise KeyError(f"{self.name} has no parameter {parameter!r}; it has {known}")
        found = self.parameters[parameter].on(on)
        if found is None:
            raise self._gap(parameter, on)
        return found

    def on(self, day: date) -> dict[str, DatedValue]:
        """Every parameter's value on a day. Raises LawGap at the first that has none."""
        return {name: self.value(name, day) for name in self.parameters}

    def dates(self) -> tuple[date, ...]:
        """The days on which some value begins, in order: where the law changed."""
        starts = {value.start for p in self.parameters.values() for value in p.values}
        return tuple(sorted(starts))

    def _gap(self, parameter: str, on: date) -> LawGap:
        values = self.parameters[parameter].values
        before = max((v.end for v in values if v.end and v.end < on), default=None)
        after = min((v.start for v in values if v.start > on), default=None)
        return LawGap(self.name, parameter, on, before, after)
