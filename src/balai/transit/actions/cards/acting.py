"""Writing down what was done with a card: its own record, the audit, the record of events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.events.actions import Happening, record
from balai.kernel.events.kinds import EventKind
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.events import CARD_ACTED, CardActed
from balai.transit.models import CardAccount, CardAct, Tap


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the account's id as text (empty for the software itself), and from where."""

    account: str
    origin: Origin


SOFTWARE = Actor("", Origin(channel="job"))


def wait_for_card(card: int) -> CardAccount:
    """The card's account, locked until the transaction ends."""
    found: CardAccount = (
        CardAccount.objects.select_for_update(of=("self",)).select_related("card").get(pk=card)
    )
    return found


def one_at_a_time(name: str) -> None:
    """Wait for another transaction that works under the same name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def note_act(
    account: CardAccount, act: str, by: Actor, now: datetime, *, reason: str = "",
    boarding: Tap | None = None,
) -> CardAct:  # fmt: skip
    """Write what was done with the card, in its own record, the audit and the events."""
    made = CardAct.objects.create(
        card_id=account.pk, act=act, reason=reason, by=by.account, boarding=boarding, at=now
    )
    city = city_by_slug(account.city)
    audit("transit.card-acted", by.origin, subject=f"transit.card:{account.pk}",
          region=city.region_code, act=act)  # fmt: skip
    data = CardActed(act, account.state, account.block, account.generated)
    subject, key = f"transit.card:{account.pk}", f"transit.card-act:{made.pk}"
    tell(city, CARD_ACTED, data, subject=subject, key=key, now=now)
    return made


def tell(city: City, kind: EventKind, data: Any, *, subject: str, key: str, now: datetime) -> None:
    """Record an event of the city, counted to the city's own day."""
    record(
        Happening(kind=kind, at=now, day=now.astimezone(city.zone).date(), city=city.slug,
                  place=city.region_code, subject=subject, key=key, data=data)
    )  # fmt: skip
