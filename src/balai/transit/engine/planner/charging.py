"""Charges of a journey's rides, and of journeys as a search knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from balai.transit.engine.fares.modes import Mode

from .automaton import finite_seconds, is_compiled, is_finite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balai.transit.engine.fares.tariff import Tariff

    from .automaton import FareAutomaton
    from .journeys import Ride, Teller

FOREVER_S = 10**9


class Charging:
    """What each ride of a journey adds, under one tariff."""

    def __init__(self, tariff: Tariff, modes: frozenset[Mode]) -> None:
        self.tariff = tariff
        # Within so many seconds from the first tap-in the automaton's fares are exact.
        if is_finite(tariff, modes, FOREVER_S):
            self.steps_s = FOREVER_S
        else:
            self.steps_s = finite_seconds(tariff) if is_compiled(tariff, modes) else -1

    def charges(
        self, teller: Teller, rides: Sequence[Ride], fares: FareAutomaton | None
    ) -> list[int]:
        """Charges of the rides in order, in rupiah; by the automaton's steps where those hold."""
        took = teller.arrives(rides[-1]) - teller.leaves(rides[0])
        if fares is not None and took <= self.steps_s:
            return self._steps(teller, rides, fares)
        return self._quote(teller, rides)

    def _steps(self, teller: Teller, rides: Sequence[Ride], fares: FareAutomaton) -> list[int]:
        products = fares.products(teller.timetable.pattern_mode)
        state, charged = 0, []
        for ride in rides:
            band = int(np.searchsorted(fares.table.band_from, teller.leaves(ride), "right")) - 1
            after = int(fares.table.step[state, products[ride.pattern], band])
            charged.append(int(fares.fare[after] - fares.fare[state]))
            state = after
        return charged

    def _quote(self, teller: Teller, rides: Sequence[Ride]) -> list[int]:
        """Charges by the fare engine's own rules."""
        from balai.transit.engine.fares.reference import Boarding, price_boardings

        table = teller.timetable
        start = int(table.instant(0).timestamp())
        boardings = [
            Boarding(
                mode=Mode(int(table.pattern_mode[ride.pattern])),
                at=start + teller.leaves(ride),
                out_at=start + teller.arrives(ride),
                metres=teller.metres(ride),
            )
            for ride in rides
        ]
        return [priced.charge for priced in price_boardings(boardings, self.tariff)]
