"""Pricing what came in: journeys read anew, money moved once, differences as adjustments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.actions.read_journeys import read_journeys
from balai.transit.actions.settle_journeys import Settled, settle
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.models import PendingTap
from balai.transit.queries.stretches import pending_cards, touched_stretches
from balai.transit.queries.tariffs import (
    InForce,
    quiet_seconds,
    tariff_for,
    tariff_on,
    tariffs_in_force,
)

CARDS_AT_ONCE = 4000


@dataclass(frozen=True, slots=True)
class Pricing:
    """What a run did: `revenue` is the rupiah that moved, less what went back."""

    taps: int
    journeys: int
    adjustments: int
    orphans: int
    waiting: int
    revenue: int


def price_pending(city: str, *, as_of: datetime | None = None) -> Pricing:
    """Price the taps of a city that no run has read yet, card by card, each card in one go.

    Charges are a function of the set of taps: whatever the order, number and time of uploads,
    the journeys, charges and the ledger's balances end the same. Running it again does nothing.
    A boarding that may still be under way at `as_of` (now) waits for its tap-out.
    ProblemError where no tariff is in force on a day.
    """
    facts = city_by_slug(city)
    spans = tariffs_in_force(city)
    as_of = as_of or timezone.now()
    total = Pricing(0, 0, 0, 0, 0, 0)
    after = 0
    while cards := pending_cards(city, after, CARDS_AT_ONCE):
        total = _sum(total, _price_cards(facts, spans, cards, as_of))
        after = cards[-1]
    return total


def _price_cards(
    facts: City, spans: tuple[InForce, ...], cards: list[int], as_of: datetime
) -> Pricing:
    with transaction.atomic():
        with connection.cursor() as cursor:
            lock = f"transit:price:{facts.slug}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        taps = touched_stretches(cards, _quiet(spans))
        reading = read_journeys(
            taps, city=facts.slug, zone=facts.zone, as_of=as_of,
            tariff_of=partial(_tariff_of, spans, facts.slug),
        )  # fmt: skip
        settled: Settled = settle(facts, taps, reading, as_of)
        read = [tap.id for tap in taps if tap.pending and tap.id not in reading.waiting]
        PendingTap.objects.filter(pk__in=read).delete()
    return Pricing(
        taps=len(read),
        journeys=settled.journeys,
        adjustments=settled.adjustments,
        orphans=len(reading.orphans),
        waiting=len(reading.waiting),
        revenue=settled.revenue,
    )


def _quiet(spans: tuple[InForce, ...]) -> timedelta:
    """The longest gap that may hold a journey together under any of the city's tariffs."""
    longest = [quiet_seconds(tariff_on(span.tariff, span.start)) for span in spans]
    return timedelta(seconds=max(longest, default=0))


def _tariff_of(spans: tuple[InForce, ...], city: str, on: date) -> tuple[str, Tariff]:
    name = tariff_for(spans, on, city)
    return name, tariff_on(name, on)


def _sum(one: Pricing, other: Pricing) -> Pricing:
    return Pricing(
        *(getattr(one, name) + getattr(other, name) for name in Pricing.__dataclass_fields__)
    )
