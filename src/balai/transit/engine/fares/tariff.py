"""A tariff as frozen values: what a boarding costs alone, and how boardings become a journey.

Three families of rule cover the city's tariffs. `CappedWindow`: every boarding has its price and
a journey's boardings together cost at most a cap within a window (OK OTrip). `PerBoarding`: every
boarding is charged, or rides free on a ticket of its class that is still open (GTFS fares v1).
`DistanceIntegrated`: a journey over two or more modes costs a base and a rate per kilometre up to
a cap (JakLingko); over one mode alone, that operator's own fare.

A `Tariff` holds on one day; the dated values it comes from are law (`balai.kernel.laws`).
Money is whole rupiah, time whole seconds, distance whole metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from balai.transit.engine.fares.modes import Mode

DAY_SECONDS = 86_400

Measured: TypeAlias = Literal["tap-in-to-tap-in", "tap-in-to-tap-out"]
FirstLegs: TypeAlias = Literal["restated", "own-fare-stands"]
MissedTapOut: TypeAlias = Literal["farthest-leg", "base-price"]
OrphanTapOut: TypeAlias = Literal["reported", "opens-journey"]
SameSecond: TypeAlias = Literal["tap-out-first", "tap-in-first"]
TapOutMatches: TypeAlias = Literal["same-mode", "card"]


class TariffError(ValueError):
    """A tariff's parameters are missing or contradict each other; names the parameter."""


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

    It holds from `start_second` to `end_second`, both inclusive.
    """

    modes: frozenset[Mode]
    start_second: int
    end_second: int
    price: int

    def holds(self, mode: Mode, second_of_day: int) -> bool:
        """Whether a tap-in of the mode at that second of the day pays this price."""
        return mode in self.modes and self.start_second <= second_of_day <= self.end_second


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
    """

    missed_tap_out: MissedTapOut
    farthest_metres: Mapping[Mode, int]
    orphan_tap_out: OrphanTapOut
    tap_out_matches: TapOutMatches
    longest_ride_seconds: int
    same_second: SameSecond


@dataclass(frozen=True, slots=True)
class Tariff:
    """Everything needed to price taps or a planned trip on one day.

    `zone` is the IANA name of the zone in which times of day are read.
    """

    name: str
    zone: str
    own_fares: Mapping[Mode, OwnFare]
    timed_prices: tuple[TimedPrice, ...]
    rule: Rule
    policies: Policies

    @property
    def modes(self) -> frozenset[Mode]:
        """The modes that have a price under this tariff."""
        return frozenset(self.own_fares)

    @property
    def needs_distance(self) -> frozenset[Mode]:
        """The modes whose charge depends on the kilometres ridden."""
        own = {mode for mode, fare in self.own_fares.items() if fare.by_distance}
        integrated = self.rule.modes if isinstance(self.rule, DistanceIntegrated) else frozenset()
        return frozenset(own | integrated)

    def own_price(self, mode: Mode, second_of_day: int, metres: int = 0) -> int:
        """What a boarding costs by itself, in rupiah. Raises KeyError for a mode without price."""
        for timed in self.timed_prices:
            if timed.holds(mode, second_of_day):
                return timed.price
        return self.own_fares[mode].price(metres)


def tariff_from_parameters(name: str, parameters: Mapping[str, Any]) -> Tariff:
    """A tariff from its parameters' plain values (the keys of a tariff law).

    Raises TariffError naming the parameter that is missing, unknown or contradictory.
    """
    read = _Reader(name, parameters)
    own_fares = {
        mode: OwnFare(read.rupiah(price, "mode_price"))
        for mode, price in read.by_mode("mode_price")
    }
    for mode, steps in read.by_mode("distance_price", default={}):
        own_fares[mode] = _stepped(read, steps)
    tariff = Tariff(
        name=name,
        zone=read.text("zone"),
        own_fares=own_fares,
        timed_prices=tuple(_timed(read, entry) for entry in read.get("timed_price", ())),
        rule=_rule(read),
        policies=_policies(read),
    )
    _check(read, tariff)
    read.finish()
    return tariff


