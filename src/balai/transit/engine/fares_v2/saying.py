"""What of a tariff the standard can say, and for which itineraries it then says the same fare.

Fares v2 prices legs and transfers between groups of legs. It has no distances, no memory of a leg
before the last transfer's group, and no caps over a day. Each mode is therefore put in a group
whose transfers can be written down, or is said to be beyond the standard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff import (
    CappedWindow,
    DistanceIntegrated,
    PerBoarding,
    Tariff,
    TimedPrice,
)
from balai.transit.engine.fares_v2.book import DurationType

CapKind = Literal["pair", "steps", "none"]
MOST_STEPS = 50
TICKET = "ticket-"
"""What the name of a ticket's leg group begins with, before its class."""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Something of the tariff that the standard cannot hold, by parameter, and why."""

    parameter: str
    what: str


@dataclass(frozen=True, slots=True)
class Step:
    """A transfer within a group: for the transfers up to `count` (-1: all further ones).

    `amount` is added, or replaces the first leg's price where `whole`.
    """

    count: int
    amount: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A leg group: its modes and the transfers within it."""

    name: str
    modes: tuple[Mode, ...]
    steps: tuple[Step, ...] = ()
    seconds: int = 0
    measured: DurationType = DurationType.DEPARTURE_TO_DEPARTURE


@dataclass(frozen=True, slots=True)
class Saying:
    """The groups of a tariff, the most that a leg of a mode costs, and what cannot be said."""

    groups: tuple[Group, ...]
    unsaid: tuple[Unsaid, ...]
    most: dict[Mode, int]

    def group_of(self, mode: Mode) -> Group | None:
        """The group of a mode; None where its price cannot be said."""
        return next((group for group in self.groups if mode in group.modes), None)


def timed_of(tariff: Tariff, mode: Mode) -> list[TimedPrice]:
    """A mode's prices by time of day, in the order in which they count."""
    return [each for each in tariff.timed_prices
            if mode in each.modes and each.start_second <= each.end_second]  # fmt: skip


def prices_of(tariff: Tariff, mode: Mode) -> set[int]:
    """Every price that a boarding of the mode may have by itself."""
    return {tariff.own_fares[mode].base} | {each.price for each in timed_of(tariff, mode)}


def saying_of(tariff: Tariff) -> Saying:
    """How the tariff is written in Fares v2, as far as it can be."""
    flat = [mode for mode in sorted(tariff.own_fares) if not tariff.own_fares[mode].by_distance]
    unsaid = [
        Unsaid("distance_price", f"{mode.code}: the price depends on the kilometres ridden")
        for mode in sorted(tariff.own_fares) if mode not in flat
    ]  # fmt: skip
    rule = tariff.rule
    if isinstance(rule, CappedWindow):
        groups, more, most = _capped(tariff, rule, flat)
    elif isinstance(rule, PerBoarding):
        groups, more, most = _tickets(rule, flat), [], {}
    else:
        groups, more, most = _alone(flat), _integrated(rule), {}
    return Saying(tuple(groups), (*unsaid, *more, *_beyond(tariff)), most)


def _alone(modes: Sequence[Mode]) -> list[Group]:
    return [Group(mode.code, (mode,)) for mode in modes]


def cap_kind(tariff: Tariff, rule: CappedWindow, paid: Sequence[Mode]) -> CapKind:
    """How the cap is written: any two boardings reach it, all cost the same, or not at all."""
    prices = {price for mode in paid for price in prices_of(tariff, mode)}
    if not prices or rule.window_seconds - (not rule.inclusive) < 1:
        return "none"
    if 2 * min(prices) >= rule.cap:
        return "pair"
    return "steps" if len(prices) == 1 and rule.cap // min(prices) < MOST_STEPS else "none"


def paid_modes(tariff: Tariff, rule: CappedWindow) -> list[Mode]:
    """The modes under the cap whose boardings cost something at every time of day."""
    return [
        mode for mode in sorted(rule.modes)
        if not tariff.own_fares[mode].by_distance and min(prices_of(tariff, mode)) > 0
    ]  # fmt: skip


