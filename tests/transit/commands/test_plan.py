"""`balai transit plan` on a feed of two lines."""

from __future__ import annotations

import csv
import json
import zipfile

import pytest
from click.testing import CliRunner

from balai.kernel.problems import ProblemError
from balai.transit.commands.plan import plan

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FEED = {
    "agency.txt": """agency_id,agency_name,agency_url,agency_timezone
x,X,https://example.org,Asia/Jakarta
""",
    "stops.txt": """stop_id,stop_name,stop_lat,stop_lon
a,Alun-alun,-6.2,106.80
b,Balai,-6.2,106.83
c,Cikini,-6.2,106.86
""",
    "routes.txt": """route_id,agency_id,route_short_name,route_long_name,route_desc,route_type
1,x,1,A - B,BRT,3
2,x,2,B - C,,3
""",
    "trips.txt": """route_id,service_id,trip_id
1,daily,one
2,daily,two
""",
    "stop_times.txt": """trip_id,arrival_time,departure_time,stop_id,stop_sequence
one,08:00:00,08:00:00,a,1
one,08:10:00,08:10:00,b,2
two,08:20:00,08:20:00,b,1
two,08:30:00,08:30:00,c,2
""",
    "calendar.txt": f"""service_id,{",".join(WEEK)},start_date,end_date
daily,1,1,1,1,1,1,1,20250101,20251231
""",
}
TRIP = ("--from", "-6.2,106.8", "--to", "-6.2,106.86", "--at", "2025-09-01T07:50")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("feed") / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in FEED.items():
            archive.writestr(name, text)
    return path


@pytest.fixture
def run(source, tmp_path):
    def run(*arguments, feeds=(source,)):
        named = [text for feed in feeds for text in ("--feed", str(feed))]
        fixed = (*named, "--cache", str(tmp_path / "cache"))
        done = CliRunner().invoke(plan, [*fixed, *map(str, arguments)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


def test_json_is_the_contract_in_the_feeds_zone(run):
    done = run(*TRIP, "--tariff", "ok-otrip-trial", "--json")
    assert done.exit_code == 0
    (journey,) = json.loads(done.stdout)["journeys"]
    assert journey["depart"] == "2025-09-01T08:00:00+07:00"
    assert journey["arrive"] == "2025-09-01T08:30:00+07:00"
    assert (journey["transfers"], journey["fare"]) == (1, 5000)
    legs = [(leg["mode"], leg["route_id"], leg["from_stop"], leg["to_stop"], leg["fare"])
            for leg in journey["legs"]]  # fmt: skip
    assert legs == [("brt", "1", "a", "b", 3500), ("bus", "2", "b", "c", 1500)]


def test_without_a_tariff_no_fare_is_told(run):
    told = json.loads(run(*TRIP, "--tariff", "none", "--json").stdout)
    assert told["journeys"][0]["fare"] is None


def test_a_moment_with_a_zone_of_its_own_is_the_same_moment(run):
    asked = (
        "--from",
        "-6.2,106.8",
        "--to",
        "-6.2,106.86",
        "--at",
        "2025-08-31T23:50:00-01:00",
        "--json",
    )
    assert json.loads(run(*asked).stdout)["journeys"][0]["depart"] == "2025-09-01T08:00:00+07:00"


def test_people_read_clock_stops_and_rupiah(run):
    said = run(*TRIP).stdout
    assert "08:00 to 08:30, 30 min, 1 transfer, Rp7.000" in said
    assert "08:20 Balai - 08:30 Cikini  bus 2  Rp3.500" in said


def test_no_journey_is_an_empty_list_and_no_failure(run):
    late = ("--from", "-6.2,106.8", "--to", "-6.2,106.86", "--at", "2025-09-01T09:00")
    assert json.loads(run(*late, "--json").stdout) == {"journeys": []}
    assert run(*late).stdout == "No journey found.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--from", "x", "--to", "-6.2,106.86", "--at", "2025-09-01T07:50"),
            "--from: is not a place",
        ),
        (
            ("--from", "-6.2,106.8", "--to", "99,0", "--at", "2025-09-01T07:50"),
            "--to: is not on the globe",
        ),
        (("--from", "-6.2,106.8", "--to", "nan,0", "--at", "2025-09-01T07:50"), "--to: is not on"),
        (("--from", "-6.2,106.8", "--to", "-6.2,106.86", "--at", "today"), "--at: is not a time"),
        (("--from", "-6.2,106.8", "--to", "-6.2,106.86"), "--at: is not a time"),
        (
            ("--from", "5,5", "--to", "-6.2,106.86", "--at", "2025-09-01T07:50"),
            "--from: no stop within",
        ),
        (
            ("--from", "-6.2,106.8", "--to", "-6.2,106.86", "--at", "2031-09-01T07:50"),
            "outside the feed's",
        ),
        ((*TRIP, "--tariff", "nope"), "--tariff: no such tariff"),
        (("--from", "-6.2,106.8", "--to", "-6.2,106.86", "--at", "2025-02-01T07:50"), "--tariff"),
    ],
)
def test_bad_input_names_the_field_and_the_mend(run, arguments, said):
    with pytest.raises(ProblemError) as refused:
        run(*arguments)
    assert any(said in line for line in refused.value.lines())


