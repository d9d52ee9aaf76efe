"""Each way a row can be wrong: what is kept, and what the issue says."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

import balai.transit
from balai.transit.engine.gtfs import KINDS, FeedRefused, ReadLimits, read_feed
from balai.transit.engine.gtfs.schema import TABLES


def only(feed, kind):
    """The feed's one issue of a kind."""
    (issue,) = [issue for issue in feed.issues if issue.kind == kind]
    return issue


def test_the_small_feed_has_no_issues(read):
    feed = read()
    assert feed.issues == ()
    assert feed.rows_read.items() <= feed.counts.items()
    assert feed.rows_read["stop_times"] == 5


def test_every_kind_of_issue_has_words_that_can_be_filled():
    for kind, words in KINDS.items():
        for template in (words.problem, words.remedy):
            assert template.format(file="f", row=1, field="g", value="v", other="o"), kind
            assert not template.endswith(".")


@pytest.mark.parametrize(
    ("file", "row", "kind", "field", "value"),
    [
        ("stops.txt", "A,Twice,-6.2,106.8,", "duplicate_key", "stop_id", "A"),
        ("stops.txt", "D,No place,,106.8,", "missing_value", "stop_lat", None),
        ("stops.txt", "D,Word,six,106.8,", "bad_number", "stop_lat", "six"),
        ("stops.txt", "D,Nowhere,nan,106.8,", "bad_number", "stop_lat", "nan"),
        ("stops.txt", "D,Swapped,106.8,-6.2,", "swapped_coordinates", "stop_lat", "106.8"),
        ("stops.txt", "D,Far,-6.2,1068,", "bad_coordinate", "stop_lon", "1068.0"),
        ("stops.txt", "D,Island,0,0,", "null_island", "stop_lat", "0.0"),
        ("stops.txt", f"{'D' * 300},Long,-6.2,106.8,", "too_long", "stop_id", "D" * 200),
        ("routes.txt", "3,TJ,3,Mode,bus", "bad_number", "route_type", "bus"),
        ("routes.txt", "3,TJ,3,Mode,9999", "out_of_range", "route_type", "9999"),
        ("trips.txt", "3-a,9,HK,0", "orphan_reference", "route_id", "9"),
        ("trips.txt", "3-a,1,XX,0", "orphan_reference", "service_id", "XX"),
        ("stop_times.txt", "9-a,1,A,05:00:00,", "orphan_reference", "trip_id", "9-a"),
        ("stop_times.txt", "1-a,4,Z,06:00:00,", "orphan_reference", "stop_id", "Z"),
        ("stop_times.txt", "1-a,3,A,06:00:00,", "duplicate_key", "trip_id, stop_sequence", "1-a 3"),
        ("stop_times.txt", "1-a,4,A,05:30:00,", "time_runs_backwards", "arrival_time", "05:30:00"),
        ("stop_times.txt", "1-a,4,A,,", "no_time", "arrival_time", None),
        ("stop_times.txt", "1-a,-4,A,06:00:00,", "out_of_range", "stop_sequence", "-4"),
        ("frequencies.txt", "2-a,05:00:00,06:00:00,0,0", "no_headway", "headway_secs", "0"),
        ("frequencies.txt", "2-a,05:00:00,06:00:00,-60,0", "no_headway", "headway_secs", "-60"),
        ("frequencies.txt", "2-a,06:00:00,05:00:00,60,0", "times_reversed", "end_time", "05:00:00"),
        ("frequencies.txt", "2-a,06:00:00,169:00:00,60,0", "bad_time", "end_time", "169:00:00"),
        (
            "calendar.txt",
            "X,1,1,1,1,1,1,1,20251231,20250101",
            "dates_reversed",
            "end_date",
            "20250101",
        ),
        ("calendar.txt", "X,1,1,1,1,1,1,1,20250230,20251231", "bad_date", "start_date", "20250230"),
        ("calendar.txt", "X,1,1,1,1,1,1,2,20250101,20251231", "out_of_range", "sunday", "2"),
    ],
)
def test_a_bad_row_is_left_out_with_its_place(read, files, file, row, kind, field, value):
    feed = read({file: files[file] + row + "\n"})
    issue = only(feed, kind)
    assert (issue.file, issue.field, issue.value) == (file, field, value)
    assert issue.row == files[file].count("\n") + 1
    assert "left out" in issue.problem
    assert issue.remedy
    name = file.removesuffix(".txt")
    assert feed.rows_read[name] - feed.counts[name] == 1
    assert feed.same_tables(read())


