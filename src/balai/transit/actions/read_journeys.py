"""From taps to journeys: which boardings one fare covers, and what each is charged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import numpy as np

from balai.transit.engine.fares.holdings import Holdings
from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.pricing import price_taps
from balai.transit.engine.fares.taps import IN, OUT, UNKNOWN, Reason, TapArrays
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.engine.taps import impossible_taps
from balai.transit.queries.acceptance import Acceptance
from balai.transit.queries.stretches import StoredTap

MODES = {mode.code: int(mode) for mode in Mode}
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
    """What a set of taps was read as.

    `waiting`: open boardings too young to price. `held`: taps that a card cannot have made, with
    what speaks against each; they do not count until an officer says so.
    """

    journeys: list[ReadJourney] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)
    held: dict[int, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a city's taps are read by.

    `tariff_of` gives a day's tariff with its name, `holdings` what cards hold under a tariff from
    a moment to another, `asked` what a tap must be on a day; `positions` latitude and longitude
    by stop_id; `farthest` the metres of the farthest leg of a route from a
    stop on a day; `quiet` the longest gap within a stretch.
    """

    city: str
    zone: ZoneInfo
    quiet: timedelta
    tariff_of: Callable[[date], tuple[str, Tariff]]
    holdings: Callable[[Sequence[int], Tariff, datetime, datetime], Holdings]
    asked: Callable[[date], Acceptance]
    positions: Mapping[str, tuple[float, float]]
    farthest: Callable[[str, str, date], int | None]


def read_journeys(taps: Sequence[StoredTap], rules: Rules, as_of: datetime) -> Reading:
    """Price whole units of taps (see `queries.stretches`).

    Taps that an officer set aside do not count, nor do those that their card cannot have made.
    A stretch is priced by the tariff in force on the city's calendar day of its first tap.
    A boarding whose rider may still be riding at `as_of` waits.
    """
    reading = Reading()
    counted = [tap for tap in taps if tap.ruling != "aside"]
    reading.held = _impossible(counted, rules)
    counted = [tap for tap in counted if tap.id not in reading.held]
    by_tariff: dict[int, list[StoredTap]] = defaultdict(list)
    tariffs: dict[int, tuple[str, Tariff]] = {}
    days: dict[int, date] = {}
    for stretch in _stretches(counted, rules.quiet):
        day = stretch[0].at.astimezone(rules.zone).date()
        name, tariff = rules.tariff_of(day)
        last = stretch[-1]
        riding = (as_of - last.at).total_seconds() <= tariff.policies.longest_ride_seconds
        if last.direction == "in" and riding:
            reading.waiting.add(last.id)
            stretch.pop()
        days.update((tap.id, day) for tap in stretch)
        tariffs[id(tariff)] = name, tariff
        by_tariff[id(tariff)] += stretch
    for key, members in by_tariff.items():
        name, tariff = tariffs[key]
        _price(reading, members, rules, name, tariff, days)
    return reading


def _stretches(taps: Sequence[StoredTap], quiet: timedelta) -> Iterator[list[StoredTap]]:
    stretch: list[StoredTap] = []
    for tap in taps:
        if stretch and (tap.card != stretch[-1].card or tap.at - stretch[-1].at > quiet):
            yield stretch
            stretch = []
        stretch.append(tap)
    if stretch:
        yield stretch


def _impossible(taps: Sequence[StoredTap], rules: Rules) -> dict[int, dict[str, Any]]:
    """The taps that their card cannot have made, with what speaks against each."""
    if not taps or not rules.positions:
        return {}
    nowhere = (np.nan, np.nan)
    places = np.array([rules.positions.get(tap.stop_id, nowhere) for tap in taps], float)
    asked = [rules.asked(tap.at.astimezone(rules.zone).date()) for tap in taps]
    found = impossible_taps(
        np.array([tap.card for tap in taps], np.int64),
        np.array([int(tap.at.timestamp()) for tap in taps], np.int64),
        places[:, 0], places[:, 1], np.array([tap.ruling == "stands" for tap in taps]),
        fastest_kmh=np.array([each.fastest_kmh for each in asked], float),
        same_place_metres=np.array([each.same_place_metres for each in asked], float),
    )  # fmt: skip
    return {
        taps[each.tap].id: {
            "after": taps[each.after].id, "from": taps[each.after].stop_id,
            "to": taps[each.tap].stop_id, "metres": each.metres, "seconds": each.seconds,
        }
        for each in found
    }  # fmt: skip


