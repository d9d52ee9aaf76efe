"""What is kept for a while only: answers, counts, sessions, calls."""

from __future__ import annotations

from datetime import datetime

from balai.kernel.access import calls, idempotency, sessions, throttle


def sweep(now: datetime | None = None) -> dict[str, int]:
    """Forget what has run out; returns how many rows of each kind. Again: changes nothing.

    The rooms above run it by the clock: jobs stand above this room.
    """
    return {
        "answers": idempotency.forget_answers(now),
        "throttles": throttle.sweep(now),
        "sessions": sessions.sweep(now),
        "calls": calls.sweep(now),
    }
