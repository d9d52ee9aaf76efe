"""A feed goes into the database whole or not at all, and one is in use at any time."""

import io
import zipfile

import polars as pl
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.kernel.problems import ProblemError
from balai.transit.actions import import_feed as module
from balai.transit.actions.import_feed import Provenance, import_feed, publish_feed
from balai.transit.engine.gtfs import read_feed, write_feed
from balai.transit.models import (
    FareAttribute,
    FeedArchive,
    FeedIssue,
    FeedVersion,
    Frequency,
    Route,
    Shape,
    Stop,
    StopTime,
    Trip,
)
from balai.transit.queries.feed import (
    all_issues,
    current_feed,
    feed_versions,
    issue_kinds,
    issue_page,
    load_feed,
)

FILES = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n"
    "TJ,Transjakarta,https://example.org,Asia/Jakarta\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
    'A,"Blok M, ""utama""",-6.2443,106.8003\n'
    "B,Kota\\.,-6.1376,106.8140\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\n1,TJ,1,x,3\n",
    "trips.txt": "trip_id,route_id,service_id,direction_id,shape_id\n1-a,1,HK,,S\n",
    "stop_times.txt": "trip_id,stop_sequence,stop_id,arrival_time,departure_time\n"
    "1-a,1,A,23:50:00,\n1-a,2,B,24:20:00,\n1-a,3,X,25:00:00,\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
    "start_date,end_date\nHK,1,1,1,1,1,0,0,20250101,20251231\n",
    "calendar_dates.txt": "service_id,date,exception_type\nHK,20260102,1\n",
    "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence,shape_dist_traveled\n"
    "S,-6.2,106.8,2,\nS,-6.25,106.81,1,0\n",
    "fare_attributes.txt": "fare_id,price,currency_type,payment_method,transfers\nR,3500,IDR,0,\n",
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs\n"
    "1-a,05:00:00,29:00:00,600\n1-a,29:00:00,30:00:00,0\n",
}


def packed(**changes: str | None) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in {**FILES, **{f"{k}.txt": v for k, v in changes.items()}}.items():
            if content is not None:
                archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


pytestmark = pytest.mark.django_db


def test_rows_stand_in_the_database_as_read():
    provenance = Provenance(source="city", licence="CC BY 4.0", credit="PT X", region_code="31")
    version = import_feed(packed(), city="jakarta", provenance=provenance).version
    stops = {stop.stop_id: stop for stop in Stop.objects.filter(feed=version)}
    assert stops["A"].stop_name == 'Blok M, "utama"'
    assert stops["B"].stop_name == "Kota\\."
    assert stops["A"].parent_station == ""
    trip = Trip.objects.get(feed=version)
    assert (trip.route_id, trip.direction_id, trip.shape_id) == ("1", None, "S")
    assert list(
        StopTime.objects.filter(feed=version).order_by("stop_sequence").values_list("arrival_s")
    ) == [(85800,), (87600,)]
    shape = Shape.objects.get(feed=version)
    assert (shape.lats, shape.lons, shape.distances) == ([-6.25, -6.2], [106.81, 106.8], [0, None])
    assert FareAttribute.objects.get(feed=version).price == 3500
    assert Frequency.objects.get(feed=version).end_s == 29 * 3600
    assert (version.licence, version.credit, version.region_code) == ("CC BY 4.0", "PT X", "31")
    assert (str(version.first_day), str(version.last_day)) == ("2025-01-01", "2026-01-02")
    assert version.timezone == "Asia/Jakarta"


def test_the_first_import_is_current_and_the_next_takes_its_place():
    first = import_feed(packed(), city="jakarta").version
    assert current_feed("jakarta") == first
    second = import_feed(packed(shapes=None), city="jakarta").version
    assert current_feed("jakarta") == second
    assert [version.pk for version in feed_versions("jakarta")] == [second.pk, first.pk]
    assert Stop.objects.filter(feed=first).count() == 2


def test_cities_do_not_disturb_each_other():
    jakarta = import_feed(packed(), city="jakarta").version
    manila = import_feed(packed(), city="manila").version
    assert current_feed("jakarta") == jakarta
    assert current_feed("manila") == manila


def test_the_same_file_is_imported_once():
    first = import_feed(packed(), city="jakarta")
    again = import_feed(packed(), city="jakarta")
    assert not first.already
    assert again.already
    assert again.version == first.version
    assert FeedVersion.objects.count() == 1


def test_a_former_feed_imported_again_is_taken_up_again():
    first = import_feed(packed(), city="jakarta").version
    second = import_feed(packed(shapes=None), city="jakarta").version
    assert import_feed(packed(), city="jakarta").already
    assert current_feed("jakarta") == first
    publish_feed(second.pk)
    assert current_feed("jakarta") == second


def test_replace_reads_the_same_file_anew():
    first = import_feed(packed(), city="jakarta").version
    second = import_feed(packed(), city="jakarta", replace=True).version
    assert second.pk != first.pk
    assert FeedVersion.objects.get() == second == current_feed("jakarta")
    assert Stop.objects.count() == 2
    assert FeedArchive.objects.count() == 1


def test_a_refused_feed_leaves_the_one_in_use_alone():
    first = import_feed(packed(), city="jakarta").version
    for content in (b"no zip", packed(stops=None), packed(stop_times="trip_id,stop_sequence")):
        with pytest.raises(ProblemError) as refused:
            import_feed(content, city="jakarta")
        assert refused.value.kind == "feed-refused"
        assert all(fault.problem and fault.remedy for fault in refused.value.faults)
    nothing_runs = packed(trips="trip_id,route_id,service_id\n1-a,9,HK\n")
    with pytest.raises(ProblemError) as refused:
        import_feed(nothing_runs, city="jakarta")
    assert refused.value.lines()[0].startswith("Not one trip of the feed can be ridden")
    assert current_feed("jakarta") == first
    assert FeedVersion.objects.count() == 1


