"""When a batch is priced: a small one at once, a large one by a job right after the commit."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from django.db import transaction
from django.utils import timezone

from balai.kernel.jobs import start
from balai.kernel.problems import ProblemError
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.pricing_turn import take_turn
from balai.transit.actions.receive_taps import Receipt

SMALL = 500
"""Taps up to which a batch is priced before it is answered."""
JOB = "transit.price-taps"
GATHERED = timedelta(seconds=30)
"""How long after a large batch the job begins, so that one run prices what comes in meanwhile."""


def price_received(city: str, receipt: Receipt, *, when: Literal["auto", "now", "later"]) -> bool:
    """Price what the batch completes, or have a job do it; whether it was done here.

    `auto`: a small batch here, unless another pricing of the city is under way. Trouble with
    pricing never refuses the taps: the job meets it again and tells who looks after it.
    """
    accepted = receipt.count("accepted")
    if not accepted:
        return False
    here = when == "now" or (when == "auto" and accepted <= SMALL and take_turn(city))
    if here and _price(city, receipt):
        return True
    start(JOB, city=city, slot=f"{JOB}:{city}", due_at=timezone.now() + GATHERED)
    return False


def _price(city: str, receipt: Receipt) -> bool:
    try:
        with transaction.atomic():
            price_pending(city, cards=receipt.cards or None)
    except ProblemError:
        return False
    return True
