"""A tariff as a finite automaton over boardings, with dominance between its states.

While a trip ends before any window or ticket of the tariff can close, what was paid so far and
what is still open are all that matters, and both take few values. The states are those values;
boarding a mode in a band of the clock leads from one to the next. State a *beats* b when a has
cost no more than b and whatever is boarded next, still has: the greatest simulation
(Milner 1971), found by removing pairs that fail until none does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff import CappedWindow, DistanceIntegrated, PerBoarding, Tariff

from .arrays import FareTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from .timetable import Timetable

DAY_S = 86_400
ALWAYS = -(2**30)
# What was paid in all; the journey's capped charge so far, or the classes of the open tickets.
State: TypeAlias = tuple[int, int, frozenset[str]]
START: State = (0, 0, frozenset())


@dataclass(frozen=True, slots=True)
class FareAutomaton:
    """A tariff compiled for the modes of a timetable and some hours of a day.

    `fare[state]` is what was paid so far, in rupiah. Products are the modes in `modes`; product
    -1 has no price under the tariff and cannot be boarded.
    """

    modes: tuple[Mode, ...]
    table: FareTable
    fare: NDArray[np.int64]

    @property
    def states(self) -> int:
        """Number of states."""
        return self.fare.size

    def products(self, pattern_mode: NDArray[np.int8]) -> NDArray[np.int16]:
        """Product of each pattern, -1 where its mode has no price."""
        product_of = np.full(len(Mode), -1, np.int16)
        product_of[[int(mode) for mode in self.modes]] = np.arange(len(self.modes))
        return product_of[pattern_mode]


def is_finite(tariff: Tariff, modes: frozenset[Mode], horizon_s: int) -> bool:
    """Whether no window or ticket can close within the horizon and no price needs distance.

    Then, and only then, `compile_automaton` prices trips exactly.
    """
    if not is_compiled(tariff, modes):
        return False
    rule = tariff.rule
    if isinstance(rule, DistanceIntegrated):
        return True
    if isinstance(rule, PerBoarding):
        if not rule.tickets or rule.transfer_seconds == 0:
            return not rule.tickets
        return _lasts(rule.transfer_seconds, rule.inclusive, horizon_s)
    return _lasts(rule.window_seconds, rule.inclusive, horizon_s)


def is_compiled(tariff: Tariff, modes: frozenset[Mode]) -> bool:
    """Whether `compile_automaton` prices every trip, or below its fare where something closes.

    A window or ticket that never closes only ever makes a trip cheaper.
    """
    priced = modes & tariff.modes
    if any(tariff.own_fares[mode].by_distance for mode in priced):
        return False
    rule = tariff.rule
    return not isinstance(rule, DistanceIntegrated) or len(priced & rule.modes) < rule.modes_needed


def finite_seconds(tariff: Tariff) -> int:
    """Longest horizon over which no window or ticket of the tariff can close."""
    rule = tariff.rule
    if isinstance(rule, DistanceIntegrated):
        limit = rule.validity_seconds
    else:
        limit = rule.transfer_seconds if isinstance(rule, PerBoarding) else rule.window_seconds
    return limit if rule.inclusive else limit - 1


def _lasts(window_s: int, inclusive: bool, horizon_s: int) -> bool:
    return horizon_s <= window_s if inclusive else horizon_s < window_s


def bands_between(tariff: Tariff, begin_s: int, end_s: int, shift_s: int = 0) -> tuple[int, ...]:
    """Seconds within (begin, end] at which a timed price starts or stops, after `ALWAYS`.

    `shift_s` is added to the timetable's seconds to get the tariff's own clock.
    """
    edges = {
        edge + day * DAY_S - shift_s
        for timed in tariff.timed_prices
        for edge in (timed.start_second, timed.end_second + 1)
        for day in range(-2, 4)
    }
    return (ALWAYS, *sorted(edge for edge in edges if begin_s < edge <= end_s))


def clock_shift(timetable: Timetable, tariff: Tariff | None) -> int:
    """Seconds to add to the timetable's to get the tariff's clock on that date."""
    if tariff is None or tariff.zone == timetable.zone:
        return 0
    noon = datetime.combine(timetable.on, time(12), ZoneInfo(timetable.zone))
    theirs = noon.astimezone(ZoneInfo(tariff.zone)).utcoffset()
    ours = noon.utcoffset()
    return 0 if theirs is None or ours is None else int((theirs - ours).total_seconds())


def compile_automaton(
    tariff: Tariff,
    modes: frozenset[Mode],
    bands: tuple[int, ...],
    clock: tuple[int, ...],
    max_rides: int,
) -> FareAutomaton:
    """Compile for trips of at most `max_rides` boardings.

    `clock[b]` is the second of the day, by the tariff's clock, that stands for band b.
    """
    priced = tuple(sorted(modes & tariff.modes))
    index: dict[State, int] = {START: 0}
    steps: dict[int, list[list[int]]] = {}
    frontier = [START]
    for _ in range(max_rides):
        reached: list[State] = []
        for state in frontier:
            row = []
            for mode in priced:
                after = [board(tariff, state, mode, second) for second in clock]
                reached += [new for new in dict.fromkeys(after) if new not in index]
                row.append([index.setdefault(new, len(index)) for new in after])
            steps[index[state]] = row
        frontier = reached
    step = np.full((len(index), max(1, len(priced)), len(bands)), -1, np.int16)
    for state_index, row in steps.items():
        if row:
            step[state_index] = row
    fare = np.array([paid for paid, _, _ in index], np.int64)
    beats = greatest_simulation(step, fare)
    beaten_start, beaten = _lists(beats & ~np.eye(fare.size, dtype=bool))
    dearer_start, dearer = _lists(fare[:, None] <= fare[None, :])
    table = FareTable(step, np.array(bands, np.int32), beaten_start, beaten, dearer_start, dearer)
    return FareAutomaton(priced, table, fare)


def no_fare(modes: Iterable[Mode] = Mode) -> FareAutomaton:
    """Return the automaton of one state in which the modes are boarded for nothing."""
    modes = tuple(sorted(modes))
    step = np.zeros((1, len(modes), 1), np.int16)
    table = FareTable(
        step,
        np.array([ALWAYS], np.int32),
        np.zeros(2, np.int32),
        np.empty(0, np.int16),
        np.array([0, 1], np.int32),
        np.zeros(1, np.int16),
    )
    return FareAutomaton(modes, table, np.zeros(1, np.int64))


def board(tariff: Tariff, state: State, mode: Mode, second_of_day: int) -> State:
    """State after a boarding, while nothing that was opened closes."""
    paid, capped, tickets = state
    price = tariff.own_price(mode, second_of_day)
    rule = tariff.rule
    if isinstance(rule, CappedWindow) and mode in rule.modes:
        charge = min(price, rule.cap - capped)
        return (paid + charge, capped + charge, tickets)
    if isinstance(rule, PerBoarding) and mode in rule.tickets:
        kind = rule.tickets[mode]
        return state if kind in tickets else (paid + price, capped, tickets | {kind})
    return (paid + price, capped, tickets)


def greatest_simulation(step: NDArray[np.int16], fare: NDArray[np.int64]) -> NDArray[np.bool_]:
    """`result[a, b]`: a costs no more than b now and after any equal boardings.

    `step` has shape (states, products, bands); -1 marks states out of rides, which no boarding
    tells apart.
    """
    states = fare.size
    beats = fare[:, None] <= fare[None, :]
    actions = step.reshape(states, -1)
    while True:
        held = beats.copy()
        for action in actions.T:
            ends = action < 0
            after = beats[np.ix_(action, action)]
            held &= after | ends[:, None] | ends[None, :]
        if (held == beats).all():
            return beats
        beats = held


def _lists(relation: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
    start = np.concatenate(([0], np.cumsum(relation.sum(axis=1)))).astype(np.int32)
    return start, np.nonzero(relation)[1].astype(np.int16)
