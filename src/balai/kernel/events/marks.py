"""The marks by which pages follow each other: the place of the last row shown."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from balai.kernel.problems import Fault, ProblemError


def write_mark(place: Sequence[object]) -> str:
    """An opaque mark for a row's place (values of its order; dates and UUIDs as text)."""
    text = json.dumps([str(value) for value in place], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_mark(mark: str, length: int) -> list[str]:
    """The place that a mark stands for; ProblemError where it is not a mark of this list."""
    try:
        place: Any = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
    except (binascii.Error, ValueError) as error:
        raise not_a_mark(mark) from error
    if not isinstance(place, list) or len(place) != length:
        raise not_a_mark(mark)
    return [str(value) for value in place]


def not_a_mark(mark: str) -> ProblemError:
    """The refusal of a mark that does not belong to the list."""
    return ProblemError(
        "The page cannot be found",
        faults=(
            Fault(
                field="after",
                value=mark[:100],
                problem="is not a mark of this list",
                remedy="Use the mark that the page before gave as its next",
            ),
        ),
    )