def _price(
    reading: Reading, taps: list[StoredTap], rules: Rules, name: str, tariff: Tariff,
    days: dict[int, date],
) -> None:  # fmt: skip
    if not taps:
        return
    holdings = _holdings(taps, tariff, rules)
    charges = price_taps(_arrays(taps, tariff, rules), tariff, holdings=holdings)
    reading.orphans += [taps[int(position)].id for position in charges.orphan_outs]
    legs: dict[int, list[ReadLeg]] = defaultdict(list)
    columns = zip(
        *(
            column.tolist()
            for column in (
                charges.journey, charges.boarding, charges.alighting, charges.leg, charges.metres,
                charges.full_price, charges.charge, charges.reason, charges.relief,
                charges.relief_reason,
            )
        ),
        strict=True,
    )  # fmt: skip
    for journey, *row in columns:
        legs[journey].append(_leg(taps, tariff, *row))
    last_at: dict[int, datetime] = {tap.id: tap.at for tap in taps}
    for members in legs.values():
        first, last = members[0].boarding, members[-1]
        reading.journeys.append(
            ReadJourney(
                id=uuid5(JOURNEYS, f"{rules.city}/{first.validator}/{first.sequence}"),
                tariff=name,
                tariff_day=days[first.id],
                day=first.at.astimezone(rules.zone).date(),
                last_at=last_at[last.alighting or last.boarding.id],
                legs=tuple(members),
            )
        )


def _holdings(taps: list[StoredTap], tariff: Tariff, rules: Rules) -> Holdings | None:
    if not tariff.entitlements():
        return None
    times = [tap.at for tap in taps]
    return rules.holdings(sorted({tap.card for tap in taps}), tariff, min(times), max(times))


def _leg(
    taps: list[StoredTap], tariff: Tariff, boarding: int, alighting: int, number: int,
    metres: int, full: int, charge: int, reason: int, relief: int, relief_reason: int,
) -> ReadLeg:  # fmt: skip
    return ReadLeg(
        boarding=taps[boarding],
        alighting=None if alighting == UNKNOWN else taps[alighting].id,
        number=number,
        metres=None if metres == UNKNOWN else metres,
        full_price=full,
        charge=charge,
        reason=Reason(reason),
        relief=relief,
        relief_reason=tariff.relief_code(relief_reason),
    )


def _arrays(taps: list[StoredTap], tariff: Tariff, rules: Rules) -> TapArrays:
    # Identities are ranked by validator and sequence, not by the order in which rows came.
    ranked = sorted(range(len(taps)), key=lambda at: (taps[at].validator, taps[at].sequence))
    rank = np.empty(len(taps), np.int64)
    rank[ranked] = np.arange(len(taps))
    return TapArrays(
        card=np.array([tap.card for tap in taps], np.int64),
        at=np.array([int(tap.at.timestamp()) for tap in taps], np.int64),
        direction=np.array([IN if tap.direction == "in" else OUT for tap in taps], np.int8),
        mode=np.array([MODES[tap.mode] for tap in taps], np.int8),
        metres=np.array(_metres(taps, tariff, rules), np.int32),
        tap=rank,
    )


def _ends(boarding: StoredTap, tap: StoredTap, longest: int) -> bool:
    """Whether the tap after a boarding is the tap-out of its ride."""
    ride = (tap.at - boarding.at).total_seconds()
    return tap.card == boarding.card and tap.direction == "out" and ride <= longest


def _metres(taps: list[StoredTap], tariff: Tariff, rules: Rules) -> list[int]:
    """The metres ridden, at tap-outs; at tap-ins that no tap-out follows, the farthest leg's."""
    found = [UNKNOWN if t.metres is None or t.direction == "in" else t.metres for t in taps]
    if tariff.policies.missed_tap_out != "farthest-leg":
        return found
    by_distance = {mode.code for mode in tariff.needs_distance}
    for at, tap in enumerate(taps):
        follows = taps[at + 1] if at + 1 < len(taps) else None
        closed = follows and _ends(tap, follows, tariff.policies.longest_ride_seconds)
        if tap.direction == "in" and tap.mode in by_distance and not closed:
            day = tap.at.astimezone(rules.zone).date()
            farthest = rules.farthest(tap.route_id, tap.stop_id, day)
            found[at] = UNKNOWN if farthest is None else farthest
    return found
