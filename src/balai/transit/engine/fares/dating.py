"""`price_dated`: taps priced where the law changes among them.

A stretch of a card's taps, none further from the last than any rule can bind, is priced by the
tariff in force at its first tap. So each ride pays by the law of its day, and a journey under way
when the law changes ends as it began.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from balai.transit.engine.fares.holdings import Holdings
from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.pricing import price_taps
from balai.transit.engine.fares.taps import UNKNOWN, Charges, TapArrays
from balai.transit.engine.fares.tariff import (
    DistanceIntegrated,
    Tariff,
)
from balai.transit.engine.fares.tariff.reliefs import Entitlement, Relief

Coded = TypeVar("Coded", Entitlement, Relief)


@dataclass(frozen=True, slots=True)
class DatedTariff:
    """A tariff and what follows it: `parts` in order, each from its second since 1970 UTC.

    The first also holds before its second. ValueError where there is no part, where their order
    is not that of their seconds, or where they read times in different zones.
    """

    name: str
    parts: tuple[tuple[int, Tariff], ...]

    def __post_init__(self) -> None:
        starts = [start for start, _ in self.parts]
        if not starts or starts != sorted(set(starts)):
            raise ValueError(f"{self.name} needs parts, each from a later second")
        if len({tariff.zone for _, tariff in self.parts}) > 1:
            raise ValueError(f"{self.name} reads times in more than one zone")

    @property
    def zone(self) -> str:
        """The IANA name of the zone of times of day."""
        return self.parts[0][1].zone

    @property
    def modes(self) -> frozenset[Mode]:
        """The modes that have a price under every part."""
        return frozenset.intersection(*(tariff.modes for _, tariff in self.parts))

    @property
    def needs_distance(self) -> frozenset[Mode]:
        """The modes whose charge depends on the kilometres ridden under some part."""
        return frozenset().union(*(tariff.needs_distance for _, tariff in self.parts))

    def entitlements(self) -> tuple[Entitlement, ...]:
        """What a card may hold under some part, one of a code; `Holdings.kind` numbers these."""
        return _by_code(each for _, tariff in self.parts for each in tariff.entitlements())

    def reliefs(self) -> tuple[Relief, ...]:
        """All that may take off a charge under some part, one of a code."""
        return _by_code(each for _, tariff in self.parts for each in tariff.reliefs())

    def relief_code(self, reason: int) -> str:
        """The code of the relief that a `Charges.relief_reason` names; empty for none."""
        return self.reliefs()[reason - 1].code if reason else ""


AnyTariff: TypeAlias = Tariff | DatedTariff


def quiet_seconds(tariff: Tariff) -> int:
    """The longest time between two taps of a card that may still belong together."""
    rule = tariff.rule
    spans = [
        tariff.policies.longest_ride_seconds,
        getattr(rule, "window_seconds", 0),
        getattr(rule, "transfer_seconds", 0),
    ]
    if isinstance(rule, DistanceIntegrated):
        spans += [rule.validity_seconds, rule.gap_seconds]
    return max(spans)


def price_dated(
    taps: TapArrays, tariff: AnyTariff, *, holdings: Holdings | None = None, threads: int = 2
) -> Charges:
    """As `price_taps`, each stretch of taps by the part of a `DatedTariff` at its first tap.

    `holdings` and `relief_reason` go by the dated tariff's own `entitlements()` and `reliefs()`.
    A cap on a day, week or month counts anew under each part.
    """
    if isinstance(tariff, Tariff):
        return price_taps(taps, tariff, holdings=holdings, threads=threads)
    part = _part_of(taps, tariff)
    made = []
    for number, (_, one) in enumerate(tariff.parts):
        rows = np.flatnonzero(part == number)
        if not len(rows) and number:
            continue
        some = TapArrays(*(getattr(taps, each.name)[rows] for each in fields(TapArrays)))
        held = None if holdings is None else _held(holdings, tariff, one)
        charges = price_taps(some, one, holdings=held, threads=threads)
        made.append((rows, _recoded(charges, one, tariff)))
    return _joined(taps, made)


def _by_code(found: Iterable[Coded]) -> tuple[Coded, ...]:
    first: dict[str, Coded] = {}
    for each in found:
        first.setdefault(each.code, each)
    return tuple(first.values())


def _part_of(taps: TapArrays, tariff: DatedTariff) -> NDArray[np.intp]:
    """The place in `parts` of each tap: that of its stretch's first tap."""
    quiet = max(quiet_seconds(one) for _, one in tariff.parts)
    order = np.lexsort((taps.at, taps.card))
    card, at = taps.card[order], taps.at[order].astype(np.int64)
    begins = np.ones(len(order), bool)
    begins[1:] = (card[1:] != card[:-1]) | (np.diff(at) > quiet)
    first = at[begins][np.cumsum(begins) - 1]
    starts = np.array([start for start, _ in tariff.parts[1:]], np.int64)
    found = np.empty(len(order), np.intp)
    found[order] = np.searchsorted(starts, first, side="right")
    return found


def _held(holdings: Holdings, tariff: DatedTariff, one: Tariff) -> Holdings:
    """The holdings that this part knows, numbered as it numbers them."""
    own = {each.code: kind for kind, each in enumerate(one.entitlements())}
    kinds = np.array([own.get(each.code, UNKNOWN) for each in tariff.entitlements()], np.int16)
    kind = kinds[holdings.kind] if len(kinds) else np.zeros(0, np.int16)
    known = kind >= 0
    return Holdings(holdings.card[known], kind[known], holdings.start[known], holdings.end[known])


def _recoded(charges: Charges, one: Tariff, tariff: DatedTariff) -> Charges:
    """The charges with `relief_reason` by the dated tariff's reliefs."""
    place = {each.code: 1 + at for at, each in enumerate(tariff.reliefs())}
    reasons = np.array([0, *(place[each.code] for each in one.reliefs())], np.int16)
    return replace(charges, relief_reason=reasons[charges.relief_reason])


def _joined(taps: TapArrays, made: list[tuple[NDArray[np.intp], Charges]]) -> Charges:
    """The parts' charges as one, by positions in all taps, in order of card and time."""
    status = np.zeros(len(taps), np.int8)
    kept = [each.name for each in fields(Charges) if each.name not in ("status", "journeys")]
    columns: dict[str, list[NDArray[Any]]] = {name: [] for name in kept}
    journeys = 0
    for rows, charges in made:
        status[rows] = charges.status
        places = np.append(rows, UNKNOWN).astype(np.int32)
        held = {name: getattr(charges, name) for name in kept}
        held |= {name: places[held[name]] for name in ("boarding", "alighting")}
        held["journey"] = held["journey"] + np.int32(journeys)
        for name, values in held.items():
            columns[name].append(values)
        journeys += charges.journeys
    whole = {name: np.concatenate(parts) for name, parts in columns.items()}
    boarding = whole["boarding"]
    order = np.lexsort((taps.at[boarding], taps.card[boarding]))
    told = {name: values[order] for name, values in whole.items()}
    return Charges(**told, status=status, journeys=journeys)
