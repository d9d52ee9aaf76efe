"""Whether a relaxed search settles a question, and what of it is then searched exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .choices import in_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .bag_query import Moment
    from .journeys import Journey
    from .preferences import Preferences


def settled(
    found: Sequence[Journey],
    bounds: Sequence[int],
    told: Sequence[Journey],
    cost: Callable[[Journey], tuple[int, ...]],
) -> bool:
    """Whether journeys told are all that none beats, going by what a relaxed search found.

    There nothing costs more than in truth, so each true journey is no better than one found
    at its bound. Where one told is no worse than each of those, none better is left.
    """
    false = [
        cost(replace(journey, fare=bound))
        for journey, bound in zip(found, bounds, strict=True)
        if (journey.fare or 0) > bound
    ]
    true = [cost(journey) for journey in told] if false else []
    return all(any(all(map(int.__le__, t, f)) for t in true) for f in false)


def to_prove(
    asked: Preferences,
    when: Moment,
    found: Sequence[Journey],
    cost: Callable[[Journey], tuple[int, ...]],
) -> Moment | None:
    """What of a moment is searched exactly, going by what was found; None for nothing."""
    if asked.prove_s == 0:
        return None
    if asked.prove_s is None or not found:
        return replace(when, relaxed=False)
    if cost is in_time:
        soon = when.depart_at >= max(each.depart for each in found) - asked.prove_s
        return replace(when, relaxed=False) if soon else None
    last = min(each.arrive for each in found) + asked.prove_s
    return replace(when, relaxed=False, deadline=min(when.deadline, last))
