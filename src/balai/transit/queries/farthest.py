"""How far a rider can go from a stop on a route: what a missed tap-out is charged for."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
from django.db import connection

from balai.transit.engine.taps.travel import metres_between
from balai.transit.models import FeedVersion

PATTERNS = """
SELECT DISTINCT array_agg(time.stop_id ORDER BY time.stop_sequence),
       array_agg(stop.stop_lat ORDER BY time.stop_sequence),
       array_agg(stop.stop_lon ORDER BY time.stop_sequence)
  FROM transit_trip AS trip
  JOIN transit_stoptime AS time ON time.feed_id = trip.feed_id AND time.trip_id = trip.trip_id
  JOIN transit_stop AS stop ON stop.feed_id = time.feed_id AND stop.stop_id = time.stop_id
 WHERE trip.feed_id = %s AND trip.route_id = %s
 GROUP BY trip.trip_id
"""


class FarthestLegs:
    """The farthest legs of a city, by the feed in force on a day.

    A leg's metres are those along the route's stops, straight from stop to stop, from the boarding
    to the last stop of the pattern that goes farthest. Of several feeds the one in use that knows
    the route is asked; for days that it does not cover, the one imported last that does.
    """

    def __init__(self, city: str) -> None:
        rows = FeedVersion.objects.filter(city=city).order_by("-imported_at", "-pk")
        self.feeds = list(rows.values_list("pk", "status", "first_day", "last_day"))

    def metres(self, route_id: str, stop_id: str, day: date) -> int | None:
        """The metres of the farthest leg; None where the feeds do not know stop and route."""
        if not route_id or not stop_id:
            return None
        for feed in self._in_force(day):
            found = _farthest(feed, route_id).get(stop_id)
            if found is not None:
                return found
        return None

    def _in_force(self, day: date) -> list[int]:
        covering = [
            (status != "current", pk)
            for pk, status, first, last in self.feeds
            if first and last and first <= day <= last
        ]
        current = [(False, pk) for pk, status, *_ in self.feeds if status == "current"]
        return [pk for _, pk in sorted(covering, key=lambda each: each[0]) or current]


@lru_cache(maxsize=4096)
def _farthest(feed: int, route_id: str) -> dict[str, int]:
    """Metres from each stop of the route to the end of the pattern that goes farthest."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(PATTERNS, [feed, route_id])
        for stops, lat, lon in cursor.fetchall():
            steps = _steps(np.array(lat, float), np.array(lon, float))
            left = np.concatenate((steps[::-1].cumsum()[::-1], [0.0]))
            for stop, metres in zip(stops, left, strict=True):
                found[stop] = max(found.get(stop, 0), round(float(metres)))
    return found


def _steps(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    steps = metres_between(lat[:-1], lon[:-1], lat[1:], lon[1:])
    return np.nan_to_num(np.asarray(steps, float))
