"""Sending what is due."""

from __future__ import annotations

from typing import Any

from balai.kernel.jobs import Work, every, job
from balai.kernel.notices.actions.deliver import deliver_next
from balai.kernel.notices.actions.send import DISPATCH

BATCH = 500


@every(seconds=30)
@job(
    DISPATCH,
    title={"id": "Pengiriman pemberitahuan", "en": "Sending of notices"},
    queue="quick",
    labels={"handed_over": {"id": "Diserahkan", "en": "Handed over"}},
)
def dispatch(work: Work) -> dict[str, Any]:
    """Hand over what is due, one after another. A delivery's own state guards it, not a step."""
    count = 0
    while count < BATCH and deliver_next():
        count += 1
        work.progress(count)
    return {"handed_over": count}
