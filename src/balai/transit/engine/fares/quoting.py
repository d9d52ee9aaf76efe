"""What a planned trip costs under a tariff, line by line, and what paying each ride would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.reference import Boarding, price_boardings
from balai.transit.engine.fares.taps import Reason
from balai.transit.engine.fares.tariff import Tariff


@dataclass(frozen=True, slots=True)
class Leg:
    """A ride of a planned trip: times in seconds since 1970 UTC, distance in metres."""

    mode: Mode
    board: int
    alight: int
    metres: int
    route: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A ride's line of the bill. `journey` and `number` say which fare journey it belongs to and
    its place there (from 1); `opened` when that journey's window opened; `journey_paid` what the
    journey has cost up to and with this ride. `relief` is what was taken off the rule's own charge
    (`charge` is net of it), by the promotion, pass, concession or cap of the code `relief_code`;
    `metres` what was priced by, None where the price needs none."""

    leg: Leg
    charge: int
    full_price: int
    reason: Reason
    journey: int
    number: int
    opened: int
    journey_paid: int
    relief: int = 0
    relief_code: str = ""
    metres: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A planned trip's fare: the lines, their sum, and the sum of separate payments.

    `earlier` is what the trip changes about charges of rides before it, which joined its journey.
    """

    tariff: str
    lines: tuple[Line, ...]
    earlier: int = 0

    @property
    def total(self) -> int:
        """The fare, in rupiah."""
        return sum(line.charge for line in self.lines) + self.earlier

    @property
    def separately(self) -> int:
        """What the rides would cost if each were paid by itself, in rupiah."""
        return sum(line.full_price for line in self.lines)

    @property
    def saved(self) -> int:
        """What the integrated fare saves; below 0 where the rule costs more than separate rides."""
        return self.separately - self.total


def quote(legs: Sequence[Leg], tariff: Tariff) -> Quote:
    """Price the rides of a trip by the rule alone, in order of boarding; nothing is taken off.

    Raises ValueError for rides out of order or ending before they begin, KeyError for a mode
    without a price under the tariff.
    """
    for earlier, later in pairwise(legs):
        if later.board < earlier.alight:
            raise ValueError(f"ride {later.route!r} begins before {earlier.route!r} ends")
    for leg in legs:
        if leg.alight < leg.board or leg.metres < 0:
            raise ValueError(f"ride {leg.route!r} ends before it begins or goes below 0 m")
    priced = price_boardings([Boarding(g.mode, g.board, g.alight, g.metres) for g in legs], tariff)
    paid: dict[int, int] = {}
    lines = []
    for leg, row in zip(legs, priced, strict=True):
        paid[row.journey] = paid.get(row.journey, 0) + row.charge
        lines.append(
            Line(
                leg=leg,
                charge=row.charge,
                full_price=row.full_price,
                reason=row.reason,
                journey=row.journey,
                number=row.leg,
                opened=row.opened,
                journey_paid=paid[row.journey],
            )
        )
    return Quote(tariff.name, tuple(lines))
