"""The fare rules in plain Python: one rider's boardings in order of time.

Written to be read and to be checked against: it prices planned trips (`quote`), and the compiled
kernel must give the same charges for any taps. It shares no code with the kernel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.taps import IN, UNKNOWN, Reason
from balai.transit.engine.fares.tariff import (
    CappedWindow,
    DistanceIntegrated,
    PerBoarding,
    Tariff,
)


class Tap(NamedTuple):
    """One tap; the fields are those of `TapArrays`."""

    card: int
    at: int
    direction: int
    mode: int
    metres: int
    tap: int


@dataclass(frozen=True, slots=True)
class Boarding:
    """One ride: when it began and ended (None: no tap-out) and how far it went, where known."""

    mode: Mode
    at: int
    out_at: int | None
    metres: int | None = None


@dataclass(frozen=True, slots=True)
class PricedBoarding:
    """What a boarding is charged, and the arithmetic behind it."""

    boarding: Boarding
    charge: int
    full_price: int
    reason: Reason
    journey: int
    leg: int
    opened: int
    metres: int


@dataclass(slots=True)
class _Journey:
    """An open journey: its number, when it opened and what it has collected."""

    number: int
    opened: int
    paid: int = 0
    last_out: int = 0
    metres: int = 0
    modes: set[Mode] = field(default_factory=set)
    rows: list[int] = field(default_factory=list)


def price_boardings(boardings: Sequence[Boarding], tariff: Tariff) -> list[PricedBoarding]:
    """Each boarding's charge under the tariff, for one rider's boardings in order of time."""
    pricing = _Pricing(tariff)
    for boarding in boardings:
        pricing.add(boarding)
    return pricing.rows


def pair_taps(
    taps: Iterable[Tap], tariff: Tariff
) -> tuple[list[tuple[Boarding, Tap, Tap | None]], list[Tap]]:
    """One card's rides, with the taps they come from, and its tap-outs without a tap-in.

    Copies (equal identity at the same second) count once.
    """
    policies = tariff.policies
    first = IN if policies.same_second == "tap-in-first" else 1 - IN
    ordered = sorted(taps, key=lambda t: (t.at, t.direction != first, t.tap, t.metres, t.mode))
    rides: list[tuple[Boarding, Tap, Tap | None]] = []
    orphans: list[Tap] = []
    open_tap: Tap | None = None
    seen: set[tuple[int, int, int]] = set()
    for tap in ordered:
        if (tap.at, tap.direction, tap.tap) in seen:
            continue
        seen.add((tap.at, tap.direction, tap.tap))
        if tap.direction == IN:
            if open_tap:
                rides.append(_ride(open_tap, None))
            open_tap = tap
        elif open_tap and _closes(tap, open_tap, tariff):
            rides.append(_ride(open_tap, tap))
            open_tap = None
        else:
            orphans.append(tap)
            if policies.orphan_tap_out == "opens-journey" and tap.mode != UNKNOWN:
                if open_tap:
                    rides.append(_ride(open_tap, None))
                    open_tap = None
                rides.append(_ride(tap, tap))
    if open_tap:
        rides.append(_ride(open_tap, None))
    return rides, orphans


def _closes(out: Tap, board: Tap, tariff: Tariff) -> bool:
    fits = tariff.policies.tap_out_matches == "card" or out.mode in (board.mode, UNKNOWN)
    return fits and out.at - board.at <= tariff.policies.longest_ride_seconds


def _ride(board: Tap, out: Tap | None) -> tuple[Boarding, Tap, Tap | None]:
    known = [t.metres for t in (out, board) if t is not None and t.metres != UNKNOWN]
    ride = Boarding(
        Mode(board.mode), board.at, None if out is None else out.at, known[0] if known else None
    )
    return ride, board, out


class _Pricing:
    """The rules' memory while one rider's boardings are read."""

    def __init__(self, tariff: Tariff) -> None:
        self.tariff = tariff
        self.zone = ZoneInfo(tariff.zone)
        self.rows: list[PricedBoarding] = []
        self.journeys = 0
        self.open: dict[str, _Journey] = {}

    def add(self, boarding: Boarding) -> None:
        """Price the next boarding."""
        rule, metres = self.tariff.rule, self._metres(boarding)
        local = datetime.fromtimestamp(boarding.at, UTC).astimezone(self.zone)
        second = local.hour * 3600 + local.minute * 60 + local.second
        price = self.tariff.own_price(boarding.mode, second, metres, local.weekday())
        if isinstance(rule, CappedWindow):
            journey, charge, reason = self._capped(rule, boarding, price)
        elif isinstance(rule, PerBoarding):
            journey, charge, reason = self._per_boarding(rule, boarding, price)
        else:
            journey, charge, reason = self._integrated(rule, boarding, price, metres)
        by_distance = boarding.mode in self.tariff.needs_distance
        if by_distance and (boarding.out_at is None or boarding.metres is None):
            reason = Reason.MISSED_TAP_OUT
        journey.rows.append(len(self.rows))
        known = metres if by_distance or boarding.out_at is not None else UNKNOWN
        if not by_distance and boarding.metres is None:
            known = UNKNOWN
        self.rows.append(
            PricedBoarding(
                boarding=boarding,
                charge=charge,
                full_price=price,
                reason=reason,
                journey=journey.number,
                leg=len(journey.rows),
                opened=journey.opened,
                metres=known,
            )
        )

    def _metres(self, boarding: Boarding) -> int:
        """The distance to price by: the farthest where the tap-out or the distance is missing."""
        policies = self.tariff.policies
        if boarding.out_at is None and policies.missed_tap_out == "base-price":
            return 0
        if boarding.metres is not None:
            return boarding.metres
        return policies.farthest_metres.get(boarding.mode, 0)

    def _start(self, at: int, key: str = "") -> _Journey:
        journey = _Journey(self.journeys, at)
        self.journeys += 1
        if key:
            self.open[key] = journey
        return journey

    def _capped(
        self, rule: CappedWindow, boarding: Boarding, price: int
    ) -> tuple[_Journey, int, Reason]:
        if boarding.mode not in rule.modes:
            free = Reason.FREE_MODE if price == 0 else Reason.OUTSIDE_CAP
            return self._start(boarding.at), price, free
        journey = self.open.get("cap")
        end = _measured(rule.measured, boarding)
        if journey is None or not _within(
            end - journey.opened, rule.window_seconds, rule.inclusive
        ):
            journey = self._start(boarding.at, "cap")
        charge = max(0, min(price, rule.cap - journey.paid))
        journey.paid += charge
        if price == 0:
            return journey, charge, Reason.FREE_MODE
        if charge == price:
            return journey, charge, Reason.FULL_PRICE
        return journey, charge, Reason.TOPPED_UP_TO_CAP if charge else Reason.CAP_REACHED

    def _per_boarding(
        self, rule: PerBoarding, boarding: Boarding, price: int
    ) -> tuple[_Journey, int, Reason]:
        paid = Reason.FREE_MODE if price == 0 else Reason.FULL_PRICE
        kind = rule.tickets.get(boarding.mode)
        if kind is None:
            return self._start(boarding.at), price, paid
        ticket = self.open.get(kind)
        if ticket and _within(boarding.at - ticket.opened, rule.transfer_seconds, rule.inclusive):
            return ticket, 0, Reason.FREE_MODE if price == 0 else Reason.TICKET_OPEN
        return self._start(boarding.at, kind), price, paid

    def _integrated(
        self, rule: DistanceIntegrated, boarding: Boarding, price: int, metres: int
    ) -> tuple[_Journey, int, Reason]:
        if boarding.mode not in rule.modes:
            free = Reason.FREE_MODE if price == 0 else Reason.OWN_FARE
            return self._start(boarding.at), price, free
        package = self.open.get("package")
        if package is None or not self._in_package(rule, boarding, package):
            package = self._start(boarding.at, "package")
        becomes = len(package.modes | {boarding.mode}) == rule.modes_needed > len(package.modes)
        package.modes.add(boarding.mode)
        package.metres += metres
        package.last_out = boarding.at if boarding.out_at is None else boarding.out_at
        if boarding.out_at is None and rule.missed_tap_out_ends_package:
            del self.open["package"]
        if len(package.modes) < rule.modes_needed:
            package.paid += price
            return package, price, Reason.OWN_FARE
        if becomes and rule.first_legs == "restated":
            self._restate(rule, package)
        total = rule.total(package.metres)
        charge = max(0, total - package.paid)
        package.paid += charge
        return package, charge, _integrated_reason(rule, total)

    def _in_package(self, rule: DistanceIntegrated, boarding: Boarding, package: _Journey) -> bool:
        end = _measured(rule.measured, boarding)
        return _within(end - package.opened, rule.validity_seconds, rule.inclusive) and _within(
            boarding.at - package.last_out, rule.gap_seconds, rule.inclusive
        )

    def _restate(self, rule: DistanceIntegrated, package: _Journey) -> None:
        """Give the package's legs so far the rise of the integrated total at each."""
        metres = package.paid = 0
        for row in package.rows:
            leg = self.rows[row]
            metres += leg.metres
            total = rule.total(metres)
            missed = leg.reason == Reason.MISSED_TAP_OUT
            reason = leg.reason if missed else _integrated_reason(rule, total)
            self.rows[row] = replace(leg, charge=total - package.paid, reason=reason)
            package.paid = total


def _measured(measured: str, boarding: Boarding) -> int:
    if measured == "tap-in-to-tap-in" or boarding.out_at is None:
        return boarding.at
    return boarding.out_at


def _within(seconds: int, limit: int, inclusive: bool) -> bool:
    return seconds <= limit if inclusive else seconds < limit


def _integrated_reason(rule: DistanceIntegrated, total: int) -> Reason:
    return Reason.INTEGRATED_CAP if total >= rule.cap else Reason.INTEGRATED
