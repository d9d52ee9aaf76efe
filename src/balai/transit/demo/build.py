"""Builds Jakarta's part of the demonstration: network, tariffs in force, riders and their fares."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext_noop

from balai.transit.actions.import_feed import Provenance, import_feed
from balai.transit.actions.load_cards import load_cards
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.register_validators import register_validators
from balai.transit.actions.tariffs_in_force import put_in_force
from balai.transit.demo import operators, riders, running
from balai.transit.demo.cards import build_cards
from balai.transit.demo.days import SENDER, closing, last_day
from balai.transit.demo.feed import demo_feed
from balai.transit.demo.held import build_held
from balai.transit.demo.simulation import simulate
from balai.transit.demo.tariffs import build_tariffs
from balai.transit.models import TapBatch
from balai.transit.queries.networks import current_network
from balai.transit.queries.planners import prepare

CITY, REGION = "jakarta", "31"
BATCH = 10_000
LOAD = 400_000
IN_FORCE = (
    ("ok-otrip-trial", date(2018, 1, 15)),
    ("ok-otrip-2018-10", date(2018, 10, 1)),
    ("jaklingko-integrated", date(2022, 8, 11)),
)


def build(progress: Callable[[str], None]) -> None:
    """Build what is missing; again, it changes nothing. Every row is marked as generated."""
    for tariff, start in IN_FORCE:
        put_in_force(CITY, tariff, start)
    build_tariffs()
    _network(progress)
    running.build(CITY, timezone.now())
    last = last_day(CITY)
    _riders(last, progress)
    build_held(last, progress)
    build_cards(progress, closing(last))
    operators.build(last, progress)
    simulate(CITY, progress)


def _network(progress: Callable[[str], None]) -> None:
    progress("Jakarta: lines and timetable")
    provenance = Provenance(
        source=gettext_noop("Demonstration network of Jakarta"),
        credit=gettext_noop("Lines and stops: Balai demonstration"),
        licence="Apache-2.0", region_code=REGION, generated=True,
    )  # fmt: skip
    if current_network(CITY) is None:
        import_feed(demo_feed(), city=CITY, provenance=provenance)
    network = current_network(CITY)
    if network is not None:
        prepare(network, date.today()).done.wait(60)  # noqa: DTZ011 - the day served first


def _riders(last: date, progress: Callable[[str], None]) -> None:
    rows = riders.taps(last)
    keys = [f"demo:{start}" for start in range(0, len(rows), BATCH)]
    if TapBatch.objects.filter(city=CITY, sender=SENDER, idempotency_key__in=keys).count() == len(
        keys
    ):
        price_pending(CITY, as_of=closing(last))
        return
    days = riders.days(last)
    progress(f"Jakarta: {len(rows):,} taps of made-up riders over {len(days)} days")
    register_validators(CITY, riders.validators())
    first = datetime.combine(days[0], time(0), riders.ZONE)
    load_cards(CITY, [(card, LOAD) for card in riders.card_numbers()], at=first, key="demo")
    for key, start in zip(keys, range(0, len(rows), BATCH), strict=True):
        receive_taps(
            CITY, rows[start : start + BATCH], place=REGION, sender=SENDER, key=key,
            now=closing(last), generated=True,
        )  # fmt: skip
    progress("Jakarta: pricing journeys and settling them in the ledger")
    done = price_pending(CITY, as_of=closing(last))
    progress(f"Jakarta: {done.journeys:,} journeys, Rp{done.revenue:,} of fares")
