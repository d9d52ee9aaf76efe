"""Reading values out of a JSON document, noting what is not as it should be."""

from __future__ import annotations

import math
from typing import Any

from .problem import InstanceRefusedError, Shortcoming


class Reading:
    """Reads a document; `refuse_if_short` raises all that was noted at once."""

    def __init__(self) -> None:
        self.shortcomings: list[Shortcoming] = []

    def note(self, field: str, value: object, problem: str, remedy: str) -> None:
        """Note what is wrong with a field."""
        told = repr(value)
        told = told if len(told) <= 60 else told[:57] + "..."
        self.shortcomings.append(Shortcoming(field, told, problem, remedy))

    def items(self, document: Any, field: str, where: str = "") -> list[dict[str, Any]]:
        """The objects of a list; what is no object is noted and left out."""
        given = document.get(field) if isinstance(document, dict) else None
        name = f"{where}{field}"
        if not isinstance(given, list):
            self.note(name, given, "is not a list", "Give a list of objects")
            return []
        for number, item in enumerate(given):
            if not isinstance(item, dict):
                self.note(f"{name}[{number}]", item, "is not an object", "Give an object")
        return [item for item in given if isinstance(item, dict)]

    def text(self, item: dict[str, Any], field: str, where: str, *more: str) -> str:
        """A name under a field or, where it is not there, under one of `more`."""
        value = next((item[key] for key in (field, *more) if key in item), None)
        if isinstance(value, str) and value:
            return value
        self.note(f"{where}.{field}", value, "is not a name", "Give a text that is not empty")
        return ""

    def number(self, value: Any, field: str, *, least: float = -math.inf) -> float:
        """A finite number of at least `least`."""
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
        if good and math.isfinite(value) and value >= least:
            return float(value)
        remedy = "Give a finite number" + ("" if least == -math.inf else f" of {least:g} or more")
        self.note(field, value, "is not such a number", remedy)
        return 0.0

    def numbers(self, value: Any, field: str, *, least: float = -math.inf) -> tuple[float, float]:
        """Two finite numbers, the second no smaller."""
        if not isinstance(value, list) or len(value) != 2:
            self.note(field, value, "is not a pair of numbers", "Give [from, to]")
            return 0.0, 0.0
        low, high = (self.number(each, field, least=least) for each in value)
        if high < low:
            self.note(field, value, "ends before it begins", "Give the smaller number first")
        return low, high

    def refuse_if_short(self) -> None:
        """Raises InstanceRefusedError where something was noted."""
        if self.shortcomings:
            raise InstanceRefusedError(tuple(self.shortcomings))
