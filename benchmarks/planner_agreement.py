"""The planner's arrivals beside pynigiri's and a connection scan's, each difference explained.

    python benchmarks/planner_agreement.py [--pairs N] [--json]

On the feeds of Jakarta and Manila, the same pairs of stops go to all three. The connection scan
shares the planner's rules and no line of its code: every arrival must be the same second. pynigiri
(MOTIS's engine in C++) has rules of its own: whole minutes, two minutes to change, and walks that
may be joined to longer ones. Where its arrival is in another minute, the itinerary of whoever
claims to arrive earlier is timed anew under the other's rules: either a rule that tells the two
apart is met there, or the difference stays unexplained and the run fails.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from _nigiri import MOST_RIDES, Nigiri, Point, drawn_pairs  # noqa: E402
from balai.transit.engine.gtfs import read_feed  # noqa: E402
from balai.transit.engine.planner import (  # noqa: E402
    NoStopWithinReachError,
    Planner,
    Timetable,
    build_timetable,
)
from transit.engine.planner.connection_scan import (  # noqa: E402
    NEVER,
    Connections,
    connections,
    earliest_by_ride,
    metres_between,
)

SHARED = Path(os.environ.get("BALAI_SHARED_DATA") or ROOT.parent / "shared" / "data")
FEEDS = {"jakarta_tj": (date(2025, 9, 1), 27_000), "manila": (date(2013, 6, 17), 27_000)}
HORIZON_S = 3 * 3600
SPEED = 1.25
ACCESS_M, BETWEEN_M = 800.0, 400.0
CHANGE_MINUTES = 2
"""What pynigiri takes to change vehicles, and for the shortest walk between stops."""

Step = tuple[int, int, bool]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    told = {name: judge(name, options.pairs) for name in FEEDS}
    print(json.dumps(told) if options.json else _table(told))
    failed = any(each["scan_differs"] or each["unexplained"] for each in told.values())
    return 1 if failed else 0


def judge(name: str, count: int) -> dict[str, Any]:
    """How the three agree on a feed: numbers of pairs by what was found."""
    on, at = FEEDS[name]
    path = SHARED / "transit" / f"{name}.gtfs.zip"
    feed = read_feed(path)
    timetable = build_timetable(feed, on)
    planner, peer = Planner(timetable), Nigiri(path, timetable, at, HORIZON_S)
    rides = Rides(connections(feed.tables, on, last_s=at + HORIZON_S), timetable)
    found: Counter[str] = Counter()
    scan_differs, unexplained = 0, []
    for origin, destination in drawn_pairs(timetable, count):
        ours = _first(planner, origin, destination, at)
        theirs = peer.first(origin, destination)
        # The scan knows no bound on rides.
        unbounded = _first(planner, origin, destination, at, max_rides=30)
        scan_differs += _arrival(unbounded) != rides.scanned(origin, destination, at)
        what = compare(rides, ours, theirs, (origin, destination), at)
        found[what] += 1
        if what == UNEXPLAINED:
            unexplained.append(
                [
                    [float(part) for part in (*origin, *destination)],
                    _arrival(ours),
                    theirs and theirs.arrive_s,
                ]
            )
    return {"pairs": count, "found": dict(found.most_common()), "scan_differs": scan_differs,
            "unexplained": unexplained}  # fmt: skip


SAME, NOWAY, UNEXPLAINED = "same minute", "both find no way", "unexplained"
LONG_WALK = "pynigiri earlier: joins walks to one, or to more than 400 m between stops"
MINUTES_EARLY = "pynigiri earlier: takes in whole minutes a connection that seconds refuse"
ON_FOOT = "pynigiri tells no way where one stop lies within a walk of both ends"
MORE_RIDES = "pynigiri earlier: takes a ride more than six, which it counts as none"
MINUTES_LATE = "pynigiri later: rounds up to minutes, and holds two minutes for a change"


def compare(
    rides: Rides, ours: Any, theirs: Any, ends: tuple[Point, Point], at: int
) -> str:  # fmt: skip
    """Whether both arrive in the same minute, or which rule tells them apart."""
    if ours is None and theirs is None:
        return NOWAY
    mine = _arrival(ours)
    other = theirs.arrive_s if theirs else NEVER
    if abs(mine - other) < 60:
        return SAME
    if other < mine:
        if sum(step[2] for step in rides.steps_of(theirs)) > MOST_RIDES:
            return MORE_RIDES
        timed = rides.timed(ends, rides.steps_of(theirs), at)
        if timed is None:
            return LONG_WALK
        return MINUTES_EARLY if timed >= min(mine, at + HORIZON_S + 1) else UNEXPLAINED
    if theirs is None and rides.share_a_stop(ends):
        return ON_FOOT
    steps = [(rides.index[leg.from_stop], rides.index[leg.to_stop], leg.mode != "walk")
             for leg in ours.legs if leg.from_stop and leg.to_stop]  # fmt: skip
    rounded = rides.timed_in_minutes(ends, steps, at)
    return MINUTES_LATE if rounded >= other or rounded > at + HORIZON_S else UNEXPLAINED


def _first(planner: Planner, origin: Point, destination: Point, at: int, **more: int) -> Any:
    with suppress(NoStopWithinReachError):
        journeys = planner.plan(origin, destination, at, horizon_s=HORIZON_S, **more)
        return min(journeys, key=lambda journey: journey.arrive, default=None)


def _arrival(journey: Any) -> int:
    return NEVER if journey is None else int(journey.arrive)


@dataclass
class Rides:
    """The runs of a feed, read apart from the planner, to time an itinerary anew."""

    net: Connections
    timetable: Timetable

    def __post_init__(self) -> None:
        self.index = {stop: at for at, stop in enumerate(self.net.stops)}
        hops = self.net.hops
        self.boarded = hops[hops[:, 6] == 1]
        self.boarded = self.boarded[np.lexsort((self.boarded[:, 0], self.boarded[:, 4]))]
        self.alighted = hops[hops[:, 7] == 1]
        self.alighted = self.alighted[np.lexsort((self.alighted[:, 0], self.alighted[:, 5]))]

    def scanned(self, origin: Point, destination: Point, at: int) -> int:
        """The earliest arrival by the connection scan, walking at both ends."""
        by_ride, _ = earliest_by_ride(self.net, origin, at)
        apart = metres_between(*destination, self.net.lat, self.net.lon)
        near = np.flatnonzero(apart <= ACCESS_M)
        ways = [int(by_ride[stop]) + _walk_s(apart[stop]) for stop in near if by_ride[stop] < NEVER]
        direct = float(metres_between(*origin, *destination))
        if direct <= ACCESS_M:
            ways.append(at + _walk_s(direct))
        return min((way for way in ways if way <= at + HORIZON_S), default=NEVER)

    def share_a_stop(self, ends: tuple[Point, Point]) -> bool:
        """Whether a stop lies within a walk of both places."""
        lat, lon = self.net.lat, self.net.lon
        near = [metres_between(*place, lat, lon) <= ACCESS_M for place in ends]
        return bool((near[0] & near[1]).any())

    def steps_of(self, theirs: Any) -> list[Step]:
        """pynigiri's legs between stops: those that a vehicle makes in that minute are rides."""
        return [(a, b, self._rides_at(a, b, departs)) for a, b, departs in theirs.legs]

    def _rides_at(self, a: int, b: int, departs: int) -> bool:
        leaves, _ = self._runs(a, b)
        # A minute either way, for it rounds.
        return bool(((leaves >= departs - 60) & (leaves < departs + 120)).any())

    def _runs(self, a: int, b: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """When each run that goes from the one stop to the other leaves it, and gets there."""
        low, high = np.searchsorted(self.boarded[:, 4], [a, a + 1])
        out = self.boarded[low:high]
        low, high = np.searchsorted(self.alighted[:, 5], [b, b + 1])
        there = self.alighted[low:high]
        first, last = (np.searchsorted(there[:, 0], out[:, 0], side) for side in ("left", "right"))
        count = last - first
        from_row = np.repeat(np.arange(len(out)), count)
        starts = np.repeat(first, count) + np.arange(count.sum()) - np.repeat(
            np.cumsum(count) - count, count
        )  # fmt: skip
        onward = there[starts, 1] >= out[from_row, 1]
        return out[from_row[onward], 2], there[starts[onward], 3]

    def _earliest(self, a: int, b: int, ready: int) -> int:
        leaves, arrives = self._runs(a, b)
        return int(arrives[leaves >= ready].min(initial=NEVER))

    def timed(self, ends: tuple[Point, Point], steps: list[Step], at: int) -> int | None:
        """Arrival by these stops to the second; None where a walk is longer than allowed, or
        follows another (that to the first stop, or from the last, included)."""
        on_foot = [True, *(not rides for *_, rides in steps), True]
        if any(a and b for a, b in pairwise(on_foot)):
            return None
        ready = at + _walk_s(self._apart(ends[0], steps[0][0]))
        for a, b, rides in steps:
            if rides:
                ready = self._earliest(a, b, ready)
                continue
            metres = self._between(a, b)
            if metres > BETWEEN_M:
                return None
            ready += _walk_s(metres)
        return ready + _walk_s(self._apart(ends[1], steps[-1][1]))

    def timed_in_minutes(self, ends: tuple[Point, Point], steps: list[Step], at: int) -> int:
        """Arrival by these stops where every walk, change and time is rounded against one."""
        if not steps:
            return at + 60 * math.ceil(_walk_s(float(metres_between(*ends[0], *ends[1]))) / 60)
        ready = at // 60 + _minutes(self._apart(ends[0], steps[0][0]))
        rode = False
        for a, b, rides in steps:
            if not rides:
                ready += max(CHANGE_MINUTES, _minutes(self._between(a, b)))
                rode = False
                continue
            ready += CHANGE_MINUTES if rode else 0
            ready, rode = math.ceil(self._earliest(a, b, 60 * ready) / 60), True
        return 60 * (ready + _minutes(self._apart(ends[1], steps[-1][1])))

    def _between(self, a: int, b: int) -> float:
        lat, lon = self.net.lat, self.net.lon
        return float(metres_between(lat[a], lon[a], lat[b], lon[b]))

    def _apart(self, place: Point, stop: int) -> float:
        return float(metres_between(*place, self.net.lat[stop], self.net.lon[stop]))


def _walk_s(metres: float) -> int:
    return math.ceil(float(metres) / SPEED - 1e-6)


def _minutes(metres: float) -> int:
    return math.ceil(_walk_s(metres) / 60)


def _table(told: dict[str, Any]) -> str:
    lines = []
    for name, each in told.items():
        lines.append(f"{name}: {each['pairs']} pairs; the connection scan differs on "
                     f"{each['scan_differs']}")  # fmt: skip
        lines += [f"  {number:>5}  {what}" for what, number in each["found"].items()]
        lines += [f"  unexplained: {case}" for case in each["unexplained"]]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
