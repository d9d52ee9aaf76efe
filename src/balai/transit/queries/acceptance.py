"""What a city asks of a tap before it counts: dated figures of the law under `transit/taps`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cache

from balai.kernel.laws import Law, laws_under
from balai.kernel.regions.queries import city_by_slug

FOLDER = "transit/taps"
ACCEPTED, QUARANTINED = "accepted", "quarantined"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The figures of one day. Times in seconds, distances in metres; see the law for each."""

    clock_ahead_seconds: int
    drift_tolerance_seconds: int
    drift_uploads: int
    drift_spread_seconds: int
    fastest_kmh: float
    same_place_metres: float
    unknown_card: str
    unknown_stop: str


@cache
def acceptance_on(city: str, day: date) -> Acceptance:
    """What the city asks on the day: its own law's figures, else the general ones.

    LawGap where no figure holds on the day.
    """
    law = _law_of(city_by_slug(city).region_code)
    return Acceptance(**{each.name: law.value(each.name, day).value for each in fields(Acceptance)})


def _law_of(region: str) -> Law:
    laws = laws_under(FOLDER)
    own = [law for law in laws if law.region == region]
    return own[0] if own else next(law for law in laws if law.short_name == "general")
