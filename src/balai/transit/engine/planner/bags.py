"""Search with a bag of labels at each stop, for fares that are not finite in state (McRAPTOR).

Delling, Pajor, Werneck (2012), section 4. Slower than the layered search by an order of
magnitude or two, and used only where `automaton.is_finite` says no: windows that may close
before the trip ends, and fares by the kilometre.

Every fare told is exact, and no journey told is beaten by another that boards the first departure
of each line it can catch. Left out are journeys that gain by boarding later than they could: so
that a window opens later or has closed, or so that a gap (JakLingko's 45 minutes) ends a package.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from balai.transit.engine.fares.modes import Mode

from .bounds import least_seconds
from .journeys import Ride, stop_arrays
from .meters import Meter, State, meter_of

if TYPE_CHECKING:
    from balai.transit.engine.fares.tariff import Tariff

    from .bounds import BackwardEdges
    from .journeys import Ends
    from .timetable import Timetable


@dataclass(frozen=True, slots=True)
class Label:
    """A way to be at a stop: when, in what fare state, by which last ride (None: on foot)."""

    time: int
    state: State
    ride: Ride | None
    parent: Label | None

    def rides(self) -> list[Ride]:
        """Rides taken, first to last."""
        taken: list[Ride] = []
        label: Label | None = self
        while label is not None and label.ride is not None:
            taken.append(label.ride)
            label = label.parent
        return taken[::-1]


Bags: TypeAlias = dict[int, list[Label]]


@dataclass(frozen=True, slots=True)
class Found:
    """A label at the destination: arrival, fare, and its rides."""

    arrive: int
    fare: int
    rides: list[Ride]


class BagSearch:
    """One query's search over a timetable under a tariff."""

    def __init__(
        self, timetable: Timetable, tariff: Tariff, meter: Meter, walk_s: list[int], ends: Ends
    ) -> None:
        self.table, self.tariff, self.meter, self.ends = timetable, tariff, meter, ends
        self.walk_s = walk_s
        self.modes = [Mode(mode) for mode in timetable.pattern_mode.tolist()]
        self.best_ride: Bags = {}
        self.best_any: Bags = {}
        self.found: list[Found] = []

    def run(self, depart_at: int, horizon_s: int, max_rides: int, edges: BackwardEdges) -> None:
        """Fill `found`."""
        self.deadline = depart_at + horizon_s
        egress_stop, egress_s = stop_arrays(self.ends.egress)
        self.at_least = least_seconds(edges, egress_stop, egress_s, horizon_s).tolist()
        front: Bags = {}
        for stop, (_, seconds) in self.ends.access.items():
            label = Label(depart_at + seconds, self.meter.start, None, None)
            self._enter(self.best_any, front, stop, label)
        for _ in range(max_rides):
            reached = self._ride(front)
            front = self._walk(reached)
            if not front:
                break

    def _ride(self, front: Bags) -> Bags:
        reached: Bags = {}
        for pattern, first in self._patterns_at(front).items():
            if self.modes[pattern] in self.tariff.modes:
                self._scan(pattern, first, front, reached)
        return reached

    def _patterns_at(self, front: Bags) -> dict[int, int]:
        table = self.table
        first: dict[int, int] = {}
        for stop in front:
            visits = slice(int(table.visit_start[stop]), int(table.visit_start[stop + 1]))
            patterns, calls = table.visit_pattern[visits], table.visit_call[visits]
            for pattern, call in zip(patterns.tolist(), calls.tolist(), strict=True):
                first[pattern] = min(call, first.get(pattern, call))
        return first

    def _scan(self, pattern: int, first: int, front: Bags, reached: Bags) -> None:
        table, mode = self.table, self.modes[pattern]
        begin, end = int(table.call_start[pattern]), int(table.call_start[pattern + 1])
        stops = table.call_stop[begin:end].tolist()
        metres = table.call_metres[begin:end].tolist()
        board, alight = table.call_board[begin:end].tolist(), table.call_alight[begin:end].tolist()
        aboard: list[tuple[int, int, int, Label]] = []
        for call in range(first, end - begin):
            stop = stops[call]
            if alight[call]:
                for departure, tap_in, boarded, parent in aboard:
                    time = self._time(table.profile_arrive, departure, call)
                    if time + self.at_least[stop] > self.deadline:
                        continue
                    state = self.meter.ride(
                        parent.state, mode, tap_in, time, metres[call] - metres[boarded]
                    )
                    label = Label(time, state, Ride(pattern, boarded, call, departure), parent)
                    if self._enter(self.best_ride, reached, stop, label):
                        self._arrive(stop, label)
            if board[call]:
                for label in front.get(stop, ()):
                    departure = self._first(pattern, call, label.time)
                    if departure >= 0:
                        tap_in = self._time(table.profile_depart, departure, call)
                        aboard.append((departure, tap_in, call, label))

    def _time(self, times: object, departure: int, call: int) -> int:
        table = self.table
        return int(table.trip_start[departure] + times[table.trip_profile[departure] + call])  # type: ignore[index]

    def _first(self, pattern: int, call: int, ready: int) -> int:
        """First departure of the pattern that leaves the call at `ready` or later, or -1."""
        low = int(self.table.departure_start[pattern])
        high = int(self.table.departure_start[pattern + 1])
        depart = self.table.profile_depart
        found = bisect_left(
            range(low, high), ready, key=lambda departure: self._time(depart, departure, call)
        )
        return low + found if low + found < high else -1

    def _walk(self, reached: Bags) -> Bags:
        front: Bags = {}
        start, to = self.table.walk_start, self.table.walk_to
        for stop, labels in reached.items():
            for way in range(int(start[stop]), int(start[stop + 1])):
                there = int(to[way])
                for label in labels:
                    moved = Label(
                        label.time + self.walk_s[way], label.state, label.ride, label.parent
                    )
                    self._enter(self.best_any, front, there, moved)
        return front

    def _enter(self, best: Bags, front: Bags, stop: int, label: Label) -> bool:
        """Put a label into the stop's bags unless something beats it; drop what it beats."""
        if label.time + self.at_least[stop] > self.deadline or self._hopeless(stop, label):
            return False
        kept = best.setdefault(stop, [])
        if any(self._beats(other, label) for other in kept):
            return False
        kept[:] = [other for other in kept if not self._beats(label, other)]
        kept.append(label)
        new = [other for other in front.get(stop, ()) if not self._beats(label, other)]
        front[stop] = [*new, label]
        return True

    def _beats(self, a: Label, b: Label) -> bool:
        return a.time <= b.time and self.meter.beats(a.state, b.state, b.time)

    def _hopeless(self, stop: int, label: Label) -> bool:
        """Whether what was found arrives no later for no more than this label ever can."""
        soonest, least = label.time + self.at_least[stop], self.meter.least(label.state)
        return any(found.arrive <= soonest and found.fare <= least for found in self.found)

    def _arrive(self, stop: int, label: Label) -> None:
        walk = self.ends.egress.get(stop)
        if walk is None or label.time + walk[1] > self.deadline:
            return
        arrive, fare = label.time + walk[1], self.meter.paid(label.state)
        if not any(other.arrive <= arrive and other.fare <= fare for other in self.found):
            self.found.append(Found(arrive, fare, label.rides()))


def find_with_bags(
    timetable: Timetable,
    tariff: Tariff,
    shift_s: int,
    walk_s: list[int],
    edges: BackwardEdges,
    ends: Ends,
    depart_at: int,
    horizon_s: int,
    max_rides: int,
) -> list[list[Ride]]:
    """Rides of the journeys worth a look, some of which another may beat."""
    meter = meter_of(tariff, shift_s, horizon_s)
    search = BagSearch(timetable, tariff, meter, walk_s, ends)
    if ends.egress and ends.access:
        search.run(depart_at, horizon_s, max_rides, edges)
    return [found.rides for found in search.found]
