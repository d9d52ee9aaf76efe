"""A tariff as the flat arrays the kernel reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff import (
    CappedWindow,
    DistanceIntegrated,
    PerBoarding,
    Tariff,
)

CAPPED, PER_BOARDING, INTEGRATED = 0, 1, 2
NO_MAXIMUM = 2**31 - 1
NO_GROUP = -1


class CompiledTariff(NamedTuple):
    """The numbers of a tariff; times of day are already shifted to the origin of the taps."""

    family: int
    cap: int
    window: int
    to_tap_out: bool
    base: int
    per_km: int
    gap: int
    modes_needed: int
    restated: bool
    missed_ends: bool
    missed_farthest: bool
    orphan_opens: bool
    same_mode: bool
    longest_ride: int
    tap_in_first: bool
    midnight_shift: int
    fares: NDArray[np.int64]  # mode x (base, included, step, step price, maximum)
    farthest: NDArray[np.int64]  # mode
    group: NDArray[np.int64]  # mode: ticket class, or 0 where the rule covers the mode
    timed: NDArray[np.int64]  # one row a price and mode: mode, start, end, price


def compile_tariff(tariff: Tariff, origin: int, last: int) -> CompiledTariff:
    """The tariff for taps from `origin` to `last`, seconds since 1970 UTC.

    Raises ValueError where the zone changes its offset between them: price each part by itself.
    """
    rule, policies = tariff.rule, tariff.policies
    inclusive = 0 if rule.inclusive else 1
    numbers = {"cap": 0, "window": 0, "base": 0, "per_km": 0, "gap": 0, "modes_needed": 0}
    flags = {"to_tap_out": False, "restated": False, "missed_ends": False}
    if isinstance(rule, CappedWindow):
        family = CAPPED
        numbers |= {"cap": rule.cap, "window": rule.window_seconds - inclusive}
        flags["to_tap_out"] = rule.measured == "tap-in-to-tap-out"
    elif isinstance(rule, PerBoarding):
        family = PER_BOARDING
        numbers["window"] = rule.transfer_seconds - inclusive
    else:
        family = INTEGRATED
        numbers |= {"cap": rule.cap, "base": rule.base, "per_km": rule.per_km}
        numbers |= {
            "window": rule.validity_seconds - inclusive,
            "gap": rule.gap_seconds - inclusive,
            "modes_needed": rule.modes_needed,
        }
        flags["to_tap_out"] = rule.measured == "tap-in-to-tap-out"
        flags["restated"] = rule.first_legs == "restated"
        flags["missed_ends"] = rule.missed_tap_out_ends_package
    return CompiledTariff(
        family=family,
        **numbers,
        **flags,
        missed_farthest=policies.missed_tap_out == "farthest-leg",
        orphan_opens=policies.orphan_tap_out == "opens-journey",
        same_mode=policies.tap_out_matches == "same-mode",
        longest_ride=policies.longest_ride_seconds,
        tap_in_first=policies.same_second == "tap-in-first",
        midnight_shift=(origin + _offset(tariff.zone, origin, last)) % 86_400,
        fares=_fares(tariff),
        farthest=np.array([policies.farthest_metres.get(m, 0) for m in Mode], np.int64),
        group=_groups(rule),
        timed=np.array(
            [
                (mode, timed.start_second, timed.end_second, timed.price)
                for timed in tariff.timed_prices
                for mode in sorted(timed.modes)
            ],
            np.int64,
        ).reshape(-1, 4),
    )


def _offset(zone: str, first: int, last: int) -> int:
    """Seconds the zone is ahead of UTC, which must be the same at both instants."""
    here = ZoneInfo(zone)
    offsets = {
        datetime.fromtimestamp(instant, UTC).astimezone(here).utcoffset()
        for instant in (first, last)
    }
    if len(offsets) > 1:
        raise ValueError(f"{zone} changes its offset between the first and the last tap")
    offset = offsets.pop()
    assert offset is not None
    return int(offset.total_seconds())


def _fares(tariff: Tariff) -> NDArray[np.int64]:
    table = np.zeros((len(Mode), 5), np.int64)
    for mode, fare in tariff.own_fares.items():
        table[mode] = (
            fare.base,
            fare.included_metres,
            fare.step_metres,
            fare.step_price,
            NO_MAXIMUM if fare.maximum is None else fare.maximum,
        )
    table[:, 2] = np.maximum(table[:, 2], 1)
    return table


def _groups(rule: CappedWindow | PerBoarding | DistanceIntegrated) -> NDArray[np.int64]:
    group = np.full(len(Mode), NO_GROUP, np.int64)
    if isinstance(rule, PerBoarding):
        classes = sorted(set(rule.tickets.values()))
        for mode, kind in rule.tickets.items():
            group[mode] = classes.index(kind)
    else:
        group[sorted(rule.modes)] = 0
    return group
