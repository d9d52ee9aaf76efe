"""From the text of a formula to its tree. Every error names the character and a mend."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from balai.network.engine.formula.syntax import (
    BINDING,
    COMPARISONS,
    SIGN,
    Binary,
    Call,
    FormulaError,
    Node,
    Number,
    Reference,
    Unary,
)

Kind = Literal["number", "truth"]

FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "if": (3, 3),
    "sum": (1, None),
    "average": (1, None),
    "min": (1, None),
    "max": (1, None),
    "last": (1, 1),
    "isNull": (1, 1),
    "firstNonNull": (1, None),
}
"""How many arguments each function takes: at least, at most."""

LONGEST = 4_000
MOST_TOKENS = 400
DEEPEST = 60
_SHORTER = "Split it into two indicators"

TOKENS = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?|\.\d+)
    | (?P<reference>\#?\{[^{}]*\})
    | (?P<word>[A-Za-z][A-Za-z0-9]*)
    | (?P<mark><=|>=|==|!=|&&|\|\||[-+*/()<>=!,])
    )""",
    re.VERBOSE,
)
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9][A-Za-z0-9_-]*)*")
SPELLINGS = {"&&": "and", "||": "or", "!": "not", "=": "=="}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: its sort, its canonical spelling, the place of its first character."""

    sort: Literal["number", "reference", "word", "mark", "end"]
    text: str
    position: int


def parse(text: str) -> Node:
    """The tree of a formula that gives a number.

    Raises FormulaError, which names the character, the problem and a mend.
    """
    if len(text) > LONGEST:
        raise FormulaError("the formula is too long", LONGEST, _SHORTER)
    found = tokens(text)
    if len(found) > MOST_TOKENS:
        raise FormulaError("the formula has too many parts", found[MOST_TOKENS].position, _SHORTER)
    reader = _Reader(found)
    tree = reader.expression(0)
    if reader.now.sort != "end":
        raise _stray(reader.now)
    _expect(tree, "number", "An indicator is a number: wrap the condition in if(condition, a, b)")
    return tree


def tokens(text: str) -> list[Token]:
    """The pieces of the text, closed by an `end`; FormulaError at a character that fits nowhere."""
    found: list[Token] = []
    place = 0
    while place < len(text.rstrip()):
        match = TOKENS.match(text, place)
        if match is None:
            raise _unreadable(text, place + len(text[place:]) - len(text[place:].lstrip()))
        sort = str(match.lastgroup)
        found.append(_token(sort, match[sort], match.start(sort)))
        place = match.end()
    return [*found, Token("end", "", len(text))]


def _token(sort: str, text: str, position: int) -> Token:
    if sort == "word" and text.lower() in ("and", "or", "not"):
        return Token("mark", text.lower(), position)
    if sort == "word":
        names = {each.lower(): each for each in FUNCTIONS}
        return Token("word", names.get(text.lower(), text), position)
    if sort == "mark":
        return Token("mark", SPELLINGS.get(text, text), position)
    return Token("number" if sort == "number" else "reference", text, position)


def _unreadable(text: str, place: int) -> FormulaError:
    if text[place] in "{#":
        return FormulaError("a reference is not closed", place, "Write {programme.measure}")
    return FormulaError(
        f"{text[place]!r} has no meaning here",
        place,
        "Use numbers, {measures}, + - * / ( ) and the functions " + ", ".join(FUNCTIONS),
    )


def _stray(token: Token) -> FormulaError:
    if token.text == ")":
        return FormulaError("this ')' closes nothing", token.position, "Take it away or add '('")
    return FormulaError(
        f"{token.text!r} does not follow",
        token.position,
        "Put an operator such as + or * before it",
    )


class _Reader:
    """Precedence climbing over the tokens (Pratt 1973)."""

    def __init__(self, found: list[Token]) -> None:
        self.found = found
        self.place = 0
        self.depth = 0

    @property
    def now(self) -> Token:
        return self.found[self.place]

    def take(self) -> Token:
        token = self.now
        self.place += 1
        return token

    def expression(self, level: int) -> Node:
        """The longest expression from here whose operators bind at least as tightly as `level`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError("the formula is nested too deeply", self.now.position, "Split it")
        left = self.prefix()
        while self.now.sort == "mark" and BINDING.get(self.now.text, -1) >= max(level, 1):
            if self.now.text == "not":
                raise _stray(self.now)
            left = self.infix(left)
        self.depth -= 1
        return left

    def infix(self, left: Node) -> Node:
        token = self.take()
        right = self.expression(BINDING[token.text] + 1)
        if token.text in COMPARISONS and self.now.text in COMPARISONS:
            raise FormulaError("comparisons do not chain", self.now.position, "Join by 'and'")
        wanted: Kind = "truth" if token.text in ("and", "or") else "number"
        mend = "'and' and 'or' join comparisons" if wanted == "truth" else _NO_ARITHMETIC
        for side in (left, right):
            _expect(side, wanted, mend)
        return Binary(token.text, left, right, token.position)

    def prefix(self) -> Node:
        token = self.take()
        if token.sort == "number":
            return Number(Decimal(token.text), token.position)
        if token.sort == "reference":
            return _reference(token)
        if token.sort == "word":
            return self.call(token)
        return self.marked(token)

    def marked(self, token: Token) -> Node:
        if token.text == "(":
            inner = self.expression(0)
            self.close(token)
            return inner
        if token.text == "-":
            operand = self.expression(SIGN)
            _expect(operand, "number", _NO_ARITHMETIC)
            return Unary("-", operand, token.position)
        if token.text == "not":
            operand = self.expression(BINDING["not"])
            _expect(operand, "truth", "'not' turns a comparison round")
            return Unary("not", operand, token.position)
        if token.sort == "end":
            raise FormulaError("the formula ends too early", token.position, "Write what follows")
        raise FormulaError(
            f"a number or reference is missing before {token.text!r}", token.position, "Add it"
        )

    def call(self, token: Token) -> Node:
        if token.text not in FUNCTIONS:
            raise FormulaError(
                f"no function {token.text!r}",
                token.position,
                f"Write {{{token.text}}} for a measure, or use one of {', '.join(FUNCTIONS)}",
            )
        opening = self.take()
        if opening.text != "(":
            raise FormulaError(
                f"{token.text} has no arguments", opening.position, f"Write {token.text}(...)"
            )
        arguments = self.arguments(opening)
        _check_call(token, arguments)
        return Call(token.text, arguments, token.position)

    def arguments(self, opening: Token) -> tuple[Node, ...]:
        found = [self.expression(0)]
        while self.now.text == ",":
            self.take()
            found.append(self.expression(0))
        self.close(opening)
        return tuple(found)

    def close(self, opening: Token) -> None:
        if self.now.text != ")":
            raise FormulaError("this '(' is not closed", opening.position, "Add ')'")
        self.take()


