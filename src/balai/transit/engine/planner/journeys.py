"""Journeys as a resident reads them, told from the labels of a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from balai.transit.engine.fares.modes import MODE_CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .timetable import Timetable

WALK = "walk"


@dataclass(frozen=True, slots=True)
class Leg:
    """A walk or a ride.

    `mode` is `walk` or a mode's code; a walk has no route or trip. A stop of None is the place
    asked for. `stops` are the stops called at, first and last included, none for a walk. Times
    are seconds from the service date's start; a walk starts when the ride before it ends. `fare`
    is what this boarding adds, in rupiah: None without a tariff, 0 for a walk.
    """

    mode: str
    route_id: str | None
    trip_id: str | None
    from_stop: str | None
    to_stop: str | None
    depart: int
    arrive: int
    stops: tuple[str, ...]
    metres: int
    fare: int | None


@dataclass(frozen=True, slots=True)
class Journey:
    """A way to go: `transfers` is rides less one, `fare` the whole fare (None: no tariff).

    `depart` is the latest second at which one can leave by these lines and stops and still
    arrive at `arrive` for that fare, so waiting is at home where it can be; never before the
    second asked for.
    """

    depart: int
    arrive: int
    transfers: int
    fare: int | None
    legs: tuple[Leg, ...]

    @property
    def rides(self) -> tuple[Leg, ...]:
        """Legs that are not walks."""
        return tuple(leg for leg in self.legs if leg.mode != WALK)


@dataclass(frozen=True, slots=True)
class Ride:
    """A ride in a timetable's own numbers: calls count from the pattern's first stop."""

    pattern: int
    board: int
    alight: int
    departure: int


@dataclass(frozen=True, slots=True)
class Ends:
    """The two places: walks in metres and seconds by stop, and between the places themselves."""

    access: dict[int, tuple[float, int]]
    egress: dict[int, tuple[float, int]]
    direct_metres: float
    direct_s: int


def stop_arrays(
    walks: dict[int, tuple[float, int]],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Stops of an `Ends.access` or `Ends.egress`, and the seconds to walk."""
    stops = np.fromiter(walks, np.int32, len(walks))
    return stops, np.fromiter((seconds for _, seconds in walks.values()), np.int32, len(walks))


