"""`Tariff`: everything needed to price taps or a planned trip on one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff.reliefs import (
    PERIODS,
    Concession,
    Entitlement,
    Period,
    PeriodCap,
    Product,
    Promotion,
    Relief,
)
from balai.transit.engine.fares.tariff.rules import (
    EVERY_DAY,
    DistanceIntegrated,
    OwnFare,
    Policies,
    Rule,
    TimedPrice,
)


@dataclass(frozen=True, slots=True)
class Tariff:
    """Everything needed to price taps or a planned trip on one day.

    `zone` is the IANA name of the zone in which times of day are read. The rule gives a boarding's
    own charge; from it `promotions`, passes (`products`), `concessions` and `period_caps` take
    off, in that order (caps: days, weeks, months). Of promotions that hold, the first listed
    counts; of a card's passes that cover the mode, the first listed; of its concessions, the one
    that leaves least to pay.
    """

    name: str
    zone: str
    own_fares: Mapping[Mode, OwnFare]
    timed_prices: tuple[TimedPrice, ...]
    rule: Rule
    policies: Policies
    promotions: tuple[Promotion, ...] = ()
    products: tuple[Product, ...] = ()
    concessions: tuple[Concession, ...] = ()
    period_caps: tuple[PeriodCap, ...] = ()

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

    @property
    def longest_period(self) -> Period | None:
        """The longest calendar period whose charges bear on one another; None without caps.

        All of a card's taps of that period have to be priced together.
        """
        found = {cap.period for cap in self.period_caps}
        return next((period for period in reversed(PERIODS) if period in found), None)

    def entitlements(self) -> tuple[Entitlement, ...]:
        """What a card may hold, in the order that `Holdings.kind` numbers."""
        return (*self.concessions, *self.products)

    def reliefs(self) -> tuple[Relief, ...]:
        """All that may take off a charge; `Charges.relief_reason` is 1 + the place here."""
        return (*self.promotions, *self.products, *self.concessions, *self.period_caps)

    def relief_code(self, reason: int) -> str:
        """The code of the relief that a `Charges.relief_reason` names; empty for none."""
        return self.reliefs()[reason - 1].code if reason else ""

    def on_weekday(self, weekday: int) -> Tariff:
        """The tariff without the timed prices of other days of the week (Monday 0).

        For what reads times of day only, such as the search of a trip on one day.
        """
        held = tuple(
            replace(each, weekdays=EVERY_DAY)
            for each in self.timed_prices
            if weekday in each.weekdays
        )
        return self if held == self.timed_prices else replace(self, timed_prices=held)

    def own_price(
        self, mode: Mode, second_of_day: int, metres: int = 0, weekday: int | None = None
    ) -> int:
        """What a boarding costs by itself, in rupiah. Raises KeyError for a mode without price.

        Prices of some days of the week only need the `weekday` (Monday 0).
        """
        for timed in self.timed_prices:
            if timed.holds(mode, second_of_day, weekday):
                return timed.price
        return self.own_fares[mode].price(metres)