_NO_ARITHMETIC = "A comparison is true or false, not a number: use if(condition, a, b)"


def _reference(token: Token) -> Reference:
    kind: Literal["measure", "element"] = "element" if token.text[0] == "#" else "measure"
    name = token.text.lstrip("#")[1:-1].strip()
    if not NAME.fullmatch(name):
        raise FormulaError(
            f"{name!r} is not a name", token.position, "Write {programme.measure}, without spaces"
        )
    return Reference(name, kind, token.position)


def _check_call(token: Token, arguments: tuple[Node, ...]) -> None:
    least, most = FUNCTIONS[token.text]
    if len(arguments) < least or (most is not None and len(arguments) > most):
        raise FormulaError(
            f"{token.text} takes {least}{' or more' if most is None else ''}, not {len(arguments)}",
            token.position,
            f"Give {token.text} {least} argument(s)",
        )
    if token.text in ("last", "isNull") and not isinstance(arguments[0], Reference):
        raise FormulaError(
            f"{token.text} reads one reference", token.position, f"Write {token.text}({{measure}})"
        )
    kinds: list[Kind] = ["number"] * len(arguments)
    if token.text == "if":
        kinds[0] = "truth"
    for argument, wanted in zip(arguments, kinds, strict=True):
        _expect(argument, wanted, _MENDS[wanted](token.text))


_MENDS: dict[Kind, Callable[[str], str]] = {
    "truth": lambda name: f"{name} asks first for a comparison, such as {{measure}} > 0",
    "number": lambda name: f"{name} takes numbers here, not a comparison",
}


def _kind(node: Node) -> Kind:
    match node:
        case Binary(operator) if operator in COMPARISONS or operator in ("and", "or"):
            return "truth"
        case Unary("not") | Call("isNull"):
            return "truth"
        case _:
            return "number"


def _expect(node: Node, wanted: Kind, mend: str) -> None:
    if _kind(node) != wanted:
        is_wrong = "a comparison stands where a number belongs"
        if wanted == "truth":
            is_wrong = "a number stands where a comparison belongs"
        raise FormulaError(is_wrong, node.position, mend)
