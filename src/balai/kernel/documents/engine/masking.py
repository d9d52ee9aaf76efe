"""What may be shown of a person to whoever holds the paper."""

from __future__ import annotations

MASK = "***"


def masked_name(name: str) -> str:
    """The initials of a name: `S*** A***`. The length of the words is not told."""
    return " ".join(word[0].upper() + MASK for word in name.split() if word)


def masked_digits(digits: str, shown: int = 4) -> str:
    """A number with all but its last digits struck out: `************0003`."""
    hidden = max(len(digits) - shown, 0)
    return "*" * hidden + digits[hidden:]
