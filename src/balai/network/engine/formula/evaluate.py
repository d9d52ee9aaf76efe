"""The exact value of a formula. What is missing is not zero; a division by zero is said."""

from __future__ import annotations

import operator as op
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from balai.network.engine.formula.syntax import (
    Binary,
    Call,
    Node,
    Number,
    Reference,
    Unary,
    to_text,
)

Scalar: TypeAlias = int | Decimal | Fraction | None
Series: TypeAlias = Sequence[Scalar]
"""The values of a period in the order of time (a day each); None where nothing was received."""

COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": op.lt,
    "<=": op.le,
    ">": op.gt,
    ">=": op.ge,
    "==": op.eq,
    "!=": op.ne,
}

State: TypeAlias = Literal["value", "no-data", "undefined"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a formula gave.

    `value` is exact, and None unless `state` is `value`. `missing` names the references without
    data that the result needed; `reason` says in English why there is no value.
    """

    state: State
    value: Fraction | None = None
    reason: str = ""
    missing: tuple[str, ...] = field(default=())


class _Absent(Exception):  # noqa: N818
    """A needed reference has no data."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _Undefined(Exception):  # noqa: N818
    """An operation has no result."""


def evaluate(node: Node, values: Mapping[str, Scalar | Series]) -> Outcome:
    """The value of a formula over `values` (by reference name).

    A reference's value is a number, None, or a series over the period. A series is added up where
    it stands bare or in `sum`; `average`, `last`, `min` and `max` of a lone reference run over its
    days. Days without data are left out of these; a series without any day is missing. Between
    arguments and operands nothing is left out: `sum({a}, {b})` and `{a} + {b}` have no data unless
    both have. Floats are refused (TypeError), for they are not exact.
    """
    try:
        return Outcome("value", _number(node, values))
    except _Absent as absent:
        return Outcome("no-data", None, f"no data for {absent.name}", (absent.name,))
    except _Undefined as undefined:
        return Outcome("undefined", None, str(undefined))


def _number(node: Node, values: Mapping[str, Scalar | Series]) -> Fraction:
    match node:
        case Number(value):
            return Fraction(value)
        case Reference():
            return sum(_days(node, values), Fraction(0))
        case Unary(_, operand):
            return -_number(operand, values)
        case Binary(operator, left, right):
            return _arithmetic(node, operator, _number(left, values), _number(right, values))
        case Call(function, arguments):
            return _called(function, arguments, values)


def _called(
    function: str, arguments: tuple[Node, ...], values: Mapping[str, Scalar | Series]
) -> Fraction:
    if function == "if":
        condition, then, other = arguments
        return _number(then if _truth(condition, values) else other, values)
    if function == "firstNonNull":
        return _first(arguments, values)
    return _aggregate(function, arguments, values)


def _arithmetic(node: Binary, operator: str, left: Fraction, right: Fraction) -> Fraction:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if right == 0:
        raise _Undefined(f"division by zero: {to_text(node.right)} is 0")
    return left / right


def _aggregate(
    function: str, arguments: tuple[Node, ...], values: Mapping[str, Scalar | Series]
) -> Fraction:
    lone = arguments[0] if len(arguments) == 1 else None
    if isinstance(lone, Reference):
        found = _days(lone, values)
    else:
        found = [_number(each, values) for each in arguments]
    match function:
        case "sum":
            return sum(found, Fraction(0))
        case "average":
            return sum(found, Fraction(0)) / len(found)
        case "min":
            return min(found)
        case "max":
            return max(found)
        case _:
            return found[-1]


def _first(arguments: tuple[Node, ...], values: Mapping[str, Scalar | Series]) -> Fraction:
    for place, each in enumerate(arguments, start=1):
        try:
            return _number(each, values)
        except _Absent:
            if place == len(arguments):
                raise
    raise AssertionError("firstNonNull has at least one argument")


def _truth(node: Node, values: Mapping[str, Scalar | Series]) -> bool:
    match node:
        case Call("isNull", (operand,)):
            return _is_missing(operand, values)
        case Unary("not", operand):
            return not _truth(operand, values)
        case Binary("and" | "or" as operator, left, right):
            return _joined(operator, left, right, values)
        case Binary(operator, left, right):
            return COMPARE[operator](_number(left, values), _number(right, values))
    raise AssertionError(f"not a condition: {node}")


def _joined(operator: str, left: Node, right: Node, values: Mapping[str, Scalar | Series]) -> bool:
    # Kleene's logic: one known side may decide for both, whichever side it is.
    decisive = operator == "or"
    try:
        first = _truth(left, values)
    except _Absent:
        if _truth(right, values) is decisive:
            return decisive
        raise
    return decisive if first is decisive else _truth(right, values)


def _is_missing(node: Node, values: Mapping[str, Scalar | Series]) -> bool:
    try:
        _number(node, values)
    except _Absent:
        return True
    return False


def _days(node: Reference, values: Mapping[str, Scalar | Series]) -> list[Fraction]:
    given = values.get(node.name)
    series = given if isinstance(given, Sequence) else (given,)
    known = [_exact(each, node.name) for each in series if each is not None]
    if not known:
        raise _Absent(node.name)
    return known


def _exact(value: object, name: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise TypeError(f"{name}: {value!r} is not an exact number")
    return Fraction(value)
