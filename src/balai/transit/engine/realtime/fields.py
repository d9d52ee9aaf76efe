"""Reading single fields of a message."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

CLOCK = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)")
DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")


class TextFault(ValueError):  # noqa: N818 - a fault of the text, not of the program
    """A text that does not say what its field wants."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


def clock_seconds(text: str) -> int:
    """Seconds after the service day's start of `HH:MM:SS`, which may pass 24:00:00."""
    match = CLOCK.fullmatch(text)
    if match is None:
        raise TextFault("is no time", "Write HH:MM:SS, past 24:00:00 after midnight")
    hours, minutes, seconds = map(int, match.groups())
    return hours * 3600 + minutes * 60 + seconds


def service_date(text: str) -> date:
    """The day of `YYYYMMDD`."""
    match = DAY.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> date:
    raise TextFault("is no date", "Write YYYYMMDD")


def whole(holder: Any, name: str) -> int | None:
    """An optional whole number of a message, None where it is not given."""
    return int(getattr(holder, name)) if holder.HasField(name) else None
