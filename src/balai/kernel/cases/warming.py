"""What is slow the first time, done before anybody waits for it."""

from __future__ import annotations

from threading import Thread


def warm() -> Thread:
    """Load the holidays of the years that promises made now reach into, beside the start."""
    thread = Thread(target=_load, name="cases-warming", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    from datetime import UTC, datetime

    from balai.kernel.calendars import holidays_of

    year = datetime.now(UTC).year
    for each in (year - 1, year, year + 1):
        holidays_of("ID", each)
