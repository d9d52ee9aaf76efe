"""How many segments an SMS takes: GSM 7-bit where its letters allow, else UCS-2.

3GPP TS 23.038, 6.2.1 (default alphabet and its extension table) and TS 23.040, 9.2.3.24.1
(concatenation takes 6 octets of each segment: 7 septets).
"""

from __future__ import annotations

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
PLAINER = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ",
     "•": "-", "·": "-", "‚": ",", "„": '"', "→": "->", "\t": " "}
)  # fmt: skip
"""Typographic signs with a twin in the default alphabet: one alone more than halves an SMS."""


@dataclass(frozen=True, slots=True)
class Measured:
    """An SMS as the network counts it: `units` are septets (GSM-7) or 16-bit units (UCS-2)."""

    alphabet: str
    units: int
    segments: int


def plainer(text: str) -> str:
    """The text with typographic signs replaced by their plain twins."""
    return text.translate(PLAINER)


def measure(text: str) -> Measured:
    """The alphabet, units and segments of an SMS; an empty text takes one segment."""
    if all(letter in BASIC or letter in EXTENSION for letter in text):
        sizes = [2 if letter in EXTENSION else 1 for letter in text]
        return Measured("GSM-7", sum(sizes), _segments(sizes, 160, 153))
    sizes = [len(letter.encode("utf-16-be")) // 2 for letter in text]
    return Measured("UCS-2", sum(sizes), _segments(sizes, 70, 67))


def _segments(sizes: list[int], alone: int, joined: int) -> int:
    if sum(sizes) <= alone:
        return 1
    # A letter of two units is never split between segments.
    count, room = 1, joined
    for size in sizes:
        if size > room:
            count, room = count + 1, joined
        room -= size
    return count
