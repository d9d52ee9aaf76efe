"""The journey planner: a feed and a date to a timetable, two places and a time to journeys.

    timetable = build_timetable(feed, date(2025, 9, 1))
    planner = Planner(timetable, tariff)          # keep it warm between queries
    journeys = planner.plan((-6.2, 106.8), (-6.25, 106.85), 7 * 3600 + 1800)

Times are seconds from the service date's start; `timetable.instant` and `timetable.seconds_at`
convert them from and to moments in the feed's zone. Every question takes the keywords of
`Limits` (`Preferences` says what each means): max_walk_m, walk_speed, max_rides or
max_transfers, horizon_s, modes, wheelchair ("known" or "not-excluded"), max_fare, slack_s.

    planner.plan(origin, destination, depart_at, **limits) -> tuple[Journey, ...]
        Leaving at `depart_at` or later: none is beaten on arrival, transfers and fare.
    planner.arrive_by(origin, destination, arrive_at, **limits) -> tuple[Journey, ...]
        There by `arrive_at`: none is beaten on departure, transfers and fare; latest first.
    planner.profile(origin, destination, begin, end, **limits) -> tuple[Journey, ...]
        Leaving from `begin` to `end`, both included: none is beaten on departure, arrival,
        transfers and fare; by departure.
    planner.cheapest(origin, destination, depart_at, within_s=2700, **limits) -> Journey | None
        Least fare within a time budget (of equals the earliest, then fewest transfers).
    planner.fastest(origin, destination, depart_at, max_fare=5000, **limits) -> Journey | None
        Earliest arrival within a fare budget.
    planner.one_to_all(origin, depart_at, **limits) -> Fronts
        By stop of the timetable: arrivals, ever later, for fares, ever lower.
        `fronts.at(stop) -> [(arrival, fare), ...]`; `fronts.within(seconds, fare)` -> bool by
        stop: isochrones by time and money.

    timetable.with_delays(TripDelays(...)) -> Timetable   # cancelled, late, early, added trips
    build_timetable(join_feeds([("tj", feed), ("mrt", other)]), on)   # ids become "tj:..."
    stored_timetable({"tj": path, "mrt": other_path}, on, folder)     # several, from the cache
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .delays import AddedTrip, CallUpdate, Patched, TripDelays, TripUpdate, Unmatched, patch
from .errors import NoStopWithinReachError, UnboundedFareStateError
from .fronts import Fronts
from .journeys import Journey, Leg
from .planner import Planner, Reach
from .preferences import (
    HORIZON_S,
    MAX_RIDES,
    MAX_WALK_M,
    WALK_SPEED,
    Limits,
    Preferences,
    Wheelchair,
)
from .store import fingerprint, read_timetable, save_timetable, stored_timetable
from .timetable import OutsideCalendarError, Timetable

if TYPE_CHECKING:
    from .building import build_timetable
    from .joining import JoinedFeed, join_feeds
    from .warm import warm

__all__ = [
    "HORIZON_S",
    "MAX_RIDES",
    "MAX_WALK_M",
    "WALK_SPEED",
    "AddedTrip",
    "CallUpdate",
    "Fronts",
    "JoinedFeed",
    "Journey",
    "Leg",
    "Limits",
    "NoStopWithinReachError",
    "OutsideCalendarError",
    "Patched",
    "Planner",
    "Preferences",
    "Reach",
    "Timetable",
    "TripDelays",
    "TripUpdate",
    "UnboundedFareStateError",
    "Unmatched",
    "Wheelchair",
    "build_timetable",
    "fingerprint",
    "join_feeds",
    "patch",
    "read_timetable",
    "save_timetable",
    "stored_timetable",
    "warm",
]


def __getattr__(name: str) -> Any:
    # Building needs polars, which a process that finds its timetable on disk never loads.
    if name == "build_timetable":
        from .building import build_timetable

        return build_timetable
    if name in ("join_feeds", "JoinedFeed"):
        from . import joining

        return getattr(joining, name)
    if name == "warm":
        from .warm import warm

        # The import has just put the module of that name where the function belongs.
        globals()[name] = warm
        return warm
    raise AttributeError(name)
