"""From taps to journeys: which boardings one fare covers, and what each is charged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import numpy as np

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.pricing import price_taps
from balai.transit.engine.fares.taps import IN, OUT, UNKNOWN, Charges, Reason, TapArrays
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.queries.stretches import StoredTap

JOURNEYS = UUID("5f1c3c1e-6a53-5a8c-9d0e-2d8f3c1b7a10")
"""Namespace of journeys' ids: a journey's follows from its first boarding, whoever computes it."""
BEYOND_OWN_FARE = frozenset(
    {
        Reason.TOPPED_UP_TO_CAP,
        Reason.CAP_REACHED,
        Reason.TICKET_OPEN,
        Reason.INTEGRATED,
        Reason.INTEGRATED_CAP,
    }
)
"""Reasons that show a boarding was covered by a fare it shares with an earlier one."""


@dataclass(frozen=True, slots=True)
class ReadLeg:
    """A boarding with its charge; ids are those of taps."""

    boarding: StoredTap
    alighting: int | None
    number: int
    metres: int | None
    full_price: int
    charge: int
    reason: Reason
    relief: int = 0
    relief_reason: str = ""


@dataclass(frozen=True, slots=True)
class ReadJourney:
    """A journey as the taps known now are read."""

    id: UUID
    tariff: str
    tariff_day: date
    day: date
    last_at: datetime
    legs: tuple[ReadLeg, ...]

    @property
    def first(self) -> StoredTap:
        """The tap that begins it."""
        return self.legs[0].boarding

    @property
    def charge(self) -> int:
        """What it costs, in rupiah."""
        return sum(leg.charge for leg in self.legs)

    @property
    def full_price(self) -> int:
        """What its boardings would cost one by one, in rupiah."""
        return sum(leg.full_price for leg in self.legs)

    @property
    def integrated(self) -> bool:
        """Whether one fare covers two or more of its boardings."""
        return any(leg.reason in BEYOND_OWN_FARE for leg in self.legs[1:])


@dataclass(slots=True)
class Reading:
    """What a set of taps was read as. `waiting`: open boardings too young to price."""

    journeys: list[ReadJourney] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)


def read_journeys(
    taps: Sequence[StoredTap],
    *,
    city: str,
    zone: ZoneInfo,
    tariff_of: Callable[[date], tuple[str, Tariff]],
    as_of: datetime,
) -> Reading:
    """Price whole stretches of taps (see `queries.stretches`).

    A stretch is priced by the tariff in force on the city's calendar day of its first tap.
    A boarding whose rider may still be riding at `as_of` waits.
    """
    reading = Reading()
    by_tariff: dict[int, list[StoredTap]] = defaultdict(list)
    tariffs: dict[int, tuple[str, Tariff]] = {}
    days: dict[tuple[int, int], date] = {}
    for key, group in groupby(taps, key=lambda tap: (tap.card, tap.stretch)):
        stretch = list(group)
        day = stretch[0].at.astimezone(zone).date()
        name, tariff = tariff_of(day)
        last = stretch[-1]
        riding = (as_of - last.at).total_seconds() <= tariff.policies.longest_ride_seconds
        if last.direction == "in" and riding:
            reading.waiting.add(last.id)
            stretch.pop()
        days[key] = day
        tariffs[id(tariff)] = name, tariff
        by_tariff[id(tariff)] += stretch
    for key, members in by_tariff.items():
        name, tariff = tariffs[key]
        _price(reading, members, city, zone, name, tariff, days)
    return reading


def _price(
    reading: Reading, taps: list[StoredTap], city: str, zone: ZoneInfo, name: str, tariff: Tariff,
    days: dict[tuple[int, int], date],
) -> None:  # fmt: skip
    if not taps:
        return
    charges = price_taps(_arrays(taps), tariff)
    reading.orphans += [taps[int(position)].id for position in charges.orphan_outs]
    legs: dict[int, list[ReadLeg]] = defaultdict(list)
    for row in range(len(charges)):
        legs[int(charges.journey[row])].append(_leg(taps, charges, row))
    last_at: dict[int, datetime] = {tap.id: tap.at for tap in taps}
    for members in legs.values():
        first, last = members[0].boarding, members[-1]
        reading.journeys.append(
            ReadJourney(
                id=uuid5(JOURNEYS, f"{city}/{first.validator}/{first.sequence}"),
                tariff=name,
                tariff_day=days[first.card, first.stretch],
                day=first.at.astimezone(zone).date(),
                last_at=last_at[last.alighting or last.boarding.id],
                legs=tuple(members),
            )
        )


def _leg(taps: list[StoredTap], charges: Charges, row: int) -> ReadLeg:
    alighting, metres = int(charges.alighting[row]), int(charges.metres[row])
    return ReadLeg(
        boarding=taps[int(charges.boarding[row])],
        alighting=None if alighting == UNKNOWN else taps[alighting].id,
        number=int(charges.leg[row]),
        metres=None if metres == UNKNOWN else metres,
        full_price=int(charges.full_price[row]),
        charge=int(charges.charge[row]),
        reason=Reason(int(charges.reason[row])),
    )


def _arrays(taps: list[StoredTap]) -> TapArrays:
    # Identities are ranked by validator and sequence, not by the order in which rows came.
    ranked = sorted(range(len(taps)), key=lambda at: (taps[at].validator, taps[at].sequence))
    rank = np.empty(len(taps), np.int64)
    rank[ranked] = np.arange(len(taps))
    metres = [UNKNOWN if t.metres is None or t.direction == "in" else t.metres for t in taps]
    return TapArrays(
        card=np.array([tap.card for tap in taps], np.int64),
        at=np.array([int(tap.at.timestamp()) for tap in taps], np.int64),
        direction=np.array([IN if tap.direction == "in" else OUT for tap in taps], np.int8),
        mode=np.array([Mode.of(tap.mode) for tap in taps], np.int8),
        metres=np.array(metres, np.int32),
        tap=rank,
    )
