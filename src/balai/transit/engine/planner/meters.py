"""Fares whose windows, tickets or kilometres matter while a trip is under way, compiled.

A meter is a tariff as arrays. Its states are rows of whole numbers: `ride` writes the state after
a ride, `paid` is the fare so far, `least` a bound below which no continuation can end, and
`beats` tells whether a rider in one state pays no more than one in another whatever both ride.
The charges are those of `engine.fares.reference`, which the tests compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff import CappedWindow, DistanceIntegrated, PerBoarding

from .compiling import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balai.transit.engine.fares.tariff import Tariff

DAY_S = 86_400
MOST = 1 << 40
NOT_YET = -MOST
CAPPED, TICKETS, PACKAGE = range(3)
# A rule's numbers. Limits are inclusive to the second; WINDOW is also how long a ticket or a
# package lasts; LEAST_INSIDE and LEAST_OUTSIDE are the lowest prices of a boarding by whether the
# rule covers its mode. RELAXED: a package that has run out may go on all the same.
(
    FAMILY, CAP, WINDOW, BY_TAP_OUT, GAP, MODES_NEEDED, BASE, PER_KM, RESTATED, SHIFT,
    LEAST_INSIDE, LEAST_OUTSIDE, RELAXED, RULE_FIELDS,
) = range(14)  # fmt: skip
# A mode's own fare, and what the rule makes of it: its ticket's class, 0 inside, -1 outside.
PRICE, INCLUDED, STEP, STEP_PRICE, DEAREST, KIND, FARE_FIELDS = range(7)
# A timed price's modes as bits, its first and last second, and the price.
TIMED_MODES, TIMED_START, TIMED_END, TIMED_PRICE, TIMED_FIELDS = range(5)
# States of each family. A capped one: paid, when the window opened, charged within it. One with
# tickets: paid, then when each class's was bought. A package: paid outside it, when it opened,
# last tap-out, metres, modes as bits, the own fares or charges collected in it, and whether any
# package went on that had run out.
PAID, OPENED, CHARGED = range(3)
BOUGHT = 1
LAST_OUT, RIDDEN, MODES, COLLECTED, BENT, STATE_FIELDS = range(2, 8)
# What was found at the destination.
ARRIVE, FARE, RIDES, LABEL, FOUND_FIELDS = range(5)


class Meter(NamedTuple):
    """A tariff as arrays of int64.

    `rule` by the fields above; `fares[mode]`; `timed`, the first that holds counts; `classes`,
    by ticket class the dearest price and how far the cheapest lies below it; `edges`, the
    timetable's seconds at which timed prices start or stop.
    """

    rule: NDArray[np.int64]
    fares: NDArray[np.int64]
    timed: NDArray[np.int64]
    classes: NDArray[np.int64]
    edges: NDArray[np.int64]

    @property
    def state_fields(self) -> int:
        """Numbers in a state."""
        return max(STATE_FIELDS, BOUGHT + len(self.classes))


def meter_of(tariff: Tariff, shift_s: int, edges: tuple[int, ...]) -> Meter:
    """Meter of a tariff; `shift_s` turns the timetable's seconds into the tariff's clock."""
    tickets = tariff.rule.tickets if isinstance(tariff.rule, PerBoarding) else {}
    names = sorted(set(tickets.values()))
    fares = np.zeros((len(Mode), FARE_FIELDS), np.int64)
    fares[:, KIND] = -1
    for mode, own in tariff.own_fares.items():
        most = MOST if own.maximum is None else own.maximum
        fares[mode, :KIND] = (own.base, own.included_metres, own.step_metres, own.step_price, most)
    for mode, name in tickets.items():
        fares[mode, KIND] = names.index(name)
    if not isinstance(tariff.rule, PerBoarding):
        fares[[int(mode) for mode in tariff.rule.modes], KIND] = 0
    timed = [
        (sum(1 << mode for mode in at.modes), at.start_second, at.end_second, at.price)
        for at in tariff.timed_prices
    ]
    ranges = {mode: _prices(tariff, mode) for mode in tariff.own_fares}
    inside = [low for mode, (low, _) in ranges.items() if fares[mode, KIND] >= 0]
    outside = [low for mode, (low, _) in ranges.items() if fares[mode, KIND] < 0]
    rule = _rule(tariff, shift_s)
    rule[LEAST_INSIDE], rule[LEAST_OUTSIDE] = min(inside, default=MOST), min(outside, default=MOST)
    classes = []
    for kind in range(len(names)):
        of = [prices for mode, prices in ranges.items() if fares[mode, KIND] == kind]
        highest = max(high for _, high in of)
        classes.append((highest, highest - min(low for low, _ in of)))
    return Meter(
        rule,
        fares,
        np.array(timed, np.int64).reshape(-1, TIMED_FIELDS),
        np.array(classes, np.int64).reshape(-1, 2),
        np.array(edges, np.int64),
    )


def _prices(tariff: Tariff, mode: Mode) -> tuple[int, int]:
    """Lowest and highest price of a boarding of the mode alone."""
    own = tariff.own_fares[mode]
    timed = [at.price for at in tariff.timed_prices if mode in at.modes]
    most = own.price(0)
    if own.by_distance:
        most = MOST if own.maximum is None else own.maximum
    return min(own.price(0), *timed, MOST), max(most, *timed, 0)


def _rule(tariff: Tariff, shift_s: int) -> NDArray[np.int64]:
    rule, given = np.zeros(RULE_FIELDS, np.int64), tariff.rule
    short = 0 if given.inclusive else 1
    rule[SHIFT] = shift_s
    if isinstance(given, PerBoarding):
        rule[FAMILY], rule[WINDOW] = TICKETS, given.transfer_seconds - short
        return rule
    rule[CAP], rule[BY_TAP_OUT] = given.cap, given.measured == "tap-in-to-tap-out"
    if isinstance(given, CappedWindow):
        rule[FAMILY], rule[WINDOW] = CAPPED, given.window_seconds - short
        return rule
    assert isinstance(given, DistanceIntegrated)
    rule[FAMILY], rule[WINDOW] = PACKAGE, given.validity_seconds - short
    rule[GAP], rule[MODES_NEEDED] = given.gap_seconds - short, given.modes_needed
    rule[BASE], rule[PER_KM] = given.base, given.per_km
    rule[RESTATED] = given.first_legs == "restated"
    return rule


@kernel
def begin(rule, states, row):  # type: ignore[no-untyped-def]
    """Write the state before any ride into a row."""
    for field in range(states.shape[1]):
        states[row, field] = NOT_YET if rule[FAMILY] == TICKETS and field >= BOUGHT else 0
    if rule[FAMILY] != TICKETS:
        states[row, OPENED] = NOT_YET


@kernel
def own_price(rule, fares, timed, mode, tap_in, metres):  # type: ignore[no-untyped-def]
    """What a boarding costs by itself (`Tariff.own_price`)."""
    second = (tap_in + rule[SHIFT]) % DAY_S
    for row in range(timed.shape[0]):
        if (timed[row, TIMED_MODES] >> mode) & 1 and (
            timed[row, TIMED_START] <= second <= timed[row, TIMED_END]
        ):
            return timed[row, TIMED_PRICE]
    if fares[mode, STEP_PRICE] == 0 or metres <= fares[mode, INCLUDED]:
        return min(fares[mode, PRICE], fares[mode, DEAREST])
    beyond, step = metres - fares[mode, INCLUDED], fares[mode, STEP]
    price = fares[mode, PRICE] + (beyond + step - 1) // step * fares[mode, STEP_PRICE]
    return min(price, fares[mode, DEAREST])


@kernel
def total(rule, metres):  # type: ignore[no-untyped-def]
    """Integrated total after so many metres (`DistanceIntegrated.total`)."""
    return min(rule[CAP], rule[BASE] + rule[PER_KM] * metres // 1000)


@kernel
def runs_out(rule, fares, states, before, mode, tap_in, tap_out):  # type: ignore[no-untyped-def]
    """Whether a ride comes too late for the window or package that is open before it."""
    if fares[mode, KIND] < 0 or rule[FAMILY] == TICKETS:
        return False
    end = tap_out if rule[BY_TAP_OUT] else tap_in
    if end - states[before, OPENED] > rule[WINDOW]:
        return True
    return rule[FAMILY] == PACKAGE and tap_in - states[before, LAST_OUT] > rule[GAP]


@kernel
def ride(rule, fares, timed, states, before, after, mode, tap_in, tap_out, metres, fresh):  # type: ignore[no-untyped-def]
    """Write the state after a ride into row `after`; `fresh`: what was open had run out."""
    for field in range(states.shape[1]):
        states[after, field] = states[before, field]
    price = own_price(rule, fares, timed, mode, tap_in, metres)
    kind = fares[mode, KIND]
    if kind < 0:
        states[after, PAID] += price
        return
    if rule[FAMILY] == TICKETS:
        if tap_in - states[before, BOUGHT + kind] > rule[WINDOW]:
            states[after, BOUGHT + kind] = tap_in
            states[after, PAID] += price
        return
    if rule[FAMILY] == CAPPED:
        if fresh:
            states[after, OPENED], states[after, CHARGED] = tap_in, 0
        charge = max(0, min(price, rule[CAP] - states[after, CHARGED]))
        states[after, PAID] += charge
        states[after, CHARGED] += charge
        return
    if fresh:
        states[after, PAID] += states[after, COLLECTED]
        states[after, OPENED] = tap_in
        states[after, RIDDEN], states[after, MODES], states[after, COLLECTED] = 0, 0, 0
    states[after, RIDDEN] += metres
    states[after, MODES] |= 1 << mode
    states[after, LAST_OUT] = tap_out
    if not integrated(rule, states[after, MODES]):
        states[after, COLLECTED] += price
    elif rule[RESTATED]:
        states[after, COLLECTED] = total(rule, states[after, RIDDEN])
    else:
        states[after, COLLECTED] = max(states[after, COLLECTED], total(rule, states[after, RIDDEN]))


@kernel
def integrated(rule, modes):  # type: ignore[no-untyped-def]
    """Whether a package's modes, as bits, make it integrated."""
    count = 0
    while modes:
        modes &= modes - 1
        count += 1
    return count >= rule[MODES_NEEDED]


