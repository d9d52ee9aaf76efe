"""What gateways tell about deliveries they took."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from balai.kernel.notices.actions.deliver import record_end
from balai.kernel.notices.actions.send import begin_next
from balai.kernel.notices.engine.receipts import Told
from balai.kernel.notices.models import Delivery, State
from balai.kernel.row_security import EVERYWHERE, rows_of


def note_receipts(channel: str, receipts: Iterable[Told]) -> int:
    """Note what became of deliveries of this channel; returns how many changed.

    Those that nobody knows are passed over, and so is one that comes again. A message reported as
    failed goes the next way; one that was delivered stays so, whatever is told later.
    """
    changed = 0
    with rows_of(EVERYWHERE):
        for told in receipts:
            changed += _note(channel, told)
    return changed


def _note(channel: str, told: Told) -> int:
    delivery = (
        Delivery.objects.select_related("notice").select_for_update(of=("self",))
        .filter(_named(told.reference), channel=channel, state=State.SENT).first()
    )  # fmt: skip
    if delivery is None or told.state == "sent":
        return 0
    now = timezone.now()
    state = State.DELIVERED if told.state == "delivered" else State.FAILED
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state, problem=told.problem if state == State.FAILED else "", ended_at=now
    )
    if state == State.FAILED:
        begin_next(delivery.notice, after=delivery.channel, now=now)
    record_end(delivery, state, now)
    return 1


def _named(reference: str) -> Q:
    try:
        return Q(number=reference) | Q(pk=UUID(reference))
    except ValueError:
        return Q(number=reference)
