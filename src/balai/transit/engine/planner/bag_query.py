"""A question put to the search with label bags, and its answer as rides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .bags import (
    ALIGHT,
    BOARD,
    COUNTERS,
    DEPARTURE,
    ENTRY_FIELDS,
    FOUNDS,
    LABEL_FIELDS,
    PARENT,
    PATTERN,
    SEAT_FIELDS,
    Bags,
    search_bags,
)
from .journeys import Ride, stop_arrays
from .meters import FOUND_FIELDS, LABEL
from .search import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .journeys import Ends
    from .meters import Meter
    from .search import Network
    from .timetable import Timetable

FIRST_LABELS = 1 << 15
FIRST_SEATS = 1 << 12
KNOWN = -2  # label of the first journey known beforehand; the next are below it
Known = tuple[int, int, list[Ride]]


class BagSearch:
    """Searches of one timetable with label bags; keeps its arrays between queries.

    Every fare told is exact. Waiting until a price changes or a window, ticket or package has
    closed, or so that one opens later, is tried. Where only a gap between rides can end a package
    (JakLingko's 45 minutes), journeys may be left out of two kinds: those that board a later
    departure so that its tap-out is later, and those of a package that, once its gap is half
    spent, would end sooner or later than another it was compared with before.
    """

    def __init__(self, timetable: Timetable) -> None:
        self.timetable = timetable
        self.labels, self.seats = FIRST_LABELS, FIRST_SEATS
        self._bags: Bags | None = None

    def run(
        self,
        network: Network,
        meter: Meter,
        ends: Ends,
        depart_at: int,
        horizon_s: int,
        max_rides: int,
        known: list[Known],
    ) -> list[list[Ride]]:
        """Rides of the journeys that none found beats on arrival, rides and fare.

        `network.pattern_product` is each pattern's mode, -1 where it cannot be boarded. `known`
        are journeys as (arrival, fare, rides) that the search need only find better ones than.
        """
        table = self.timetable
        egress_s = np.full(table.stops, NEVER, np.int32)
        egress_stop, walk_out = stop_arrays(ends.egress)
        egress_s[egress_stop] = walk_out
        access_stop, access_s = stop_arrays(ends.access)
        while True:
            bags = self._clean(meter.state_fields)
            for number, (arrive, fare, rides) in enumerate(known):
                bags.found[number] = (arrive, fare, len(rides), KNOWN - number)
            bags.counts[FOUNDS] = len(known)
            if search_bags(
                network, table.call_metres, table.call_fastest_s, meter, bags, egress_s,
                access_stop, access_s, depart_at, depart_at + horizon_s, max_rides,
            ):  # fmt: skip
                break
            self.labels, self.seats, self._bags = 2 * self.labels, 2 * self.seats, None
        labels = bags.found[: bags.counts[FOUNDS], LABEL].tolist()
        return [
            known[KNOWN - label][2] if label <= KNOWN else _rides(bags.pool, label)
            for label in labels
        ]

    def _clean(self, state_fields: int) -> Bags:
        if self._bags is None or self._bags.states.shape[1] != state_fields:
            stops, patterns = self.timetable.stops, self.timetable.patterns
            self._bags = Bags(
                pool=np.zeros((self.labels, LABEL_FIELDS), np.int32),
                states=np.zeros((self.labels, state_fields), np.int64),
                entries=np.zeros((2 * self.labels + stops, ENTRY_FIELDS), np.int32),
                seats=np.zeros((self.seats, SEAT_FIELDS), np.int32),
                found=np.zeros((self.seats, FOUND_FIELDS), np.int64),
                counts=np.zeros(COUNTERS, np.int64),
                by_ride=np.empty(stops, np.int32),
                on_foot=np.empty(stops, np.int32),
                ridden_to=np.zeros(stops, np.int32),
                walked_to=np.zeros(stops, np.int32),
                ridden_round=np.zeros(stops, np.int32),
                walked_round=np.zeros(stops, np.int32),
                first_call=np.empty(patterns, np.int32),
                queue=np.zeros(patterns, np.int32),
            )
        bags = self._bags
        bags.counts.fill(0)
        bags.by_ride.fill(-1)
        bags.on_foot.fill(-1)
        bags.ridden_round.fill(-1)
        bags.walked_round.fill(-1)
        bags.first_call.fill(NEVER)
        return bags


def _rides(pool: NDArray[np.int32], label: int) -> list[Ride]:
    rides: list[Ride] = []
    while label:
        row = pool[label].tolist()
        rides.append(Ride(row[PATTERN], row[BOARD], row[ALIGHT], row[DEPARTURE]))
        label = row[PARENT]
    return rides[::-1]