@kernel
def paid(rule, states, row):  # type: ignore[no-untyped-def]
    """Fare so far."""
    if rule[FAMILY] == PACKAGE:
        return states[row, PAID] + states[row, COLLECTED]
    return states[row, PAID]


@kernel
def least(rule, classes, states, row, rides):  # type: ignore[no-untyped-def]
    """Fare below which no trip that continues from here by so many more rides ends."""
    if rule[FAMILY] == PACKAGE:
        collected = states[row, COLLECTED]
        if rule[RESTATED]:
            collected = min(collected, total(rule, states[row, RIDDEN]))
        return states[row, PAID] + collected
    if rides == 0:
        return states[row, PAID]
    inside = rule[LEAST_INSIDE]
    if rule[FAMILY] == CAPPED:
        inside = max(0, min(inside, rule[CAP] - states[row, CHARGED]))
    else:
        for kind in range(classes.shape[0]):
            if states[row, BOUGHT + kind] != NOT_YET:
                inside = 0
    return states[row, PAID] + min(inside, rule[LEAST_OUTSIDE])


@kernel
def useful_until(found, founds, deadline, fare, rides):  # type: ignore[no-untyped-def]
    """Latest arrival that what was found does not beat, for no less fare and no fewer rides."""
    until = deadline
    for at in range(founds):
        if found[at, FARE] <= fare and found[at, RIDES] <= rides:
            until = min(until, found[at, ARRIVE] - 1)
    return until


