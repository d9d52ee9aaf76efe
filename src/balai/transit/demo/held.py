"""Taps that cannot be believed, some of each reason: what an officer finds in quarantine.

Jakarta's law takes any issuer's card, so that none is unknown there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from balai.transit.actions.load_cards import load_cards
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.register_validators import register_validators
from balai.transit.demo.days import SENDER, closing
from balai.transit.demo.feed import metres_along, metres_between
from balai.transit.demo.network import Line, network
from balai.transit.demo.riders import ZONE
from balai.transit.models import TapBatch, Validator

CITY, REGION, KEY = "jakarta", "31", "demo:held"
CARDS = tuple(f"DEMO-{900_000 + number}" for number in range(6))
LOAD = 100_000
SLOW_CLOCK = "DEMO-P03"
SLOW = {"drift_seconds": -1500, "drift_spread": 20, "drift_uploads": 18}
"""A clock that is 25 minutes behind, as 18 uploads show that agree within 20 seconds."""


def build_held(last: date, progress: Callable[[str], None]) -> None:
    """Send the taps and price what of them counts, once."""
    if TapBatch.objects.filter(city=CITY, sender=SENDER, idempotency_key=KEY).exists():
        return
    morning = datetime.combine(last, time(9), ZONE)
    load_cards(CITY, [(card, LOAD) for card in CARDS], at=morning, key=KEY)
    register_validators(CITY, {f"DEMO-P{number:02}": REGION for number in range(1, 6)})
    Validator.objects.filter(city=CITY, code=SLOW_CLOCK).update(**SLOW, drift_at=closing(last))
    sent = receive_taps(
        CITY, held_taps(last), place=REGION, sender=SENDER, key=KEY, now=closing(last),
        generated=True,
    )  # fmt: skip
    price_pending(CITY, as_of=closing(last), cards=sent.cards)
    progress(f"Jakarta: {sent.count('rejected')} taps that cannot be believed, for an officer")


def held_taps(last: date) -> list[dict[str, Any]]:
    """Five rides by portable readers, each wrong in a way of its own; and rows that are no taps."""
    morning = datetime.combine(last, time(9), ZONE)
    brt, mrt = _line("brt"), _line("mrt")
    lost = _ride(1, CARDS[0], morning, brt)
    lost[1]["stop_id"] = "monas-sementara"
    ahead = _ride(2, CARDS[1], closing(last) + timedelta(hours=3), mrt)
    behind = _ride(3, CARDS[2], morning - timedelta(minutes=25), brt)
    copied = _ride(4, CARDS[3], morning, mrt)
    rest = [*_elsewhere(copied[1]), *_ride(5, CARDS[4], morning, mrt)]
    reset = {**lost[0], "card": CARDS[5], "at": (morning + timedelta(hours=2)).isoformat()}
    return [*lost, *ahead, *behind, *copied, *rest, reset, *_no_taps(rest[-1])]


def _line(mode: str) -> Line:
    return next(line for line in network().lines if line.mode == mode)


def _ride(reader: int, card: str, begin: datetime, line: Line) -> list[dict[str, Any]]:
    """In at the line's first stop, out at its fourth a quarter of an hour later."""
    told = {"validator": f"DEMO-P{reader:02}", "card": card, "mode": line.mode,
            "route_id": line.key}  # fmt: skip
    end = begin + timedelta(minutes=15)
    km = metres_along(line, network())[3] / 1000
    return [
        {**told, "sequence": 1, "at": begin.isoformat(), "direction": "in",
         "stop_id": line.stops[0]},
        {**told, "sequence": 2, "at": end.isoformat(), "direction": "out",
         "stop_id": line.stops[3], "km": km},
    ]  # fmt: skip


def _elsewhere(out: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The card two minutes later at the stop that lies farthest away: it was copied."""
    stops, here = network().stops, network().stops[out["stop_id"]]
    far = max(stops.values(), key=lambda stop: metres_between(here, stop)).key
    line = next(line for line in network().lines if far in line.stops)
    at = datetime.fromisoformat(out["at"]) + timedelta(minutes=2)
    yield {
        "validator": out["validator"], "sequence": 3, "card": out["card"], "at": at.isoformat(),
        "direction": "in", "mode": line.mode, "route_id": line.key, "stop_id": far,
    }  # fmt: skip


def _no_taps(good: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows that a reader with a broken programme sends."""
    yield {**good, "sequence": 3, "at": good["at"].replace("T", " ")[:16]}
    yield {**good, "sequence": 4, "direction": "keluar"}
