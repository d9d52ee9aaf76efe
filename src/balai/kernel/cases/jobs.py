"""The job of the clock: escalating what an office leaves lying."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from balai.kernel.cases.actions import escalate_overdue
from balai.kernel.jobs import Work, every, job


@every(seconds=60)
@job(
    "cases.escalate",
    title={"id": "Eskalasi permohonan", "en": "Escalation of cases"},
    queue="quick",
    labels={"escalated": {"id": "Dieskalasi", "en": "Escalated"}},
)
def escalate(work: Work) -> Mapping[str, Any]:
    """Open late cases to the office above. A case's own state guards it, not a step."""
    count = escalate_overdue(timezone.now())
    work.progress(count)
    return {"escalated": count}
