"""Having rides read again that a concession or pass given back in time covers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from balai.kernel.jobs import start
from balai.transit.actions.price_received import JOB
from balai.transit.models import Leg, PendingTap


@transaction.atomic
def reread_rides(city: str, cards: Collection[int], since: datetime, until: datetime) -> int:
    """Have the cards' boardings between two moments read again; how many boardings those are.

    The next pricing, which is asked for, moves what changes as adjustments in the ledger; what is
    charged rightly stays. Boardings that wait for their first pricing are read then anyway.
    """
    legs = Leg.objects.filter(
        journey__city=city, journey__card_id__in=list(cards), journey__void=False,
        boarding__at__gte=since, boarding__at__lte=until,
    )  # fmt: skip
    found = [
        PendingTap(tap_id=tap, card_id=card, city=city)
        for tap, card in legs.values_list("boarding_id", "journey__card_id")
    ]
    PendingTap.objects.bulk_create(found, ignore_conflicts=True)
    if found:
        start(JOB, city=city, slot=f"{JOB}:{city}")
    return len(found)
