"""What promotions, passes, concessions and caps of a period take off, boarding by boarding."""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from balai.transit.engine.fares.kernel.layout import compiled, inlined

EDITION = "4f8724b139720b7c"

DAY = 86_400

# Columns of the table of promotions and of the table of entitlements.
MODES, PRICE, PERCENT, IS_PASS = range(4)
WEEKDAYS, FIRST_DAY, LAST_DAY, FIRST_SECOND, LAST_SECOND = range(4, 9)
# Columns of the table of period caps.
CAP_MODES, AMOUNT, PERIOD, WEEK_STARTS = range(4)
PER_DAY, PER_WEEK = 0, 1


@inlined
def lowered(charge, price, percent, round_up):
    """What is left of a charge: at most the price, or less a percentage."""
    if price >= 0:
        return min(charge, price)
    left = charge * (100 - percent)
    return (left + 99) // 100 if round_up else left // 100


@compiled
def promoted(promotions, kind, day, second):
    """The first promotion that holds; -1 where none does."""
    weekday = 1 << ((day + 3) % 7)
    for p in range(len(promotions)):
        in_time = promotions[p, FIRST_SECOND] <= second <= promotions[p, LAST_SECOND]
        on_day = promotions[p, FIRST_DAY] <= day <= promotions[p, LAST_DAY]
        if in_time and on_day and promotions[p, MODES] & kind and promotions[p, WEEKDAYS] & weekday:
            return p
    return -1


@compiled
def held_pass(entitlements, holdings, first, last, kind, at):
    """The first pass of the tariff that the card holds for the mode; -1 where it holds none."""
    best = -1
    for h in range(first, last):
        e = holdings[h, 1]
        held = holdings[h, 2] <= at <= holdings[h, 3] and entitlements[e, IS_PASS]
        if held and entitlements[e, MODES] & kind and (best < 0 or e < best):
            best = e
    return best


@compiled
def held_concession(entitlements, holdings, first, last, kind, at, charge, round_up):
    """The concession held that leaves least to pay (of equals the first), and what it leaves."""
    best, least = -1, charge
    for h in range(first, last):
        e = holdings[h, 1]
        held = holdings[h, 2] <= at <= holdings[h, 3] and not entitlements[e, IS_PASS]
        if held and entitlements[e, MODES] & kind:
            left = lowered(charge, entitlements[e, PRICE], entitlements[e, PERCENT], round_up)
            if left < least or (left == least and 0 <= e < best):
                best, least = e, left
    return best, least


@inlined
def period_of(caps, c, day, months, first_day):
    """The number of the period a day lies in."""
    if caps[c, PERIOD] == PER_DAY:
        return day
    if caps[c, PERIOD] == PER_WEEK:
        return (day + 3 - caps[c, WEEK_STARTS]) // 7
    return months[day - first_day]


@compiled
def under_caps(caps, paid, since, kind, charge, day, months, first_day, taken):
    """What is left of a charge under each cap in turn, which `taken` gets; the caps remember it."""
    for c in range(len(caps)):
        if not caps[c, CAP_MODES] & kind:
            continue
        period = period_of(caps, c, day, months, first_day)
        if since[c] != period:
            since[c], paid[c] = period, 0
        left = min(charge, caps[c, AMOUNT] - paid[c])
        taken[c] = charge - left
        charge = left
    for c in range(len(caps)):
        if caps[c, CAP_MODES] & kind:
            paid[c] += charge
    return charge


@compiled
def card_bounds(boarding, card, low, high):
    """The first row from `low` on, before `high`, that begins a card."""
    while 0 < low < high and card[boarding[low]] == card[boarding[low - 1]]:
        low += 1
    return low


@compiled
def relieve(
    boarding, card, at, mode, offset, low, high, promotions, entitlements, caps, round_up,
    months, first_day, holdings, charge, relief, reason,
):  # fmt: skip
    """Take what is due off the charges of rows low..high, which hold whole cards in order."""
    paid, since = np.zeros(len(caps), np.int64), np.zeros(len(caps), np.int64)
    taken = np.zeros(len(caps), np.int64)
    passes, many = len(promotions), len(promotions) + len(entitlements)
    owner, first, last = np.int64(-1), 0, 0
    for row in range(low, high):
        asked = np.int64(charge[row])
        if asked == 0:
            continue
        tap = boarding[row]
        who, moment, kind = np.int64(card[tap]), at[tap], 1 << np.int64(mode[tap])
        if who != owner:
            owner, first = who, int(np.searchsorted(holdings[:, 0], who))
            last = first
            while last < len(holdings) and holdings[last, 0] == who:
                last += 1
            since[:] = -1 - (1 << 40)
        local = moment + offset
        day = local // DAY
        most, why, left = np.int64(0), 0, asked
        p = promoted(promotions, kind, day, local - day * DAY)
        if p >= 0:
            left = lowered(left, promotions[p, PRICE], promotions[p, PERCENT], round_up)
            most, why = asked - left, 1 + p
        if first < last:
            e = held_pass(entitlements, holdings, first, last, kind, moment)
            if e >= 0:
                if left > most:
                    most, why = left, 1 + passes + e
                left = np.int64(0)
            e, least = held_concession(
                entitlements, holdings, first, last, kind, moment, left, round_up
            )
            if left - least > most:
                most, why = left - least, 1 + passes + e
            left = least
        taken[:] = 0
        left = under_caps(caps, paid, since, kind, left, day, months, first_day, taken)
        for c in range(len(caps)):
            if taken[c] > most:
                most, why = taken[c], 1 + many + c
        charge[row], relief[row] = left, asked - left
        reason[row] = why if most > 0 else 0
