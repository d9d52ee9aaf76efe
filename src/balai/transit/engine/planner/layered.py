"""Searches with one layer of labels for each state of the fare, and the arrays they work in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .arrays import LABEL_FIELDS, NEVER, Front, Goal, new_front, new_workspace
from .automaton import DAY_S, FareAutomaton, bands_between, compile_automaton, no_fare
from .bounds import least_seconds
from .journeys import stop_arrays
from .ranges import AT, Span, departures_between, search_span
from .search import look_onward, search

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balai.transit.engine.fares.modes import Mode
    from balai.transit.engine.fares.tariff import Tariff

    from .ground import Ground
    from .journeys import Ends
    from .preferences import Preferences

FIRST_POOL = 1 << 16
KEPT_SPACES = 4


@dataclass(slots=True)
class Space:
    """Arrays a search works in, kept from one search to the next."""

    fronts: tuple[Front, Front, Front]
    best_ride: NDArray[np.int32]
    best_any: NDArray[np.int32]

    @classmethod
    def of(cls, stops: int, states: int, layers: int) -> Space:
        """Arrays for so many stops, states of the fare and rounds told apart."""
        return cls(
            (new_front(stops, states), new_front(stops, states), new_front(stops, states)),
            np.empty((stops, states, layers), np.int32),
            np.empty((stops, states, layers), np.int32),
        )

    def clean(self) -> None:
        """Forget every time."""
        self.best_ride.fill(NEVER)
        self.best_any.fill(NEVER)


class LayeredSearch:
    """Searches under one tariff's automata."""

    def __init__(
        self, tariff: Tariff | None, modes: frozenset[Mode], stops: int, shift_s: int
    ) -> None:
        self.tariff, self.modes, self.stops, self.shift_s = tariff, modes, stops, shift_s
        self._automata: dict[object, FareAutomaton] = {}
        self._spaces: dict[tuple[int, int], Space] = {}
        self._pool = np.empty((FIRST_POOL, LABEL_FIELDS), np.int32)

    def automaton(self, begin: int, end: int, max_rides: int) -> FareAutomaton:
        """The tariff compiled for boardings from `begin` to `end`, as if nothing ever closed."""
        if self.tariff is None:
            return self._automata.setdefault(None, no_fare())
        bands = bands_between(self.tariff, begin, end, self.shift_s)
        clock = tuple((second + self.shift_s) % DAY_S for second in (begin, *bands[1:]))
        prices = tuple(
            self.tariff.own_price(mode, second)
            for mode in sorted(self.modes & self.tariff.modes)
            for second in clock
        )
        key = (bands, prices, max_rides)
        if key not in self._automata:
            self._automata[key] = compile_automaton(
                self.tariff, self.modes, bands, clock, max_rides
            )
        return self._automata[key]

    def space(self, states: int, layers: int = 1) -> Space:
        """Arrays of a size, holding what the last search of that size left in them."""
        key = (states, layers)
        if key not in self._spaces:
            if len(self._spaces) >= KEPT_SPACES:
                self._spaces.clear()
            self._spaces[key] = Space.of(self.stops, states, layers)
        return self._spaces[key]

    def from_one(
        self,
        ground: Ground,
        fares: FareAutomaton,
        ends: Ends,
        depart_at: int,
        asked: Preferences,
        horizon_s: int | None = None,
    ) -> NDArray[np.int32]:
        """Labels of a search (a view of the pool). Without an egress, all stops are sought."""
        horizon_s = asked.horizon_s if horizon_s is None else horizon_s
        network = ground.network(fares, asked.modes)
        patterns = network.pattern_product.size
        space = self.space(fares.states)
        goal = _goal(ground, ends, fares, asked, 1, horizon_s)
        access_stop, access_s = stop_arrays(ends.access)
        while True:
            space.clean()
            best = np.minimum(goal.best, np.int32(depart_at + horizon_s + 1))
            onward = best
            if ends.egress:
                onward = np.empty_like(best)
                look_onward(fares.table.step, best, onward)
            used = search(
                network, fares.table, *space.fronts, space.best_ride, space.best_any,
                goal._replace(best=best, onward=onward), new_workspace(patterns, fares.states),
                access_stop, access_s, depart_at, asked.max_rides, self._pool,
            )  # fmt: skip
            if used >= 0:
                return self._pool[:used]
            self._lengthen()

    def over_span(
        self, ground: Ground, fares: FareAutomaton, ends: Ends, span: Span, asked: Preferences
    ) -> NDArray[np.int32]:
        """Labels of a search over all departures of a span (a view of the pool)."""
        network = ground.network(fares, asked.modes)
        patterns = network.pattern_product.size
        layers = asked.max_rides + 1
        space = self.space(fares.states, layers)
        goal = _goal(ground, ends, fares, asked, layers, span.horizon_s)
        access_stop, access_s = stop_arrays(ends.access)
        events = departures_between(network, access_stop, access_s, span.begin, span.end)
        events = events[np.argsort(-events[:, AT], kind="stable")]
        while True:
            space.clean()
            used = search_span(
                network, fares.table, *space.fronts, space.best_ride, space.best_any,
                goal._replace(best=goal.best.copy(), onward=np.empty_like(goal.best)),
                new_workspace(patterns, fares.states),
                events, span, asked.max_rides, self._pool,
            )  # fmt: skip
            if used >= 0:
                return self._pool[:used]
            self._lengthen()

    def _lengthen(self) -> None:
        self._pool = np.empty((2 * len(self._pool), LABEL_FIELDS), np.int32)


def _goal(
    ground: Ground,
    ends: Ends,
    fares: FareAutomaton,
    asked: Preferences,
    layers: int,
    horizon_s: int,
) -> Goal:
    """Where a search goes; states that cost more than one would pay count for nothing."""
    stops = ground.timetable.stops
    best = np.full((fares.states, layers), NEVER, np.int32)
    if asked.max_fare is not None:
        best[fares.fare > asked.max_fare] = -NEVER
    egress_s = np.full(stops, NEVER, np.int32)
    if not ends.egress:
        return Goal(egress_s, np.zeros(stops, np.int32), best, best)
    egress_stop, walk_out = stop_arrays(ends.egress)
    egress_s[egress_stop] = walk_out
    at_least = least_seconds(ground.edges, egress_stop, walk_out, horizon_s)
    return Goal(egress_s, at_least, best, best)
