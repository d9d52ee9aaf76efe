"""Small feeds for tests, written as one would say them."""

from __future__ import annotations

import math
import random
from datetime import date
from types import SimpleNamespace

import polars as pl

from balai.kernel.laws import find_law
from balai.transit.engine.fares import tariff_from_parameters

ON = date(2025, 9, 1)  # a Monday
METRES_A_DEGREE = math.pi * 6_371_008.8 / 180
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MODES = {
    "brt": ("BRT", 3),
    "bus": ("", 3),
    "angkot": ("Angkot", 3),
    "mikrotrans": ("Mikrotrans", 3),
    "royaltrans": ("Royaltrans", 3),
    "mrt": ("", 1),
    "lrt": ("", 0),
}


def place(east_m: float, north_m: float = 0.0) -> tuple[float, float]:
    """(latitude, longitude) of a point in metres from the equator's origin."""
    return north_m / METRES_A_DEGREE, east_m / METRES_A_DEGREE


def feed(stops, trips, *, frequencies=(), transfers=(), services=None, exceptions=()):
    """A feed. `stops`: id -> (east, north) in metres. `trips`: dicts of id, route, mode, calls
    as (stop, arrive, depart) with optional pickup and drop-off types, and service."""
    services = services or {"daily": (1,) * 7}
    routes = {trip["route"]: trip["mode"] for trip in trips}
    calls = [
        {
            "trip_id": trip["id"],
            "stop_sequence": at,
            "stop_id": call[0],
            "arrival_s": call[1],
            "departure_s": call[2],
            "pickup_type": call[3] if len(call) > 3 else 0,
            "drop_off_type": call[4] if len(call) > 4 else 0,
        }
        for trip in trips
        for at, call in enumerate(trip["calls"])
    ]
    number = pl.Int32
    return SimpleNamespace(
        tables={
            "agency": pl.DataFrame({"agency_timezone": ["Asia/Jakarta"]}),
            "stops": pl.DataFrame(
                {
                    "stop_id": list(stops),
                    "stop_name": list(stops),
                    "stop_lat": [place(*at)[0] for at in stops.values()],
                    "stop_lon": [place(*at)[1] for at in stops.values()],
                    "location_type": [0] * len(stops),
                }
            ),
            "routes": pl.DataFrame(
                {
                    "route_id": list(routes),
                    "route_short_name": list(routes),
                    "route_long_name": [""] * len(routes),
                    "route_desc": [MODES[mode][0] for mode in routes.values()],
                    "route_type": [MODES[mode][1] for mode in routes.values()],
                }
            ),
            "trips": pl.DataFrame(
                {
                    "trip_id": [trip["id"] for trip in trips],
                    "route_id": [trip["route"] for trip in trips],
                    "service_id": [trip.get("service", "daily") for trip in trips],
                }
            ),
            "stop_times": pl.DataFrame(calls).sort("trip_id", "stop_sequence"),
            "calendar": pl.DataFrame(
                [
                    {
                        "service_id": name,
                        **dict(zip(DAYS, days, strict=True)),
                        "start_date": date(2025, 1, 1),
                        "end_date": date(2025, 12, 31),
                    }
                    for name, days in services.items()
                ]
            ),
            "calendar_dates": pl.DataFrame(
                list(exceptions),
                schema={"service_id": pl.Utf8, "date": pl.Date, "exception_type": pl.Int8},
                orient="row",
            ),
            "frequencies": pl.DataFrame(
                list(frequencies),
                schema={
                    "trip_id": pl.Utf8,
                    "start_s": number,
                    "end_s": number,
                    "headway_s": number,
                    "exact_times": pl.Int8,
                },
                orient="row",
            ),
            "transfers": pl.DataFrame(
                list(transfers),
                schema={
                    "from_stop_id": pl.Utf8,
                    "to_stop_id": pl.Utf8,
                    "transfer_type": pl.Int8,
                    "min_transfer_time": number,
                },
                orient="row",
            ),
        }
    )


def trip(name, route, mode, *calls, service="daily"):
    """A trip; a call is (stop, seconds), or (stop, arrive, depart, pickup, drop-off)."""
    full = [call if len(call) > 2 else (call[0], call[1], call[1]) for call in calls]
    return {"id": name, "route": route, "mode": mode, "calls": full, "service": service}


def tariff(name, on=ON):
    values = find_law(f"transit/tariff/{name}").on(on)
    return tariff_from_parameters(name, {key: dated.value for key, dated in values.items()})


def random_feed(seed: int, modes: tuple[str, ...], *, start=25_200, spread=3_000, hop=(120, 900)):
    """Nine stops in a strip and eight lines of two or three trips, some overtaking others."""
    chance = random.Random(seed)
    stops = {
        f"s{n}": (n * 400 + chance.randrange(0, 600), chance.randrange(0, 600)) for n in range(9)
    }
    trips = []
    for line in range(8):
        mode = chance.choice(modes)
        route = chance.sample(sorted(stops), chance.randrange(2, 5))
        if chance.randrange(4):
            route.sort()
        for number in range(chance.randrange(2, 4)):
            at = start + chance.randrange(0, spread)
            calls = []
            for stop in route:
                wait = chance.choice((0, 0, 30))
                kept_on, kept_off = chance.randrange(12) == 0, chance.randrange(12) == 0
                calls.append((stop, at, at + wait, kept_on, kept_off))
                at += wait + chance.randrange(*hop)
            trips.append(trip(f"t{line}-{number}", f"r{line}", mode, *calls))
    return feed(stops, trips)
