"""The demonstration's network as a GTFS feed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING, Any

from balai.transit.demo.network import Line, Network, Stop, network
from balai.transit.engine.gtfs import write_feed

if TYPE_CHECKING:
    pass

EARTH_METRES = 6_371_008.8
DWELL_SECONDS = 20
DETOUR = {"brt": 1.12, "bus": 1.25, "mikrotrans": 1.3, "mrt": 1.05, "lrt": 1.05}
"""How much longer a ride is than the straight line from stop to stop, by mode."""
ROUTE_TYPE = {"brt": 3, "bus": 3, "mikrotrans": 3, "mrt": 1, "lrt": 0}
DESCRIPTION = {"brt": "BRT", "bus": "Bus", "mikrotrans": "Mikrotrans", "mrt": "MRT", "lrt": "LRT"}
AGENCY = {"mrt": "mrtj", "lrt": "lrt"}
PEAKS = ((6 * 3600 + 1800, 9 * 3600 + 1800), (16 * 3600, 20 * 3600))
START, END = date(2018, 1, 1), date(2035, 12, 31)


def demo_feed() -> bytes:
    """The network as a zip, the same bytes each time."""
    import polars as pl

    found = network()
    tables = {name: list(rows) for name, rows in _tables(found).items()}
    return write_feed({name: pl.DataFrame(rows) for name, rows in tables.items() if rows})


def metres_between(a: Stop, b: Stop) -> float:
    """Great-circle distance."""
    low, high = radians(a.lat), radians(b.lat)
    half = sin((high - low) / 2) ** 2
    half += cos(low) * cos(high) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(half))


def metres_along(line: Line, found: Network) -> list[int]:
    """Metres ridden from the line's first stop to each of its stops."""
    along = [0.0]
    for before, after in pairwise(line.stops):
        straight = metres_between(found.stops[before], found.stops[after])
        along.append(along[-1] + straight * DETOUR[line.mode])
    return [round(metres) for metres in along]


def seconds_along(line: Line, metres: list[int]) -> list[int]:
    """Seconds from the line's first departure to the arrival at each stop."""
    pace = 3.6 / line.speed
    return [round(each * pace) for each in metres]


def headways(line: Line) -> Iterator[tuple[int, int, int]]:
    """Periods of the day as (start, end, headway), in seconds."""
    marks = sorted({line.first, line.last, *(mark for peak in PEAKS for mark in peak)})
    for start, end in pairwise(marks):
        if line.first <= start and end <= line.last:
            peak = any(low <= start < high for low, high in PEAKS)
            yield start, end, line.headway_peak if peak else line.headway_else


def _tables(found: Network) -> dict[str, Iterator[dict[str, Any]]]:
    return {
        "agency": _agencies(),
        "stops": _stops(found),
        "routes": _routes(found),
        "calendar": _calendar(),
        "trips": _trips(found),
        "stop_times": _stop_times(found),
        "frequencies": _frequencies(found),
        "transfers": _transfers(found),
        "feed_info": _feed_info(),
    }


def _agencies() -> Iterator[dict[str, Any]]:
    for key, name in (("tj", "Transjakarta"), ("mrtj", "MRT Jakarta"), ("lrt", "LRT")):
        yield {
            "agency_id": key, "agency_name": name, "agency_url": "https://transport.example/",
            "agency_timezone": "Asia/Jakarta", "agency_lang": "id",
        }  # fmt: skip


def _stops(found: Network) -> Iterator[dict[str, Any]]:
    for stop in found.stops.values():
        yield {
            "stop_id": stop.key, "stop_name": stop.name, "stop_lat": stop.lat,
            "stop_lon": stop.lon, "zone_id": stop.region,
        }  # fmt: skip


def _routes(found: Network) -> Iterator[dict[str, Any]]:
    for line in found.lines:
        yield {
            "route_id": line.key, "agency_id": AGENCY.get(line.mode, "tj"),
            "route_short_name": line.short_name, "route_long_name": line.long_name,
            "route_desc": DESCRIPTION[line.mode], "route_type": ROUTE_TYPE[line.mode],
            "route_color": line.colour,
        }  # fmt: skip


def _calendar() -> Iterator[dict[str, Any]]:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    yield {"service_id": "daily", **dict.fromkeys(days, 1), "start_date": START, "end_date": END}


def _trips(found: Network) -> Iterator[dict[str, Any]]:
    for line in found.lines:
        for direction, stops in _directions(line):
            yield {
                "trip_id": f"{line.key}:{direction}", "route_id": line.key, "service_id": "daily",
                "trip_headsign": found.stops[stops[-1]].name, "direction_id": direction,
            }  # fmt: skip


def _stop_times(found: Network) -> Iterator[dict[str, Any]]:
    for line in found.lines:
        along = metres_along(line, found)
        for direction, stops in _directions(line):
            metres = along if direction == 0 else [along[-1] - each for each in reversed(along)]
            times = seconds_along(line, metres)
            for number, key in enumerate(stops):
                arrival = line.first + times[number] + DWELL_SECONDS * max(0, number - 1)
                dwell = DWELL_SECONDS if 0 < number < len(stops) - 1 else 0
                yield {
                    "trip_id": f"{line.key}:{direction}", "stop_sequence": number, "stop_id": key,
                    "arrival_s": arrival, "departure_s": arrival + dwell,
                    "shape_dist_traveled": float(metres[number]),
                }  # fmt: skip


def _frequencies(found: Network) -> Iterator[dict[str, Any]]:
    for line in found.lines:
        for direction, _ in _directions(line):
            for start, end, headway in headways(line):
                yield {
                    "trip_id": f"{line.key}:{direction}", "start_s": start, "end_s": end,
                    "headway_s": headway, "exact_times": 0,
                }  # fmt: skip


def _transfers(found: Network) -> Iterator[dict[str, Any]]:
    for one, other, seconds in found.transfers:
        for here, there in ((one, other), (other, one)):
            yield {
                "from_stop_id": here, "to_stop_id": there, "transfer_type": 2,
                "min_transfer_time": seconds,
            }  # fmt: skip


def _feed_info() -> Iterator[dict[str, Any]]:
    yield {
        "feed_publisher_name": "Balai demonstration", "feed_publisher_url": "https://transport.example/",
        "feed_lang": "id", "feed_start_date": START, "feed_end_date": END,
        "feed_version": "demonstration",
    }  # fmt: skip


def _directions(line: Line) -> tuple[tuple[int, tuple[str, ...]], tuple[int, tuple[str, ...]]]:
    return (0, line.stops), (1, tuple(reversed(line.stops)))
