"""The figures of a tariff as fields of a form, and back: what officers type, checked one by one.

A figure's field names begin with the parameter's name: `cap`, `mode_price:brt`,
`timed_price:0:from`; where it comes from is `cap.from`, `cap.article`, `cap.source`,
`cap.verified`. Reading never fails: what cannot be read is a fault of its own field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from balai.kernel.problems import Fault
from balai.transit.engine.fares.modes import MODE_CODES
from balai.transit.engine.fares.parameters import BY_NAME, Cell, ParameterSpec, parameters_of

Given = Mapping[str, Sequence[str]]
"""What was typed: the values of each field's name."""
ROW = re.compile(r"(\w+):(\d{1,3}):")
MOST_ROWS, LONGEST = 50, 500


def shape_of(parameter: str) -> ParameterSpec | None:
    """How a parameter is typed; None for one that only JSON can hold."""
    return BY_NAME.get(parameter)


def optional_of(family: str) -> tuple[str, ...]:
    """The parameters that a tariff of the family may have or lack."""
    return tuple(spec.name for spec in parameters_of(family) if not spec.required)


def written(parameter: str, value: Any) -> dict[str, list[str]]:
    """A figure's value as the fields of a form hold it."""
    shape = shape_of(parameter)
    if shape is None:
        return {parameter: [json.dumps(value, ensure_ascii=False)]}
    if shape.layout == "one":
        return {parameter: _typed(value)}
    if shape.layout == "by_mode":
        return {
            _name(parameter, mode, cell): _typed(_part(value[mode], cell))
            for mode in value for cell in shape.cells
        }  # fmt: skip
    return {
        _name(parameter, str(place), cell): _typed(row.get(cell.name))
        for place, row in enumerate(value) for cell in shape.cells
    }  # fmt: skip


def _part(value: Any, cell: Cell) -> Any:
    return value[cell.name] if cell.name else value


def _name(parameter: str, part: str, cell: Cell) -> str:
    return f"{parameter}:{part}:{cell.name}" if cell.name else f"{parameter}:{part}"


def _typed(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return [] if value is None else [str(value)]


def row_numbers(parameter: str, given: Given) -> list[int]:
    """The rows that were typed for a figure, in order."""
    found = {int(m[2]) for name in given if (m := ROW.match(name)) and m[1] == parameter}
    return sorted(found)[:MOST_ROWS]


def read_value(parameter: str, given: Given) -> tuple[Any, list[Fault]]:
    """The value that was typed for a parameter, and what is wrong with it, field by field."""
    shape = shape_of(parameter)
    if shape is None:
        return _read_json(parameter, given)
    if shape.layout == "one":
        value, fault = _read_cell(parameter, shape.cells[0], given)
        return value, fault
    if shape.layout == "by_mode":
        return _read_modes(parameter, shape, given)
    return _read_rows(parameter, shape, given)


def _read_json(parameter: str, given: Given) -> tuple[Any, list[Fault]]:
    text = next(iter(given.get(parameter, ())), "")
    try:
        return json.loads(text), []
    except (ValueError, RecursionError):
        return None, [Fault(field=parameter, value=text[:80], problem="is not JSON",
                            remedy="Write it as it was")]  # fmt: skip


def _read_modes(parameter: str, shape: ParameterSpec, given: Given) -> tuple[Any, list[Fault]]:
    value: dict[str, Any] = {}
    faults: list[Fault] = []
    for mode in MODE_CODES:
        names = {cell: _name(parameter, mode, cell) for cell in shape.cells}
        if not any("".join(given.get(name, ())).strip() for name in names.values()):
            continue
        parts = {}
        for cell, name in names.items():
            parts[cell.name], wrong = _read_cell(name, cell, given)
            faults += wrong
        value[mode] = parts.get("", parts)
    return value, faults


def _read_rows(parameter: str, shape: ParameterSpec, given: Given) -> tuple[Any, list[Fault]]:
    rows, faults = [], []
    for number in row_numbers(parameter, given):
        row = {}
        for cell in shape.cells:
            value, wrong = _read_cell(_name(parameter, str(number), cell), cell, given)
            faults += wrong
            if value is not None:
                row[cell.name] = value
        rows.append(row)
    return rows, faults


def _read_cell(name: str, cell: Cell, given: Given) -> tuple[Any, list[Fault]]:
    texts = [text.strip() for text in given.get(name, ())]
    text = texts[0] if texts else ""
    if cell.kind == "flag":
        return text in ("on", "true"), []
    if cell.kind in ("modes", "weekdays"):
        return _read_many(name, cell, texts)
    if not text:
        if cell.optional:
            return None, []
        return None, [Fault(field=name, problem="is missing", remedy="Fill it in")]
    if cell.kind == "choice" and text not in cell.choices:
        return None, [Fault(field=name, value=text[:80], problem="is none of the choices",
                            remedy=f"Choose {', '.join(cell.choices)}")]  # fmt: skip
    return _READERS[cell.kind](name, text) if cell.kind in _READERS else (text[:LONGEST], [])


def _read_many(name: str, cell: Cell, texts: Sequence[str]) -> tuple[Any, list[Fault]]:
    chosen = [choice for choice in cell.choices if choice in texts]
    if not chosen and not cell.optional:
        return None, [Fault(field=name, problem="names none", remedy="Choose at least one")]
    return (chosen or None), []


def _whole(name: str, text: str) -> tuple[Any, list[Fault]]:
    """A whole number; dots or spaces between thousands are let stand."""
    bare = re.sub(r"(?<=\d)[.\s\u00a0](?=\d{3}(?:\D|$))", "", text)
    if re.fullmatch(r"\d{1,12}", bare):
        return int(bare), []
    return None, [Fault(field=name, value=text[:80], problem="is not a whole number of at least 0",
                        remedy="Write it as 3500")]  # fmt: skip


def _number(name: str, text: str) -> tuple[Any, list[Fault]]:
    if re.fullmatch(r"\d{1,6}([.,]\d{1,3})?", text):
        value = float(text.replace(",", "."))
        return (int(value) if value.is_integer() else value), []
    return None, [Fault(field=name, value=text[:80], problem="is not a number of at least 0",
                        remedy="Write it as 1.3")]  # fmt: skip


def _clock(name: str, text: str) -> tuple[Any, list[Fault]]:
    if re.fullmatch(r"([01]?\d|2[0-4]):[0-5]\d(:[0-5]\d)?", text):
        return text, []
    return None, [Fault(field=name, value=text[:80], problem="is no time of day",
                        remedy="Write it as 05:00")]  # fmt: skip


def _day(name: str, text: str) -> tuple[Any, list[Fault]]:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return text, []
    return None, [Fault(field=name, value=text[:80], problem="is no day",
                        remedy="Write it as 2027-01-31")]  # fmt: skip


_READERS = {"whole": _whole, "number": _number, "clock": _clock, "day": _day}
