"""A small feed of two routes, and a way to pack it with some of its files changed."""

import io
import zipfile
from collections.abc import Callable

import pytest

from balai.transit.engine.gtfs import Feed, Issue, read_feed

FILES: dict[str, str] = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n"
    "TJ,Transjakarta,https://example.org,Asia/Jakarta\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon,zone_id\n"
    "A,Blok M,-6.2443,106.8003,z1\n"
    "B,Bundaran HI,-6.1934,106.8230,z1\n"
    "C,Kota,-6.1376,106.8140,z2\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\n"
    "1,TJ,1,Blok M - Kota,3\n"
    "2,TJ,2,Kota - Blok M,3\n",
    "trips.txt": "trip_id,route_id,service_id,direction_id\n1-a,1,HK,0\n2-a,2,HK,1\n",
    "stop_times.txt": "trip_id,stop_sequence,stop_id,arrival_time,departure_time\n"
    "1-a,1,A,05:00:00,05:00:10\n"
    "1-a,2,B,05:20:00,05:20:10\n"
    "1-a,3,C,05:40:00,05:40:00\n"
    "2-a,1,C,23:50:00,23:50:00\n"
    "2-a,2,A,24:30:00,24:30:00\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\nHK,1,1,1,1,1,0,0,20250101,20251231\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs,exact_times\n"
    "1-a,05:00:00,22:00:00,600,0\n",
}


def pack(files: dict[str, str | bytes | None]) -> io.BytesIO:
    """Zip files by name; those that are None are left out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            if content is not None:
                archive.writestr(name, content)
    packed.seek(0)
    return packed


@pytest.fixture(scope="session")
def files() -> dict[str, str]:
    return dict(FILES)


@pytest.fixture(scope="session")
def zipped() -> Callable[..., io.BytesIO]:
    """Pack the small feed with some files replaced: `zipped({"stops.txt": "..."})`."""
    return lambda changes=(), **options: pack({**FILES, **dict(changes)})


@pytest.fixture(scope="session")
def read(zipped) -> Callable[..., Feed]:
    """Read the small feed with some files replaced."""
    return lambda changes=(): read_feed(zipped(changes))


@pytest.fixture(scope="session")
def with_rows(read) -> Callable[..., Feed]:
    """Read the small feed with lines added at the end of one file."""
    return lambda file, *rows: read({file: FILES[file] + "".join(row + "\n" for row in rows)})


@pytest.fixture(scope="session")
def found() -> Callable[[Feed, str], list[Issue]]:
    return lambda feed, kind: [issue for issue in feed.issues if issue.kind == kind]
