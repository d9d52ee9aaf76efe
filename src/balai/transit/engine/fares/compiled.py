"""A tariff as the flat arrays the kernel reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff import CappedWindow, PerBoarding, Rule, Tariff

CAPPED, PER_BOARDING, INTEGRATED = 0, 1, 2
NO_MAXIMUM = 2**31 - 1
NO_GROUP = -1
WEEK_SECONDS = 7 * 86_400
FIRST_MONDAY = 4 * 86_400
"""The first Monday after 1970 began, in seconds."""


# Columns of the table of modes.
BASE, INCLUDED, STEP, STEP_PRICE, MAXIMUM, FARTHEST, GROUP = range(7)


class Terms(NamedTuple):
    """The single numbers of a tariff. `midnight_shift` added to seconds since the first tap gives
    seconds since some local midnight of a Monday."""

    family: int
    cap: int = 0
    window: int = 0
    base: int = 0
    per_km: int = 0
    gap: int = 0
    modes_needed: int = 0
    longest_ride: int = 0
    midnight_shift: int = 0
    to_tap_out: bool = False
    restated: bool = False
    missed_ends: bool = False
    missed_farthest: bool = False
    orphan_opens: bool = False
    same_mode: bool = False
    tap_in_first: bool = False


class CompiledTariff(NamedTuple):
    """`modes`: a row a mode, columns as named above; GROUP is the mode's ticket class, 0 where the
    rule covers the mode, -1 where it does not. `timed`: a row a mode and price: mode, first and
    last second of the day, price, bits of the weekdays (Monday the lowest)."""

    terms: Terms
    modes: NDArray[np.int64]
    timed: NDArray[np.int64]


def compile_tariff(tariff: Tariff, origin: int, last: int) -> CompiledTariff:
    """The tariff for taps from `origin` to `last`, seconds since 1970 UTC.

    Raises ValueError where the zone changes its offset between them: price each part by itself.
    """
    policies = tariff.policies
    terms = _rule(tariff.rule)._replace(
        missed_farthest=policies.missed_tap_out == "farthest-leg",
        orphan_opens=policies.orphan_tap_out == "opens-journey",
        same_mode=policies.tap_out_matches == "same-mode",
        longest_ride=policies.longest_ride_seconds,
        tap_in_first=policies.same_second == "tap-in-first",
        midnight_shift=(origin + offset_of(tariff.zone, origin, last) - FIRST_MONDAY)
        % WEEK_SECONDS,
    )
    timed = [
        (mode, price.start_second, price.end_second, price.price,
         bits(price.weekdays))
        for price in tariff.timed_prices
        for mode in sorted(price.modes)
    ]  # fmt: skip
    return CompiledTariff(terms, _modes(tariff), np.array(timed, np.int64).reshape(-1, 5))


def bits(numbers: Iterable[int]) -> int:
    """A set of small numbers as bits."""
    return sum(1 << number for number in set(numbers))


def _rule(rule: Rule) -> Terms:
    """The terms of a rule; a limit that is not inclusive ends a second earlier."""
    less = 0 if rule.inclusive else 1
    if isinstance(rule, PerBoarding):
        return Terms(PER_BOARDING, window=rule.transfer_seconds - less)
    to_tap_out = rule.measured == "tap-in-to-tap-out"
    if isinstance(rule, CappedWindow):
        return Terms(CAPPED, rule.cap, rule.window_seconds - less, to_tap_out=to_tap_out)
    return Terms(
        INTEGRATED,
        cap=rule.cap,
        window=rule.validity_seconds - less,
        base=rule.base,
        per_km=rule.per_km,
        gap=rule.gap_seconds - less,
        modes_needed=rule.modes_needed,
        to_tap_out=to_tap_out,
        restated=rule.first_legs == "restated",
        missed_ends=rule.missed_tap_out_ends_package,
    )


def offset_of(zone: str, first: int, last: int) -> int:
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


def _modes(tariff: Tariff) -> NDArray[np.int64]:
    """The table of modes; a mode without a price is all zero and in no group."""
    table = np.zeros((len(Mode), 7), np.int64)
    table[:, STEP], table[:, GROUP] = 1, NO_GROUP
    for mode, fare in tariff.own_fares.items():
        maximum = NO_MAXIMUM if fare.maximum is None else fare.maximum
        table[mode, :FARTHEST] = (
            fare.base, fare.included_metres, fare.step_metres, fare.step_price, maximum
        )  # fmt: skip
        table[mode, FARTHEST] = tariff.policies.farthest_metres.get(mode, 0)
    for mode, group in _groups(tariff.rule).items():
        table[mode, GROUP] = group
    return table


def _groups(rule: Rule) -> dict[Mode, int]:
    if isinstance(rule, PerBoarding):
        classes = sorted(set(rule.tickets.values()))
        return {mode: classes.index(kind) for mode, kind in rule.tickets.items()}
    return dict.fromkeys(rule.modes, 0)
