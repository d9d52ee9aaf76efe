"""An independent oracle: earliest arrivals by scanning connections (CSA).

Dibbelt, Pajor, Strasser, Wagner: Connection Scan Algorithm (2018). It shares no code with the
planner: it reads the feed's tables itself, expands frequencies itself and measures walks itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np
import polars as pl
from numba import njit

NEVER = 2**30
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass
class Connections:
    """Hops of all trips in order of departure, and walks in metres between stops."""

    stops: list[str]
    lat: np.ndarray
    lon: np.ndarray
    hops: np.ndarray
    walks: list[list[tuple[int, float]]]


def metres_between(lat1, lon1, lat2, lon2):
    """Great-circle metres by the spherical law of cosines in its vector form."""

    def vector(lat, lon):
        phi, lam = np.radians(lat), np.radians(lon)
        return np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)

    (x1, y1, z1), (x2, y2, z2) = vector(lat1, lon1), vector(lat2, lon2)
    chord = np.sqrt((x1 - x2) ** 2 + (y1 - y2) ** 2 + (z1 - z2) ** 2)
    return 2 * 6_371_008.8 * np.arcsin(np.minimum(chord / 2, 1))


def seconds(metres, speed):
    return math.ceil(metres / speed - 1e-6)


def runs_on(tables, day):
    calendar = tables["calendar"]
    services = {
        row["service_id"]
        for row in calendar.iter_rows(named=True)
        if row["start_date"] <= day <= row["end_date"] and row[DAYS[day.weekday()]]
    }
    for row in tables["calendar_dates"].iter_rows(named=True):
        if row["date"] == day:
            (services.add if row["exception_type"] == 1 else services.discard)(row["service_id"])
    return services


def connections(tables, on, reach_m=400.0, last_s=30 * 3600):
    """Read the connections of three days around `on`, in seconds from its midnight."""
    stops = tables["stops"].filter(pl.col("location_type").fill_null(0).is_in([0, 4]))
    ids = stops["stop_id"].to_list()
    index = {stop: at for at, stop in enumerate(ids)}
    lat, lon = stops["stop_lat"].to_numpy(), stops["stop_lon"].to_numpy()
    by_trip = {}
    for key, rows in tables["stop_times"].group_by("trip_id", maintain_order=True):
        by_trip[key[0]] = rows.sort("stop_sequence").rows(named=True)
    frequencies = {}
    for row in tables["frequencies"].iter_rows(named=True):
        frequencies.setdefault(row["trip_id"], []).append(row)
    hops, number = [], 0
    for shift in (-1, 0, 1):
        services = runs_on(tables, on + timedelta(days=shift))
        for trip in tables["trips"].iter_rows(named=True):
            if trip["service_id"] not in services or trip["trip_id"] not in by_trip:
                continue
            rows = by_trip[trip["trip_id"]]
            origin = rows[0]["departure_s"]
            starts = [origin]
            if trip["trip_id"] in frequencies:
                starts = [
                    s
                    for f in frequencies[trip["trip_id"]]
                    if f["headway_s"] > 0
                    for s in range(f["start_s"], f["end_s"], f["headway_s"])
                ]
            pattern = [
                (
                    at,
                    a["departure_s"] - origin,
                    b["arrival_s"] - origin,
                    index[a["stop_id"]],
                    index[b["stop_id"]],
                    (a.get("pickup_type") or 0) != 1,
                    (b.get("drop_off_type") or 0) != 1,
                )
                for at, (a, b) in enumerate(pairwise(rows))
            ]
            if not pattern:
                continue
            hop = np.array(pattern, np.int64)
            for start in starts:
                if start + shift * 86_400 >= last_s:
                    continue
                mine = hop.copy()
                mine[:, 1:3] += start + shift * 86_400
                hops.append(np.column_stack((np.full(len(mine), number), mine)))
                number += 1
    table = np.concatenate(hops)
    table = table[np.lexsort((table[:, 1], table[:, 0], table[:, 3], table[:, 2]))]
    walks = []
    for at in range(len(ids)):
        near = np.flatnonzero(np.abs(lat - lat[at]) < reach_m / 110_000)
        apart = metres_between(lat[at], lon[at], lat[near], lon[near])
        walks.append([(int(s), float(m)) for s, m in zip(near, apart, strict=True) if m <= reach_m])
    for row in tables["transfers"].iter_rows(named=True):
        a, b = index.get(row["from_stop_id"]), index.get(row["to_stop_id"])
        if a is not None and b is not None and (row["transfer_type"] or 0) == 0:
            apart = float(metres_between(lat[a], lon[a], lat[b], lon[b]))
            walks[a] = [w for w in walks[a] if w[0] != b] + [(b, apart)]
    return Connections(ids, lat, lon, table, walks)


def earliest_by_ride(net, place, depart_at, max_walk_m=800.0, speed=1.25):
    """Earliest arrival by vehicle at each stop, and by vehicle or on foot."""
    start = np.cumsum([0] + [len(walks) for walks in net.walks])
    to = np.array([stop for walks in net.walks for stop, _ in walks], np.int64)
    walk_s = np.array([seconds(m, speed) for walks in net.walks for _, m in walks], np.int64)
    ready = np.full(len(net.stops), NEVER, np.int64)
    apart = metres_between(place[0], place[1], net.lat, net.lon)
    for stop in np.flatnonzero(apart <= max_walk_m):
        ready[stop] = depart_at + seconds(apart[stop], speed)
    rode = np.full(len(net.stops), NEVER, np.int64)
    trips = int(net.hops[:, 0].max()) + 1
    boarded = np.full(trips, NEVER, np.int64)
    while scan(net.hops, start, to, walk_s, ready, rode, boarded, depart_at):
        pass
    return rode, np.minimum(rode, ready)


@njit(cache=True)
def scan(hops, start, to, walk_s, ready, rode, boarded, depart_at):
    """One pass over the hops; whether it changed anything (hops of no length may need two)."""
    changed = False
    for at in range(hops.shape[0]):
        trip, call, depart, arrive, origin, end, board, alight = hops[at]
        if depart < depart_at:
            continue
        if boarded[trip] > call and board and ready[origin] <= depart:
            boarded[trip] = call
            changed = True
        if boarded[trip] <= call and alight and arrive < rode[end]:
            rode[end] = arrive
            changed = True
            for way in range(start[end], start[end + 1]):
                if arrive + walk_s[way] < ready[to[way]]:
                    ready[to[way]] = arrive + walk_s[way]
    return changed
