"""The journey planner: a feed and a date to a timetable, two places and a time to journeys.

    timetable = build_timetable(feed, date(2025, 9, 1))
    planner = Planner(timetable, tariff)          # keep it warm between queries
    journeys = planner.plan((-6.2, 106.8), (-6.25, 106.85), 7 * 3600 + 1800)

Times are seconds from the service date's start; `timetable.instant` and `timetable.seconds_at`
convert them from and to moments in the feed's zone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import NoStopWithinReachError, UnboundedFareStateError
from .journeys import Journey, Leg
from .planner import (
    HORIZON_S,
    MAX_RIDES,
    MAX_WALK_M,
    WALK_SPEED,
    Planner,
    Reach,
)
from .store import fingerprint, read_timetable, save_timetable, stored_timetable
from .timetable import OutsideCalendarError, Timetable

if TYPE_CHECKING:
    from .building import build_timetable
    from .warm import warm

__all__ = [
    "HORIZON_S",
    "MAX_RIDES",
    "MAX_WALK_M",
    "WALK_SPEED",
    "Journey",
    "Leg",
    "NoStopWithinReachError",
    "OutsideCalendarError",
    "Planner",
    "Reach",
    "Timetable",
    "UnboundedFareStateError",
    "build_timetable",
    "fingerprint",
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
    if name == "warm":
        from .warm import warm

        # The import has just put the module of that name where the function belongs.
        globals()[name] = warm
        return warm
    raise AttributeError(name)
