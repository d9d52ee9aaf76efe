"""What a traveller asks for beside places and times."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import inf
from typing import Literal, TypeAlias, TypedDict, Unpack

from balai.transit.engine.fares.modes import Mode

MAX_WALK_M = 800.0
WALK_SPEED = 1.25  # metres a second
MAX_RIDES = 6
HORIZON_S = 3 * 3600

Wheelchair: TypeAlias = Literal["known", "not-excluded"]


class Limits(TypedDict, total=False):
    """Keywords of the planner's questions; `Preferences` says what each means."""

    max_walk_m: float
    walk_speed: float
    max_rides: int
    max_transfers: int | None
    horizon_s: int
    modes: Collection[Mode] | None
    wheelchair: Wheelchair | None
    max_fare: int | None
    slack_s: int | None
    prove_s: int | None


@dataclass(frozen=True, slots=True)
class Preferences:
    """Limits of a search.

    `max_walk_m`: no walk to a stop, from one or all the way is longer; who asks for less than
    the default `MAX_WALK_M` walks no farther between stops either. `walk_speed`: metres a
    second. `max_rides`: most boardings. `horizon_s`: most seconds between the moment asked for
    and the other end of the trip. `modes`: only these are ridden (None: all). `wheelchair`:
    "known" keeps to trips and stops told to be accessible, "not-excluded" also takes those about
    which the feed says nothing, None does not ask. `max_fare`: journeys that cost more are left
    out. `slack_s`: journeys that arrive (arrive-by: leave) more than so many seconds after
    (before) the best are left out. `prove_s`: what arrives more than so many seconds after the
    earliest (arrive-by: leaves before the latest) need not be proven the best (an integrated fare
    by the kilometre, whose package may run out on a long way, takes long to prove); it is true
    all the same. None proves everything, 0 nothing.
    """

    max_walk_m: float = MAX_WALK_M
    walk_speed: float = WALK_SPEED
    max_rides: int = MAX_RIDES
    horizon_s: int = HORIZON_S
    modes: frozenset[Mode] | None = None
    wheelchair: Wheelchair | None = None
    max_fare: int | None = None
    slack_s: int | None = None
    prove_s: int | None = None

    @classmethod
    def of(cls, limits: Limits) -> Preferences:
        """The preferences of some keywords. Raises ValueError naming the one that is wrong."""
        told = dict(limits)
        transfers = told.pop("max_transfers", None)
        if isinstance(transfers, int):
            _require(transfers >= 0, "max_transfers", "at least 0", transfers)
            told["max_rides"] = min(limits.get("max_rides", MAX_RIDES), transfers + 1)
            if "max_rides" not in limits:
                told["max_rides"] = transfers + 1
        modes = limits.get("modes")
        told["modes"] = None if modes is None else frozenset(Mode(mode) for mode in modes)
        made = cls(**told)  # type: ignore[arg-type]
        made._check()
        return made

    def _check(self) -> None:
        speed, walk = self.walk_speed, self.max_walk_m
        _require(0 < speed < inf, "walk_speed", "above 0 metres a second", speed)
        _require(0 <= walk < inf, "max_walk_m", "at least 0 metres", walk)
        _require(self.max_rides >= 0, "max_rides", "at least 0", self.max_rides)
        _require(self.horizon_s >= 0, "horizon_s", "at least 0 seconds", self.horizon_s)
        known = self.wheelchair in (None, "known", "not-excluded")
        _require(known, "wheelchair", "known or not-excluded", self.wheelchair)
        for name in ("max_fare", "slack_s", "prove_s"):
            value = getattr(self, name)
            _require(value is None or value >= 0, name, "at least 0", value)


def preferences(**limits: Unpack[Limits]) -> Preferences:
    """`Preferences.of` with keywords."""
    return Preferences.of(limits)


def _require(holds: bool, name: str, must: str, value: object) -> None:
    if not holds:
        raise ValueError(f"{name} must be {must}, not {value}")
