"""Building a timetable from a feed, or from several joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from balai.transit.engine.fares.modes import Mode

from .footpaths import footpaths_of
from .joining import FeedTables, parts_of
from .modes import modes_of
from .patterns import Pattern, fastest_hops, patterns_of
from .service_days import calendar_span, feed_zone
from .timetable import OutsideCalendarError, Timetable, day_start, visits
from .trips import Departures, Trip, departures_around, read_trips, services_around

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

BETWEEN_STOPS_M = 400.0
NEXT_DAY_S = 6 * 3600
STATION_PLACES = (1, 2, 3)  # location_type of stations, entrances, generic nodes


def build_timetable(
    feed: FeedTables,
    on: date,
    *,
    between_stops_m: float = BETWEEN_STOPS_M,
    next_day_s: int = NEXT_DAY_S,
) -> Timetable:
    """Pack the trips that matter on `on` and the walks between stops.

    Feeds joined by `join_feeds` are packed into one: seconds count from the day's start in the
    first feed's zone, and each feed's service days are those of its own zone.
    Raises `OutsideCalendarError` where no feed says anything about that date.
    """
    parts = [tables for tables in parts_of(feed) if _covers(tables, on)]
    if not parts:
        raise OutsideCalendarError(on, *calendar_span(parts_of(feed)[0]))
    stops = pl.concat([_places_to_board(tables["stops"]) for tables in parts])
    stop_ids = stops["stop_id"].to_list()
    stop_index = {stop_id: index for index, stop_id in enumerate(stop_ids)}
    lat, lon = stops["stop_lat"].to_numpy(), stops["stop_lon"].to_numpy()
    zone = feed_zone(parts[0])
    trips, departures = _service(parts, stop_index, on, zone, next_day_s)
    patterns = list(patterns_of(trips, departures, lat, lon))
    routes = _routes_of(parts, patterns)
    transfers = [tables["transfers"] for tables in parts]
    walks = footpaths_of(transfers, stop_index, lat, lon, between_stops_m)
    return Timetable(
        on=on,
        zone=zone,
        stop_ids=tuple(stop_ids),
        stop_names=tuple(name or "" for name in stops["stop_name"].to_list()),
        stop_lat=lat,
        stop_lon=lon,
        stop_wheelchair=stops["wheelchair"].to_numpy(),
        trip_ids=tuple(trip.trip_id for trip in trips),
        trip_wheelchair=np.array([trip.wheelchair for trip in trips], np.int8),
        **routes,
        **_calls(patterns),
        **_departures(patterns),
        **visits(_joined([p.model.stops for p in patterns], np.int32),
                 _bounds([p.model.stops.size for p in patterns]), len(stop_ids)),
        walk_start=walks.start,
        walk_to=walks.to,
        walk_metres=walks.metres,
        walk_minimum_s=walks.minimum_s,
    )  # fmt: skip


def _covers(tables: Mapping[str, pl.DataFrame], on: date) -> bool:
    first, last = calendar_span(tables)
    return first is not None and last is not None and first <= on <= last


def _service(
    parts: Sequence[Mapping[str, pl.DataFrame]],
    stop_index: Mapping[str, int],
    on: date,
    zone: str,
    next_day_s: int,
) -> tuple[list[Trip], Departures]:
    """Trips of every feed, and their departures counted from the day's start in `zone`."""
    trips: list[Trip] = []
    found: list[Departures] = []
    for tables in parts:
        own = list(read_trips(tables, services_around(tables, on), stop_index))
        leave = departures_around(tables, own, on, next_day_s)
        ahead = int((day_start(on, feed_zone(tables)) - day_start(on, zone)).total_seconds())
        found.append(
            Departures(
                (leave.trip + len(trips)).astype(np.int32),
                (leave.start + ahead).astype(np.int32),
                leave.day,
            )
        )
        trips += own
    return trips, Departures(
        np.concatenate([each.trip for each in found]),
        np.concatenate([each.start for each in found]),
        np.concatenate([each.day for each in found]),
    )


def _places_to_board(stops: pl.DataFrame) -> pl.DataFrame:
    """Stops with a place, in the feed's order; `wheelchair` is theirs or their station's."""
    located = stops.filter(
        pl.col("stop_lat").is_not_null()
        & pl.col("stop_lon").is_not_null()
        & pl.col("stop_id").is_not_null()
    )
    kinds = pl.col("location_type").fill_null(0)
    boarded = located.filter(~kinds.is_in(STATION_PLACES)).unique("stop_id", maintain_order=True)
    return boarded.select(
        "stop_id",
        "stop_name",
        pl.col("stop_lat").cast(pl.Float64),
        pl.col("stop_lon").cast(pl.Float64),
        pl.Series("wheelchair", _wheelchair_of(boarded, stops), pl.Int8),
    )


def _wheelchair_of(boarded: pl.DataFrame, stops: pl.DataFrame) -> list[int]:
    if "wheelchair_boarding" not in stops.columns:
        return [0] * boarded.height
    told = dict(stops.select("stop_id", "wheelchair_boarding").iter_rows())
    if "parent_station" not in stops.columns:
        return [told[stop] or 0 for stop in boarded["stop_id"].to_list()]
    return [
        told[stop] or told.get(station) or 0
        for stop, station in boarded.select("stop_id", "parent_station").iter_rows()
    ]


def _routes_of(
    parts: Sequence[Mapping[str, pl.DataFrame]], patterns: list[Pattern]
) -> dict[str, Any]:
    modes: dict[str, Mode] = {}
    names: dict[str, str] = {}
    for tables in parts:
        modes |= modes_of(tables["routes"])
        for row in tables["routes"].iter_rows(named=True):
            spoken = row["route_short_name"] or row["route_long_name"]
            names[row["route_id"]] = spoken or row["route_id"]
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
        "call_fastest_s": _joined([fastest_hops(p.arrive, p.depart) for p in patterns], np.int32),
    }


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
        "trip_day": _joined([p.day for p in patterns], np.int8),
        "profile_arrive": _joined([p.arrive.ravel() for p in patterns], np.int32),
        "profile_depart": _joined([p.depart.ravel() for p in patterns], np.int32),
        "profile_sequence": _joined([p.sequence.ravel() for p in patterns], np.int32),
    }
