"""What takes a part off a rule's own charge: promotions, passes, concessions, caps of a period.

Each is told by a code of its own. Money is whole rupiah; days and weeks are the city's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff.rules import EVERY_DAY

Period: TypeAlias = Literal["day", "week", "month"]
PERIODS: tuple[Period, ...] = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class PeriodCap:
    """What a card pays for boardings of `modes` in a day, week or month of the calendar at most.

    A week begins on the day `week_starts` (Monday 0). A boarding belongs to the period of its
    tap-in.
    """

    period: Period
    amount: int
    modes: frozenset[Mode]
    week_starts: int = 0

    @property
    def code(self) -> str:
        """The cap among a tariff's reliefs, such as `cap-day`."""
        return f"cap-{self.period}"


@dataclass(frozen=True, slots=True)
class Concession:
    """What a holder of the concession pays: at most `price`, or `percent_off` less (one of both).

    100 percent off rides free.
    """

    code: str
    title: Mapping[str, str]
    modes: frozenset[Mode]
    percent_off: int | None = None
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A pass: bought for `price`, it makes boardings of `modes` free for `valid_days` days."""

    code: str
    title: Mapping[str, str]
    price: int
    valid_days: int
    modes: frozenset[Mode]


@dataclass(frozen=True, slots=True)
class Promotion:
    """A lower fare for everybody in a span of days: at most `price`, or `percent_off` less.

    It holds for tap-ins from `first_day` to `last_day` on `weekdays` (Monday 0), from
    `start_second` to `end_second` after local midnight, all inclusive.
    """

    code: str
    title: Mapping[str, str]
    first_day: date
    last_day: date
    modes: frozenset[Mode]
    weekdays: frozenset[int] = EVERY_DAY
    start_second: int = 0
    end_second: int = 86_399
    price: int | None = None
    percent_off: int | None = None


Entitlement: TypeAlias = Concession | Product
Relief: TypeAlias = Promotion | Product | Concession | PeriodCap
