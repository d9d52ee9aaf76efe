"""Pricing what came in: journeys read anew, money moved once, differences as adjustments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from balai.kernel.any_of import AnyOf
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.actions.pricing_turn import await_turn
from balai.transit.actions.read_journeys import Rules, read_journeys
from balai.transit.actions.settle_journeys import Settled, settle
from balai.transit.engine.fares.dating import quiet_seconds
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.models import PendingTap
from balai.transit.queries.acceptance import acceptance_on
from balai.transit.queries.farthest import FarthestLegs
from balai.transit.queries.holdings import holdings_of
from balai.transit.queries.known_stops import known_stops
from balai.transit.queries.stretches import Bounds, pending_cards, touched_taps
from balai.transit.queries.tariffs import (
    InForce,
    tariff_for,
    tariff_law,
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


def price_pending(
    city: str,
    *,
    as_of: datetime | None = None,
    cards: Sequence[int] | None = None,
    between: Callable[[Pricing], object] | None = None,
) -> Pricing:
    """Price the taps of a city that no run has read yet, card by card, each card in one go.

    Charges are a function of the set of taps: whatever the order, number and time of uploads,
    the journeys, charges and the ledger's balances end the same. Running it again does nothing.
    A boarding that may still be under way at `as_of` (now) waits for its tap-out. `cards` (their
    ids) narrows it to those; `between` is told what is done after each transaction.
    ProblemError where no tariff is in force on a day.
    """
    facts = city_by_slug(city)
    as_of = as_of or timezone.now()
    bounds, rules = rules_of(facts)
    total = Pricing(0, 0, 0, 0, 0, 0)
    if cards is not None:
        return _price_cards(facts, bounds, rules, sorted(set(cards)), as_of)
    after = 0
    while found := pending_cards(city, after, CARDS_AT_ONCE):
        total = _sum(total, _price_cards(facts, bounds, rules, found, as_of))
        after = found[-1]
        if between:
            between(total)
    return total


def _price_cards(
    facts: City, bounds: Bounds, rules: Rules, cards: list[int], as_of: datetime
) -> Pricing:
    with transaction.atomic():
        await_turn(facts.slug)
        taps = touched_taps(cards, bounds)
        reading = read_journeys(taps, rules, as_of)
        settled: Settled = settle(facts, taps, reading, as_of)
        read = [tap.id for tap in taps if tap.pending and tap.id not in reading.waiting]
        PendingTap.objects.filter(AnyOf("tap_id", read)).delete()
    return Pricing(
        taps=len(read),
        journeys=settled.journeys,
        adjustments=settled.adjustments,
        orphans=len(reading.orphans),
        waiting=len(reading.waiting),
        revenue=settled.revenue,
    )


def rules_of(facts: City) -> tuple[Bounds, Rules]:
    """What holds the city's taps together, and what they are read by."""
    spans = tariffs_in_force(facts.slug)
    bounds = _bounds(spans, facts.zone.key)
    known = known_stops(facts.slug)
    return bounds, Rules(
        city=facts.slug,
        zone=facts.zone,
        quiet=bounds.quiet,
        tariff_of=partial(_tariff_of, spans, facts.slug),
        holdings=holdings_of,
        asked=partial(acceptance_on, facts.slug),
        positions=known.positions if known else {},
        farthest=FarthestLegs(facts.slug).metres,
    )


def _bounds(spans: tuple[InForce, ...], zone: str) -> Bounds:
    """The widest bounds under any of the city's tariffs, as each stood at any time."""
    tariffs = [tariff for span in spans for tariff in _forms(span)]
    longest = max((quiet_seconds(tariff) for tariff in tariffs), default=0)
    caps = [cap for tariff in tariffs for cap in tariff.period_caps]
    return Bounds(
        quiet=timedelta(seconds=longest),
        zone=zone,
        days=any(cap.period == "day" for cap in caps),
        weeks=frozenset(cap.week_starts for cap in caps if cap.period == "week"),
        months=any(cap.period == "month" for cap in caps),
    )


def _forms(span: InForce) -> list[Tariff]:
    """The tariff as it stood on each day of the span on which one of its figures changed."""
    law = tariff_law(span.tariff)
    days = {span.start} | {
        dated.start
        for parameter in law.parameters.values()
        for dated in parameter.values
        if span.holds(dated.start)
    }
    return [tariff_on(span.tariff, day) for day in sorted(days)]


def _tariff_of(spans: tuple[InForce, ...], city: str, on: date) -> tuple[str, Tariff]:
    name = tariff_for(spans, on, city)
    return name, tariff_on(name, on)


def _sum(one: Pricing, other: Pricing) -> Pricing:
    return Pricing(
        *(getattr(one, name) + getattr(other, name) for name in Pricing.__dataclass_fields__)
    )
