"""What a search reads once it is known how one walks and what one may board."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from .arrays import Network
from .bounds import BackwardEdges, backward_edges
from .errors import NoStopWithinReachError
from .footpaths import walking_seconds
from .geometry import great_circle_m, within
from .journeys import Ends, Teller
from .preferences import MAX_WALK_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balai.transit.engine.fares.modes import Mode

    from .automaton import FareAutomaton
    from .preferences import Preferences, Wheelchair
    from .prospects import Prospects
    from .timetable import Timetable

ACCESSIBLE, INACCESSIBLE = 1, 2  # GTFS wheelchair_boarding and wheelchair_accessible
KEPT = 8  # grounds kept; more ways of walking than these are asked for by few


@dataclass(slots=True)
class Ground:
    """A timetable as one traveller may use it, with the seconds of its walks."""

    timetable: Timetable
    walk_s: NDArray[np.int32]
    edges: BackwardEdges
    teller: Teller
    networks: dict[tuple[object, ...], Network] = field(default_factory=dict)
    prospects: dict[tuple[object, ...], Prospects] = field(default_factory=dict)

    def network(self, fares: FareAutomaton, modes: frozenset[Mode] | None) -> Network:
        """The arrays for a search whose products are the automaton's; other modes are closed."""
        key = (fares.modes, modes)
        if key not in self.networks:
            table = self.timetable
            product = fares.products(table.pattern_mode)
            if modes is not None:
                ridden = np.isin(table.pattern_mode, [int(mode) for mode in modes])
                product = np.where(ridden, product, -1).astype(np.int16)
            own = {name: getattr(table, name) for name in Network._fields[:13]}
            self.networks[key] = Network(
                **own, walk_to=table.walk_to, walk_s=self.walk_s, pattern_product=product
            )
        return self.networks[key]

    def near(self, point: tuple[float, float], asked: Preferences) -> dict[int, tuple[float, int]]:
        """Metres and seconds to walk, by stop near enough to a place."""
        table = self.timetable
        stops, metres = within(table.stop_lat, table.stop_lon, point, asked.max_walk_m)
        seconds = walking_seconds(metres, asked.walk_speed).tolist()
        return dict(zip(stops.tolist(), zip(metres.tolist(), seconds, strict=True), strict=True))

    def ends(
        self, origin: tuple[float, float], destination: tuple[float, float], asked: Preferences
    ) -> Ends:
        """Both places' walks. Raises NoStopWithinReachError where nothing is near a place."""
        access, egress = self.near(origin, asked), self.near(destination, asked)
        metres = float(great_circle_m(*origin, *destination))
        if metres > asked.max_walk_m:
            if not access:
                raise NoStopWithinReachError("from", origin, asked.max_walk_m)
            if not egress:
                raise NoStopWithinReachError("to", destination, asked.max_walk_m)
        seconds = int(walking_seconds(np.atleast_1d(metres), asked.walk_speed)[0])
        return Ends(access, egress, metres, seconds)


class Grounds:
    """Grounds of one timetable by way of walking and need of access, made when asked for."""

    def __init__(self, timetable: Timetable) -> None:
        self.timetable = timetable
        self.longest = float(timetable.walk_metres.max(initial=0.0))
        self._made: dict[tuple[float, float, Wheelchair | None], Ground] = {}

    def of(self, asked: Preferences) -> Ground:
        """The ground of some preferences."""
        reach = self.longest
        if asked.max_walk_m < MAX_WALK_M:
            reach = min(asked.max_walk_m, reach)
        key = (asked.walk_speed, reach, asked.wheelchair)
        if key not in self._made:
            if len(self._made) >= KEPT:
                self._made.clear()
            table = self.timetable
            if reach < self.longest:
                table = with_short_walks(table, reach)
            if asked.wheelchair:
                table = accessible(table, asked.wheelchair)
            seconds = table.footpaths.seconds(asked.walk_speed)
            self._made[key] = Ground(
                table, seconds, backward_edges(table, seconds), Teller(table, seconds)
            )
        return self._made[key]


def with_short_walks(timetable: Timetable, reach_m: float) -> Timetable:
    """The timetable without walks between stops longer than `reach_m` metres."""
    kept = timetable.walk_metres <= reach_m
    before = np.concatenate(([0], np.cumsum(kept)))
    return replace(
        timetable,
        walk_start=before[timetable.walk_start].astype(np.int32),
        walk_to=timetable.walk_to[kept],
        walk_metres=timetable.walk_metres[kept],
        walk_minimum_s=timetable.walk_minimum_s[kept],
    )


def accessible(timetable: Timetable, policy: Wheelchair) -> Timetable:
    """The timetable with accessible trips, boarded and left at accessible stops, only.

    "known": the feed says that trip and stop are accessible. "not-excluded": it does not say
    that they are not.
    """
    if policy == "known":
        stop = timetable.stop_wheelchair == ACCESSIBLE
        trip = timetable.trip_wheelchair == ACCESSIBLE
    else:
        stop = timetable.stop_wheelchair != INACCESSIBLE
        trip = timetable.trip_wheelchair != INACCESSIBLE
    served = stop[timetable.call_stop]
    return replace(
        timetable.without(~trip[timetable.trip_index]),
        call_board=timetable.call_board & served,
        call_alight=timetable.call_alight & served,
    )
