"""Writing the audit."""

from __future__ import annotations

from typing import Any

from balai.kernel.access.models import AuditEntry
from balai.kernel.access.origin import Origin


def record(action: str, origin: Origin, *, subject: str = "", **detail: Any) -> None:
    """Write who did what to whom. `detail` must be JSON and hold no secret."""
    AuditEntry.objects.create(
        action=action, actor=origin.actor, subject=subject, detail=detail,
        address=origin.address, channel=origin.channel,
    )  # fmt: skip
