"""Fares whose windows, tickets or kilometres matter while a trip is under way.

A meter keeps what a tariff remembers of the rides so far. Its states are tuples; `ride` gives the
state after a ride, `paid` the fare so far, `least` a bound below which no continuation can end,
and `beats(a, b, now)` whether a rider in state a pays no more than one in b whatever both ride
after `now`. The charges are those of `engine.fares.reference`, which the tests compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from balai.transit.engine.fares.tariff import CappedWindow, DistanceIntegrated, PerBoarding

if TYPE_CHECKING:
    from balai.transit.engine.fares.modes import Mode
    from balai.transit.engine.fares.tariff import Tariff

DAY_S = 86_400
State: TypeAlias = tuple[Any, ...]


class Meter(Protocol):
    """What a search with label bags needs to know of a tariff."""

    start: State

    def ride(self, state: State, mode: Mode, tap_in: int, tap_out: int, metres: int) -> State:
        """State after a ride."""

    def paid(self, state: State) -> int:
        """Fare so far."""

    def least(self, state: State) -> int:
        """Fare below which no trip that continues from here ends."""

    def beats(self, a: State, b: State, now: int) -> bool:
        """Whether a pays no more than b from `now` on, whatever both ride."""


def meter_of(tariff: Tariff, shift_s: int, horizon_s: int) -> Meter:
    """Meter of a tariff; `shift_s` turns the timetable's seconds into the tariff's clock."""
    if isinstance(tariff.rule, CappedWindow):
        return CappedMeter(tariff, tariff.rule, shift_s)
    if isinstance(tariff.rule, PerBoarding):
        return TicketMeter(tariff, tariff.rule, shift_s)
    return PackageMeter(tariff, tariff.rule, shift_s, horizon_s)


def _within(seconds: int, limit: int, inclusive: bool) -> bool:
    return seconds <= limit if inclusive else seconds < limit


class CappedMeter:
    """States: paid, when the window opened (None: not yet), charged within it."""

    start: State = (0, None, 0)

    def __init__(self, tariff: Tariff, rule: CappedWindow, shift_s: int) -> None:
        self.tariff, self.rule, self.shift_s = tariff, rule, shift_s

    def ride(self, state: State, mode: Mode, tap_in: int, tap_out: int, metres: int) -> State:
        """Charge the boarding's price, up to the cap while the window lasts."""
        paid, opened, charged = state
        price = self.tariff.own_price(mode, (tap_in + self.shift_s) % DAY_S, metres)
        rule = self.rule
        if mode not in rule.modes:
            return (paid + price, opened, charged)
        end = tap_in if rule.measured == "tap-in-to-tap-in" else tap_out
        if opened is None or not _within(end - opened, rule.window_seconds, rule.inclusive):
            opened, charged = tap_in, 0
        charge = max(0, min(price, rule.cap - charged))
        return (paid + charge, opened, charged + charge)

    def paid(self, state: State) -> int:
        """Fare so far."""
        return int(state[0])

    def least(self, state: State) -> int:
        """Fare so far: it never falls."""
        return int(state[0])

    def beats(self, a: State, b: State, now: int) -> bool:
        """Whether a's lead covers what it may yet pay that b has behind it.

        With one window: the difference of what was charged in it. With a's the newer: the rest
        of a's cap. With a's the older: that and a new window's start while b's still holds.
        """
        del now
        (paid_a, open_a, in_a), (paid_b, open_b, in_b) = a, b
        if open_a == open_b:
            behind = max(0, in_b - in_a)
        elif open_a is None or (open_b is not None and open_a > open_b):
            behind = self.rule.cap - in_a
        else:
            behind = self.rule.cap + in_b - in_a
        return bool(paid_a + behind <= paid_b)


