"""Which card rides under which concession or pass when, as pricing reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np
from django.db.models import Q

from balai.kernel.any_of import AnyOf
from balai.transit.engine.fares.holdings import Holdings
from balai.transit.engine.fares.tariff import Product, Tariff
from balai.transit.models import Entitlement
from balai.transit.queries.tariffs import tariff_for, tariff_on, tariffs_in_force


def holdings_of(cards: Sequence[int], tariff: Tariff, start: datetime, end: datetime) -> Holdings:
    """What the cards (ids of `Card`) hold of the tariff's entitlements between two moments.

    `kind` numbers into `tariff.entitlements()`; a concession or pass that the tariff does not know
    gives nothing. Bounds are epoch seconds, both inclusive.
    """
    kinds = {each.code: number for number, each in enumerate(tariff.entitlements())}
    rows = list(
        Entitlement.objects.filter(AnyOf("card_id", cards), code__in=list(kinds))
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


def passes_on(city: str, on: date) -> tuple[Product, ...]:
    """The passes that the tariff in force in the city sells on the day; none without a tariff."""
    spans = tariffs_in_force(city)
    if not any(span.holds(on) for span in spans):
        return ()
    return tariff_on(tariff_for(spans, on, city), on).products


def _second(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())
