"""The written form of a document's number, for example `470/0147/429.509/2026`."""

from __future__ import annotations

from string import Formatter

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
PARTS = frozenset({"no", "kind", "office", "month", "month_roman", "year", "classification"})


def check_format(pattern: str) -> str:
    """What is wrong with a number format; empty where nothing is.

    The running number and the year must stand in it, or two documents would share a number.
    """
    try:
        names = [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]
        written(pattern, no=1, kind="K", office="O", month=1, year=2026, classification="C")
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        return f"cannot be read: {error}"
    if unknown := set(names) - PARTS:
        return f"has unknown parts: {', '.join(sorted(unknown))}"
    if missing := {"no", "year"} - set(names):
        return f"lacks {', '.join(sorted(missing))}"
    return ""


def written(
    pattern: str, *, no: int, kind: str, office: str, month: int, year: int, classification: str
) -> str:
    """The number in the kind's format; `{no:04}` fills up with zeros."""
    return pattern.format(
        no=no, kind=kind, office=office, month=f"{month:02}", month_roman=ROMAN[month - 1],
        year=year, classification=classification,
    )  # fmt: skip
