"""Questions put to the search with label bags, and their answers as rides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from balai.transit.engine.fares.tariff import DistanceIntegrated, PerBoarding

from .arrays import NEVER
from .automaton import bands_between, no_fare
from .bag_search import search_bags
from .bags import (
    ALIGHT,
    BOARD,
    COUNTERS,
    DEPARTURE,
    ENTRY_FIELDS,
    FOUNDS,
    LABEL_FIELDS,
    NEXT,
    NONE,
    OF,
    PARENT,
    PATTERN,
    SEAT_FIELDS,
    TIME,
    Bags,
)
from .bounds import Left, least_left
from .journeys import Ride, stop_arrays
from .meters import (
    BENT,
    COLLECTED,
    FAMILY,
    FARE,
    FOUND_FIELDS,
    LABEL,
    PACKAGE,
    PAID,
    RELAXED,
    Meter,
    meter_of,
)
from .prospects import Prospects, prospects_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from balai.transit.engine.fares.tariff import Tariff

    from .arrays import Network
    from .ground import Ground
    from .journeys import Ends
    from .preferences import Preferences

FIRST_LABELS = 1 << 15
FIRST_SEATS = 1 << 12
KNOWN = -2  # label of a journey known beforehand
Known = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class BagQuestion:
    """What a search with bags is asked, but for the moment.

    `network.pattern_product` is each pattern's mode, -1 where it cannot be boarded.
    """

    network: Network
    metres: NDArray[np.int32]
    egress_s: NDArray[np.int32]
    access_stop: NDArray[np.int32]
    access_s: NDArray[np.int32]
    left: Left
    prospects: Prospects
    max_rides: int


@dataclass(frozen=True, slots=True)
class Moment:
    """When to leave at the soonest, and be there at the latest; by how much the first vehicle may
    leave after the soonest that can be caught; and whether packages are relaxed."""

    depart_at: int
    deadline: int
    last_start: int
    relaxed: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways to stops: arrival and fare, and whether a package went on that had run out."""

    stop: NDArray[np.int64]
    arrival: NDArray[np.int32]
    fare: NDArray[np.int64]
    bent: NDArray[np.bool_]

    def only(self, kept: NDArray[np.bool_]) -> Ways:
        """Some of them."""
        return Ways(self.stop[kept], self.arrival[kept], self.fare[kept], self.bent[kept])


def nothing_above(fare: int | None) -> list[Known]:
    """What to know for a search that wants nothing dearer: it has such a journey at once."""
    return [] if fare is None else [(-int(NEVER), fare + 1, 0)]


