"""Tables become a zip that says the same, the same bytes every time."""

import io
import zipfile
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.transit.engine.gtfs import read_feed, write_feed


def content(packed, name):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return archive.read(name).decode()


def test_a_feed_written_and_read_is_the_same(read):
    feed = read()
    packed = write_feed(feed.tables)
    again = read_feed(io.BytesIO(packed))
    assert again.same_tables(feed)
    assert again.issues == ()
    assert write_feed(again.tables) == packed


def test_times_dates_and_prices_are_written_as_the_standard_asks(read):
    rows = "fare_id,price,currency_type,payment_method,transfers\nR,3500,IDR,0,\nS,0.50,USD,0,2\n"
    packed = write_feed(read({"fare_attributes.txt": rows}).tables)
    assert "R,3500,IDR" in content(packed, "fare_attributes.txt")
    assert "S,0.5,USD" in content(packed, "fare_attributes.txt")
    assert "2-a,2,A,24:30:00,24:30:00" in content(packed, "stop_times.txt")
    assert "20250101,20251231\r\n" in content(packed, "calendar.txt")


def test_what_is_not_gtfs_is_refused(read):
    tables = dict(read().tables)
    with pytest.raises(ValueError, match="buses"):
        write_feed({**tables, "buses": tables["stops"]})
    with pytest.raises(ValueError, match="colour"):
        write_feed({**tables, "stops": tables["stops"].with_columns(colour=pl.lit("red"))})
    with pytest.raises(ValueError, match="stop_lat"):
        write_feed({**tables, "stops": tables["stops"].drop("stop_lat")})


words = st.text(min_size=1, max_size=12).map(str.strip).filter(
    lambda text: text and not set(text) & set("\0\r\ufeff") and text.isprintable()
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(
    names=st.lists(words | st.none(), min_size=3, max_size=3),
    ids=st.lists(words, min_size=3, max_size=3, unique=True),
    lats=st.lists(st.floats(-90, 90).filter(bool), min_size=3, max_size=3),
    day=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    departures=st.lists(st.integers(0, 168 * 3600), min_size=3, max_size=3).map(sorted),
)
def test_any_values_survive_the_way_out_and_back(read, names, ids, lats, day, departures):
    feed = read()
    renamed = dict(zip("ABC", ids, strict=True))
    stops = feed["stops"].with_columns(
        stop_id=pl.Series(ids), stop_name=pl.Series(names, dtype=pl.String),
        stop_lat=pl.Series(lats),
    )  # fmt: skip
    first = feed["stop_times"].filter(trip_id="1-a").with_columns(
        arrival_s=pl.Series(departures, dtype=pl.Int32),
        departure_s=pl.Series(departures, dtype=pl.Int32),
    )  # fmt: skip
    stop_times = pl.concat([first, feed["stop_times"].filter(trip_id="2-a")])
    tables = {
        **feed.tables,
        "stops": stops,
        "stop_times": stop_times.with_columns(stop_id=pl.col("stop_id").replace(renamed)),
        "calendar": feed["calendar"].with_columns(start_date=pl.lit(day), end_date=pl.lit(day)),
    }
    again = read_feed(io.BytesIO(write_feed(tables)))
    for name, table in tables.items():
        assert again[name].equals(table), name
