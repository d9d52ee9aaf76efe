"""The rules of the three families of tariff, one boarding at a time."""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from balai.transit.engine.fares.compiled import (
    BASE,
    CAPPED,
    FARTHEST,
    GROUP,
    INCLUDED,
    INTEGRATED,
    MAXIMUM,
    PER_BOARDING,
    STEP,
    STEP_PRICE,
)  # fmt: skip
from balai.transit.engine.fares.kernel.layout import (
    CHARGE,
    FIRST,
    FULL,
    JOURNEY,
    JOURNEY_OF,
    LAST_OUT,
    LEG,
    LEG_OF,
    METRES,
    MODE_COUNT,
    MODES,
    OPEN,
    OPENED,
    PAID,
    RIDDEN,
    SINCE,
    STATE,
    compiled,
    inlined,
)  # fmt: skip
from balai.transit.engine.fares.taps import UNKNOWN, Reason

EDITION = "9e0cd91247c46aff"

FULL_PRICE, FREE_MODE = int(Reason.FULL_PRICE), int(Reason.FREE_MODE)
TOPPED_UP, CAP_REACHED = int(Reason.TOPPED_UP_TO_CAP), int(Reason.CAP_REACHED)
TICKET_OPEN, OWN_FARE = int(Reason.TICKET_OPEN), int(Reason.OWN_FARE)
INTEGRATED_SO_FAR, INTEGRATED_CAP = int(Reason.INTEGRATED), int(Reason.INTEGRATED_CAP)
MISSED_TAP_OUT, OUTSIDE_CAP = int(Reason.MISSED_TAP_OUT), int(Reason.OUTSIDE_CAP)


