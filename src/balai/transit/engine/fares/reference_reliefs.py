"""What is taken off a rule's own charges, in plain Python: one rider's boardings in order of time.

Written to be read and to be checked against, like `reference`; it shares no code with the kernel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple
from zoneinfo import ZoneInfo

from balai.transit.engine.fares.reference import PricedBoarding
from balai.transit.engine.fares.tariff import (
    Concession,
    PeriodCap,
    Promotion,
    Relief,
    Tariff,
)


class Held(NamedTuple):
    """That the rider holds a concession or pass of the code; seconds since 1970, inclusive."""

    code: str
    start: int
    end: int


class Relieved(NamedTuple):
    """What a boarding is charged in the end, what was taken off, and what took most of it."""

    charge: int
    relief: int
    reason: Relief | None


def relieve_boardings(
    priced: Sequence[PricedBoarding], tariff: Tariff, held: Iterable[Held] = ()
) -> list[Relieved]:
    """Each boarding's charge after promotions, passes, concessions and caps of periods."""
    holdings, zone = list(held), ZoneInfo(tariff.zone)
    paid: dict[tuple[str, date], int] = {}
    found = []
    for row in priced:
        steps: list[tuple[int, Relief]] = []
        left = row.charge
        local = datetime.fromtimestamp(row.boarding.at, UTC).astimezone(zone)
        for relief, after in _personal(row, tariff, holdings, local, left):
            steps.append((left - after, relief))
            left = after
        caps = [cap for cap in tariff.period_caps if row.boarding.mode in cap.modes]
        for cap in caps:
            room = cap.amount - paid.get((cap.period, _begin(cap, local.date())), 0)
            steps.append((max(0, left - room), cap))
            left = min(left, room)
        for cap in caps:
            period = cap.period, _begin(cap, local.date())
            paid[period] = paid.get(period, 0) + left
        most = max(steps, key=lambda step: step[0], default=None)
        reason = most[1] if most and most[0] > 0 else None
        found.append(Relieved(left, row.charge - left, reason))
    return found


def _personal(
    row: PricedBoarding, tariff: Tariff, held: Sequence[Held], local: datetime, charge: int
) -> list[tuple[Relief, int]]:
    """The promotion, pass and concession that apply, each with what it leaves of the charge."""
    steps: list[tuple[Relief, int]] = []
    holding = {each.code for each in held if each.start <= row.boarding.at <= each.end}
    mode = row.boarding.mode
    promotion = next((each for each in tariff.promotions if _holds(each, mode, local)), None)
    if promotion:
        charge = _after(promotion, charge, tariff)
        steps.append((promotion, charge))
    for product in tariff.products:
        if product.code in holding and mode in product.modes:
            steps.append((product, 0))
            charge = 0
            break
    offered = [c for c in tariff.concessions if c.code in holding and mode in c.modes]
    if offered:
        best = min(offered, key=lambda each: _after(each, charge, tariff))
        steps.append((best, _after(best, charge, tariff)))
    return steps


def _holds(promotion: Promotion, mode: int, local: datetime) -> bool:
    second = local.hour * 3600 + local.minute * 60 + local.second
    return (
        mode in promotion.modes
        and promotion.first_day <= local.date() <= promotion.last_day
        and local.weekday() in promotion.weekdays
        and promotion.start_second <= second <= promotion.end_second
    )


def _after(relief: Promotion | Concession, charge: int, tariff: Tariff) -> int:
    if relief.price is not None:
        return min(charge, relief.price)
    assert relief.percent_off is not None
    left = charge * Fraction(100 - relief.percent_off, 100)
    return ceil(left) if tariff.policies.percent_rounding == "up" else floor(left)


def _begin(cap: PeriodCap, day: date) -> date:
    """The first day of the period a day lies in."""
    if cap.period == "month":
        return day.replace(day=1)
    if cap.period == "week":
        return day - timedelta((day.weekday() - cap.week_starts) % 7)
    return day