class Teller:
    """Turns rides into legs for one timetable and walking speed."""

    def __init__(self, timetable: Timetable, walk_s: NDArray[np.int32]) -> None:
        self.timetable, self.walk_s = timetable, walk_s

    def stop(self, ride: Ride, call: int) -> int:
        """Stop of a ride's call."""
        return int(self.timetable.call_stop[self.timetable.call_start[ride.pattern] + call])

    def ends_at(self, rides: Sequence[Ride]) -> int:
        """Stop that the last ride is alighted from at."""
        return self.stop(rides[-1], rides[-1].alight)

    def leaves(self, ride: Ride) -> int:
        """Second at which the ride leaves the stop it is boarded at."""
        table = self.timetable
        profile = table.trip_profile[ride.departure]
        return int(table.trip_start[ride.departure] + table.profile_depart[profile + ride.board])

    def arrives(self, ride: Ride) -> int:
        """Second at which the ride is alighted from."""
        table = self.timetable
        profile = table.trip_profile[ride.departure]
        return int(table.trip_start[ride.departure] + table.profile_arrive[profile + ride.alight])

    def metres(self, ride: Ride) -> int:
        """Metres ridden."""
        begin = self.timetable.call_start[ride.pattern]
        along = self.timetable.call_metres
        return int(along[begin + ride.alight] - along[begin + ride.board])

    def walk(self, origin: int, to: int) -> tuple[float, int]:
        """Metres and seconds of the walk between two stops."""
        begin, end = self.timetable.walk_start[origin], self.timetable.walk_start[origin + 1]
        at = begin + int(np.flatnonzero(self.timetable.walk_to[begin:end] == to)[0])
        return float(self.timetable.walk_metres[at]), int(self.walk_s[at])

    def leave_late(self, rides: Sequence[Ride], *, keep_first: bool = False) -> list[Ride]:
        """Return the same lines and stops by the latest departures that arrive as early."""
        deadline = self.arrives(rides[-1])
        late: list[Ride] = []
        for at in range(len(rides) - 1, -1, -1):
            ride = rides[at]
            end = int(self.timetable.departure_start[ride.pattern + 1])
            departure = ride.departure
            while departure + 1 < end and not (keep_first and at == 0):
                next_one = Ride(ride.pattern, ride.board, ride.alight, departure + 1)
                if self.arrives(next_one) > deadline:
                    break
                departure += 1
            late.append(Ride(ride.pattern, ride.board, ride.alight, departure))
            if at:
                _, seconds = self.walk(
                    self.stop(rides[at - 1], rides[at - 1].alight), self.stop(ride, ride.board)
                )
                deadline = self.leaves(late[-1]) - seconds
        return late[::-1]

    def journey(
        self, rides: Sequence[Ride], fares: Sequence[int] | None, ends: Ends, depart_at: int
    ) -> Journey:
        """Tell a journey; `fares` is what each boarding adds."""
        if not rides:
            fare = None if fares is None else 0
            arrive = depart_at + ends.direct_s
            walk = self._walk(None, None, depart_at, ends.direct_s, ends.direct_metres, fare)
            return Journey(depart_at, arrive, 0, fare, (walk,))
        legs: list[Leg] = []
        free = None if fares is None else 0
        for at, ride in enumerate(rides):
            board = self.stop(ride, ride.board)
            if at == 0:
                metres, seconds = ends.access[board]
                begin = self.leaves(ride) - seconds
                legs.append(self._walk(None, board, begin, seconds, metres, free))
            else:
                before = rides[at - 1]
                origin = self.stop(before, before.alight)
                metres, seconds = self.walk(origin, board)
                legs.append(self._walk(origin, board, self.arrives(before), seconds, metres, free))
            legs.append(self._ride(ride, None if fares is None else fares[at]))
        last = self.stop(rides[-1], rides[-1].alight)
        metres, seconds = ends.egress[last]
        arrive = self.arrives(rides[-1])
        legs.append(self._walk(last, None, arrive, seconds, metres, free))
        return Journey(
            depart=legs[0].depart,
            arrive=arrive + seconds,
            transfers=len(rides) - 1,
            fare=None if fares is None else sum(fares),
            legs=tuple(leg for leg in legs if leg.mode != WALK or leg.arrive > leg.depart),
        )

    def _walk(
        self,
        origin: int | None,
        to: int | None,
        depart: int,
        seconds: int,
        metres: float,
        fare: int | None,
    ) -> Leg:
        ids = self.timetable.stop_ids
        return Leg(
            mode=WALK,
            route_id=None,
            trip_id=None,
            from_stop=None if origin is None else ids[origin],
            to_stop=None if to is None else ids[to],
            depart=depart,
            arrive=depart + seconds,
            stops=(),
            metres=round(metres),
            fare=fare,
        )

    def _ride(self, ride: Ride, fare: int | None) -> Leg:
        table = self.timetable
        begin = int(table.call_start[ride.pattern])
        called = table.call_stop[begin + ride.board : begin + ride.alight + 1].tolist()
        stops = tuple(table.stop_ids[stop] for stop in called)
        return Leg(
            mode=MODE_CODES[table.pattern_mode[ride.pattern]],
            route_id=table.route_ids[table.pattern_route[ride.pattern]],
            trip_id=table.trip_ids[table.trip_index[ride.departure]],
            from_stop=stops[0],
            to_stop=stops[-1],
            depart=self.leaves(ride),
            arrive=self.arrives(ride),
            stops=stops,
            metres=self.metres(ride),
            fare=fare,
        )
