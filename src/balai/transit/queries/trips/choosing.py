"""Which of many journeys are worth showing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from balai.transit.engine.planner import Journey

Kind = Literal["fastest", "between", "cheapest", "fewest", "only"]
MOST_BETWEEN = 3


def choose(journeys: Sequence[Journey], *, arrive_by: bool = False) -> list[tuple[Kind, Journey]]:
    """The fastest, the cheapest, some in between, and one with fewer changes than all of these.

    The fastest arrives first; where the arrival was given (`arrive_by`), it leaves last.
    """

    def time(journey: Journey) -> int:
        return -journey.depart if arrive_by else journey.arrive

    front: list[Journey] = []
    for journey in sorted(journeys, key=lambda j: (time(j), j.fare or 0, j.transfers)):
        if not front or (journey.fare or 0) < (front[-1].fare or 0):
            front.append(journey)
    if not front:
        return []
    if len(front) == 1:
        chosen: list[tuple[Kind, Journey]] = [("only", front[0])]
    else:
        kept = _worth_their_time([(time(each), each.fare or 0) for each in front])
        inner = [front[at] for at in kept[1:-1]]
        step = max(1, -(-len(inner) // MOST_BETWEEN))
        chosen = [("fastest", front[0])]
        chosen += [("between", journey) for journey in inner[::step]]
        chosen.append(("cheapest", front[-1]))
    fewest = min(journeys, key=lambda j: (j.transfers, time(j), j.fare or 0))
    if fewest.transfers < min(journey.transfers for _, journey in chosen):
        chosen.append(("fewest", fewest))
        if chosen[0][0] == "only":
            chosen[0] = ("fastest", chosen[0][1])
    return chosen


def worth_taking(journeys: Sequence[Journey], *, arrive_by: bool = False) -> list[Journey]:
    """Those that no other beats on time, transfers and fare together, in the order given.

    Time is the arrival; where the arrival was given (`arrive_by`), the departure. Of equals the
    first stays.
    """
    costs = [
        (-each.depart if arrive_by else each.arrive, each.transfers, each.fare or 0)
        for each in journeys
    ]
    return [
        journey
        for at, journey in enumerate(journeys)
        if not any(
            all(map(int.__le__, other, costs[at])) and (other != costs[at] or place < at)
            for place, other in enumerate(costs)
        )
    ]


def _worth_their_time(front: Sequence[tuple[int, int]]) -> list[int]:
    """Those of a front, (seconds, rupiah) by time and ever cheaper, on its lower hull.

    A way above the hull saves less a minute than waiting for the next cheaper one would.
    """
    hull: list[int] = []
    for at, way in enumerate(front):
        while len(hull) > 1 and _saves_less(front[hull[-2]], front[hull[-1]], way):
            hull.pop()
        hull.append(at)
    return hull


def _saves_less(first: tuple[int, int], middle: tuple[int, int], last: tuple[int, int]) -> bool:
    """Whether `middle` saves less a second over `first` than `last` does."""
    saved, took = first[1] - middle[1], middle[0] - first[0]
    in_all, longest = first[1] - last[1], last[0] - first[0]
    return saved * longest < in_all * took
