"""The tree of a formula, and its way back to text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias


class FormulaError(ValueError):
    """A formula that cannot be read: what is wrong, at which character (from 0), the mend."""

    def __init__(self, problem: str, position: int, remedy: str = "") -> None:
        super().__init__(f"character {position + 1}: {problem}" + (f". {remedy}" if remedy else ""))
        self.problem = problem
        self.position = position
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written; never negative (a minus is an operator)."""

    value: Decimal
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """A measure of a programme (`measure`), or a data element as DHIS2 writes it (`element`)."""

    name: str
    kind: Literal["measure", "element"] = "measure"
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-a` or `not a`."""

    operator: str
    operand: Node
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`a + b`, `a < b`, `a and b`: all group to the left, comparisons do not chain."""

    operator: str
    left: Node
    right: Node
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    function: str
    arguments: tuple[Node, ...]
    position: int = field(default=0, compare=False)


Node: TypeAlias = Number | Reference | Unary | Binary | Call

COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
BINDING = {"or": 1, "and": 2, "not": 3, **dict.fromkeys(COMPARISONS, 4)}
BINDING |= {"+": 5, "-": 5, "*": 6, "/": 6}
SIGN = 7
PRIMARY = 8


def to_text(node: Node) -> str:
    """The formula in canonical spelling, with no more parentheses than it needs.

    `parse(to_text(node)) == node` for every tree that `parse` makes.
    """
    match node:
        case Number(value):
            return format(value, "f")
        case Reference(name, kind):
            return ("{%s}" if kind == "measure" else "#{%s}") % name
        case Unary("-", operand):
            return "-" + _within(operand, SIGN)
        case Unary(operator, operand):
            return f"{operator} {_within(operand, BINDING[operator])}"
        case Binary(operator, left, right):
            return _binary_text(operator, left, right)
        case Call(function, arguments):
            return f"{function}({', '.join(map(to_text, arguments))})"


def _binary_text(operator: str, left: Node, right: Node) -> str:
    level = BINDING[operator]
    # Comparisons do not chain, so an equal level needs parentheses on both sides.
    first = _within(left, level + 1 if operator in COMPARISONS else level)
    return f"{first} {operator} {_within(right, level + 1)}"


def _within(node: Node, level: int) -> str:
    text = to_text(node)
    return text if _binding(node) >= level else f"({text})"


def _binding(node: Node) -> int:
    match node:
        case Unary("-"):
            return SIGN
        case Unary(operator) | Binary(operator):
            return BINDING[operator]
        case _:
            return PRIMARY


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it, in the order of the text."""
    yield node
    match node:
        case Unary(_, operand):
            yield from walk(operand)
        case Binary(_, left, right):
            yield from walk(left)
            yield from walk(right)
        case Call(_, arguments):
            for each in arguments:
                yield from walk(each)
        case _:
            pass


def references(node: Node) -> tuple[Reference, ...]:
    """What the formula reads, each once, in order of first mention."""
    return tuple(dict.fromkeys(each for each in walk(node) if isinstance(each, Reference)))


@dataclass(frozen=True, slots=True)
class Ratio:
    """A formula read as `factor * numerator / denominator`."""

    factor: Fraction
    numerator: Node
    denominator: Node


def as_ratio(node: Node) -> Ratio | None:
    """The formula as a ratio with its factor (1, 100, 1000...), or None if it is not one.

    Reads `f * a / b`, `a / b * f` and `f * (a / b)` alike.
    """
    match node:
        case Binary("/", Binary("*", Number(factor), numerator), denominator):
            return Ratio(Fraction(factor), numerator, denominator)
        case Binary("/", numerator, denominator):
            return Ratio(Fraction(1), numerator, denominator)
        case Binary("*", Binary("/", numerator, denominator), Number(factor)):
            return Ratio(Fraction(factor), numerator, denominator)
        case Binary("*", Number(factor), Binary("/", numerator, denominator)):
            return Ratio(Fraction(factor), numerator, denominator)
        case _:
            return None
