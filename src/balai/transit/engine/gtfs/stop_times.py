"""Puts the stops of each trip in order and gives every one a time that fits its neighbours."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from balai.transit.engine.gtfs.text import ROW, Source

_EARTH_RADIUS_M = 6_371_008.8


def checked_stop_times(
    rows: pl.DataFrame, kept: Mapping[str, pl.DataFrame], source: Source
) -> pl.DataFrame:
    """Order rows by trip and stop_sequence; mend, interpolate or leave out what has no time.

    Missing times lie between their neighbours' by shape_dist_traveled, else by great-circle
    distance, else evenly (GTFS Schedule, stop_times.txt, arrival_time: "may be interpolated").
    """
    _report_order(rows, source)
    rows = rows.sort("trip_id", "stop_sequence")
    rows = _paired(rows, source)
    rows = _forward_only(rows, source)
    rows = _without_loose_ends(rows, source)
    rows = _interpolated(rows, kept["stops"])
    _report_short(rows, kept["trips"], source)
    return rows


def _report_order(rows: pl.DataFrame, source: Source) -> None:
    falls = (
        rows.with_columns(before=pl.col("stop_sequence").shift().over("trip_id"))
        .filter(pl.col("stop_sequence") < pl.col("before"))
        .unique("trip_id", keep="first", maintain_order=True)
        .select(ROW, "stop_sequence", "trip_id")
    )
    source.log.add_rows(
        "unordered_sequence", source.file, falls.iter_rows(), len(falls), "stop_sequence"
    )


def _paired(rows: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Let a lone arrival stand for the departure and the reverse."""
    arrival, departure = pl.col("arrival_s"), pl.col("departure_s")
    rows = rows.with_columns(
        arrival_s=arrival.fill_null(departure), departure_s=departure.fill_null(arrival)
    )
    early = rows.filter(departure < arrival).select(ROW, "departure_s", "arrival_s")
    found = ((row, _clock(leaves), _clock(comes)) for row, leaves, comes in early.iter_rows())
    source.log.add_rows(
        "departure_before_arrival", source.file, found, len(early), "departure_time"
    )
    return rows.with_columns(departure_s=pl.max_horizontal("arrival_s", "departure_s"))


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _forward_only(rows: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Of trips whose times fall, keep the most stops whose times never do."""
    latest = pl.col("departure_s").cum_max().forward_fill().shift().over("trip_id")
    falling = rows.filter(pl.col("arrival_s") < latest)["trip_id"].unique()
    if not len(falling):
        return rows
    timed = rows.filter(
        pl.col("trip_id").is_in(falling.implode()) & pl.col("arrival_s").is_not_null()
    )
    out: list[int] = []
    for trip in timed.partition_by("trip_id", maintain_order=True):
        stays = set(_longest_forward(trip["arrival_s"].to_list(), trip["departure_s"].to_list()))
        out += [line for place, line in enumerate(trip[ROW]) if place not in stays]
    misfits = rows.filter(pl.col(ROW).is_in(out))
    found = (
        (row, _clock(time), trip)
        for row, time, trip in misfits.select(ROW, "arrival_s", "trip_id").iter_rows()
    )
    source.log.add_rows("time_runs_backwards", source.file, found, len(misfits), "arrival_time")
    return rows.filter(~pl.col(ROW).is_in(out))


def _longest_forward(arrivals: Sequence[int], departures: Sequence[int]) -> list[int]:
    """Places of a longest run of stops, each arrived at no earlier than the one before is left.

    Patience sorting: ``ends[k]`` is the least departure that closes a run of k + 1 stops. Of runs
    as long as each other the one that is complete first is taken.
    """
    ends: list[int] = []
    closes: list[int] = []
    before: list[int] = []
    last = -1
    for place, (arrival, departure) in enumerate(zip(arrivals, departures, strict=True)):
        length = bisect_right(ends, arrival)
        before.append(closes[length - 1] if length else -1)
        if length == len(ends):
            ends.append(departure)
            closes.append(place)
            last = place
        elif departure < ends[length]:
            ends[length] = departure
            closes[length] = place
    run = []
    while last >= 0:
        run.append(last)
        last = before[last]
    return run


def _without_loose_ends(rows: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Leave out stops before a trip's first time or after its last."""
    if not rows["arrival_s"].null_count():
        return rows
    time = pl.col("arrival_s")
    loose = rows.filter(
        time.forward_fill().over("trip_id").is_null()
        | time.backward_fill().over("trip_id").is_null()
    ).select(ROW, "trip_id")
    found = ((row, None, trip) for row, trip in loose.iter_rows())
    source.log.add_rows("no_time", source.file, found, len(loose), "arrival_time")
    return rows.join(loose, on=ROW, how="anti", maintain_order="left")


def _interpolated(rows: pl.DataFrame, stops: pl.DataFrame) -> pl.DataFrame:
    missing = np.flatnonzero(rows["arrival_s"].is_null().to_numpy())
    if not len(missing):
        return rows
    known = np.flatnonzero(rows["arrival_s"].is_not_null().to_numpy())
    after = np.searchsorted(known, missing)
    first, last = known[after - 1], known[after]
    arrival = rows["arrival_s"].fill_null(0).to_numpy().copy()
    departure = rows["departure_s"].fill_null(0).to_numpy().copy()
    share = _share_of_way(_steps(rows, stops), first, missing, last)
    times = departure[first] + np.floor((arrival[last] - departure[first]) * share)
    arrival[missing] = departure[missing] = times.astype(np.int32)
    return rows.with_columns(
        arrival_s=pl.Series(arrival, dtype=pl.Int32),
        departure_s=pl.Series(departure, dtype=pl.Int32),
    )


def _steps(rows: pl.DataFrame, stops: pl.DataFrame) -> tuple[NDArray[np.float64], ...]:
    """Length of the way from the row before, by each measure; NaN where unknown."""
    stated = np.diff(rows["shape_dist_traveled"].to_numpy().astype(np.float64), prepend=np.nan)
    stated[stated < 0] = np.nan
    places = rows.select("stop_id").join(stops, on="stop_id", how="left", maintain_order="left")
    lat = np.radians(places["stop_lat"].to_numpy())
    lon = np.radians(places["stop_lon"].to_numpy())
    half = (
        np.sin(np.diff(lat) / 2) ** 2
        + np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    )
    flown = 2 * _EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return stated, np.concatenate([[np.nan], flown]), np.ones(len(rows))


def _share_of_way(
    measures: Sequence[NDArray[np.float64]],
    first: NDArray[np.intp],
    place: NDArray[np.intp],
    last: NDArray[np.intp],
) -> NDArray[np.float64]:
    """How far along from ``first`` to ``last`` each ``place`` lies, 0 to 1.

    Each takes the first measure that is known all along its gap and not zero.
    """
    share = np.full(len(place), np.nan)
    for steps in measures:
        way = np.cumsum(np.nan_to_num(steps))
        unknown = np.cumsum(np.isnan(steps))
        length = way[last] - way[first]
        fits = np.isnan(share) & (unknown[last] == unknown[first]) & (length > 0)
        share[fits] = (way[place] - way[first])[fits] / length[fits]
    return share


def _report_short(rows: pl.DataFrame, trips: pl.DataFrame, source: Source) -> None:
    stops = rows.group_by("trip_id").len()
    short = (
        trips.select(ROW, "trip_id")
        .join(stops, on="trip_id", how="left", maintain_order="left")
        .filter(pl.col("len").fill_null(0) < 2)
        .select(ROW, "trip_id", pl.col("len").fill_null(0))
    )
    source.log.add_rows("short_trip", "trips.txt", short.iter_rows(), len(short), "trip_id")