def _capped(
    tariff: Tariff, rule: CappedWindow, flat: Sequence[Mode]
) -> tuple[list[Group], list[Unsaid], dict[Mode, int]]:
    paid = paid_modes(tariff, rule)
    kind = cap_kind(tariff, rule, paid)
    others = [mode for mode in flat if mode not in paid]
    most = {mode: rule.cap for mode in flat if mode in rule.modes}
    unsaid = [
        Unsaid("cap", f"{mode.code}: a free ride opens the window and continues the journey; in "
               "the standard it parts the rides before and after it")
        for mode in others if mode in rule.modes
    ]  # fmt: skip
    if kind == "none":
        unsaid.append(Unsaid("cap", "boardings at several prices below half the cap: the standard "
                             "keeps no count over legs of different prices"))  # fmt: skip
        return _alone(flat), unsaid, most
    steps = _pair(rule.cap) if kind == "pair" else _steps(prices_of(tariff, paid[0]), rule.cap)
    measured = (DurationType.DEPARTURE_TO_DEPARTURE if rule.measured == "tap-in-to-tap-in"
                else DurationType.DEPARTURE_TO_ARRIVAL)  # fmt: skip
    seconds = rule.window_seconds - (not rule.inclusive)
    group = Group("journey", tuple(paid), tuple(steps), seconds, measured)
    return [group, *_alone(others)], unsaid, most


def _pair(cap: int) -> list[Step]:
    return [Step(1, cap, whole=True), Step(-1, 0)]


def _steps(prices: set[int], cap: int) -> list[Step]:
    (price,) = prices
    steps = [Step(count, min(price, cap - count * price))
             for count in range(1, cap // price + 1) if cap > count * price]  # fmt: skip
    return [*steps, Step(-1, 0)]


def _tickets(rule: PerBoarding, flat: Sequence[Mode]) -> list[Group]:
    seconds = rule.transfer_seconds - (not rule.inclusive)
    classed = [mode for mode in flat if mode in rule.tickets and seconds > 0]
    found = [
        Group(f"{TICKET}{name}", tuple(modes), (Step(-1, 0),), seconds)
        for name, modes in groupby(sorted(classed, key=lambda m: (rule.tickets[m], m)),
                                   key=lambda mode: rule.tickets[mode])
    ]  # fmt: skip
    return found + _alone([mode for mode in flat if mode not in classed])


def _integrated(rule: DistanceIntegrated) -> list[Unsaid]:
    modes = ", ".join(mode.code for mode in sorted(rule.modes))
    what = (f"journeys over {rule.modes_needed} or more of {modes}: the standard has no price by "
            "kilometre; their legs stand at the operators' own fares")  # fmt: skip
    return [Unsaid("per_km", what)]


def _beyond(tariff: Tariff) -> list[Unsaid]:
    policies = [Unsaid("missed_tap_out", "what a missed tap-out costs"),
                Unsaid("orphan_tap_out", "what a tap-out without a tap-in does")]  # fmt: skip
    caps = [Unsaid("period_caps", f"the cap of a {each.period}")
            for each in tariff.period_caps]  # fmt: skip
    passes = [Unsaid("products", f"{each.code}: that a pass makes boardings free is in the file "
                     "of the extension; fare_products names its price")
              for each in tariff.products]  # fmt: skip
    promotions = [Unsaid("promotions", f"{each.code}: a price for a span of days")
                  for each in tariff.promotions]  # fmt: skip
    priced = [Unsaid("concessions", f"{each.code}: a price by the boarding, within a journey of "
                     "several boardings under one fare")
              for each in tariff.concessions if each.price is not None]  # fmt: skip
    return [*policies, *caps, *passes, *promotions, *priced]


def within_reach(tariff: Tariff, modes: Sequence[Mode]) -> bool:
    """Whether the standard says the tariff's own fare of an itinerary over these modes, in order.

    Under a cap: the paid rides follow each other without another between them, and no free ride
    under the cap goes before them. Tickets: the rides of one class follow each other. By distance:
    too few integrated modes for an integrated journey. No ride is priced by the kilometre.
    """
    saying = saying_of(tariff)
    groups = [saying.group_of(mode) for mode in modes]
    if any(group is None for group in groups):
        return False
    rule = tariff.rule
    if isinstance(rule, DistanceIntegrated):
        return len({mode for mode in modes if mode in rule.modes}) < rule.modes_needed
    if isinstance(rule, PerBoarding):
        names = [name for name, _ in groupby(group.name for group in groups if group)]
        return len(names) == len(set(names)) or not any(group and group.steps for group in groups)
    return _capped_reach(tariff, rule, modes)


def _capped_reach(tariff: Tariff, rule: CappedWindow, modes: Sequence[Mode]) -> bool:
    paid = set(paid_modes(tariff, rule))
    places = [place for place, mode in enumerate(modes) if mode in paid]
    if len(places) < 2:
        return True
    if cap_kind(tariff, rule, sorted(paid)) == "none":
        return False
    together = places[-1] - places[0] == len(places) - 1
    return together and not any(mode in rule.modes for mode in modes[: places[0]])