def test_a_failure_half_way_leaves_nothing(monkeypatch):
    first = import_feed(packed(), city="jakarta").version
    copy = module._copy

    def failing(table, feed_id, rows):
        if table == Frequency._meta.db_table:
            raise ConnectionError("the server went away")
        copy(table, feed_id, rows)

    monkeypatch.setattr(module, "_copy", failing)
    with pytest.raises(ConnectionError):
        import_feed(packed(shapes=None), city="jakarta")
    assert current_feed("jakarta") == first
    for model in (FeedVersion, FeedArchive):
        assert model.objects.count() == 1
    assert set(Stop.objects.values_list("feed_id", flat=True)) == {first.pk}
    assert set(Route.objects.values_list("feed_id", flat=True)) == {first.pk}


def test_nobody_else_sees_an_import_before_it_commits():
    other = connection.copy()
    try:
        version = import_feed(packed(), city="jakarta").version
        with other.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM transit_feedversion WHERE id = %s", [version.pk])
            assert cursor.fetchone() == (0,)
            cursor.execute("SELECT count(*) FROM transit_stop WHERE feed_id = %s", [version.pk])
            assert cursor.fetchone() == (0,)
    finally:
        other.close()


def test_issues_are_kept_listed_filtered_and_paged():
    version = import_feed(packed(), city="jakarta").version
    assert {(kind.kind, kind.total) for kind in issue_kinds(version)} == {
        ("orphan_reference", 1),
        ("no_headway", 1),
    }
    whole = issue_page(version)
    assert [issue.kind for issue in whole.issues] == ["orphan_reference", "no_headway"]
    assert whole.issues[0].row == 4
    assert whole.issues[0].value == "X"
    second = issue_page(version, page=2, size=1)
    assert (second.number, second.pages, second.total) == (2, 2, 2)
    assert second.issues[0].file == "frequencies.txt"
    assert issue_page(version, page=99, size=1).number == 2
    assert issue_page(version, kind="no_headway").total == 1
    assert issue_page(version, severity="warning").total == 0
    assert issue_page(version, file="stop_times.txt", text="x").total == 1
    assert [issue.number for issue in all_issues(version)] == [1, 2]


def test_the_feed_for_the_engine_is_the_one_imported():
    imported = import_feed(packed(), city="jakarta")
    assert load_feed(imported.version).same_tables(imported.feed)


@pytest.mark.parametrize("name", ["jakarta_tj", "manila"])
def test_a_real_feed_goes_in_whole(feed_path, name):
    content = feed_path(name).read_bytes()
    version = import_feed(content, city=name).version
    feed = read_feed(io.BytesIO(content))
    for model, table in ((Stop, "stops"), (Trip, "trips"), (StopTime, "stop_times")):
        assert model.objects.filter(feed=version).count() == len(feed[table])
    assert FeedIssue.objects.filter(feed=version).count() == len(feed.issues)
    rows = StopTime.objects.filter(feed=version).order_by("trip_id", "stop_sequence")
    kept = pl.DataFrame(
        list(rows.values_list("trip_id", "stop_sequence", "stop_id", "arrival_s", "departure_s")),
        schema=["trip_id", "stop_sequence", "stop_id", "arrival_s", "departure_s"],
        orient="row",
    ).sort("trip_id", "stop_sequence")
    assert kept.equals(feed["stop_times"].select(kept.columns).cast(kept.schema))


def test_text_of_every_kind_survives_the_way_into_the_database():
    names = ["Jalan “Raya”", "a,b", "two\nlines", "tab\there", "\\N", "'quoted'", "😀", '"""']
    feed = read_feed(io.BytesIO(packed()))
    stops = pl.concat(
        [
            feed["stops"],
            feed["stops"].head(1).with_columns(
                stop_id=pl.lit(names), stop_name=pl.lit(names)
            ).explode("stop_id", "stop_name"),
        ]
    )  # fmt: skip
    content = write_feed({**feed.tables, "stops": stops})
    version = import_feed(content, city="jakarta").version
    kept = set(Stop.objects.filter(feed=version).values_list("stop_name", flat=True))
    assert set(names) <= kept


spoilers = st.one_of(
    st.text(max_size=20),
    st.text(min_size=900, max_size=12_000),
    st.sampled_from(["00000101", "99991231", "2147483648", "-1", "1e308", "nan", "\0", "\\.", '"']),
)


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_whatever_a_field_holds_the_feed_goes_in_or_is_refused(data):
    name = data.draw(st.sampled_from(sorted(FILES)))
    lines = FILES[name].splitlines()
    place = data.draw(st.integers(1, len(lines) - 1))
    fields = lines[place].split(",")
    fields[data.draw(st.integers(0, len(fields) - 1))] = data.draw(spoilers)
    lines[place] = ",".join(fields)
    content = packed(**{name.removesuffix(".txt"): "\n".join(lines)})
    version = imported_or_refused(content)
    if version:
        assert Stop.objects.filter(feed=version).count() == version.counts["stops"]


def imported_or_refused(content):
    """The version, or None where the feed was refused; anything else raised is a failure."""
    try:
        return import_feed(content, city="jakarta").version
    except ProblemError as refused:
        return None if refused.kind == "feed-refused" else pytest.fail(str(refused))