class TicketMeter:
    """States: paid, and the open tickets as (class, when bought), sorted."""

    start: State = (0, ())

    def __init__(self, tariff: Tariff, rule: PerBoarding, shift_s: int) -> None:
        self.tariff, self.rule, self.shift_s = tariff, rule, shift_s
        timed = {
            kind: [
                entry.price
                for entry in tariff.timed_prices
                for mode in entry.modes
                if rule.tickets.get(mode) == kind
            ]
            for kind in set(rule.tickets.values())
        }
        self.dearest: dict[str, float] = {
            kind: max(
                *prices,
                *(_dearest(tariff, mode) for mode, of in rule.tickets.items() if of == kind),
                0,
            )
            for kind, prices in timed.items()
        }

    def ride(self, state: State, mode: Mode, tap_in: int, tap_out: int, metres: int) -> State:
        """Ride free on an open ticket of the mode's class, or pay and open one."""
        del tap_out
        paid, tickets = state
        price = self.tariff.own_price(mode, (tap_in + self.shift_s) % DAY_S, metres)
        kind = self.rule.tickets.get(mode)
        if kind is None:
            return (paid + price, tickets)
        held = dict(tickets)
        rule = self.rule
        if kind in held and _within(tap_in - held[kind], rule.transfer_seconds, rule.inclusive):
            return state
        held[kind] = tap_in
        return (paid + price, tuple(sorted(held.items())))

    def paid(self, state: State) -> int:
        """Fare so far."""
        return int(state[0])

    def least(self, state: State) -> int:
        """Fare so far: it never falls."""
        return int(state[0])

    def beats(self, a: State, b: State, now: int) -> bool:
        """Whether a can buy anew the tickets of b that it has not as new, and pay no more."""
        del now
        (paid_a, tickets_a), (paid_b, tickets_b) = a, b
        held = dict(tickets_a)
        missing = sum(
            self.dearest[kind]
            for kind, bought in tickets_b
            if kind not in held or held[kind] < bought
        )
        return bool(paid_a + missing <= paid_b)


def _dearest(tariff: Tariff, mode: Mode) -> float:
    fare = tariff.own_fares[mode]
    if not fare.by_distance:
        return fare.base
    return float("inf") if fare.maximum is None else fare.maximum


class PackageMeter:
    """States: paid outside the open package; then the package: when it opened (None: never),
    last tap-out, metres, modes, and the own fares or charges collected in it."""

    start: State = (0, None, 0, 0, frozenset(), 0)

    def __init__(
        self, tariff: Tariff, rule: DistanceIntegrated, shift_s: int, horizon_s: int
    ) -> None:
        self.tariff, self.rule, self.shift_s = tariff, rule, shift_s
        # Nothing that was opened within the horizon can run out within it.
        self.lasts = _within(horizon_s, rule.validity_seconds, rule.inclusive)

    def ride(self, state: State, mode: Mode, tap_in: int, tap_out: int, metres: int) -> State:
        """Own fare until a further mode makes the package integrated, then its total."""
        closed, opened, last_out, ridden, modes, collected = state
        rule = self.rule
        price = self.tariff.own_price(mode, (tap_in + self.shift_s) % DAY_S, metres)
        if mode not in rule.modes:
            return (closed + price, opened, last_out, ridden, modes, collected)
        end = tap_in if rule.measured == "tap-in-to-tap-in" else tap_out
        if (
            opened is None
            or not _within(end - opened, rule.validity_seconds, rule.inclusive)
            or not _within(tap_in - last_out, rule.gap_seconds, rule.inclusive)
        ):
            closed, opened, ridden, modes, collected = (
                closed + collected, tap_in, 0, frozenset(), 0
            )  # fmt: skip
        ridden, joined = ridden + metres, modes | {mode}
        if len(joined) < rule.modes_needed:
            collected += price
        elif rule.first_legs == "restated":
            collected = rule.total(ridden)
        else:
            collected = max(collected, rule.total(ridden))
        return (closed, opened, tap_out, ridden, joined, collected)

    def paid(self, state: State) -> int:
        """Fare so far."""
        return int(state[0] + state[5])

    def least(self, state: State) -> int:
        """Fare so far, or less where a further mode would restate it."""
        closed, _, _, ridden, _, collected = state
        if self.rule.first_legs == "restated":
            return int(closed + min(collected, self.rule.total(ridden)))
        return int(closed + collected)

    def beats(self, a: State, b: State, now: int) -> bool:
        """Whether a pays no more whether the package continues, becomes integrated or closes.

        Between packages of the same modes, both within or both past the gap at `now`. The total
        rises with the kilometres and stops at the cap, so its two ends decide.
        """
        live_a, live_b = self._live(a, now), self._live(b, now)
        if not live_a and not live_b:
            return self.paid(a) <= self.paid(b)
        if live_a != live_b or a[4] != b[4] or (a[1] != b[1] and not self.lasts):
            return False
        closed_a, closed_b = a[0], b[0]
        if self.paid(a) > self.paid(b) or closed_a > closed_b:
            return False
        # Rounding down may differ by a rupiah at another kilometre: compare before rounding.
        due_a, due_b = self.rule.per_km * a[3], self.rule.per_km * b[3]
        return bool(closed_a * 1000 + due_a <= closed_b * 1000 + due_b)

    def _live(self, state: State, now: int) -> bool:
        _, opened, last_out, *_ = state
        return opened is not None and _within(
            now - last_out, self.rule.gap_seconds, self.rule.inclusive
        )
