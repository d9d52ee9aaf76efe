"""Two officers import the same file at the same moment: it is imported once."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from balai.transit.actions.import_feed import import_feed
from balai.transit.models import FeedVersion, Stop

FILES = {
    "stops.txt": "stop_id,stop_lat,stop_lon\nA,-6.2,106.8\nB,-6.1,106.8\n",
    "routes.txt": "route_id,route_type\n1,3\n",
    "trips.txt": "trip_id,route_id,service_id\n1-a,1,HK\n",
    "stop_times.txt": "trip_id,stop_sequence,stop_id,arrival_time\n"
    "1-a,1,A,05:00:00\n1-a,2,B,05:20:00\n",
    "calendar_dates.txt": "service_id,date,exception_type\nHK,20250901,1\n",
}


def packed(*lines: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in FILES.items():
            more = "".join(f"{line}\n" for line in lines) if name == "stops.txt" else ""
            archive.writestr(zipfile.ZipInfo(name), content + more)
    return stream.getvalue()


pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(db):
    """Threads have connections of their own, outside the test's transaction: sweep after them."""
    yield
    in_thread(lambda: FeedVersion.objects.all().delete())


def in_thread(work):
    def run():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def at_once(contents):
    start = Barrier(len(contents))

    def run(content):
        start.wait(timeout=30)
        try:
            return import_feed(content, city="jakarta")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(contents)) as pool:
        return list(pool.map(run, contents))


def test_a_feed_of_dates_alone_has_its_days_and_no_zone():
    version = import_feed(packed(), city="jakarta").version
    assert str(version.first_day) == str(version.last_day) == "2025-09-01"
    assert version.timezone == ""


def test_one_file_sent_four_times_is_imported_once(committed):
    results = at_once([packed()] * 4)
    assert sorted(result.already for result in results) == [False, True, True, True]
    assert {result.version.pk for result in results} == {FeedVersion.objects.get().pk}
    assert Stop.objects.count() == 2


def test_of_four_files_all_are_kept_and_one_is_current(committed):
    results = at_once([packed(f"C{n},-6.0,106.8") for n in range(4)])
    assert not any(result.already for result in results)
    assert FeedVersion.objects.count() == 4
    assert FeedVersion.objects.filter(status="current").count() == 1
    assert Stop.objects.count() == 12
