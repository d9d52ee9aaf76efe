"""The planner: from two places and a time to the journeys worth a look."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from balai.transit.engine.fares.modes import Mode

from .automaton import (
    FareAutomaton,
    bands_between,
    clock_shift,
    compile_automaton,
    finite_seconds,
    is_finite,
    no_fare,
)
from .bag_query import BagSearch
from .bounds import BackwardEdges, backward_edges, least_seconds
from .choices import best_rides, undominated
from .errors import NoStopWithinReachError, UnboundedFareStateError
from .footpaths import walking_seconds
from .geometry import great_circle_m, within
from .journeys import Ends, Journey, Ride, Teller, stop_arrays
from .meters import Meter, meter_of
from .search import LABEL_FIELDS, NEVER, Front, Goal, Network, new_front, search

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from balai.transit.engine.fares.tariff import Tariff

    from .timetable import Timetable

Point: TypeAlias = tuple[float, float]

MAX_WALK_M = 800.0
WALK_SPEED = 1.25  # metres a second
MAX_RIDES = 6
HORIZON_S = 3 * 3600
DAY_S = 86_400
FIRST_POOL = 1 << 16
KEPT_SPEEDS = 8  # walking speeds whose walks are kept; more are asked for by few


@dataclass(frozen=True, slots=True)
class Reach:
    """What a traveller reaches from a place: arrays by stop of the timetable.

    `by_ride` and `earliest` are seconds (by vehicle; by vehicle or on foot), `NEVER` where out
    of reach. `least_fare` is the lowest fare in rupiah to be there at all within the horizon and
    rides, -1 where out of reach or without a tariff.
    """

    by_ride: NDArray[np.int32]
    earliest: NDArray[np.int32]
    least_fare: NDArray[np.int64]


@dataclass(slots=True)
class _Walking:
    """What depends on the walking speed."""

    seconds: NDArray[np.int32]
    edges: BackwardEdges
    teller: Teller


@dataclass(slots=True)
class _Space:
    """Arrays a search works in, kept from one search to the next."""

    fronts: tuple[Front, Front, Front]
    best_ride: NDArray[np.int32]
    best_any: NDArray[np.int32]

    @classmethod
    def of(cls, stops: int, states: int) -> _Space:
        return cls(
            (new_front(stops, states), new_front(stops, states), new_front(stops, states)),
            np.empty((stops, states), np.int32),
            np.empty((stops, states), np.int32),
        )

    def clean(self) -> None:
        self.best_ride.fill(NEVER)
        self.best_any.fill(NEVER)


class Planner:
    """Answers trips over one timetable under one tariff (None: without fares).

    Keep it between queries: compiled tariffs and working arrays stay warm. It may be shared by
    threads; searches take turns. Routes whose mode has no price under the tariff are left out
    (`unpriced_modes`).
    """

    def __init__(self, timetable: Timetable, tariff: Tariff | None = None) -> None:
        self.timetable, self.tariff = timetable, tariff
        self.modes = frozenset(Mode(int(mode)) for mode in np.unique(timetable.pattern_mode))
        self._walking: dict[float, _Walking] = {}
        self._automata: dict[object, FareAutomaton] = {}
        self._networks: dict[tuple[float, tuple[Mode, ...]], Network] = {}
        self._meters: dict[tuple[int, ...], Meter] = {}
        self._bags = BagSearch(timetable)
        self._spaces: dict[int, _Space] = {}
        self._pool = np.empty((FIRST_POOL, LABEL_FIELDS), np.int32)
        self._turn = threading.Lock()
        self._shift_s = clock_shift(timetable, tariff)

    @property
    def unpriced_modes(self) -> frozenset[Mode]:
        """Modes of the timetable that the tariff has no price for."""
        return frozenset() if self.tariff is None else self.modes - self.tariff.modes

    def plan(
        self,
        origin: Point,
        destination: Point,
        depart_at: int,
        *,
        max_walk_m: float = MAX_WALK_M,
        walk_speed: float = WALK_SPEED,
        max_rides: int = MAX_RIDES,
        horizon_s: int = HORIZON_S,
    ) -> tuple[Journey, ...]:
        """Journeys that no other beats on arrival, transfers and fare, earliest first.

        Places are (latitude, longitude); `depart_at` is the earliest second to leave, counted
        from the service date's start; journeys arrive within `horizon_s` of it. Walks to and
        from stops, and all the way, are at most `max_walk_m` great-circle metres. Fares are
        exact under the tariff, a tap-in being when the vehicle leaves the stop.
        Raises `NoStopWithinReachError`, and ValueError for a walking speed that is not one.
        """
        with self._turn:
            walking = self._at_speed(walk_speed)
        ends = self._ends(origin, destination, max_walk_m, walk_speed)
        with self._turn:
            if self.tariff is None or is_finite(self.tariff, self.modes, horizon_s):
                fares = self._automaton(depart_at, horizon_s, max_rides)
                labels = self._search(
                    walking, walk_speed, fares, ends, depart_at, horizon_s, max_rides
                )
                price = partial(self._step_fares, walking.teller, fares)
                options = best_rides(labels, ends, fares.fare)
            else:
                price = partial(self._quote, walking.teller)
                options = self._search_bags(
                    walking, walk_speed, ends, depart_at, horizon_s, max_rides
                )
            told = [self._tell(walking.teller, price, rides, ends, depart_at) for rides in options]
        if ends.direct_s <= horizon_s and ends.direct_metres <= max_walk_m:
            free = None if self.tariff is None else ()
            told.append(walking.teller.journey((), free, ends, depart_at))
        return undominated(told)

    def reach(
        self,
        origin: Point,
        depart_at: int,
        *,
        max_walk_m: float = MAX_WALK_M,
        walk_speed: float = WALK_SPEED,
        max_rides: int = MAX_RIDES,
        horizon_s: int = HORIZON_S,
    ) -> Reach:
        """Earliest arrival and least fare at every stop, over all stops at once.

        Raises UnboundedFareStateError for a tariff whose fare over the horizon is not finite in
        state (`is_finite`).
        """
        if self.tariff is not None and not is_finite(self.tariff, self.modes, horizon_s):
            raise UnboundedFareStateError(self.tariff.name, horizon_s)
        with self._turn:
            walking = self._at_speed(walk_speed)
            ends = Ends(self._near(origin, max_walk_m, walk_speed), {}, np.inf, int(NEVER))
            fares = self._automaton(depart_at, horizon_s, max_rides)
            self._search(walking, walk_speed, fares, ends, depart_at, horizon_s, max_rides)
            space = self._space(fares.states)
            by_ride = space.best_ride.min(axis=1)
            walked = space.best_any.copy()
        earliest = np.minimum(walked.min(axis=1), by_ride)
        if self.tariff is None:
            return Reach(by_ride, earliest, np.full(by_ride.size, -1, np.int64))
        touched = np.minimum(walked, space.best_ride) < NEVER
        least = np.where(touched, fares.fare, np.iinfo(np.int64).max).min(axis=1)
        return Reach(by_ride, earliest, np.where(touched.any(axis=1), least, -1))

    def _near(
        self, point: Point, max_walk_m: float, walk_speed: float
    ) -> dict[int, tuple[float, int]]:
        stops, metres = within(self.timetable.stop_lat, self.timetable.stop_lon, point, max_walk_m)
        seconds = walking_seconds(metres, walk_speed)
        return dict(
            zip(
                stops.tolist(),
                zip(metres.tolist(), seconds.tolist(), strict=True),
                strict=True,
            )
        )

    def _ends(
        self, origin: Point, destination: Point, max_walk_m: float, walk_speed: float
    ) -> Ends:
        access = self._near(origin, max_walk_m, walk_speed)
        egress = self._near(destination, max_walk_m, walk_speed)
        metres = great_circle_m(*origin, *destination)
        if metres > max_walk_m:
            if not access:
                raise NoStopWithinReachError("from", origin, max_walk_m)
            if not egress:
                raise NoStopWithinReachError("to", destination, max_walk_m)
        seconds = int(walking_seconds(np.atleast_1d(metres), walk_speed)[0])
        return Ends(access, egress, float(metres), seconds)

    def _at_speed(self, walk_speed: float) -> _Walking:
        if not 0 < walk_speed < np.inf:
            raise ValueError(f"walk_speed must be above 0 metres a second, not {walk_speed}")
        walking = self._walking.get(walk_speed)
        if walking is None:
            if len(self._walking) >= KEPT_SPEEDS:
                self._walking.clear()
                self._networks.clear()
            seconds = self.timetable.footpaths.seconds(walk_speed)
            walking = _Walking(
                seconds,
                backward_edges(self.timetable, seconds),
                Teller(self.timetable, seconds),
            )
            self._walking[walk_speed] = walking
        return walking

    def _automaton(self, depart_at: int, horizon_s: int, max_rides: int) -> FareAutomaton:
        if self.tariff is None:
            return self._automata.setdefault(None, no_fare())
        bands = bands_between(self.tariff, depart_at, depart_at + horizon_s, self._shift_s)
        seconds = (depart_at, *bands[1:])
        clock = tuple((second + self._shift_s) % DAY_S for second in seconds)
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

    def _network(
        self, walk_speed: float, seconds: NDArray[np.int32], fares: FareAutomaton
    ) -> Network:
        key = (walk_speed, fares.modes)
        if key not in self._networks:
            table = self.timetable
            own = {name: getattr(table, name) for name in Network._fields[:13]}
            self._networks[key] = Network(
                **own,
                walk_to=table.walk_to,
                walk_s=seconds,
                pattern_product=fares.products(table.pattern_mode),
            )
        return self._networks[key]

    def _space(self, states: int) -> _Space:
        if states not in self._spaces:
            self._spaces[states] = _Space.of(self.timetable.stops, states)
        return self._spaces[states]

    def _search(
        self,
        walking: _Walking,
        walk_speed: float,
        fares: FareAutomaton,
        ends: Ends,
        depart_at: int,
        horizon_s: int,
        max_rides: int,
    ) -> NDArray[np.int32]:
        """Labels of a search (a view of the pool). Without an egress, all stops are sought."""
        network = self._network(walk_speed, walking.seconds, fares)
        space = self._space(fares.states)
        goal_best = np.full(fares.states, depart_at + horizon_s + 1, np.int32)
        egress_s = np.full(self.timetable.stops, NEVER, np.int32)
        at_least = np.zeros(self.timetable.stops, np.int32)
        if ends.egress:
            egress_stop, walk_out = stop_arrays(ends.egress)
            egress_s[egress_stop] = walk_out
            at_least = least_seconds(walking.edges, egress_stop, walk_out, horizon_s)
        access_stop, access_s = stop_arrays(ends.access)
        while True:
            space.clean()
            used = search(
                network, fares.table, *space.fronts, space.best_ride, space.best_any,
                Goal(egress_s, at_least, goal_best.copy()), access_stop, access_s, depart_at,
                max_rides, self._pool,
            )  # fmt: skip
            if used >= 0:
                return self._pool[:used]
            self._pool = np.empty((2 * len(self._pool), LABEL_FIELDS), np.int32)

    def _search_bags(
        self,
        walking: _Walking,
        walk_speed: float,
        ends: Ends,
        depart_at: int,
        horizon_s: int,
        max_rides: int,
    ) -> list[list[Ride]]:
        """Rides of what a search with label bags finds, which starts from what is found fast."""
        if self.tariff is None or not ends.access or not ends.egress:
            return []
        priced = no_fare(self.tariff.modes)
        attempts = [(priced, horizon_s)]
        soon_s = min(horizon_s, finite_seconds(self.tariff))
        if is_finite(self.tariff, self.modes, soon_s):
            attempts.insert(0, (self._automaton(depart_at, soon_s, max_rides), soon_s))
        found: list[list[Ride]] = []
        for fares, within_s in attempts:
            if not found:
                labels = self._search(
                    walking, walk_speed, fares, ends, depart_at, within_s, max_rides
                )
                found = best_rides(labels, ends, fares.fare)
        if not found:
            return []
        known = [
            (
                walking.teller.arrives(rides[-1]) + ends.egress[walking.teller.ends_at(rides)][1],
                sum(self._quote(walking.teller, rides)),
                rides,
            )
            for rides in found
        ]
        products = priced.products(self.timetable.pattern_mode)
        modes = np.where(products < 0, products, self.timetable.pattern_mode).astype(np.int16)
        network = self._network(walk_speed, walking.seconds, priced)._replace(pattern_product=modes)
        edges = bands_between(self.tariff, depart_at, depart_at + horizon_s, self._shift_s)[1:]
        meter = self._meters.setdefault(edges, meter_of(self.tariff, self._shift_s, edges))
        return self._bags.run(network, meter, ends, depart_at, horizon_s, max_rides, known)

    def _tell(
        self,
        teller: Teller,
        price: Callable[[Sequence[Ride]], list[int]],
        rides: Sequence[Ride],
        ends: Ends,
        depart_at: int,
    ) -> Journey:
        late = teller.leave_late(rides)
        if self.tariff is None:
            return teller.journey(late, None, ends, depart_at)
        paid, later = price(rides), price(late)
        # Leaving later may move a boarding past the hour of a cheaper price.
        if sum(later) <= sum(paid):
            return teller.journey(late, later, ends, depart_at)
        return teller.journey(rides, paid, ends, depart_at)

    def _step_fares(self, teller: Teller, fares: FareAutomaton, rides: Sequence[Ride]) -> list[int]:
        products = fares.products(self.timetable.pattern_mode)
        state, paid = 0, []
        for ride in rides:
            band = int(np.searchsorted(fares.table.band_from, teller.leaves(ride), "right")) - 1
            after = int(fares.table.step[state, products[ride.pattern], band])
            paid.append(int(fares.fare[after] - fares.fare[state]))
            state = after
        return paid

    def _quote(self, teller: Teller, rides: Sequence[Ride]) -> list[int]:
        """Charges of the rides by the fare engine's own rules."""
        from balai.transit.engine.fares.reference import Boarding, price_boardings

        assert self.tariff is not None
        start = int(self.timetable.instant(0).timestamp())
        boardings = [
            Boarding(
                mode=Mode(int(self.timetable.pattern_mode[ride.pattern])),
                at=start + teller.leaves(ride),
                out_at=start + teller.arrives(ride),
                metres=teller.metres(ride),
            )
            for ride in rides
        ]
        return [priced.charge for priced in price_boardings(boardings, self.tariff)]