class _Reader:
    """Takes parameters out one by one, so that an unknown one is noticed at the end."""

    def __init__(self, name: str, parameters: Mapping[str, Any]) -> None:
        self.name, self.left = name, dict(parameters)

    def fail(self, parameter: str, problem: str) -> TariffError:
        return TariffError(f"tariff {self.name}: {parameter}: {problem}")

    def get(self, parameter: str, default: Any = None) -> Any:
        if parameter not in self.left and default is None:
            raise self.fail(parameter, "is missing")
        return self.left.pop(parameter, default)

    def text(self, parameter: str) -> str:
        return str(self.get(parameter))

    def flag(self, parameter: str) -> bool:
        value = self.get(parameter)
        if not isinstance(value, bool):
            raise self.fail(parameter, f"must be true or false, not {value!r}")
        return value

    def whole(self, parameter: str) -> int:
        return self.rupiah(self.get(parameter), parameter)

    def rupiah(self, value: Any, parameter: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.fail(parameter, f"must be a whole number of at least 0, not {value!r}")
        return value

    def metres(self, value: Any, parameter: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self.fail(parameter, f"must be kilometres of at least 0, not {value!r}")
        return round(value * 1000)

    def choice(self, parameter: str, choices: tuple[str, ...]) -> Any:
        value = self.get(parameter)
        if value not in choices:
            raise self.fail(parameter, f"must be one of {', '.join(choices)}, not {value!r}")
        return value

    def mode(self, code: Any, parameter: str) -> Mode:
        try:
            return Mode.of(str(code))
        except ValueError as error:
            raise self.fail(parameter, str(error)) from None

    def modes(self, parameter: str) -> frozenset[Mode]:
        return frozenset(self.mode(code, parameter) for code in self.get(parameter))

    def by_mode(self, parameter: str, default: Any = None) -> list[tuple[Mode, Any]]:
        found = self.get(parameter, default)
        if not isinstance(found, Mapping):
            raise self.fail(parameter, "must map modes to values")
        return [(self.mode(code, parameter), value) for code, value in found.items()]

    def second_of_day(self, clock: Any, parameter: str) -> int:
        parts = str(clock).split(":")
        if len(parts) not in (2, 3) or not all(part.isdigit() for part in parts):
            raise self.fail(parameter, f'must be a time of day such as "05:00", not {clock!r}')
        hours, minutes, seconds = (*map(int, parts), 0)[:3]
        if hours > 24 or minutes > 59 or seconds > 59:
            raise self.fail(parameter, f"is no time of day: {clock!r}")
        return hours * 3600 + minutes * 60 + seconds

    def finish(self) -> None:
        if self.left:
            raise self.fail(sorted(self.left)[0], "is not a parameter of this family of tariff")


MEASURED = ("tap-in-to-tap-in", "tap-in-to-tap-out")


def _stepped(read: _Reader, steps: Mapping[str, Any]) -> OwnFare:
    wanted = {"base", "included_km", "step_km", "step_price", "maximum"}
    if not isinstance(steps, Mapping) or set(steps) != wanted:
        raise read.fail("distance_price", f"each mode needs exactly {', '.join(sorted(wanted))}")
    step = read.metres(steps["step_km"], "distance_price")
    if step == 0:
        raise read.fail("distance_price", "step_km must be above 0")
    return OwnFare(
        base=read.rupiah(steps["base"], "distance_price"),
        included_metres=read.metres(steps["included_km"], "distance_price"),
        step_metres=step,
        step_price=read.rupiah(steps["step_price"], "distance_price"),
        maximum=read.rupiah(steps["maximum"], "distance_price"),
    )


def _timed(read: _Reader, entry: Mapping[str, Any]) -> TimedPrice:
    if set(entry) != {"modes", "from", "to", "to_inclusive", "price"}:
        raise read.fail("timed_price", "needs exactly from, modes, price, to and to_inclusive")
    end = read.second_of_day(entry["to"], "timed_price")
    return TimedPrice(
        modes=frozenset(read.mode(code, "timed_price") for code in entry["modes"]),
        start_second=read.second_of_day(entry["from"], "timed_price"),
        end_second=end if entry["to_inclusive"] else end - 1,
        price=read.rupiah(entry["price"], "timed_price"),
    )


def _rule(read: _Reader) -> Rule:
    family = read.choice("rule", ("capped-window", "per-boarding", "distance-integrated"))
    if family == "capped-window":
        return CappedWindow(
            cap=read.whole("cap"),
            window_seconds=read.whole("window_seconds"),
            inclusive=read.flag("limit_inclusive"),
            measured=read.choice("window_measured", MEASURED),
            modes=read.modes("capped_modes"),
        )
    if family == "per-boarding":
        return PerBoarding(
            transfer_seconds=read.whole("transfer_seconds"),
            inclusive=read.flag("limit_inclusive"),
            tickets={mode: str(kind) for mode, kind in read.by_mode("ticket_classes", default={})},
        )
    return DistanceIntegrated(
        base=read.whole("base"),
        per_km=read.whole("per_km"),
        cap=read.whole("cap"),
        validity_seconds=read.whole("validity_seconds"),
        gap_seconds=read.whole("gap_seconds"),
        inclusive=read.flag("limit_inclusive"),
        measured=read.choice("window_measured", MEASURED),
        modes=read.modes("integrated_modes"),
        modes_needed=read.whole("modes_needed"),
        first_legs=read.choice("first_legs", ("restated", "own-fare-stands")),
        missed_tap_out_ends_package=read.flag("missed_tap_out_ends_package"),
    )


def _policies(read: _Reader) -> Policies:
    return Policies(
        missed_tap_out=read.choice("missed_tap_out", ("farthest-leg", "base-price")),
        farthest_metres={
            mode: read.metres(km, "farthest_km")
            for mode, km in read.by_mode("farthest_km", default={})
        },
        orphan_tap_out=read.choice("orphan_tap_out", ("reported", "opens-journey")),
        tap_out_matches=read.choice("tap_out_matches", ("same-mode", "card")),
        longest_ride_seconds=read.whole("longest_ride_seconds"),
        same_second=read.choice("same_second", ("tap-out-first", "tap-in-first")),
    )


def _check(read: _Reader, tariff: Tariff) -> None:
    """Settings that only make sense together."""
    priced = set(tariff.own_fares)
    named = set() if isinstance(tariff.rule, PerBoarding) else set(tariff.rule.modes)
    if isinstance(tariff.rule, PerBoarding):
        named = set(tariff.rule.tickets)
    for timed in tariff.timed_prices:
        named |= timed.modes
    if named - priced:
        code = min(named - priced).code
        raise read.fail("mode_price", f"gives no price for {code}, which another parameter names")
    far = tariff.policies.farthest_metres
    if tariff.policies.missed_tap_out == "farthest-leg" and tariff.needs_distance - set(far):
        code = min(tariff.needs_distance - set(far)).code
        raise read.fail("farthest_km", f"is missing for {code}, which is priced by distance")