@kernel
def next_event(rule, fares, edges, states, row, mode, tap_in, until):  # type: ignore[no-untyped-def]
    """First second after a tap-in at which boarding may be worth the wait; MOST if none is.

    That is when a price changes or what is open has closed; and the very next departure where
    boarding now would open a window or ticket that may close before `until`, or leave a vehicle
    so soon that a package may run out before then; but not of a relaxed package, of which the
    sooner is the freer.
    """
    event = MOST
    for at in range(edges.size):
        if edges[at] > tap_in:
            event = min(event, edges[at])
    kind = fares[mode, KIND]
    if kind < 0:
        return event
    opened = states[row, BOUGHT + kind] if rule[FAMILY] == TICKETS else states[row, OPENED]
    closed = opened + rule[WINDOW] + 1
    if rule[FAMILY] == PACKAGE:
        if tap_in + rule[GAP] < until and not rule[RELAXED]:
            return tap_in + 1
        if opened != NOT_YET:
            closed = min(closed, states[row, LAST_OUT] + rule[GAP] + 1)
    if rule[BY_TAP_OUT] and tap_in < closed <= until:
        return tap_in + 1
    if tap_in < closed:
        return min(event, closed)
    opens = tap_in + rule[WINDOW] < until and not rule[RELAXED]
    return tap_in + 1 if opens else event