@inlined
def own_price(t, modes, timed, mode, at, metres):
    """What the boarding costs by itself."""
    if len(timed):
        local = at + t.midnight_shift
        second, today = local % 86_400, 1 << (local // 86_400 % 7)
        for row in range(len(timed)):
            in_time = timed[row, 0] == mode and timed[row, 1] <= second <= timed[row, 2]
            if in_time and timed[row, 4] & today:
                return timed[row, 3]
    price = modes[mode, BASE]
    if modes[mode, STEP_PRICE] > 0:
        beyond = max(0, metres - modes[mode, INCLUDED])
        price += (beyond + modes[mode, STEP] - 1) // modes[mode, STEP] * modes[mode, STEP_PRICE]
    return min(price, modes[mode, MAXIMUM])


@inlined
def distance(t, modes, mode, metres, missed):
    """The metres a ride is priced by; UNKNOWN where the price does not need them."""
    needed = modes[mode, STEP_PRICE] > 0 or (t.family == INTEGRATED and modes[mode, GROUP] >= 0)
    if not needed:
        return np.int64(UNKNOWN) if missed else metres
    if missed and not t.missed_farthest:
        return np.int64(0)
    return modes[mode, FARTHEST] if metres < 0 else metres


@inlined
def start_journey(states, s, at, journey):
    """Open a journey in a card's state."""
    states[s + OPEN], states[s + SINCE], states[s + JOURNEY] = 1, at, journey
    states[s + PAID] = states[s + LEG] = states[s + METRES] = states[s + MODES] = states[
        s + MODE_COUNT
    ] = 0


@inlined
def charge_capped(t, states, s, price):
    """The charge under a cap: the price, or what is left to the cap."""
    charge = max(0, min(price, t.cap - states[s + PAID]))
    states[s + PAID] += charge
    if price == 0:
        return charge, FREE_MODE
    if charge == price:
        return charge, FULL_PRICE
    return charge, TOPPED_UP if charge > 0 else CAP_REACHED


@inlined
def charge_ticket(states, s, price):
    """The charge of a boarding with tickets: the first of an open ticket pays."""
    if price == 0:
        return 0, FREE_MODE
    if states[s + LEG] > 1:
        return 0, TICKET_OPEN
    return price, FULL_PRICE


@inlined
def integrated_total(t, metres):
    """The integrated total after so many metres."""
    return min(t.cap, t.base + t.per_km * metres // 1000)


@compiled
def restate(t, states, s, whole, reasons, row):
    """Give the package's earlier legs the rise of the integrated total at each; their sum."""
    metres = total = 0
    for i in range(states[s + FIRST], row):
        if whole[JOURNEY_OF, i] == states[s + JOURNEY]:
            metres += whole[RIDDEN, i]
            whole[CHARGE, i] = integrated_total(t, metres) - total
            total += whole[CHARGE, i]
            if reasons[i] != MISSED_TAP_OUT:
                reasons[i] = INTEGRATED_SO_FAR if total < t.cap else INTEGRATED_CAP
    return total


@inlined
def charge_integrated(t, states, s, mode, metres, price, whole, reasons, row):
    """The charge of a leg of a package: own fare until enough modes, then up to the total."""
    states[s + METRES] += metres
    if not (states[s + MODES] >> mode) & 1:
        states[s + MODES] |= 1 << mode
        states[s + MODE_COUNT] += 1
        if states[s + MODE_COUNT] == t.modes_needed and t.restated:
            states[s + PAID] = restate(t, states, s, whole, reasons, row)
    if states[s + MODE_COUNT] < t.modes_needed:
        states[s + PAID] += price
        return price, OWN_FARE
    total = integrated_total(t, states[s + METRES])
    charge = max(0, total - states[s + PAID])
    states[s + PAID] += charge
    return charge, INTEGRATED_SO_FAR if total < t.cap else INTEGRATED_CAP


@inlined
def continues(t, states, s, at, out_at):
    """Whether a boarding belongs to the journey in the state."""
    if not states[s + OPEN]:
        return False
    instant = out_at if t.to_tap_out else at
    if t.family == PER_BOARDING:
        return at - states[s + SINCE] <= t.window
    if t.family == CAPPED:
        return instant - states[s + SINCE] <= t.window
    return instant - states[s + SINCE] <= t.window and at - states[s + LAST_OUT] <= t.gap


@inlined
def state_for(t, modes, states, at, out_at, mode, journeys, row):
    """The state the boarding continues or opens, and the number of journeys after it."""
    group = modes[mode, GROUP]
    # A mode the rule does not cover pays its price and leaves the open journey alone.
    s = group * STATE if group >= 0 else len(states) - STATE
    if group < 0 or not continues(t, states, s, at, out_at):
        start_journey(states, s, at, journeys)
        states[s + FIRST] = row
        journeys += 1
    states[s + LEG] += 1
    return s, journeys


@inlined
def price_boarding(
    t, modes, timed, states, journeys, at, out_at, mode, metres, missed, whole, reasons, row
):
    """Price one boarding into `row` of the output; the number of journeys so far."""
    priced_by = distance(t, modes, mode, metres, missed)
    guessed = (missed or metres < 0) and priced_by >= 0
    price = own_price(t, modes, timed, mode, at, priced_by)
    s, journeys = state_for(t, modes, states, at, out_at, mode, journeys, row)
    if modes[mode, GROUP] < 0:
        charge, reason = price, FULL_PRICE if t.family == PER_BOARDING else OUTSIDE_CAP
        if t.family == INTEGRATED:
            reason = OWN_FARE
        if price == 0:
            reason = FREE_MODE
    elif t.family == CAPPED:
        charge, reason = charge_capped(t, states, s, price)
    elif t.family == PER_BOARDING:
        charge, reason = charge_ticket(states, s, price)
    else:
        charge, reason = charge_integrated(
            t, states, s, mode, priced_by, price, whole, reasons, row
        )
        states[s + LAST_OUT] = out_at
        if missed and t.missed_ends:
            states[s + OPEN] = 0
    whole[JOURNEY_OF, row], whole[LEG_OF, row] = states[s + JOURNEY], states[s + LEG]
    whole[CHARGE, row], whole[FULL, row] = charge, price
    whole[RIDDEN, row], whole[OPENED, row] = priced_by, states[s + SINCE]
    reasons[row] = MISSED_TAP_OUT if guessed else reason
    return journeys
