"""Filling a template: declared places only, and nothing that a value could smuggle in.

A place is `{name}`. Values are put in after they were made safe for the channel, so that a name
with a line break adds no header, and one with `<b>` no mark-up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
MARKS = re.compile(r"([*_~`])(?=\S)")
"""Signs by which chat programmes make text bold or struck out."""


def places(template: str) -> frozenset[str]:
    """The names of the places in a template; ValueError for a brace that opens none."""
    rest = PLACE.sub("", template)
    if "{" in rest or "}" in rest:
        raise ValueError(f"a brace opens no place: {template!r}")
    return frozenset(PLACE.findall(template))


def filled(template: str, values: Mapping[str, str], safe: Callable[[str], str]) -> str:
    """The template with its places filled; KeyError names a value that is missing."""
    return PLACE.sub(lambda found: safe(values[found.group(1)]), template)


def one_line(text: str) -> str:
    """The text on one line, without control characters: for subjects and headers."""
    return " ".join(CONTROL.sub("", text).split())


def plain(text: str) -> str:
    """The text without control characters and tricks of direction; line breaks stay."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def unmarked(text: str) -> str:
    """A value for chat: its signs are kept from turning into marks by a space without width."""
    return MARKS.sub("\\1\u200b", plain(text))
