"""The values of a tariff's parameters, checked by their schema and typed for the engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from balai.transit.engine.fares.modes import MODE_CODES, Mode
from balai.transit.engine.fares.parameters import WEEKDAYS, Cell, ParameterSpec

MOST_AMOUNT = 2_000_000_000
"""Amounts, seconds and metres above it do not fit the kernel's output."""


class TariffError(ValueError):
    """A tariff's parameters are missing or contradict each other.

    Tells the `parameter`, its `value` where there is one, the `problem` and the `remedy`.
    """

    def __init__(
        self, tariff: str, parameter: str, problem: str, remedy: str, value: Any = None
    ) -> None:
        super().__init__(f"tariff {tariff}: {parameter}: {problem}. {remedy}")
        self.tariff, self.parameter, self.value = tariff, parameter, value
        self.problem, self.remedy = problem, remedy


class Checking:
    """Checks one tariff's parameters; every fault names the tariff and the parameter."""

    def __init__(self, tariff: str) -> None:
        self.tariff = tariff
        self.kinds: Mapping[str, Callable[[str, Cell, Any], Any]] = {
            "whole": self._whole, "number": self._metres, "flag": self._flag,
            "choice": self._choice, "text": self._text, "clock": self._second,
            "day": self._day, "modes": self._modes, "weekdays": self._weekdays,
        }  # fmt: skip

    def fail(self, parameter: str, problem: str, remedy: str, value: Any = None) -> NoReturn:
        """Raise the TariffError of a fault."""
        raise TariffError(self.tariff, parameter, problem, remedy, value)

    def value(self, spec: ParameterSpec, value: Any) -> Any:
        """A parameter's value, typed: a cell's, by `Mode`, or a tuple of rows by cell."""
        if spec.layout == "one":
            return self._cell(spec.name, spec.cells[0], value)
        if spec.layout == "by_mode":
            if not isinstance(value, Mapping):
                self.fail(spec.name, f"must map modes to values, not {value!r}",
                          "Give a value for each mode", value)  # fmt: skip
            return {
                self._mode(spec.name, code): self._part(spec, each) for code, each in value.items()
            }
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.fail(spec.name, f"must be a list of rows, not {value!r}", "Give rows", value)
        return tuple(self._row(spec, row) for row in value)

    def _part(self, spec: ParameterSpec, value: Any) -> Any:
        if not spec.cells[0].name:
            return self._cell(spec.name, spec.cells[0], value)
        return self._row(spec, value)

    def _row(self, spec: ParameterSpec, row: Any) -> dict[str, Any]:
        """A row's cells by name; an optional one that is left out is None."""
        allowed = {cell.name for cell in spec.cells}
        needed = {cell.name for cell in spec.cells if not cell.optional}
        given = set(row) if isinstance(row, Mapping) else set()
        if not isinstance(row, Mapping) or not needed <= given <= allowed:
            each = "each mode" if spec.layout == "by_mode" else "each row"
            words = ", ".join(sorted(needed))
            more = ", ".join(sorted(allowed - needed))
            extra = f" and may have {more}" if more else ""
            self.fail(spec.name, f"{each} needs exactly {words}{extra}, not {row!r}",
                      "Add what is missing and leave out the rest", row)  # fmt: skip
        return {
            cell.name: None
            if cell.optional and row.get(cell.name) is None
            else self._cell(spec.name, cell, row[cell.name])
            for cell in spec.cells
        }

    def _cell(self, parameter: str, cell: Cell, value: Any) -> Any:
        return self.kinds[cell.kind](parameter, cell, value)

    def _refuse(self, parameter: str, cell: Cell, must: str, value: Any, remedy: str) -> NoReturn:
        where = f"{cell.name} " if cell.name else ""
        self.fail(parameter, f"{where}must be {must}, not {value!r}", remedy, value)

    def _whole(self, parameter: str, cell: Cell, value: Any) -> int:
        most = MOST_AMOUNT if cell.most is None else cell.most
        wrong = isinstance(value, bool) or not isinstance(value, int)
        if wrong or not cell.least <= value <= most:
            bounds = f"of at least {cell.least}"
            if not wrong and value > most:
                bounds = f"of at most {most}"
            self._refuse(parameter, cell, f"a whole number {bounds}", value, "Write it as 3500")
        return int(value)

    def _metres(self, parameter: str, cell: Cell, value: Any) -> int:
        number = not isinstance(value, bool) and isinstance(value, int | float)
        if not number or not 0 <= value <= 100_000:
            self._refuse(parameter, cell, "kilometres of 0 to 100,000", value, "Write it as 1.3")
        metres: int = round(value * 1000)
        return metres

    def _flag(self, parameter: str, cell: Cell, value: Any) -> bool:
        if not isinstance(value, bool):
            self._refuse(parameter, cell, "true or false", value, "Choose one")
        return value

    def _choice(self, parameter: str, cell: Cell, value: Any) -> str:
        if not isinstance(value, str) or value not in cell.choices:
            choices = ", ".join(cell.choices)
            self._refuse(parameter, cell, f"one of {choices}", value, f"Choose {choices}")
        return value

    def _text(self, parameter: str, cell: Cell, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            self._refuse(parameter, cell, "a text", value, "Fill it in")
        if parameter == "zone":
            self._zone(value)
        return value

    def _zone(self, name: str) -> None:
        try:
            ZoneInfo(name)
        except (OSError, LookupError, ValueError):
            self.fail("zone", f"no zone {name!r}", "Write an IANA name such as Asia/Jakarta", name)

    def _second(self, parameter: str, cell: Cell, value: Any) -> int:
        parts = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", str(value))
        hours, minutes, seconds = (
            (int(each or 0) for each in parts.groups()) if parts else (99, 0, 0)
        )
        if minutes > 59 or seconds > 59 or hours * 3600 + minutes * 60 + seconds > 86_400:
            self._refuse(
                parameter, cell, 'a time of day such as "05:00"', value, 'Write it as "05:00"'
            )
        return hours * 3600 + minutes * 60 + seconds

    def _day(self, parameter: str, cell: Cell, value: Any) -> date:
        try:
            if isinstance(value, date):
                return date(value.year, value.month, value.day)
            return date.fromisoformat(str(value))
        except ValueError:
            self._refuse(
                parameter, cell, "a day such as 2027-01-31", value, "Write it as 2027-01-31"
            )

    def _mode(self, parameter: str, code: Any) -> Mode:
        try:
            return Mode.of(str(code))
        except ValueError as error:
            remedy = f"Write one of {', '.join(MODE_CODES)}"
            self.fail(parameter, str(error), remedy, code)

    def _modes(self, parameter: str, cell: Cell, value: Any) -> frozenset[Mode]:
        if not isinstance(value, Sequence) or isinstance(value, str) or not value:
            self._refuse(parameter, cell, "a list of modes", value, "Name at least one mode")
        return frozenset(self._mode(parameter, code) for code in value)

    def _weekdays(self, parameter: str, cell: Cell, value: Any) -> frozenset[int]:
        listed = isinstance(value, Sequence) and not isinstance(value, str) and len(value)
        if not listed or not all(day in WEEKDAYS for day in value):
            days = ", ".join(WEEKDAYS)
            self._refuse(parameter, cell, f"a list of {days}", value, "Name at least one day")
        return frozenset(WEEKDAYS.index(day) for day in value)
