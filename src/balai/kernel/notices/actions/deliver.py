"""Handing one delivery over to its channel, and writing what became of it.

The gateway is called outside of any transaction. A worker that dies in between leaves the delivery
`sending`; it is handed over again under the same number a few minutes later, so that a gateway
that knows idempotency sends it once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from balai.kernel.events import actions as events
from balai.kernel.jobs import TransientError
from balai.kernel.jobs.engine.backoff import delay
from balai.kernel.notices import sealed
from balai.kernel.notices.actions.send import begin_next, first_moment
from balai.kernel.notices.channels import (
    Accepted,
    Channel,
    Parcel,
    PermanentError,
    Subscribed,
    find_channel,
)
from balai.kernel.notices.engine.quiet import after_limit
from balai.kernel.notices.happenings import ENDED, Ended
from balai.kernel.notices.models import Delivery, State, Subscription
from balai.kernel.notices.policy import policy_of
from balai.kernel.regions import queries as regions
from balai.kernel.row_security import EVERYWHERE, rows_of

logger = logging.getLogger(__name__)
LOST_AFTER = timedelta(minutes=5)
TAKE = """
UPDATE notices_delivery SET state = 'sending', tries = tries + 1, due_at = %(lost)s
 WHERE id = (SELECT id FROM notices_delivery
              WHERE state IN ('waiting', 'sending') AND due_at <= %(now)s
              ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try."""

    state: State
    problem: str = ""
    due_at: datetime | None = None
    accepted: Accepted = field(default_factory=Accepted)
    counts: bool = True


def deliver_next(now: datetime | None = None) -> bool:
    """Hand over the delivery that is due longest; False where none is."""
    now = now or timezone.now()
    with rows_of(EVERYWHERE):
        delivery = _take(now)
        if delivery is None:
            return False
        parcel, later = _parcel(delivery), _put_off_until(delivery, now)
    if later is not None:
        outcome = Outcome(State.WAITING, due_at=later, counts=False)
    else:
        outcome = _tried(delivery, find_channel(delivery.channel), parcel, now)
    with rows_of(EVERYWHERE):
        _write(delivery, outcome, now)
    return True


def _take(now: datetime) -> Delivery | None:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"now": now, "lost": now + LOST_AFTER})
        row = cursor.fetchone()
    return Delivery.objects.select_related("notice").get(pk=row[0]) if row else None


def _put_off_until(delivery: Delivery, now: datetime) -> datetime | None:
    """When it must wait: for the end of the quiet hours, or until the person had fewer."""
    notice = delivery.notice
    allowed = first_moment(notice, delivery.channel, now)
    if allowed > now:
        return allowed
    if notice.urgent or notice.legal or not find_channel(delivery.channel).disturbs:
        return None
    policy, day = policy_of(notice.city), timedelta(days=1)
    sent = list(
        Delivery.objects.filter(
            notice__reader=notice.reader, sent_at__gt=now - day, channel__in=_disturbing()
        ).values_list("sent_at", flat=True)
    )
    moments = [each for each in sent if each is not None]
    hour = after_limit(moments, now, most=policy.an_hour, within=timedelta(hours=1))
    later = after_limit(moments, now, most=policy.a_day, within=day)
    return max((each for each in (hour, later) if each), default=None)


def _disturbing() -> list[str]:
    from balai.kernel.notices.channels import all_channels

    return [each.name for each in all_channels() if each.disturbs]


def _parcel(delivery: Delivery) -> Parcel:
    notice = delivery.notice
    content = sealed.opened(sealed.CONTENT, notice.sealed_content, notice.pk)
    addresses = sealed.opened(sealed.ADDRESSES, notice.sealed_addresses, notice.pk)
    city = regions.find_city(notice.city) if notice.city else None
    text = content["chat"] if delivery.channel == "chat" else content["text"]
    link = content["link"]
    return Parcel(
        id=delivery.pk, address=addresses.get(delivery.channel, ""), subject=content["subject"],
        text=text, short=content["short"], html=content["html"],
        link=f"{settings.PUBLIC_URL}{link}" if link else "", language=notice.language,
        sender=city.name if city else "Balai", optional=not notice.legal,
        subscriptions=_subscriptions(notice.reader) if delivery.channel == "webpush" else (),
    )  # fmt: skip


def _subscriptions(reader: UUID) -> tuple[Subscribed, ...]:
    found = []
    for row in Subscription.objects.filter(reader=reader):
        told = sealed.opened(sealed.ENDPOINT, row.sealed, row.pk)
        found.append(Subscribed(row.pk, told["endpoint"], told["p256dh"], told["auth"]))
    return tuple(found)


def _tried(delivery: Delivery, channel: Channel, parcel: Parcel, now: datetime) -> Outcome:
    if not channel.is_set_up():
        return Outcome(State.KEPT)
    try:
        return Outcome(State.SENT, accepted=channel.hand_over(parcel))
    except PermanentError as error:
        return Outcome(State.FAILED, str(error), accepted=Accepted(gone=error.gone))
    except TransientError as error:
        return _later(delivery, str(error), now, error.retry_after)
    except Exception as error:  # noqa: BLE001 - a channel's own fault must not stop the others
        logger.error("%s: %s failed with %s", delivery.pk, channel.name, type(error).__name__)
        return _later(delivery, f"A fault of the channel ({type(error).__name__})", now, None)


def _later(delivery: Delivery, problem: str, now: datetime, wished: float | None) -> Outcome:
    rule = policy_of(delivery.notice.city).retry
    wait = delay(rule, delivery.tries, str(delivery.pk))
    if wait is None:
        return Outcome(State.FAILED, problem)
    due = now + timedelta(seconds=max(wait, wished or 0.0))
    return Outcome(State.WAITING, problem, due_at=due)


def _write(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Write it, unless the delivery was counted as lost and another try has begun."""
    taken = Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, tries=delivery.tries)
    fields: dict[str, Any] = {"state": outcome.state, "problem": outcome.problem}
    if outcome.state == State.WAITING:
        fields["due_at"] = outcome.due_at
        if not outcome.counts:
            fields["tries"] = delivery.tries - 1
    elif outcome.state == State.FAILED:
        fields["ended_at"] = now
    else:
        fields |= {"sent_at": now, "number": outcome.accepted.number,
                   "segments": outcome.accepted.segments}  # fmt: skip
    Subscription.objects.filter(pk__in=outcome.accepted.gone).delete()
    if not taken.update(**fields) or outcome.state == State.WAITING:
        return
    if outcome.state == State.FAILED:
        begin_next(delivery.notice, after=delivery.channel, now=now)
    record_end(delivery, outcome.state, now)


def record_end(delivery: Delivery, state: str, now: datetime) -> None:
    """Record that a delivery ended in this state."""
    notice = delivery.notice
    city = regions.find_city(notice.city) if notice.city else None
    events.record(
        events.Happening(
            kind=ENDED, at=now, city=notice.city or "network", place=notice.region_code,
            day=events.local_day(now, city.zone if city else timezone.get_default_timezone()),
            data=Ended(notice.kind, delivery.channel, str(state)),
            subject=f"notices.notice:{notice.pk}",
            key=f"notices.ended/{delivery.pk}/{delivery.tries}/{state}",
        )
    )  # fmt: skip
