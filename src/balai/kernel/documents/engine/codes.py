"""The code of a document: typed from paper, not to be guessed, and a slip of the hand is seen.

Eleven random symbols of Crockford's base 32 (55 bits) and a check symbol, in groups of four:
`7K4Q-9D2X-M5TA`. The check symbol is the sum over GF(32) of each symbol times a weight of its own,
so that any one wrong symbol and any two exchanged ones are told from the right code (a
Reed-Solomon code of distance 2 with distinct weights).
"""

from __future__ import annotations

from collections.abc import Sequence

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
RANDOM_BITS = 5 * (LENGTH - 1)
READ_AS = str.maketrans(
    {"O": "0", "I": "1", "L": "1", "-": "", " ": "", "\u2010": "", "\u2013": ""}
)
PRIMITIVE = 0b100101
"""x^5 + x^2 + 1, whose root generates the field's 31 units."""


def code_of(random: int) -> str:
    """The code, with its check symbol and without dashes, for 55 random bits."""
    if not 0 <= random < 1 << RANDOM_BITS:
        raise ValueError(f"not a number of {RANDOM_BITS} bits")
    symbols = [random >> (5 * place) & 31 for place in range(LENGTH - 1)]
    return "".join(ALPHABET[symbol] for symbol in [*symbols, check_symbol(symbols)])


def read_code(typed: str) -> str:
    """The code that somebody typed, in one spelling; empty where it cannot be one."""
    text = typed.strip().upper().translate(READ_AS)
    if len(text) != LENGTH or any(letter not in ALPHABET for letter in text):
        return ""
    symbols = [ALPHABET.index(letter) for letter in text]
    return text if symbols[-1] == check_symbol(symbols[:-1]) else ""


def grouped(code: str) -> str:
    """The code as it is printed: 7K4Q-9D2X-M5TA."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def check_symbol(symbols: Sequence[int]) -> int:
    """The sum over GF(32) of every symbol times the power of the root at its place."""
    total, weight = 0, 1
    for symbol in symbols:
        weight = _product(weight, 2)
        total ^= _product(symbol, weight)
    return total


def _product(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 32:
            a ^= PRIMITIVE
        b >>= 1
    return product
