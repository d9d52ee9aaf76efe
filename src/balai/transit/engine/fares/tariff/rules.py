"""The rules of a tariff as frozen values: what a boarding costs alone, and what joins boardings.

Money is whole rupiah, time whole seconds, distance whole metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from balai.transit.engine.fares.modes import Mode

Measured: TypeAlias = Literal["tap-in-to-tap-in", "tap-in-to-tap-out"]
FirstLegs: TypeAlias = Literal["restated", "own-fare-stands"]
MissedTapOut: TypeAlias = Literal["farthest-leg", "base-price"]
OrphanTapOut: TypeAlias = Literal["reported", "opens-journey"]
SameSecond: TypeAlias = Literal["tap-out-first", "tap-in-first"]
TapOutMatches: TypeAlias = Literal["same-mode", "card"]
PercentRounding: TypeAlias = Literal["down", "up"]

DAY_SECONDS = 86_400
EVERY_DAY = frozenset(range(7))
"""The days of a week, Monday 0."""


@dataclass(frozen=True, slots=True)
class OwnFare:
    """What one boarding of a mode costs by itself.

    `base` covers the first `included_metres`; every started `step_metres` beyond adds
    `step_price`, up to `maximum`. A flat price has `step_price` 0.
    """

    base: int
    included_metres: int = 0
    step_metres: int = 1
    step_price: int = 0
    maximum: int | None = None

    @property
    def by_distance(self) -> bool:
        """Whether the price needs the kilometres ridden."""
        return self.step_price > 0

    def price(self, metres: int) -> int:
        """The price of a ride of so many metres, in rupiah."""
        beyond = max(0, metres - self.included_metres)
        amount = self.base + -(-beyond // self.step_metres) * self.step_price
        return amount if self.maximum is None else min(amount, self.maximum)


@dataclass(frozen=True, slots=True)
class TimedPrice:
    """A flat price by time of day at the tap-in, in seconds after local midnight.

    It holds on `weekdays` (Monday 0) from `start_second` to `end_second`, both inclusive.
    """

    modes: frozenset[Mode]
    start_second: int
    end_second: int
    price: int
    weekdays: frozenset[int] = EVERY_DAY

    def holds(self, mode: Mode, second_of_day: int, weekday: int | None = None) -> bool:
        """Whether a tap-in of the mode at that second of the day pays this price.

        Without a `weekday`, a price of some days of the week only does not hold.
        """
        on_day = self.weekdays == EVERY_DAY or weekday in self.weekdays
        in_time = self.start_second <= second_of_day <= self.end_second
        return mode in self.modes and on_day and in_time


@dataclass(frozen=True, slots=True)
class CappedWindow:
    """Each boarding of `modes` charges its price but tops the journey up to at most `cap`.

    A boarding belongs to the journey while the time from the journey's first tap-in, `measured`
    to this boarding's tap-in or tap-out, is at most `window_seconds` (less, where the limit is
    not inclusive). Modes outside `modes` pay their price and leave the journey alone.
    """

    cap: int
    window_seconds: int
    inclusive: bool
    measured: Measured
    modes: frozenset[Mode]


@dataclass(frozen=True, slots=True)
class PerBoarding:
    """Each boarding is charged, unless a ticket of its class is still open.

    `tickets` maps a mode to its ticket class; boardings of one class within `transfer_seconds` of
    the tap-in that bought the ticket are free. No classes: every boarding pays.
    """

    transfer_seconds: int
    inclusive: bool
    tickets: Mapping[Mode, str]


@dataclass(frozen=True, slots=True)
class DistanceIntegrated:
    """A journey over `modes_needed` or more of `modes` costs base + per_km, at most `cap`.

    The package is valid `validity_seconds` from its first tap-in to a leg's tap-in or tap-out
    (`measured`), with at most `gap_seconds` between a tap-out and the next tap-in. Until the mode
    that makes it integrated is entered, each leg costs the operator's own fare. From then on the
    journey costs the integrated total; with `first_legs` "restated" the earlier legs are restated
    as the integrated total stood after each, so that the rule alone fixes the journey's total;
    with "own-fare-stands" they keep the own fare and later legs top up, never below zero.
    The total is metres x per_km / 1000 + base, rounded down to the rupiah. Other modes pay their
    own fare and leave the package alone.
    """

    base: int
    per_km: int
    cap: int
    validity_seconds: int
    gap_seconds: int
    inclusive: bool
    measured: Measured
    modes: frozenset[Mode]
    modes_needed: int
    first_legs: FirstLegs
    missed_tap_out_ends_package: bool

    def total(self, metres: int) -> int:
        """The integrated total after so many metres, in rupiah."""
        return min(self.cap, self.base + self.per_km * metres // 1000)


Rule: TypeAlias = CappedWindow | PerBoarding | DistanceIntegrated


@dataclass(frozen=True, slots=True)
class Policies:
    """What the tariff decides about taps that are not a clean pair.

    `missed_tap_out`: a ride without a tap-out is priced as the farthest leg (the tap's own
    farthest distance where known, else `farthest_metres` of the mode) or at the base price.
    `orphan_tap_out`: a tap-out without a tap-in is charged nothing and reported, or opens a
    journey. `tap_out_matches`: a tap-out closes the card's open boarding of the same mode only,
    or any. A tap-out later than `longest_ride_seconds` after the tap-in closes nothing.
    `same_second`: which direction comes first when a card has both in one second.
    `percent_rounding`: whether what is left of a charge after a percentage is rounded down or up
    to the rupiah.
    """

    missed_tap_out: MissedTapOut
    farthest_metres: Mapping[Mode, int]
    orphan_tap_out: OrphanTapOut
    tap_out_matches: TapOutMatches
    longest_ride_seconds: int
    same_second: SameSecond
    percent_rounding: PercentRounding = "down"
