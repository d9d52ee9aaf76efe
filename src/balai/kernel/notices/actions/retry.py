"""Trying a failed delivery again, at an officer's wish."""

from __future__ import annotations

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.jobs import start
from balai.kernel.notices.actions.send import DISPATCH
from balai.kernel.notices.models import Delivery, State
from balai.kernel.problems import ConflictError


def retry_delivery(delivery: Delivery, *, origin: Origin) -> None:
    """Queue it again with all its tries; ConflictError where it did not fail."""
    from django.utils import timezone

    failed = Delivery.objects.filter(pk=delivery.pk, state=State.FAILED)
    if not failed.update(state=State.WAITING, tries=0, due_at=timezone.now(), ended_at=None):
        raise ConflictError("It cannot be tried again", detail="Only what failed can.")
    start(DISPATCH, slot="now")
    record("notices.delivery-retried", origin, subject=f"notices.delivery:{delivery.pk}",
           channel=delivery.channel)  # fmt: skip
