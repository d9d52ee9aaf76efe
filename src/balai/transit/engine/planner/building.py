"""Building a timetable from a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl

from balai.transit.engine.fares.modes import Mode

from .footpaths import footpaths_of
from .modes import modes_of
from .patterns import Pattern, patterns_of
from .service_days import feed_zone, require_covered
from .timetable import Timetable
from .trips import departures_around, read_trips, services_around

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

BETWEEN_STOPS_M = 400.0
NEXT_DAY_S = 6 * 3600
STATION_PLACES = (1, 2, 3)  # location_type of stations, entrances, generic nodes


class FeedTables(Protocol):
    """What the planner needs of a feed that has been read."""

    @property
    def tables(self) -> Mapping[str, pl.DataFrame]:
        """GTFS tables by file name without .txt."""


def build_timetable(
    feed: FeedTables,
    on: date,
    *,
    between_stops_m: float = BETWEEN_STOPS_M,
    next_day_s: int = NEXT_DAY_S,
) -> Timetable:
    """Pack the trips that matter on `on` and the walks between stops.

    Raises `OutsideCalendarError` where the feed says nothing about that date.
    """
    tables = feed.tables
    require_covered(tables, on)
    stops = _places_to_board(tables["stops"])
    stop_ids = stops["stop_id"].to_list()
    stop_index = {stop_id: index for index, stop_id in enumerate(stop_ids)}
    lat = stops["stop_lat"].to_numpy().astype(np.float64)
    lon = stops["stop_lon"].to_numpy().astype(np.float64)
    trips = list(read_trips(tables, services_around(tables, on), stop_index))
    departures = departures_around(tables, trips, on, next_day_s)
    patterns = list(patterns_of(trips, departures, lat, lon))
    routes = _routes_of(tables["routes"], patterns)
    walks = footpaths_of(tables["transfers"], stop_index, lat, lon, between_stops_m)
    return Timetable(
        on=on,
        zone=feed_zone(tables),
        stop_ids=tuple(stop_ids),
        stop_names=tuple(name or "" for name in stops["stop_name"].to_list()),
        stop_lat=lat,
        stop_lon=lon,
        trip_ids=tuple(trip.trip_id for trip in trips),
        **routes,
        **_calls(patterns),
        **_departures(patterns),
        **_visits(patterns, len(stop_ids)),
        walk_start=walks.start,
        walk_to=walks.to,
        walk_metres=walks.metres,
        walk_minimum_s=walks.minimum_s,
    )


def _places_to_board(stops: pl.DataFrame) -> pl.DataFrame:
    located = stops.filter(
        pl.col("stop_lat").is_not_null()
        & pl.col("stop_lon").is_not_null()
        & pl.col("stop_id").is_not_null()
    )
    kinds = pl.col("location_type").fill_null(0)
    return located.filter(~kinds.is_in(STATION_PLACES)).unique("stop_id", maintain_order=True)


def _routes_of(routes: pl.DataFrame, patterns: list[Pattern]) -> dict[str, Any]:
    modes = modes_of(routes)
    modes = modes_of(routes)
    names = {
        row["route_id"]: row["route_short_name"] or row["route_long_name"] or row["route_id"]
        for row in routes.iter_rows(named=True)
    }
    used = sorted({pattern.model.route_id for pattern in patterns})
    index = {route_id: at for at, route_id in enumerate(used)}
    return {
        "route_ids": tuple(used),
        "route_names": tuple(names.get(route_id, route_id) for route_id in used),
        "pattern_route": np.array([index[p.model.route_id] for p in patterns], np.int32),
        "pattern_mode": np.array(
            [modes.get(p.model.route_id, Mode.BUS) for p in patterns], np.int8
        ),
    }


def _bounds(lengths: list[int]) -> NDArray[np.int32]:
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)


def _joined(parts: Sequence[NDArray[Any]], dtype: type) -> NDArray[Any]:
    return np.concatenate(parts).astype(dtype) if parts else np.empty(0, dtype)


def _calls(patterns: list[Pattern]) -> dict[str, Any]:
    return {
        "call_start": _bounds([p.model.stops.size for p in patterns]),
        "call_stop": _joined([p.model.stops for p in patterns], np.int32),
        "call_board": _joined([p.model.may_board for p in patterns], np.bool_),
        "call_alight": _joined([p.model.may_alight for p in patterns], np.bool_),
        "call_metres": _joined([p.metres for p in patterns], np.int32),
        "call_fastest_s": _joined([_fastest_hops(p) for p in patterns], np.int32),
    }


def _fastest_hops(pattern: Pattern) -> NDArray[np.int32]:
    """Seconds from each call to the next by the fastest profile; 0 after the last."""
    hops = (pattern.arrive[:, 1:] - pattern.depart[:, :-1]).min(axis=0)
    return np.append(np.maximum(hops, 0), 0).astype(np.int32)


def _departures(patterns: list[Pattern]) -> dict[str, Any]:
    offsets: list[NDArray[np.int32]] = []
    base = 0
    for pattern in patterns:
        offsets.append(base + pattern.profile * pattern.arrive.shape[1])
        base += pattern.arrive.size
    return {
        "departure_start": _bounds([p.start.size for p in patterns]),
        "trip_start": _joined([p.start for p in patterns], np.int32),
        "trip_profile": _joined(offsets, np.int32),
        "trip_index": _joined([p.trip for p in patterns], np.int32),
        "profile_arrive": _joined([p.arrive.ravel() for p in patterns], np.int32),
        "profile_depart": _joined([p.depart.ravel() for p in patterns], np.int32),
    }


def _visits(patterns: list[Pattern], stops: int) -> dict[str, Any]:
    stop = _joined([p.model.stops for p in patterns], np.int32)
    pattern = _joined([np.full(p.model.stops.size, i) for i, p in enumerate(patterns)], np.int32)
    call = _joined([np.arange(p.model.stops.size) for p in patterns], np.int32)
    order = np.argsort(stop, kind="stable")
    return {
        "visit_start": np.searchsorted(stop[order], np.arange(stops + 1)).astype(np.int32),
        "visit_pattern": pattern[order],
        "visit_call": call[order],
    }