@pytest.mark.parametrize(
    ("file", "row", "kind", "field"),
    [
        ("stops.txt", "D,Kind,-6.2,106.8,z1,9", "many_fields", None),
        ("routes.txt", "3,XX,3,Agency,3", "orphan_value", "agency_id"),
        ("trips.txt", "3-a,1,HK,7", "out_of_range", "direction_id"),
        ("trips.txt", "3-a,1,HK", "few_fields", None),
        ("trips.txt", "3-a,1,HK,1", "short_trip", "trip_id"),
    ],
)
def test_a_doubtful_row_is_reported(with_rows, file, row, kind, field):
    assert only(with_rows(file, row), kind).field == field


def test_one_bad_route_takes_along_what_hangs_on_it(read, files):
    feed = read({"routes.txt": files["routes.txt"].replace("2,TJ,2,Kota - Blok M,3", "2,TJ,2,x,y")})
    assert feed.counts["routes"] == 1
    assert feed["trips"]["trip_id"].to_list() == ["1-a"]
    assert feed["stop_times"]["trip_id"].unique().to_list() == ["1-a"]
    assert feed.totals["orphan_reference"] == 3


def test_whole_numbers_written_as_decimals_are_read(read, files):
    feed = read({"trips.txt": files["trips.txt"].replace("HK,1", "HK,1.0")})
    assert feed["trips"]["direction_id"].to_list() == [0, 1]
    assert feed.issues == ()


def test_a_lone_arrival_stands_for_the_departure(with_rows):
    rows = with_rows("stop_times.txt", "1-a,4,A,06:00:00,", "1-a,5,B,,06:10:00")["stop_times"]
    assert rows.filter(trip_id="1-a")["departure_s"].to_list()[-2:] == [21600, 22200]
    assert rows.filter(trip_id="1-a")["arrival_s"].to_list()[-2:] == [21600, 22200]


def test_a_departure_before_the_arrival_is_mended(with_rows):
    feed = with_rows("stop_times.txt", "1-a,4,A,06:00:00,05:59:00")
    assert only(feed, "departure_before_arrival").value == "05:59:00"
    assert feed["stop_times"].filter(stop_sequence=4)["departure_s"].to_list() == [21600]


STOP_TIMES = "trip_id,stop_sequence,stop_id,arrival_time,departure_time"


def of_one_trip(*arrivals):
    rows = [f"1-a,{place},{'ABC'[place % 3]},{time}," for place, time in enumerate(arrivals)]
    return "\n".join([STOP_TIMES, *rows]) + "\n"


def times_of(feed):
    return feed["stop_times"].filter(trip_id="1-a")["arrival_s"].to_list()


def test_missing_times_follow_the_stated_distance(read):
    rows = f"{STOP_TIMES},shape_dist_traveled\n1-a,1,A,05:00:00,05:00:00,0\n1-a,2,B,,,3\n1-a,3,C,"
    assert times_of(read({"stop_times.txt": rows + "05:40:00,,4\n"})) == [18000, 19800, 20400]


def test_missing_times_follow_the_way_across_the_ground(read):
    rows = f"{STOP_TIMES}\n1-a,1,A,05:00:00,05:00:00\n1-a,2,B,,\n1-a,3,C,05:40:00,\n"
    first, middle, last = times_of(read({"stop_times.txt": rows}))
    # Blok M to Bundaran HI is 6.19 km, on to Kota 6.28 km.
    assert middle - first == pytest.approx(2400 * 6.19 / 12.47, abs=5)
    assert last == 20400


def test_missing_times_between_visits_to_one_stop_are_even(read):
    rows = f"{STOP_TIMES}\n1-a,1,A,05:00:00,\n1-a,2,A,,\n1-a,3,A,,\n1-a,4,A,05:30:00,\n"
    assert times_of(read({"stop_times.txt": rows})) == [18000, 18600, 19200, 19800]


def test_rows_out_of_order_are_put_in_order(read):
    rows = f"{STOP_TIMES}\n1-a,3,C,05:40:00,\n1-a,1,A,05:00:00,\n1-a,2,B,05:20:00,\n"
    feed = read({"stop_times.txt": rows})
    assert times_of(feed) == [18000, 19200, 20400]
    assert only(feed, "unordered_sequence").row == 3


def test_a_trip_whose_clock_wraps_keeps_its_longer_part(read):
    rows = of_one_trip("23:00:00", "23:30:00", "23:50:00", "00:10:00")
    feed = read({"stop_times.txt": rows})
    assert times_of(feed) == [82800, 84600, 85800]
    assert only(feed, "time_runs_backwards").row == 5
    assert "24:10:00" in only(feed, "time_runs_backwards").remedy


def test_one_wild_time_does_not_cost_the_stops_after_it(read):
    rows = of_one_trip("05:00:00", "95:10:00", "05:20:00", "05:30:00")
    feed = read({"stop_times.txt": rows})
    assert times_of(feed) == [18000, 19200, 19800]
    assert only(feed, "time_runs_backwards").row == 3


