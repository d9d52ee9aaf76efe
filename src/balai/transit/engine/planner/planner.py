"""The planner: from two places and a time to the journeys worth a look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, Unpack

import numpy as np

from balai.transit.engine.fares.modes import Mode

from .arrays import NEVER
from .automaton import clock_shift, is_compiled, is_finite, no_fare
from .bag_query import BagQuestion, BagSearch, Moment, nothing_above
from .charging import Charging
from .choices import best_rides, by_arrival, by_both, by_departure, in_time, undominated
from .errors import UnboundedFareStateError
from .fronts import Fronts, fronts_of, fronts_of_states
from .ground import Ground, Grounds
from .journeys import Ends, Journey, Ride
from .layered import LayeredSearch
from .preferences import Limits, Preferences
from .proving import settled, to_prove
from .ranges import AT, Span, departures_between

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balai.transit.engine.fares.tariff import Tariff

    from .automaton import FareAutomaton
    from .timetable import Timetable

Point: TypeAlias = tuple[float, float]


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


@dataclass(frozen=True, slots=True)
class _Question:
    """Two places as one traveller goes between them."""

    ground: Ground
    ends: Ends
    asked: Preferences


class Planner:
    """Answers trips over one timetable under one tariff (None: without fares).

    Keep it between queries: compiled tariffs and working arrays stay warm. It may be shared by
    threads; searches take turns. Routes whose mode has no price under the tariff are left out
    (`unpriced_modes`). Every question takes the keywords of `Limits`; `Preferences` says what
    each means. Places are (latitude, longitude). Fares are exact under the tariff, a tap-in
    being when the vehicle leaves the stop. Questions between two places raise
    `NoStopWithinReachError`, and ValueError for a limit that is none.
    """

    def __init__(self, timetable: Timetable, tariff: Tariff | None = None) -> None:
        self.timetable, self.tariff = timetable, tariff
        self.modes = frozenset(Mode(int(mode)) for mode in np.unique(timetable.pattern_mode))
        shift_s = clock_shift(timetable, tariff)
        self._grounds = Grounds(timetable)
        self._layered = LayeredSearch(tariff, self.modes, timetable.stops, shift_s)
        self._bags = BagSearch(tariff, shift_s)
        self._charging = None if tariff is None else Charging(tariff, self.modes)
        self._turn = threading.Lock()

    @property
    def unpriced_modes(self) -> frozenset[Mode]:
        """Modes of the timetable that the tariff has no price for."""
        return frozenset() if self.tariff is None else self.modes - self.tariff.modes

    def plan(
        self, origin: Point, destination: Point, depart_at: int, **limits: Unpack[Limits]
    ) -> tuple[Journey, ...]:
        """Journeys that no other beats on arrival, transfers and fare, earliest first.

        They leave at `depart_at` (seconds from the service date's start) or later.
        """
        with self._turn:
            question = self._question(origin, destination, limits)
            told = self._from_one(question, depart_at)
            told += self._on_foot(question, depart_at)
        return _chosen(undominated(told), question.asked, lambda journey: journey.arrive)

    def arrive_by(
        self, origin: Point, destination: Point, arrive_at: int, **limits: Unpack[Limits]
    ) -> tuple[Journey, ...]:
        """Journeys there by `arrive_at` that no other beats on departure, transfers and fare.

        The one that leaves last comes first; none leaves more than `horizon_s` before.
        """
        with self._turn:
            question = self._question(origin, destination, limits)
            begin = arrive_at - question.asked.horizon_s
            span = Span(begin, arrive_at, arrive_at, question.asked.horizon_s, 0)
            told = self._over_span(question, span)
            told += self._on_foot(question, arrive_at - question.ends.direct_s)
        best = undominated(told, by_departure)
        return _chosen(best, question.asked, lambda journey: -journey.depart)

    def profile(
        self, origin: Point, destination: Point, begin: int, end: int, **limits: Unpack[Limits]
    ) -> tuple[Journey, ...]:
        """Journeys that leave from `begin` to `end`, both included, in the order they leave.

        None is beaten on departure, arrival, transfers and fare together. Each arrives within
        `horizon_s` of its departure. A walk all the way can be had at any second; it is told
        once, as leaving at `end`, and rides that take no less are left out.
        """
        with self._turn:
            question = self._question(origin, destination, limits)
            span = Span(begin, end, int(NEVER), question.asked.horizon_s, 1)
            told = self._over_span(question, span)
            walked = self._on_foot(question, end)
        if walked:
            told = [each for each in told if each.arrive - each.depart < question.ends.direct_s]
        found = undominated(told + walked, by_both)
        kept = [each for each in found if _affordable(each, question.asked)]
        return tuple(sorted(kept, key=lambda journey: (journey.depart, journey.arrive)))

    def cheapest(
        self,
        origin: Point,
        destination: Point,
        depart_at: int,
        *,
        within_s: int,
        **limits: Unpack[Limits],
    ) -> Journey | None:
        """Least fare that is there within `within_s`; of equals the earliest, then fewest rides."""
        limits["horizon_s"] = min(within_s, limits.get("horizon_s", within_s))
        found = self.plan(origin, destination, depart_at, **limits)
        return min(found, key=lambda j: (j.fare or 0, j.arrive, j.transfers), default=None)

    def fastest(
        self, origin: Point, destination: Point, depart_at: int, **limits: Unpack[Limits]
    ) -> Journey | None:
        """Earliest arrival, for at most `max_fare`; of equals the cheapest, then fewest rides."""
        found = self.plan(origin, destination, depart_at, **limits)
        return min(found, key=lambda j: (j.arrive, j.fare or 0, j.transfers), default=None)

    def reach(self, origin: Point, depart_at: int, **limits: Unpack[Limits]) -> Reach:
        """Earliest arrival and least fare at every stop, over all stops at once.

        Raises UnboundedFareStateError for a tariff whose fare over the horizon is not finite in
        state (`is_finite`).
        """
        asked = Preferences.of(limits)
        self._require_finite(asked)
        with self._turn:
            by_ride, walked, fares = self._everywhere(origin, depart_at, asked)
            there = np.minimum(walked, by_ride)
            by_vehicle, earliest = by_ride.min(axis=1), there.min(axis=1)
        if self.tariff is None:
            return Reach(by_vehicle, earliest, np.full(earliest.size, -1, np.int64))
        touched = there < NEVER
        least = np.where(touched, fares.fare, np.iinfo(np.int64).max).min(axis=1)
        return Reach(by_vehicle, earliest, np.where(touched.any(axis=1), least, -1))

    def one_to_all(self, origin: Point, depart_at: int, **limits: Unpack[Limits]) -> Fronts:
        """By stop, the arrivals and fares that no other beats, to be there within the horizon.

        Raises UnboundedFareStateError for a tariff with a window or ticket that may close within
        the horizon. Integrated fares by the kilometre are followed with label bags; `Fronts.proven`
        says of which stops the front is proven then.
        """
        asked = Preferences.of(limits)
        if self.tariff is not None and not is_compiled(self.tariff, self.modes):
            with self._turn:
                return self._everywhere_by_bags(origin, depart_at, asked)
        self._require_finite(asked)
        with self._turn:
            by_ride, walked, fares = self._everywhere(origin, depart_at, asked)
            dearest_first = np.argsort(-fares.fare, kind="stable")
            lists = fronts_of_states(by_ride, walked, fares.fare, dearest_first, NEVER)
        return Fronts(depart_at, *lists)

    def _require_finite(self, asked: Preferences) -> None:
        if self.tariff is not None and not is_finite(self.tariff, self.modes, asked.horizon_s):
            raise UnboundedFareStateError(self.tariff.name, asked.horizon_s)

    def _everywhere(
        self, origin: Point, depart_at: int, asked: Preferences
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], FareAutomaton]:
        """Arrivals by stop and state, by vehicle and on foot, and the automaton."""
        ground = self._grounds.of(asked)
        ends = Ends(ground.near(origin, asked), {}, np.inf, int(NEVER))
        fares = self._layered.automaton(depart_at, depart_at + asked.horizon_s, asked.max_rides)
        self._layered.from_one(ground, fares, ends, depart_at, asked)
        space = self._layered.space(fares.states)
        return space.best_ride[:, :, 0], space.best_any[:, :, 0], fares

    def _everywhere_by_bags(self, origin: Point, depart_at: int, asked: Preferences) -> Fronts:
        ground = self._grounds.of(asked)
        ends = Ends(ground.near(origin, asked), {}, np.inf, int(NEVER))
        put = self._bags.question(ground, ends, asked)
        when = Moment(depart_at, depart_at + asked.horizon_s, int(NEVER), self._bags.relaxes)
        ways = self._bags.everywhere(put, when, nothing_above(asked.max_fare))
        bounds = fronts_of(depart_at, ways.stop, ways.arrival, ways.fare, self.timetable.stops)
        if not ways.bent.any():
            return bounds
        true = ways.only(~ways.bent)
        told = fronts_of(depart_at, true.stop, true.arrival, true.fare, self.timetable.stops)
        proven = np.ones(self.timetable.stops, np.bool_)
        for stop in np.unique(ways.stop[ways.bent]).tolist():
            proven[stop] = told.at(stop) == bounds.at(stop)
        return replace(told, proven=proven, bounds=bounds)

    def _question(self, origin: Point, destination: Point, limits: Limits) -> _Question:
        asked = Preferences.of(limits)
        ground = self._grounds.of(asked)
        return _Question(ground, ground.ends(origin, destination, asked), asked)

    def _on_foot(self, question: _Question, leave: int) -> list[Journey]:
        """The walk all the way, where there is one."""
        ends, asked = question.ends, question.asked
        if ends.direct_s > asked.horizon_s or ends.direct_metres > asked.max_walk_m:
            return []
        free = None if self.tariff is None else ()
        return [question.ground.teller.journey((), free, ends, leave)]

    def _from_one(self, question: _Question, depart_at: int) -> list[Journey]:
        """Journeys by vehicle from one moment on."""
        asked, ends = question.asked, question.ends
        if self.tariff is not None and not is_compiled(self.tariff, self.modes):
            return self._by_bags(question, depart_at, [])
        last = depart_at + asked.horizon_s
        fares = self._layered.automaton(depart_at, last, asked.max_rides)
        labels = self._layered.from_one(question.ground, fares, ends, depart_at, asked)
        span = Span(depart_at, last, last, asked.horizon_s, 1)
        options = best_rides(labels, ends, fares.fare, span)
        told = [self._tell(question, rides, depart_at, fares) for rides, _ in options]
        if self._is_settled(told, [fare for _, fare in options], told, by_arrival):
            return told
        # Something closed on the way: who leaves later may still have it open.
        later, bounds = self._compiled_span(question, span)
        if self._is_settled(later, bounds, later + told, by_arrival):
            return told + later
        return self._by_bags(question, depart_at, told + later)

    def _over_span(self, question: _Question, span: Span) -> list[Journey]:
        """Journeys by vehicle that leave within a span."""
        known: list[Journey] = []
        if self.tariff is None or is_compiled(self.tariff, self.modes):
            known, bounds = self._compiled_span(question, span)
            cost = by_both if span.arrivals_matter else by_departure
            if self._is_settled(known, bounds, known, cost):
                return known
        return self._each_departure(question, span, known)

    def _compiled_span(self, question: _Question, span: Span) -> tuple[list[Journey], list[int]]:
        """Journeys of a span by the automaton, and what they cost by it."""
        asked, ends = question.asked, question.ends
        last = min(span.deadline, span.end + span.horizon_s)
        fares = self._layered.automaton(span.begin, last, asked.max_rides)
        labels = self._layered.over_span(question.ground, fares, ends, span, asked)
        kind = "profile" if span.arrivals_matter else "arrive-by"
        options = best_rides(labels, ends, fares.fare, span, kind)
        told = [self._tell(question, rides, None, fares) for rides, _ in options]
        return told, [fare for _, fare in options]

    def _is_settled(
        self, found: Sequence[Journey], bounds: Sequence[int], told: Sequence[Journey],
        cost: Callable[[Journey], tuple[int, ...]],
    ) -> bool:  # fmt: skip
        return self.tariff is None or settled(found, bounds, told, cost)

    def _by_bags(self, question: _Question, depart_at: int, known: list[Journey]) -> list[Journey]:
        """Journeys that none known beats, by label bags; starts from what is found fast."""
        if not question.ends.access or not question.ends.egress:
            return []
        asked = question.asked
        if not known and not (known := self._some(question, depart_at)):
            return []
        deadline = depart_at + asked.horizon_s
        if asked.slack_s is not None:
            deadline = min(deadline, min(each.arrive for each in known) + asked.slack_s)
        put = self._bags.question(question.ground, question.ends, asked)
        when = Moment(depart_at, deadline, int(NEVER), self._bags.relaxes)
        return known + self._searched(question, put, when, known, by_arrival)

    def _some(self, question: _Question, depart_at: int) -> list[Journey]:
        """The journeys that none beats on arrival and rides, whatever they cost."""
        assert self.tariff is not None
        priced, asked, ends = no_fare(self.tariff.modes), question.asked, question.ends
        labels = self._layered.from_one(question.ground, priced, ends, depart_at, asked)
        last = depart_at + asked.horizon_s
        span = Span(depart_at, last, last, asked.horizon_s, 1)
        found = best_rides(labels, ends, priced.fare, span)
        return [self._tell(question, rides, depart_at) for rides, _ in found]

    def _each_departure(
        self, question: _Question, span: Span, known: list[Journey]
    ) -> list[Journey]:
        """Journeys of a span by label bags, from one second to leave after another, latest first.

        A journey found for a later second is known for an earlier one.
        """
        if not question.ends.access or not question.ends.egress:
            return []
        put = self._bags.question(question.ground, question.ends, question.asked)
        cost = by_arrival if span.arrivals_matter else in_time
        found: list[Journey] = []
        events = departures_between(
            put.network, put.access_stop, put.access_s, span.begin, span.end
        )
        for left in np.unique(events[:, AT])[::-1].tolist():
            deadline = min(span.deadline, left + span.horizon_s)
            best = undominated([*found, *(j for j in known if j.depart >= left)], cost)
            when = Moment(left, deadline, 0, self._bags.relaxes)
            found += self._searched(question, put, when, list(best), cost, None)
        return known + found

    def _searched(
        self,
        question: _Question,
        put: BagQuestion,
        when: Moment,
        known: list[Journey],
        cost: Callable[[Journey], tuple[int, ...]],
        depart_at: int | None = 0,
    ) -> list[Journey]:
        """Journeys of one moment that none known beats: relaxed, and exactly where that is not."""
        start = None if depart_at is None else when.depart_at

        def search(moment: Moment, seen: list[Journey]) -> tuple[list[Journey], list[int]]:
            costs = [cost(journey) for journey in seen]
            better = [(a, f, r + 1) for a, r, f in costs] + nothing_above(question.asked.max_fare)
            told = self._bags.journeys(put, moment, better)
            return (
                [self._tell(question, rides, start) for rides, _ in told],
                [fare for _, fare in told],
            )

        found, bounds = search(when, known)
        if not when.relaxed or self._is_settled(found, bounds, known + found, cost):
            return found
        prove = to_prove(question.asked, when, known + found, cost)
        return found if prove is None else found + search(prove, known + found)[0]

    def _tell(
        self,
        question: _Question,
        rides: Sequence[Ride],
        depart_at: int | None,
        fares: FareAutomaton | None = None,
    ) -> Journey:
        """A journey by its rides, left as late as may be; None keeps the first ride's departure."""
        teller, ends = question.ground.teller, question.ends
        late = teller.leave_late(rides, keep_first=depart_at is None)
        if self._charging is None:
            return teller.journey(late, None, ends, depart_at or 0)
        charges = self._charging.charges(teller, late, fares)
        if late != rides:
            # Leaving later may move a boarding past the hour of a cheaper price.
            sooner = self._charging.charges(teller, rides, fares)
            if sum(sooner) < sum(charges):
                return teller.journey(rides, sooner, ends, depart_at or 0)
        return teller.journey(late, charges, ends, depart_at or 0)


def _affordable(journey: Journey, asked: Preferences) -> bool:
    return asked.max_fare is None or (journey.fare or 0) <= asked.max_fare


def _chosen(
    journeys: Sequence[Journey], asked: Preferences, time: Callable[[Journey], int]
) -> tuple[Journey, ...]:
    """Those of undominated journeys that one would pay for and wait for."""
    kept = [journey for journey in journeys if _affordable(journey, asked)]
    if asked.slack_s is None or not kept:
        return tuple(kept)
    last = min(time(journey) for journey in journeys) + asked.slack_s
    return tuple(journey for journey in kept if time(journey) <= last)