class BagSearch:
    """Searches under one tariff with label bags; keeps its arrays between queries.

    A *relaxed* search lets a package that has run out go on all the same, so its fares are at
    most the true ones: where those of the journeys that none beats are true, so is the answer.
    One that is not relaxed is exact, and slower.
    """

    def __init__(self, tariff: Tariff | None, shift_s: int) -> None:
        self.tariff, self.shift_s = tariff, shift_s
        self.relaxes = tariff is not None and isinstance(tariff.rule, DistanceIntegrated)
        self.labels, self.seats = FIRST_LABELS, FIRST_SEATS
        self._bags: Bags | None = None
        self._meters: dict[tuple[tuple[int, ...], bool], Meter] = {}

    def question(self, ground: Ground, ends: Ends, asked: Preferences) -> BagQuestion:
        """Prepare a question; without an egress, for all stops."""
        assert self.tariff is not None
        table, priced = ground.timetable, no_fare(self.tariff.modes)
        open_to = ground.network(priced, asked.modes)
        modes = np.where(open_to.pattern_product < 0, -1, table.pattern_mode).astype(np.int16)
        network = open_to._replace(pattern_product=modes)
        egress_s = np.full(table.stops, NEVER, np.int32)
        egress_stop, walk_out = stop_arrays(ends.egress)
        egress_s[egress_stop] = walk_out
        if ends.egress:
            left = least_left(network, table.call_fastest_s, egress_s, asked.max_rides)
        else:
            none = np.zeros((asked.max_rides + 1, table.stops), np.int32)
            left = Left(none, none, none[0].astype(np.int8), none[0].astype(np.int8))
        access_stop, access_s = stop_arrays(ends.access)
        return BagQuestion(
            network, table.call_metres, egress_s, access_stop, access_s, left,
            self._prospects(ground, network, asked), asked.max_rides,
        )  # fmt: skip

    def _prospects(self, ground: Ground, network: Network, asked: Preferences) -> Prospects:
        """What may yet be boarded of the modes that the rule covers, kept with the ground."""
        assert self.tariff is not None
        rule = self.tariff.rule
        covered = rule.tickets.keys() if isinstance(rule, PerBoarding) else rule.modes
        inside = frozenset(int(mode) for mode in covered) & {
            int(mode) for mode in np.unique(network.pattern_product)
        }
        key = (asked.modes, inside, asked.max_rides)
        if key not in ground.prospects:
            fastest = ground.timetable.call_fastest_s
            ground.prospects[key] = prospects_of(network, fastest, inside, asked.max_rides)
        return ground.prospects[key]

    def journeys(
        self, question: BagQuestion, when: Moment, known: Sequence[Known]
    ) -> list[tuple[list[Ride], int]]:
        """Rides and fare of the journeys that none found or known beats.

        Compared are arrival, rides and fare; `known` are journeys as (arrival, fare, rides) that
        the search need only find better ones than.
        """
        bags = self._run(question, when, known)
        found = bags.found[: bags.counts[FOUNDS]]
        return [
            (_rides(bags.pool, label), fare)
            for label, fare in found[:, [LABEL, FARE]].tolist()
            if label != KNOWN
        ]

    def everywhere(self, question: BagQuestion, when: Moment, known: Sequence[Known] = ()) -> Ways:
        """Every way to every stop that none beats, nor one of `known`."""
        bags = self._run(question, when, known)
        stop, entry = _listed(bags)
        label = bags.entries[entry, OF]
        fare = bags.states[label, PAID].copy()
        bent = np.zeros(fare.size, np.bool_)
        if self._meter(when).rule[FAMILY] == PACKAGE:
            fare += bags.states[label, COLLECTED]
            bent = bags.states[label, BENT] > 0
        return Ways(stop, bags.entries[entry, TIME], fare, bent)

    def _run(self, question: BagQuestion, when: Moment, known: Sequence[Known]) -> Bags:
        meter = self._meter(when)
        while True:
            bags = self._clean(question, meter.state_fields)
            for number, (arrive, fare, rides) in enumerate(known):
                bags.found[number] = (arrive, fare, rides, KNOWN)
            bags.counts[FOUNDS] = len(known)
            if search_bags(
                question.network, question.metres, question.left, meter, question.prospects, bags,
                question.egress_s, question.access_stop, question.access_s, when.depart_at,
                when.deadline, question.max_rides, when.last_start,
            ):  # fmt: skip
                return bags
            self.labels, self.seats, self._bags = 2 * self.labels, 2 * self.seats, None

    def _meter(self, when: Moment) -> Meter:
        assert self.tariff is not None
        edges = bands_between(self.tariff, when.depart_at, when.deadline, self.shift_s)[1:]
        key = (edges, when.relaxed)
        if key not in self._meters:
            self._meters[key] = meter_of(self.tariff, self.shift_s, edges)
            self._meters[key].rule[RELAXED] = when.relaxed
        return self._meters[key]

    def _clean(self, question: BagQuestion, state_fields: int) -> Bags:
        stops, patterns = question.egress_s.size, question.network.pattern_product.size
        if self._bags is None or self._bags.states.shape[1] != state_fields:
            self._bags = Bags(
                pool=np.zeros((self.labels, LABEL_FIELDS), np.int32),
                states=np.zeros((self.labels + self.seats, state_fields), np.int64),
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
        bags.by_ride.fill(NONE)
        bags.on_foot.fill(NONE)
        bags.ridden_round.fill(-1)
        bags.walked_round.fill(-1)
        bags.first_call.fill(NEVER)
        return bags


def _listed(bags: Bags) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Stop and entry of everything in the bags."""
    stops: list[NDArray[np.int64]] = []
    entries: list[NDArray[np.int32]] = []
    for heads in (bags.by_ride, bags.on_foot):
        stop = np.flatnonzero(heads != NONE)
        entry = heads[stop]
        while entry.size:
            stops.append(stop)
            entries.append(entry)
            entry = bags.entries[entry, NEXT]
            more = entry != NONE
            stop, entry = stop[more], entry[more]
    if not stops:
        return np.empty(0, np.int64), np.empty(0, np.int32)
    return np.concatenate(stops), np.concatenate(entries)


def _rides(pool: NDArray[np.int32], label: int) -> list[Ride]:
    rides: list[Ride] = []
    while label:
        row = pool[label].tolist()
        rides.append(Ride(row[PATTERN], row[BOARD], row[ALIGHT], row[DEPARTURE]))
        label = row[PARENT]
    return rides[::-1]
