"""Trips of a service date as departures over time profiles, frequencies expanded.

A *run* is a sequence of stops served by one route with given pick-up and drop-off rules. A
*profile* is a run with times relative to its first departure. A departure is a profile and the
second it leaves. Thousands of departures of a frequency-based service share one profile, which
keeps a city's day in a few hundred kilobytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from .service_days import feed_zone, seconds_between, services_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

DAY_S = 86_400
NOT_AVAILABLE = 1  # GTFS pickup_type and drop_off_type
HEAD = ("trip_id", "route_id", "service_id", "wheelchair_accessible")


@dataclass(frozen=True, slots=True)
class Trip:
    """One row of trips.txt with its stop times as arrays of equal length.

    `arrive` and `depart` are seconds relative to the trip's first departure; `wheelchair` is
    GTFS's 0 unknown, 1 accessible, 2 not.
    """

    trip_id: str
    route_id: str
    service_id: str
    first_departure: int
    stops: NDArray[np.int32]
    arrive: NDArray[np.int32]
    depart: NDArray[np.int32]
    may_board: NDArray[np.bool_]
    may_alight: NDArray[np.bool_]
    sequence: NDArray[np.int32]
    distance: NDArray[np.float64] | None
    wheelchair: int = 0

    @property
    def run_key(self) -> tuple[str, bytes, bytes, bytes]:
        """Route, stops and boarding rules: trips with equal keys may share a pattern."""
        return (
            self.route_id,
            self.stops.tobytes(),
            self.may_board.tobytes(),
            self.may_alight.tobytes(),
        )

    @property
    def profile_key(self) -> bytes:
        """Relative times: trips of a run with equal keys never overtake each other."""
        return self.arrive.tobytes() + self.depart.tobytes() + self.sequence.tobytes()


@dataclass(frozen=True, slots=True)
class Departures:
    """Seconds at which trips leave their first stop, counted from the service date's start.

    `day` is the service day each belongs to, in days from the service date.
    """

    trip: NDArray[np.int32]
    start: NDArray[np.int32]
    day: NDArray[np.int8]


def read_trips(
    tables: Mapping[str, pl.DataFrame], services: frozenset[str], stop_index: Mapping[str, int]
) -> Iterator[Trip]:
    """Trips of `services` that call at two or more known stops, in the order of their ids."""
    known = pl.DataFrame(
        {"stop_id": list(stop_index), "stop": list(stop_index.values())},
        schema={"stop_id": pl.Utf8, "stop": pl.Int32},
    )
    trips = _running(tables["trips"], services)
    calls = (
        tables["stop_times"]
        .join(trips, on="trip_id", how="inner")
        .join(known, on="stop_id", how="inner")
        .drop_nulls(["arrival_s", "departure_s"])
        .sort("trip_id", "stop_sequence")
    )
    if not calls.height:
        return
    column = _columns(calls)
    changed = calls.select((pl.col("trip_id") != pl.col("trip_id").shift(1)).fill_null(True))
    first = np.flatnonzero(changed.to_series().to_numpy())
    bounds = np.append(first, calls.height)
    heads = calls[first.tolist()].select(*HEAD).rows()
    for at, (trip_id, route_id, service_id, wheelchair) in enumerate(heads):
        rows = slice(bounds[at], bounds[at + 1])
        if rows.stop - rows.start < 2:
            continue
        depart, arrive = column["departure_s"][rows], column["arrival_s"][rows]
        distance = column["distance"][rows] if "distance" in column else None
        yield Trip(
            trip_id=trip_id,
            route_id=route_id,
            service_id=service_id,
            first_departure=int(depart[0]),
            stops=column["stop"][rows],
            arrive=(arrive - depart[0]).astype(np.int32),
            depart=(depart - depart[0]).astype(np.int32),
            may_board=column["may_board"][rows],
            may_alight=column["may_alight"][rows],
            sequence=column["stop_sequence"][rows],
            distance=distance,
            wheelchair=wheelchair,
        )


def _running(trips: pl.DataFrame, services: frozenset[str]) -> pl.DataFrame:
    wheelchair = (
        pl.col(HEAD[3]).cast(pl.Int8, strict=False).fill_null(0)
        if HEAD[3] in trips.columns
        else pl.lit(0, pl.Int8).alias(HEAD[3])
    )
    of = trips.filter(pl.col("service_id").is_in(sorted(services)))
    return of.select(*HEAD[:3], wheelchair)


def _columns(calls: pl.DataFrame) -> dict[str, NDArray[Any]]:
    column: dict[str, NDArray[Any]] = {
        "stop": calls["stop"].to_numpy(),
        "arrival_s": calls["arrival_s"].to_numpy(),
        "departure_s": calls["departure_s"].to_numpy(),
        "stop_sequence": calls["stop_sequence"].to_numpy().astype(np.int32),
    }
    for rule, name in (("pickup_type", "may_board"), ("drop_off_type", "may_alight")):
        column[name] = (
            (calls[rule].cast(pl.Int32, strict=False).fill_null(0) != NOT_AVAILABLE).to_numpy()
            if rule in calls.columns
            else np.ones(calls.height, np.bool_)
        )
    if "shape_dist_traveled" in calls.columns:
        travelled = calls["shape_dist_traveled"].cast(pl.Float64, strict=False)
        column["distance"] = travelled.fill_null(np.nan).to_numpy()
    return column


def expand_frequencies(frequencies: pl.DataFrame) -> dict[str, NDArray[np.int32]]:
    """Departure seconds of each trip in frequencies.txt, sorted.

    A window's departures are start, start + headway, ... strictly before its end, as the
    standard says for exact_times = 1. For exact_times = 0 the standard fixes only the headway;
    the same departures stand for it. Rows without a positive headway run nothing.
    """
    starts: dict[str, list[NDArray[np.int32]]] = {}
    sound = frequencies.filter(
        (pl.col("headway_s") > 0) & pl.col("start_s").is_not_null() & pl.col("end_s").is_not_null()
    )
    for trip_id, start, end, headway in sound.select(
        "trip_id", "start_s", "end_s", "headway_s"
    ).iter_rows():
        starts.setdefault(trip_id, []).append(np.arange(start, end, headway, dtype=np.int32))
    return {trip_id: np.unique(np.concatenate(parts)) for trip_id, parts in starts.items()}


def services_around(tables: Mapping[str, pl.DataFrame], on: date) -> frozenset[str]:
    """Services that run the day before `on`, that day, or the day after."""
    around = (on + timedelta(days=days) for days in (-1, 0, 1))
    return frozenset[str]().union(*(services_on(tables, day) for day in around))


def departures_around(
    tables: Mapping[str, pl.DataFrame], trips: list[Trip], on: date, next_day_s: int
) -> Departures:
    """Departures that matter to a traveller on `on`.

    Those of the day itself; those of the day before still under way after midnight; those of
    the day after in its first `next_day_s` seconds.
    """
    by_frequency = expand_frequencies(tables["frequencies"])
    frequency_based = frozenset(tables["frequencies"]["trip_id"].to_list())
    zone = feed_zone(tables)
    parts: list[tuple[NDArray[np.int32], int, int]] = []
    for days in (-1, 0, 1):
        day = on + timedelta(days=days)
        running = services_on(tables, day)
        shift = seconds_between(on, day, zone)
        for index, trip in enumerate(trips):
            if trip.service_id not in running:
                continue
            leave = _leaves(trip, by_frequency, frequency_based) + np.int32(shift)
            if day < on:
                leave = leave[leave + trip.arrive[-1] >= 0]
            elif day > on:
                leave = leave[leave < shift + next_day_s]
            parts.append((leave.astype(np.int32), index, days))
    sizes = [leave.size for leave, _, _ in parts]
    return Departures(
        trip=np.repeat(np.array([index for _, index, _ in parts], np.int32), sizes),
        start=np.concatenate([np.empty(0, np.int32), *(leave for leave, _, _ in parts)]),
        day=np.repeat(np.array([days for _, _, days in parts], np.int8), sizes),
    )


def _leaves(
    trip: Trip, by_frequency: Mapping[str, NDArray[np.int32]], frequency_based: frozenset[str]
) -> NDArray[np.int32]:
    if trip.trip_id in frequency_based:
        return by_frequency.get(trip.trip_id, np.empty(0, np.int32))
    return np.array([trip.first_departure], np.int32)
