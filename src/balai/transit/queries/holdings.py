"""Which card rides under which concession or pass when, as pricing reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Q

from balai.transit.models import Entitlement
from balai.transit.queries.tariffs import tariff_for, tariff_on, tariffs_in_force

if TYPE_CHECKING:
    from balai.transit.engine.fares import Holdings
    from balai.transit.engine.fares.tariff import Tariff


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass that the tariff sells: price in rupiah, whole days it holds."""

    code: str
    title: str
    price: int
    valid_days: int


def holdings_of(cards: Sequence[int], tariff: Tariff, start: datetime, end: datetime) -> Holdings:
    """What the cards (ids of `Card`) hold of the tariff's entitlements between two moments.

    `kind` numbers into `tariff.entitlements()`; a concession or pass that the tariff does not know
    gives nothing. Bounds are epoch seconds, both inclusive.
    """
    from balai.transit.engine.fares import Holdings

    kinds = {each.code: number for number, each in enumerate(tariff.entitlements())}
    rows = list(
        Entitlement.objects.filter(card_id__in=list(cards), code__in=list(kinds))
        .filter(Q(start__lte=end), Q(end__gte=start))
        .order_by("card_id", "start", "code")
        .values_list("card_id", "code", "start", "end")
    )
    return Holdings(
        card=np.array([row[0] for row in rows], np.int64),
        kind=np.array([kinds[row[1]] for row in rows], np.int16),
        start=np.array([_second(row[2]) for row in rows], np.int64),
        end=np.array([_second(row[3]) for row in rows], np.int64),
    )


def passes_on(city: str, on: date) -> tuple[Pass, ...]:
    """The passes that the tariff in force in the city sells on the day."""
    tariff = tariff_on(tariff_for(tariffs_in_force(city), on, city), on)
    return tuple(
        Pass(each.code, each.title["id"], each.price, each.valid_days) for each in tariff.products
    )


def _second(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())
