"""What a traveller asks, and the planner's answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.planner import MAX_WALK_M, Journey, Planner
from balai.transit.queries.places import Place

MOST_ANSWERS = 200
RANGE_S = 3600
PROVE_S = 3600
"""What arrives later than an hour after the earliest is told, but not proven the best; nor
are departures over a span, of which each would be proven by itself."""
_answers: WeakKeyDictionary[Planner, dict[Any, tuple[Journey, ...]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class TripRequest:
    """Where from and to, when, and the limits of who travels.

    `at` is the moment to leave, or to be there where `arrive_by`. `modes` are the codes of those
    that may be ridden (empty: all); `wheelchair` is "known", "not-excluded" or empty;
    `max_fare` is in rupiah.
    """

    origin: Place
    destination: Place
    at: datetime
    arrive_by: bool = False
    modes: frozenset[str] = frozenset()
    max_walk_m: float = MAX_WALK_M
    max_transfers: int | None = None
    wheelchair: str = ""
    max_fare: int | None = None

    @property
    def limits(self) -> dict[str, Any]:
        """The planner's keywords; those that do not limit are left out."""
        prove_s = 0 if self.arrive_by else PROVE_S
        limits: dict[str, Any] = {"max_walk_m": self.max_walk_m, "prove_s": prove_s}
        if self.modes:
            limits["modes"] = frozenset(Mode.of(code) for code in self.modes)
        if self.max_transfers is not None:
            limits["max_transfers"] = self.max_transfers
        if self.wheelchair:
            limits["wheelchair"] = self.wheelchair
        if self.max_fare is not None:
            limits["max_fare"] = self.max_fare
        return limits


def journeys_for(planner: Planner, asked: TripRequest) -> tuple[Journey, ...]:
    """The journeys that no other beats, kept a while: looking at another option asks again."""
    second = planner.timetable.seconds_at(asked.at)
    ends = asked.origin.point, asked.destination.point

    def find() -> tuple[Journey, ...]:
        ask = planner.arrive_by if asked.arrive_by else planner.plan
        return ask(*ends, second, **asked.limits)

    return _kept(planner, ("trip", asked, second), find)


def departures_for(planner: Planner, asked: TripRequest) -> Sequence[Journey]:
    """Every journey worth taking that leaves within an hour of the moment asked for."""
    second = planner.timetable.seconds_at(asked.at)
    begin = second - RANGE_S if asked.arrive_by else second
    return _kept(
        planner, ("range", asked, second),
        lambda: planner.profile(asked.origin.point, asked.destination.point, begin,
                                begin + RANGE_S, **asked.limits | {"prove_s": 0}),
    )  # fmt: skip


def _kept(planner: Planner, question: Any, answer: Any) -> tuple[Journey, ...]:
    kept = _answers.setdefault(planner, {})
    if (found := kept.get(question)) is None:
        found = answer()
        if len(kept) >= MOST_ANSWERS:
            kept.pop(next(iter(kept)), None)
        kept[question] = found
    return found