def test_every_fault_is_told_at_once(run):
    with pytest.raises(ProblemError) as refused:
        run("--from", "x", "--to", "y", "--at", "z")
    assert len(refused.value.lines()) == 3


def test_a_file_that_is_no_feed_is_refused(run, tmp_path):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"no zip")
    with pytest.raises(ProblemError) as refused:
        run(*TRIP, feeds=[broken])
    assert "broken.zip" in refused.value.lines()[0]


def test_queries_answer_good_rows_and_tell_bad_ones(run, tmp_path):
    queries, out = tmp_path / "q.csv", tmp_path / "r.csv"
    queries.write_text(
        "from_lat,from_lon,to_lat,to_lon,at\n"
        "-6.2,106.8,-6.2,106.86,2025-09-01T07:50\n"
        "-6.2,zero,-6.2,106.86,2025-09-01T07:50\n"
        "-6.2,106.8,-6.2,106.86,2025-09-02T07:50\n"
        "9,9,-6.2,106.86,2025-09-01T07:50\n"
    )
    with pytest.raises(ProblemError) as refused:
        run("--queries", queries, "--out", out)
    first, second = refused.value.lines()
    assert first.startswith("row 2, from: is not a place")
    assert second.startswith("row 4, from: no stop within 800 m")
    rows = list(csv.DictReader(out.open()))
    assert [(row["row"], row["depart"][:10], row["fare"]) for row in rows] == [
        ("1", "2025-09-01", "7000"),
        ("3", "2025-09-02", "7000"),
    ]
    assert [leg["route_id"] for leg in json.loads(rows[0]["legs"])] == ["1", "2"]


def test_queries_without_their_columns_write_nothing(run, tmp_path):
    queries, out = tmp_path / "q.csv", tmp_path / "r.csv"
    queries.write_text("from_lat,from_lon\n0,0\n")
    with pytest.raises(ProblemError) as refused:
        run("--queries", queries, "--out", out)
    assert len(refused.value.lines()) == 3
    assert list(tmp_path.glob("r.csv*")) == []


def test_a_folder_that_is_not_there_is_said_plainly(run, tmp_path):
    queries = tmp_path / "q.csv"
    queries.write_text("from_lat,from_lon,to_lat,to_lon,at\n")
    with pytest.raises(ProblemError) as refused:
        run("--queries", queries, "--out", tmp_path / "none" / "r.csv")
    assert "--out" in refused.value.lines()[0]


ENDS = ("--from", "-6.2,106.8", "--to", "-6.2,106.86")
DAY = "2025-09-01T"


def journeys(done):
    assert done.exit_code == 0
    return json.loads(done.stdout)["journeys"]


def test_arriving_by_a_time_and_too_early(run):
    (journey,) = journeys(run(*ENDS, "--arrive-by", DAY + "08:30", "--json"))
    assert (journey["depart"][11:16], journey["arrive"][11:16]) == ("08:00", "08:30")
    assert journeys(run(*ENDS, "--arrive-by", DAY + "08:29", "--json")) == []


def test_all_departures_of_a_span(run):
    (journey,) = journeys(run(*ENDS, "--at", DAY + "07:00", "--until", DAY + "08:00", "--json"))
    assert journey["depart"][11:16] == "08:00"
    assert journeys(run(*ENDS, "--at", DAY + "07:00", "--until", DAY + "07:59", "--json")) == []


