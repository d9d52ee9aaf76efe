"""Small feeds with the rows of Fares v2 typed into them."""

# ruff: noqa: DTZ001 - fares are read at local times

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from balai.transit.engine.fares_v2 import FareLeg
from balai.transit.engine.gtfs import read_feed
from balai.transit.engine.gtfs.feed import Feed

STOPS = ["ASHB", "GLEN", "OAKL", "G1", "G2", "H1", "H2", "ITO1887", "ITO2383", "ITO1856", "ITO1897"]
ROUTES = {"line1": 3, "line2": 3, "train": 2, "669": 2, "muni": 0}
DAYS = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"


def base() -> dict[str, str]:
    return {
        "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nA,A,https://a.example,UTC\n",
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
        + "".join(f"{stop},{stop},1.{place},2.{place}\n" for place, stop in enumerate(STOPS)),
        "routes.txt": "route_id,agency_id,route_short_name,route_type\n"
        + "".join(f"{route},A,{route},{kind}\n" for route, kind in ROUTES.items()),
        "trips.txt": "route_id,service_id,trip_id\nline1,any,t1\n",
        "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,07:00:00,07:00:00,G1,1\nt1,07:10:00,07:10:00,G2,2\n",
        "calendar.txt": f"service_id,{DAYS},start_date,end_date\n"
        "any,1,1,1,1,1,1,1,20230101,20261231\nweekdays,1,1,1,1,1,0,0,20230101,20261231\n"
        "saturdays,0,0,0,0,0,1,0,20230101,20261231\nsundays,0,0,0,0,0,0,1,20230101,20261231\n",
    }  # fmt: skip


def feed_of(**files: str) -> Feed:
    """A feed with these further files, named without .txt; lines may be indented."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in (base() | {f"{k}.txt": v for k, v in files.items()}).items():
            lines = [line.strip() for line in text.strip().splitlines()]
            archive.writestr(name, "\n".join(lines) + "\n")
    packed.seek(0)
    return read_feed(packed)


@pytest.fixture(scope="session")
def feed() -> Callable[..., Feed]:
    return feed_of


@pytest.fixture(scope="session")
def leg() -> Callable[..., FareLeg]:
    """A ride by `route` from minute to minute after 07:00 of Wednesday 14 June 2023."""

    def make(
        route: str, start: float, end: float, from_stop: str = "G1", to_stop: str = "G2",
        at: datetime = datetime(2023, 6, 14, 7, 0),
    ) -> FareLeg:  # fmt: skip
        return FareLeg(route, from_stop, to_stop, at + timedelta(minutes=start),
                       at + timedelta(minutes=end))  # fmt: skip

    return make
