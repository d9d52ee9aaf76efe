"""Compiling the planner's kernels ahead of the first question."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import polars as pl

from balai.transit.engine.fares.modes import Mode
from balai.transit.engine.fares.tariff import CappedWindow, OwnFare, Policies, Tariff

from .building import build_timetable
from .planner import Planner

ON = date(2025, 9, 1)
# A price by the kilometre, so that the search with label bags is needed.
BY_DISTANCE = Tariff(
    name="by distance",
    zone="UTC",
    own_fares={Mode.BUS: OwnFare(1, step_metres=1000, step_price=1)},
    timed_prices=(),
    rule=CappedWindow(1, 60, True, "tap-in-to-tap-in", frozenset({Mode.BUS})),
    policies=Policies("base-price", {}, "reported", "card", 3600, "tap-out-first"),
)


def warm() -> None:
    """Plan a trip on two stops and two lines, so that numba compiles and keeps every kernel."""
    timetable = build_timetable(smallest_feed(), ON)
    ends = (0.0, 0.0), (0.0, 0.1)
    planner = Planner(timetable)
    planner.plan(*ends, 0)
    planner.profile(*ends, 0, 3600)
    planner.one_to_all(ends[0], 0)
    Planner(timetable, BY_DISTANCE).plan(*ends, 0)


def smallest_feed() -> SimpleNamespace:
    """Two trips of different speed between two stops, in the tables that a timetable needs."""
    weekdays = {
        day: [1]
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    }
    span = {"start_date": [ON], "end_date": [ON]}
    calls = {
        "trip_id": ["a", "a", "b", "b"],
        "stop_sequence": [1, 2, 1, 2],
        "stop_id": ["x", "y", "x", "y"],
        "arrival_s": [60, 600, 120, 900],
        "departure_s": [60, 600, 120, 900],
    }
    text = pl.Utf8
    return SimpleNamespace(
        tables={
            "agency": pl.DataFrame({"agency_timezone": ["UTC"]}),
            "stops": pl.DataFrame(
                {
                    "stop_id": ["x", "y"],
                    "stop_name": ["X", "Y"],
                    "stop_lat": [0.0, 0.0],
                    "stop_lon": [0.0, 0.1],
                    "location_type": [0, 0],
                }
            ),
            "routes": pl.DataFrame(
                {
                    "route_id": ["r"],
                    "route_short_name": ["R"],
                    "route_long_name": [""],
                    "route_type": [3],
                }
            ),
            "trips": pl.DataFrame(
                {"trip_id": ["a", "b"], "route_id": ["r", "r"], "service_id": ["s", "s"]}
            ),
            "stop_times": pl.DataFrame(calls),
            "calendar": pl.DataFrame({"service_id": ["s"], **weekdays, **span}),
            "calendar_dates": pl.DataFrame(
                schema={"service_id": text, "date": pl.Date, "exception_type": pl.Int8}
            ),
            "frequencies": pl.DataFrame(
                schema={
                    "trip_id": text,
                    "start_s": pl.Int32,
                    "end_s": pl.Int32,
                    "headway_s": pl.Int32,
                }
            ),
            "transfers": pl.DataFrame(
                schema={
                    "from_stop_id": text,
                    "to_stop_id": text,
                    "transfer_type": pl.Int8,
                    "min_transfer_time": pl.Int32,
                }
            ),
        }
    )