@pytest.mark.parametrize(
    ("option", "value", "found"),
    [
        ("--max-transfers", "0", 0), ("--max-transfers", "1", 1), ("--modes", "brt", 0),
        ("--modes", "brt,bus", 1), ("--max-fare", "4999", 0), ("--max-fare", "5000", 1),
        ("--wheelchair", "known", 0), ("--wheelchair", "not-excluded", 1),
    ],
)  # fmt: skip
def test_limits_leave_journeys_out(run, option, value, found):
    done = run(*TRIP, option, value, "--tariff", "ok-otrip-trial", "--json")
    assert len(journeys(done)) == found


def test_what_is_not_proven_is_told_all_the_same(run):
    asked = (*TRIP, "--tariff", "jaklingko-integrated", "--json")
    assert journeys(run(*asked, "--prove", "0")) == journeys(run(*asked))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--arrive-by", DAY + "08:30", "--until", DAY + "08:40"), "--arrive-by"),
        (("--at", DAY + "08:00", "--until", DAY + "07:00"), "--until"),
        (("--at", DAY + "08:00", "--until", "later"), "--until"),
        (("--at", DAY + "08:00", "--until", DAY + "09:00+07:00"), "--until"),
        (("--at", DAY + "08:00", "--modes", "brt,tram"), "tram"),
    ],
)
def test_what_contradicts_or_is_unknown_is_named(run, options, told):
    with pytest.raises(ProblemError) as refused:
        run(*ENDS, *options)
    assert any(told in line for line in refused.value.lines())


def test_several_feeds_are_joined_and_their_ids_named(run, source):
    found = journeys(run(*TRIP, "--json", feeds=[f"one={source}", f"two={source}"]))
    assert {leg["route_id"].split(":")[0] for leg in found[0]["legs"] if leg["route_id"]} <= {
        "one",
        "two",
    }
    with pytest.raises(ProblemError, match="feeds"):
        run(*TRIP, feeds=[source, source])
    with pytest.raises(ProblemError, match="feeds"):
        run(*TRIP, feeds=["nowhere.zip"])


def test_a_realtime_message_moves_and_cancels_trips(run, tmp_path):
    from google.transit import gtfs_realtime_pb2

    message = gtfs_realtime_pb2.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = 1_756_688_400  # 08:00 that day
    entity = message.entity.add()
    entity.id = "1"
    entity.trip_update.trip.trip_id = "two"
    entity.trip_update.trip.start_date = "20250901"
    call = entity.trip_update.stop_time_update.add()
    call.stop_sequence = 1
    call.departure.delay = 300
    path = tmp_path / "now.pb"
    path.write_bytes(message.SerializeToString())
    (journey,) = journeys(run(*TRIP, "--realtime", path, "--json"))
    assert journey["arrive"][11:16] == "08:35"
    path.write_bytes(b"no message")
    with pytest.raises(ProblemError, match="message"):
        run(*TRIP, "--realtime", path)


def delayed(trip_id, seconds):
    from google.transit import gtfs_realtime_pb2

    message = gtfs_realtime_pb2.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = 1_756_688_400  # 08:00 that day
    entity = message.entity.add()
    entity.id = "1"
    entity.trip_update.trip.trip_id = trip_id
    entity.trip_update.trip.start_date = "20250901"
    call = entity.trip_update.stop_time_update.add()
    call.stop_sequence = 1
    call.departure.delay = seconds
    return message.SerializeToString()


def test_each_of_several_feeds_has_its_own_realtime_messages(run, source, tmp_path):
    feeds = [f"one={source}", f"two={source}"]
    late, later = tmp_path / "late.pb", tmp_path / "later.pb"
    late.write_bytes(delayed("two", 300))
    later.write_bytes(delayed("two", 600))

    def arrivals(*told):
        found = journeys(run(*TRIP, *told, "--json", feeds=feeds))
        return min(journey["arrive"][11:16] for journey in found)

    planned = arrivals()
    assert arrivals("--realtime", f"one={late}") == planned, "the other feed's trip runs as planned"
    assert arrivals("--realtime", f"one={late}", "--realtime", f"two={later}") == "08:35"
    assert arrivals("--realtime", f"one={later}", "--realtime", f"two={later}") == "08:40"
    assert planned == "08:30"
    with pytest.raises(ProblemError) as refused:
        run(*TRIP, "--realtime", late, "--realtime", "one=gone.pb", feeds=feeds)
    assert [line.split(":")[0] for line in refused.value.lines()].count("--realtime") <= 2
    assert any("one, two" in line for line in refused.value.lines())
    assert any("gone.pb" in line for line in refused.value.lines())
