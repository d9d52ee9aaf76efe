"""Tag, length, value: the two-digit tags of a code, their lengths in characters, the checksum.

EMV QR Code Specification for Payment Systems, Merchant-Presented Mode, version 1.1, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from balai.kernel.problems import Fault, ProblemError

POLYNOMIAL = 0x1021
START = 0xFFFF
LONGEST = 99
LONGEST_CODE = 512
"""Characters a code may hold (section 3.2: so that a printed one can still be read)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One tag as it stands: its two digits, its value, and where its tag begins (0 is first)."""

    tag: str
    value: str
    position: int


def _table() -> tuple[int, ...]:
    rows = []
    for byte in range(256):
        value = byte << 8
        for _ in range(8):
            value = (value << 1) ^ POLYNOMIAL if value & 0x8000 else value << 1
        rows.append(value & 0xFFFF)
    return tuple(rows)


TABLE = _table()


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE of the text's UTF-8 bytes as four capital hexadecimal digits.

    ISO/IEC 13239 with polynomial 0x1021 and start 0xFFFF: `123456789` gives 29B1.
    """
    value = START
    for byte in text.encode("utf-8", "surrogatepass"):
        value = ((value << 8) & 0xFFFF) ^ TABLE[(value >> 8) ^ byte]
    return f"{value:04X}"


def write(tag: str, value: str) -> str:
    """The tag with its length and value; ProblemError where the value is longer than 99."""
    if not 0 < len(value) <= LONGEST:
        raise refused(0, tag, value, f"is {len(value)} characters long",
                      f"A value has 1 to {LONGEST} characters")  # fmt: skip
    return f"{tag}{len(value):02}{value}"


def read(text: str, *, start: int = 0, path: str = "") -> Iterator[Piece]:
    """The pieces of a text whose first character stands at `start` of the whole code.

    ProblemError names position, tag and value of the first piece that cannot be read.
    """
    at = 0
    seen: set[str] = set()
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        where = f"{path}{tag}"
        if not (len(tag) == 2 and _digits(tag)):
            raise refused(start + at, where, tag, "is not a tag", "A tag is two digits")
        if not (len(length) == 2 and _digits(length)) or length == "00":
            raise refused(start + at + 2, where, length, "is not a length",
                          "After the tag come two digits, 01 to 99")  # fmt: skip
        value = text[at + 4 : at + 4 + int(length)]
        if len(value) < int(length):
            raise refused(start + at + 4, where, value,
                          f"ends after {len(value)} of {int(length)} characters",
                          "Scan the whole code again")  # fmt: skip
        if tag in seen:
            raise refused(start + at, where, value, "stands twice", "Each tag stands once")
        seen.add(tag)
        yield Piece(tag, value, start + at)
        at += 4 + int(length)


def refused(position: int, tag: str, value: str, problem: str, remedy: str) -> ProblemError:
    """The refusal of a code, naming the place (1 is the first character), tag, value and mend."""
    return ProblemError("The QR code is not valid QRIS",
                        faults=(fault(position, tag, value, problem, remedy),))  # fmt: skip


def fault(position: int, tag: str, value: str, problem: str, remedy: str) -> Fault:
    """One thing wrong at a place of the code."""
    field = f"tag {tag}, position {position + 1}" if tag else f"position {position + 1}"
    return Fault(field=field, value=value[:100], problem=problem, remedy=remedy)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
