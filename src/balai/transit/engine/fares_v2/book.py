"""The fares of a feed as GTFS Fares v2 writes them, as typed rows.

Source: GTFS Schedule reference (2025), fare_products.txt to route_networks.txt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum


class TransferType(IntEnum):
    """What a journey of legs A and B costs with the transfer's product AB."""

    FROM_AND_TRANSFER = 0
    BOTH_AND_TRANSFER = 1
    TRANSFER_ONLY = 2


class DurationType(IntEnum):
    """Between which validations of a sub-journey's first and last leg its time is measured."""

    DEPARTURE_TO_ARRIVAL = 0
    DEPARTURE_TO_DEPARTURE = 1
    ARRIVAL_TO_DEPARTURE = 2
    ARRIVAL_TO_ARRIVAL = 3


def whole(amount: Decimal) -> int | None:
    """The amount where it is whole and not negative, else None."""
    return int(amount) if amount == amount.to_integral_value() and amount >= 0 else None


@dataclass(frozen=True, slots=True)
class Product:
    """A row of fare_products: what a product costs for a category of riders on a medium.

    An empty `rider` or `medium` stands for every one.
    """

    id: str
    amount: Decimal
    currency: str
    rider: str = ""
    medium: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class LegRule:
    """A row of fare_leg_rules; empty fields are the standard's empty entries."""

    product: str
    group: str = ""
    network: str = ""
    from_area: str = ""
    to_area: str = ""
    from_timeframe: str = ""
    to_timeframe: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class JoinRule:
    """A row of fare_leg_join_rules: two legs that count as one."""

    from_network: str
    to_network: str
    from_stop: str = ""
    to_stop: str = ""


@dataclass(frozen=True, slots=True)
class TransferRule:
    """A row of fare_transfer_rules. `count` is -1 for no limit and None where it is empty."""

    type: TransferType
    from_group: str = ""
    to_group: str = ""
    count: int | None = None
    limit: int | None = None
    limit_type: DurationType | None = None
    product: str = ""


@dataclass(frozen=True, slots=True)
class Timeframe:
    """A row of timeframes: seconds after local midnight, the end not included."""

    group: str
    service: str
    start: int = 0
    end: int = 86_400

    def holds(self, second: int) -> bool:
        """Whether the second of the day lies in it."""
        return self.start <= second < self.end


@dataclass(frozen=True, slots=True)
class Rider:
    """A row of rider_categories."""

    id: str
    name: str = ""
    default: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class ServiceDays:
    """The days on which a service of the calendar holds."""

    weekdays: frozenset[int] = frozenset()
    start: date = date.min
    end: date = date.max
    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()

    def holds(self, day: date) -> bool:
        """Whether the service holds on the day."""
        if day in self.added or day in self.removed:
            return day in self.added
        return self.start <= day <= self.end and day.weekday() in self.weekdays


@dataclass(frozen=True, slots=True)
class FareBook:
    """All fares of a feed. `prioritised`: fare_leg_rules has the field rule_priority, so that its
    empty entries hold for everything; `areas` and `parents` are by stop, `networks` by route.
    """

    products: tuple[Product, ...] = ()
    leg_rules: tuple[LegRule, ...] = ()
    join_rules: tuple[JoinRule, ...] = ()
    transfer_rules: tuple[TransferRule, ...] = ()
    timeframes: tuple[Timeframe, ...] = ()
    riders: tuple[Rider, ...] = ()
    media: Mapping[str, int] = field(default_factory=dict)
    areas: Mapping[str, frozenset[str]] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    networks: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, ServiceDays] = field(default_factory=dict)
    prioritised: bool = False

    @property
    def default_rider(self) -> str:
        """The category a rider is of who says none."""
        return next((rider.id for rider in self.riders if rider.default), "")

    def areas_of(self, stop: str) -> frozenset[str]:
        """The areas of a stop: its own, else its station's."""
        return self.areas.get(stop) or self.areas.get(self.parents.get(stop, ""), frozenset())
