"""The two real feeds are read whole."""

from io import BytesIO

import polars as pl
import pytest

from balai.transit.engine.gtfs import read_feed, write_feed
from balai.transit.engine.gtfs.schema import TABLES


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (
            "jakarta_tj",
            {"stops": 8587, "routes": 244, "trips": 643, "stop_times": 24705, "frequencies": 654},
        ),
        (
            "manila",
            {"stops": 4858, "routes": 1717, "trips": 1864, "stop_times": 79414, "shapes": 520},
        ),
    ],
)
def test_every_row_is_kept(feed_path, name, counts):
    feed = read_feed(feed_path(name))
    assert counts.items() <= feed.counts.items()
    assert feed.rows_read.items() <= feed.counts.items()
    assert not [issue for issue in feed.issues if issue.severity == "error"]


def test_jakarta_reports_its_missing_shapes_once_a_trip(feed_path, found):
    feed = read_feed(feed_path("jakarta_tj"))
    missing = found(feed, "orphan_value")
    assert len(missing) == 643
    assert {(issue.file, issue.field) for issue in missing} == {("trips.txt", "shape_id")}
    assert missing[0].row == 2
    assert missing[0].value == "6D-L02_shp"
    assert [issue.file for issue in found(feed, "empty_file")] == ["shapes.txt"]


def test_jakarta_keeps_times_past_midnight(feed_path):
    feed = read_feed(feed_path("jakarta_tj"))
    assert feed["frequencies"]["end_s"].max() == 29 * 3600
    assert feed.timezone == "Asia/Jakarta"


def test_jakarta_reads_columns_behind_a_byte_order_mark(feed_path):
    transfers = read_feed(feed_path("jakarta_tj"))["transfers"]
    assert transfers["from_stop_id"].null_count() == 0
    assert len(transfers) == 14


def test_stop_times_are_in_order_and_complete(feed_path):
    rows = read_feed(feed_path("manila"))["stop_times"]
    assert rows.equals(rows.sort("trip_id", "stop_sequence"))
    assert rows["arrival_s"].null_count() == 0
    assert rows.schema["arrival_s"] == pl.Int32


@pytest.mark.parametrize("name", ["jakarta_tj", "manila"])
def test_written_and_read_again_is_the_same(feed_path, name):
    feed = read_feed(feed_path(name))
    written = write_feed(feed.tables)
    again = read_feed(BytesIO(written))
    assert feed.same_tables(again)
    assert write_feed(again.tables) == written


def test_every_table_is_present_with_its_columns(feed_path):
    feed = read_feed(feed_path("manila"))
    for name, table in TABLES.items():
        assert feed[name].columns == [column.name for column in table.columns]