def test_transfers_that_do_not_close_are_told(read):
    rows = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,0,\nB,C,2,120\n"
    issue = only(read({"transfers.txt": rows}), "not_transitive")
    assert (issue.row, issue.value, issue.other) == (2, "A to B", "C")
    assert issue.severity == "info"


def test_overlapping_frequencies_are_told_and_kept(with_rows):
    feed = with_rows("frequencies.txt", "1-a,21:00:00,23:00:00,900,0")
    assert only(feed, "overlapping_frequencies").other == "22:00:00"
    assert feed.counts["frequencies"] == 2


def test_prices_are_exact(read):
    rows = "fare_id,price,currency_type,payment_method,transfers\nR,3500,IDR,0,\nS,0.10,USD,0,\n"
    feed = read({"fare_attributes.txt": rows, "fare_rules.txt": "fare_id,route_id\nR,1\nR,9\n"})
    assert [str(price) for price in feed["fare_attributes"]["price"]] == ["3500.0000", "0.1000"]
    assert feed["fare_rules"]["route_id"].to_list() == ["1"]


def test_an_unknown_time_zone_is_reported(read, files):
    feed = read({"agency.txt": files["agency.txt"].replace("Asia/Jakarta", "Asia/Batavia")})
    assert only(feed, "bad_timezone").value == "Asia/Batavia"
    assert feed.timezone is None


def test_a_feed_without_agency_is_read_and_told(read):
    assert only(read({"agency.txt": None}), "missing_file").file == "agency.txt"


def test_issues_of_a_kind_are_listed_up_to_a_limit_and_counted_beyond(zipped, files):
    rows = files["stop_times.txt"] + "".join(f"x,{n},A,05:00:00,\n" for n in range(50))
    feed = read_feed(zipped({"stop_times.txt": rows}), ReadLimits(issues_of_a_kind=20))
    assert feed.totals["orphan_reference"] == 50
    assert sum(issue.kind == "orphan_reference" for issue in feed.issues) == 20
    assert only(feed, "not_listed").other == "30"


spoilers = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", '"', ",", "\n", "\r", "\0", "-1", "0", "1e309", "NaN", "99:99:99", "24:00:00", "A",
         "1-a", "HK", "20250101", "99999999999999999999", "\ufeff", "é", "106.8", "1.0"]
    ),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_spoilt_fields_raise_nothing_and_cost_nothing_else(read, files, data):
    file = data.draw(st.sampled_from(sorted(files)))
    lines = files[file].splitlines()
    place = data.draw(st.integers(1, len(lines) - 1))
    fields = lines[place].split(",")
    spoilt = data.draw(st.integers(0, len(fields) - 1))
    fields[spoilt] = data.draw(spoilers)
    lines[place] = ",".join(fields)
    feed = read({file: "\n".join(lines) + "\n"})
    clean = read()
    name = file.removesuffix(".txt")
    assert feed.counts[name] >= clean.counts[name] - 2
    if file == "frequencies.txt":
        for other in ("stops", "routes", "trips", "stop_times", "calendar"):
            assert feed[other].equals(clean[other])
    assert all(issue.problem and issue.remedy for issue in feed.issues)


def read_or_refused(source):
    """The feed, or None where it was refused with words; anything else raised is a failure."""
    try:
        return read_feed(source)
    except FeedRefused as refused:
        return None if refused.problem and refused.remedy else pytest.fail("refused wordlessly")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_flipped_bytes_anywhere_give_a_feed_or_a_refusal(zipped, data):
    content = bytearray(zipped().getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    feed = read_or_refused(io.BytesIO(bytes(content)))
    assert feed is None or set(feed.counts) == set(TABLES)


@settings(max_examples=30, deadline=None)
@given(file=st.sampled_from(["stops.txt", "trips.txt", "stop_times.txt", "calendar.txt",
                             "transfers.txt", "fare_attributes.txt", "shapes.txt"]),
       content=st.binary(max_size=120))  # fmt: skip
def test_any_bytes_as_a_file_give_a_feed_or_a_refusal(zipped, files, file, content):
    header = files.get(file, "").partition("\n")[0].encode()
    for changed in (content, header + b"\n" + content):
        feed = read_or_refused(zipped({file: changed}))
        assert feed is None or set(feed.counts) == set(TABLES)


def test_the_words_of_every_issue_are_in_indonesian_with_the_same_places():
    def places(words):
        return set(re.findall(r"{\w+}", words))

    path = Path(balai.transit.__file__).parent / "locale/id/LC_MESSAGES/django.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale="id")
    for words in KINDS.values():
        for template in (words.problem, words.remedy):
            translated = catalogue.get(template)
            assert translated is not None
            assert places(translated.string) == places(template)
