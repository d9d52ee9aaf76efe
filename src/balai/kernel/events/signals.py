"""Telling the rest of the house that events were recorded, once they are committed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.dispatch import Signal

recorded = Signal()
"""Sent after the commit with `city` (slug) and `days` (sorted tuple of dates the events count to).

Receivers answer quickly: longer work is a job. A receiver's error is logged, never raised.
"""


def announce(counted: Iterable[tuple[str, date]]) -> None:
    """Send `recorded` for each city, when the transaction at hand is committed."""
    days: dict[str, set[date]] = {}
    for city, day in counted:
        days.setdefault(city, set()).add(day)

    def send() -> None:
        for city, found in sorted(days.items()):
            recorded.send_robust(sender="events", city=city, days=tuple(sorted(found)))

    transaction.on_commit(send)
