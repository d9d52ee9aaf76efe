"""pynigiri (MOTIS's engine in C++) asked the planner's questions: same feed, places, departure."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pynigiri as nigiri

from balai.transit.engine.planner import Timetable
from balai.transit.engine.planner.geometry import within

Point = tuple[float, float]

SEED = 20250901
MOST_RIDES = 6
ACCESS_M, BETWEEN_M, SPEED = 800.0, 400, 1.25


@dataclass(frozen=True, slots=True)
class Itinerary:
    """pynigiri's answer: when it arrives, and its legs between stops (from, to, departure).

    Times are seconds after the service date's midnight, always whole minutes.
    """

    arrive_s: int
    legs: tuple[tuple[int, int, int], ...]


def drawn_pairs(timetable: Timetable, count: int) -> list[tuple[Point, Point]]:
    """Pairs of stops that something calls at, by a seeded draw."""
    served = np.flatnonzero(np.diff(timetable.visit_start) > 0)
    drawn = np.random.default_rng(SEED).choice(served, (count, 2))
    lat, lon = timetable.stop_lat, timetable.stop_lon
    return [((lat[a], lon[a]), (lat[b], lon[b])) for a, b in drawn.tolist()]


class Nigiri:
    """A feed loaded by pynigiri for one departure; `prepare` and then call to time the call."""

    def __init__(self, feed: Path, timetable: Timetable, depart_at: int, horizon_s: int) -> None:
        self.timetable, self.horizon_s = timetable, horizon_s
        self.loaded = _loaded(feed, timetable, timetable.instant(depart_at))
        self.location = [self.loaded.find_location(stop) for stop in timetable.stop_ids]
        self.stop_of = {str(place): at for at, place in enumerate(self.location) if place}
        self.start_minute = int(timetable.instant(depart_at).timestamp()) // 60
        self.midnight = int(timetable.instant(0).timestamp())
        self.made: dict[tuple[Point, Point], Any] = {}

    def prepare(self, origin: Point, destination: Point) -> None:
        """Build the query beforehand, so that only the search is timed."""
        asked = nigiri.Query()
        asked.start_time = self.start_minute
        asked.start, asked.destination = self._offsets(origin), self._offsets(destination)
        asked.start_match_mode = asked.dest_match_mode = nigiri.LocationMatchMode.INTERMODAL
        asked.max_travel_time, asked.max_transfers = self.horizon_s // 60, MOST_RIDES - 1
        self.made[origin, destination] = asked

    def __call__(self, origin: Point, destination: Point) -> Any:
        """pynigiri's own journeys for a prepared query."""
        return nigiri.route(self.loaded, self.made[origin, destination])

    def first(self, origin: Point, destination: Point) -> Itinerary | None:
        """The itinerary that arrives first; None without any."""
        self.prepare(origin, destination)
        journeys = self(origin, destination)
        if not journeys:
            return None
        best = min(journeys, key=lambda journey: journey.dest_time)
        legs = [(self.stop_of.get(str(getattr(leg, "from"))), self.stop_of.get(str(leg.to)),
                 self._seconds(leg.dep_time)) for leg in best.legs]  # fmt: skip
        between = tuple((a, b, at) for a, b, at in legs if a is not None and b is not None)
        return Itinerary(self._seconds(best.dest_time), between)

    def _seconds(self, minute: int) -> int:
        return 60 * minute - self.midnight

    def _offsets(self, point: Point) -> list[nigiri.Offset]:
        table = self.timetable
        stops, metres = within(table.stop_lat, table.stop_lon, point, ACCESS_M)
        return [
            nigiri.Offset(self.location[stop], math.ceil(m / SPEED / 60), 0)
            for stop, m in zip(stops.tolist(), metres.tolist(), strict=True)
            if self.location[stop] is not None
        ]


def _loaded(feed: Path, timetable: Timetable, on: datetime) -> Any:
    config = nigiri.LoaderConfig()
    config.default_tz, config.link_stop_distance = timetable.zone, BETWEEN_M
    saved = os.dup(2)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 2)  # its loader reports every step on standard error
    try:
        return nigiri.load_timetable(
            [nigiri.TimetableSource("feed", str(feed), config)],
            str(on.date() - timedelta(days=1)),
            str(on.date() + timedelta(days=2)),
        )
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(silent)
