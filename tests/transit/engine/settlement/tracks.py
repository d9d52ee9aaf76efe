"""A small timetable, and vehicles that keep to it more or less."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from balai.transit.engine.settlement import Reports, Schedule, schedule_of

DAY = date(2026, 11, 20)
PLACES = ((-6.20, 106.80), (-6.20, 106.81), (-6.19, 106.82), (-6.18, 106.82), (-6.17, 106.83))


def tables(headway: int = 900, last: int = 9 * 3600) -> dict[str, pl.DataFrame]:
    """Route A both ways along five stops every `headway` seconds from six; B by two timed trips,
    out and back along one street, whose shape passes each place twice.
    """
    stops = [{"stop_id": f"s{k}", "stop_lat": lat, "stop_lon": lon}
             for k, (lat, lon) in enumerate(PLACES)]  # fmt: skip
    trips, times, frequencies = [], [], []
    for direction in (0, 1):
        trip = f"A{direction}"
        trips.append(_trip(trip, "A", direction, ""))
        frequencies.append({"trip_id": trip, "start_s": 6 * 3600, "end_s": last,
                            "headway_s": headway, "exact_times": 0})  # fmt: skip
        order = range(5) if direction == 0 else range(4, -1, -1)
        times += _times(trip, order, 6 * 3600, 300)
    for number, start in enumerate((7 * 3600, 8 * 3600)):
        trips.append(_trip(f"B{number}", "B", 0, "loop"))
        times += _times(f"B{number}", (0, 1, 0), start, 400)
    way = (PLACES[0], PLACES[1], PLACES[0])
    shapes = [{"shape_id": "loop", "shape_pt_lat": lat, "shape_pt_lon": lon,
               "shape_pt_sequence": k} for k, (lat, lon) in enumerate(way)]  # fmt: skip
    week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    calendar = [{"service_id": "daily", **dict.fromkeys(week, 1),
                 "start_date": date(2026, 1, 1), "end_date": date(2026, 12, 31)}]  # fmt: skip
    exceptions = {"service_id": pl.Utf8, "date": pl.Date, "exception_type": pl.Int8}
    return {
        "stops": pl.DataFrame(stops), "trips": pl.DataFrame(trips),
        "stop_times": pl.DataFrame(times), "frequencies": pl.DataFrame(frequencies),
        "shapes": pl.DataFrame(shapes), "calendar": pl.DataFrame(calendar),
        "calendar_dates": pl.DataFrame(schema=exceptions),
    }  # fmt: skip


def schedule(**how: int) -> Schedule:
    return schedule_of(tables(**how), DAY)


def _trip(trip, route, direction, shape):
    return {"trip_id": trip, "route_id": route, "service_id": "daily", "direction_id": direction,
            "shape_id": shape}  # fmt: skip


def _times(trip, order, start, leg):
    return [{"trip_id": trip, "stop_sequence": k, "stop_id": f"s{stop}",
             "arrival_s": start + leg * k, "departure_s": start + leg * k}
            for k, stop in enumerate(order)]  # fmt: skip


def track(
    day: Schedule, run: int, vehicle: str, *, every: int = 30, behind: int = 0, named: bool = True,
    upto: float = 1.0, noise=None,
) -> list[tuple[str, str, str, int, float, float, int]]:  # fmt: skip
    """Reports of a vehicle that drives a run by the timetable, `behind` seconds late, as far as
    the share `upto` of its time; `noise` (n) gives metres east and north to add.
    """
    trip = int(day.run_trip[run])
    calls = slice(day.call_start[trip], day.call_start[trip + 1])
    path = day.path_of[trip]
    points = slice(day.point_start[path], day.point_start[path + 1])
    lasts = int(day.call_s[calls][-1])
    since = np.unique(np.append(np.arange(0, int(lasts * upto), every), int(lasts * upto)))
    place = np.interp(since, day.call_s[calls], day.call_along[calls])
    x = np.interp(place, day.along[points], day.x[points])
    y = np.interp(place, day.along[points], day.y[points])
    if noise is not None:
        east, north = noise(since.size)
        x, y = x + east, y + north
    lat, lon = day.degrees(x, y)
    start = int(day.run_start[run])
    name, told = (day.trips[trip], start) if named else ("", -1)
    route = day.routes[trip]
    return [(vehicle, name, route, start + int(s) + behind, float(a), float(b), told)
            for s, a, b in zip(since, lat, lon, strict=True)]  # fmt: skip


def reports(*tracks) -> Reports:
    return Reports.of([row for rows in tracks for row in rows])
