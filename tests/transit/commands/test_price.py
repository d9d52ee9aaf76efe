"""`balai transit price`: the contract of its files, summary, faults and exit code."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from balai.kernel.laws import find_law
from balai.kernel.problems import ProblemError
from balai.transit.commands.price import price
from balai.transit.engine.tariff_versions import entries_of
from balai.transit.models import TariffVersion

HEADER = "tap_id,card_id,at,direction,mode,route_id,stop_id,km"
WORKED = [
    "v1-1,c1,2018-02-01T07:30:00,in,angkot,JAK.1,s1,",
    "v1-2,c1,2018-02-01T07:50:00+07:00,out,angkot,JAK.1,s2,4",
    "v2-1,c1,2018-02-01T01:00:00Z,in,bus,1,s2,",
    "v2-2,c1,1517448600,out,bus,1,s3,9.25",
    "v1-3,c1,2018-02-01 08:40:00,in,angkot,JAK.1,s3,",
    "v1-4,c1,2018-02-01 08:50:00,out,angkot,JAK.1,s1,3",
]
SUMMARY = {
    "taps": 6,
    "boardings": 3,
    "journeys": 1,
    "revenue": 5000,
    "orphan_outs": 0,
    "missing_outs": 0,
    "duplicates": 0,
    "refused": 0,
}


def run(path: Path, *options: str) -> Result:
    return CliRunner().invoke(price, [str(path), *options])


def csv(tmp_path: Path, rows: list[str], header: str = HEADER) -> Path:
    path = tmp_path / "taps.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def summary(result: Result) -> dict[str, object]:
    found = json.loads(result.stdout)
    return {key: found[key] for key in SUMMARY}


def faults(result: Result) -> list[tuple[int | None, str, str]]:
    assert isinstance(result.exception, ProblemError)
    return [(fault.row, fault.field, fault.problem) for fault in result.exception.faults]


def test_the_worked_fare_is_priced_from_every_way_of_writing_time(tmp_path: Path) -> None:
    out = tmp_path / "charges.csv"
    result = run(csv(tmp_path, WORKED), "--tariff", "ok-otrip-trial", "--json", "--out", str(out))
    assert result.exit_code == 0
    assert summary(result) == SUMMARY
    table = pl.read_csv(out)
    assert table.select("tap_id", "card_id", "journey", "leg", "charge").rows() == [
        ("v1-1", "c1", 0, 1, 3000),
        ("v2-1", "c1", 0, 2, 2000),
        ("v1-3", "c1", 0, 3, 0),
    ]
    assert table["reason"].to_list() == ["full price", "topped up to cap", "free: cap reached"]


def test_order_and_copies_change_nothing_but_the_count_of_copies(tmp_path: Path) -> None:
    rows = [*WORKED, *WORKED[:4]]
    random.Random(7).shuffle(rows)
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    run(csv(tmp_path, WORKED), "--tariff", "ok-otrip-trial", "--out", str(one))
    again = run(csv(tmp_path, rows), "--tariff", "ok-otrip-trial", "--out", str(other), "--json")
    assert one.read_text() == other.read_text()
    assert summary(again) == SUMMARY | {"taps": 10, "duplicates": 4}


def test_parquet_gives_the_same_charges_with_times_or_seconds(tmp_path: Path) -> None:
    table = pl.read_csv(csv(tmp_path, WORKED[:1] + WORKED[4:])).with_columns(
        pl.col("at").str.replace("T", " ").str.to_datetime("%Y-%m-%d %H:%M:%S")
    )
    for name, at in (
        ("naive", pl.col("at")),
        ("zoned", pl.col("at").dt.replace_time_zone("Asia/Jakarta")),
        ("seconds", pl.col("at").dt.replace_time_zone("Asia/Jakarta").dt.epoch("s")),
    ):
        path, out = tmp_path / f"{name}.parquet", tmp_path / f"{name}.out.parquet"
        table.with_columns(at).write_parquet(path)
        result = run(path, "--tariff", "ok-otrip-trial", "--out", str(out))
        assert result.exit_code == 0, result.output
        assert pl.read_parquet(out)["charge"].to_list() == [3000, 2000]
        assert pl.read_parquet(out)["opened_at"].to_list() == [1517445000] * 2


def test_each_faulty_row_is_named_and_the_good_rows_are_priced(tmp_path: Path) -> None:
    rows = [
        *WORKED,
        "v3-1,c1,2018-02-30T07:50:00,out,angkot,,,4",
        "v3-2,c1,2018-02-01T08:00:00,sideways,bus,,,",
        "v3-3,c1,2018-02-01T08:00:00,out,boat,,,",
        "v3-4,c1,2018-02-01T08:00:00,out,bus,,,-3",
        ",,2018-02-01T08:00:00,in,bus,,,",
        "v3-6,c1,2018-02-01T08:00:00,in,mrt,,,",
        "v3-7,c1,2018-02-01T08:00:00,in,bus,,,",
        "v3-7,c2,2018-02-01T08:00:00,in,bus,,,",
        "v3-8,c1,2018-02-01T08:00:00,out,bus,,,nan",
    ]
    out = tmp_path / "charges.csv"
    result = run(csv(tmp_path, rows), "--tariff", "ok-otrip-trial", "--json", "--out", str(out))
    assert faults(result) == [
        (7, "at", "is no time"),
        (8, "direction", "is no direction"),
        (9, "mode", "is no mode"),
        (10, "km", "is no distance"),
        (11, "tap_id", "is missing"),
        (11, "card_id", "is missing"),
        (12, "mode", "has no price under the tariff"),
        (13, "tap_id", "stands for taps that differ"),
        (14, "tap_id", "stands for taps that differ"),
        (15, "km", "is no distance"),
    ]
    assert summary(result) == SUMMARY | {"refused": 9}
    assert pl.read_csv(out)["charge"].to_list() == [3000, 2000, 0]


def test_kilometres_are_needed_where_the_price_goes_by_distance(tmp_path: Path) -> None:
    rows = [
        "1,c,2025-09-01T12:00,in,brt,,,",
        "2,c,2025-09-01T12:20,out,brt,,,6",
        "3,c,2025-09-01T12:25,in,mrt,,,",
        "4,c,2025-09-01T12:45,out,mrt,,,12.000",
        "5,c,2025-09-01T12:50,in,lrt,,,",
        "6,c,2025-09-01T13:10,out,lrt,,,8",
    ]
    out = tmp_path / "charges.csv"
    options = ("--tariff", "jaklingko-integrated", "--out", str(out))
    assert run(csv(tmp_path, rows), *options).exit_code == 0
    assert pl.read_csv(out)["charge"].to_list() == [4000, 3000, 2000]
    lacking = [rows[0], "2,c,2025-09-01T12:20,out,brt,,,"]
    assert faults(run(csv(tmp_path, lacking), *options)) == [
        (2, "km", "is missing where the price goes by distance")
    ]
    bare = csv(tmp_path, ["1,c,1756700000,in,brt"], "tap_id,card_id,at,direction,mode")
    assert faults(run(bare, *options)) == [(None, "km", "the column is missing")]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("taps.csv", b"", "the file is empty"),
        ("taps.parquet", b"tap_id,card_id\n", "is not a Parquet file"),
        ("taps.parquet", b"PAR1 and then nothing of the kind", "cannot be read as Parquet"),
        ("taps.csv", b"tap_id,card_id,at,direction\n", "the column is missing"),
        ("taps.csv", HEADER.encode() + b"\n\xff\xfe,\x80,1,in,brt,,,\n", "cannot be read as CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    path, out = tmp_path / name, tmp_path / "charges.csv"
    path.write_bytes(content)
    result = run(path, "--tariff", "transjakarta", "--out", str(out))
    (found,) = faults(result)
    assert found[2].startswith(problem)
    assert not out.exists()


def test_a_header_alone_is_no_taps_and_no_fault(tmp_path: Path) -> None:
    result = run(csv(tmp_path, []), "--tariff", "transjakarta", "--json")
    assert result.exit_code == 0
    assert set(summary(result).values()) == {0}


def test_a_byte_order_mark_and_quotes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "taps.csv"
    path.write_bytes(b"\xef\xbb\xbf" + HEADER.encode() + b'\n"a","c","1756700000","in","brt",,,\n')
    assert run(path, "--tariff", "transjakarta").exit_code == 0


def test_an_unknown_tariff_or_a_day_it_does_not_cover_is_refused(tmp_path: Path) -> None:
    path = csv(tmp_path, WORKED)
    assert faults(run(path, "--tariff", "free"))[0][1] == "tariff"
    assert faults(run(path, "--tariff", "jaklingko-integrated", "--on", "2022-08-10"))[0][1] == "on"
    near = run(path, "--tariff", "jaklingko-integrated")
    assert near.exit_code == 0
    assert "does not cover 2018-02-01; priced as on 2022-08-11" in near.stderr


class Started:
    """The database of the test, as the shell hands one down."""

    def __init__(self, there: bool) -> None:
        self.there, self.started = there, False

    def __call__(self) -> None:
        self.started = True

    def is_there(self) -> bool:
        return self.there


@pytest.mark.django_db
def test_a_published_version_is_a_tariff_where_a_database_is(tmp_path: Path) -> None:
    from balai.transit.queries.tariff_versions import forget_laws

    path, law = csv(tmp_path, WORKED), find_law("transit/tariff/ok-otrip-trial")
    entries = entries_of(law, date(2018, 2, 1))
    figures = {key: each.as_dict() for key, each in entries.items()} | {
        "cap": {**entries["cap"].as_dict(), "value": 4500}
    }
    now = datetime(2018, 1, 20, tzinfo=UTC)
    TariffVersion.objects.create(
        city="jakarta", name="trial-4500", title_id="Uji", title_en="Trial", parameters=figures,
        state="published", digest="0" * 64, revision=1, created_by="a", created_at=now,
        changed_by="a", changed_at=now, submitted_by="a", submitted_at=now, published_by="b",
        published_at=now,
    )  # fmt: skip
    forget_laws()
    database, options = Started(there=True), ["--tariff", "trial-4500", "--json"]
    done = CliRunner().invoke(price, [str(path), *options], obj=database)
    assert done.exit_code == 0, done.exception
    assert (json.loads(done.stdout)["revenue"], database.started) == (4500, True)
    wrong = CliRunner().invoke(price, [str(path), "--tariff", "free"], obj=database)
    assert isinstance(wrong.exception, ProblemError)
    assert "trial-4500" in wrong.exception.faults[0].remedy
    none = Started(there=False)
    refused = CliRunner().invoke(price, [str(path), *options], obj=none)
    assert (faults(refused)[0][1], none.started) == ("tariff", False)
    forget_laws()


def test_where_charges_cannot_be_written_nothing_is_left(tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "charges.csv"
    result = run(csv(tmp_path, WORKED), "--tariff", "ok-otrip-trial", "--out", str(out))
    assert faults(result)[0][1] == "--out"
    assert ".part" not in str(result.exception.faults[0])
    under_a_file = tmp_path / "taps.csv" / "charges.csv"
    result = run(csv(tmp_path, WORKED), "--tariff", "ok-otrip-trial", "--out", str(under_a_file))
    assert faults(result)[0][1] == "--out"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taps.csv"]
    assert run(csv(tmp_path, WORKED), "--tariff", "x", "--out", "charges.txt").exit_code == 2


def test_a_month_of_real_taps_is_priced(shared_data: Path, tmp_path: Path) -> None:
    """Tap-in and tap-out stand in one row there; every ride but repeats within 3 h pays in full."""
    source = shared_data / "transit" / "jakarta_trips_2023-04.csv"
    trips = pl.read_csv(source, infer_schema=False).drop_nulls(["tap_in_time", "tap_out_time"])
    taps = pl.concat(
        trips.select(
            tap_id=pl.col("trans_id") + f"-{direction}",
            card_id="card_id",
            at=f"tap_{direction}_time",
            direction=pl.lit(direction),
            mode=pl.lit("brt"),
        )
        for direction in ("in", "out")
    )
    path = tmp_path / "month.csv"
    taps.write_csv(path)
    result = run(path, "--tariff", "ok-otrip-trial", "--json")
    assert result.exit_code == 0, result.stderr
    found = summary(result)
    assert found["taps"] == 2 * len(trips)
    assert found["boardings"] == len(trips)
    assert 0 < int(str(found["boardings"])) - int(str(found["journeys"])) < 100
    shared = int(str(found["boardings"])) - int(str(found["journeys"]))
    assert found["revenue"] == 3500 * len(trips) - 2000 * shared


RIDES = [
    "v1-1,c1,2025-11-03T12:00:00,in,bus,1,s1,",
    "v1-2,c2,2025-11-03T12:00:00,in,bus,1,s1,",
    "v1-3,c1,2025-11-03T13:00:01,in,bus,1,s1,",
]


def held(tmp_path: Path, *rows: str, header: str = "card_id,code,start,end") -> Path:
    path = tmp_path / "holdings.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def with_holdings(tmp_path: Path, holdings: Path, *options: str) -> Result:
    options = ("--tariff", "transjakarta", "--holdings", str(holdings), "--json", *options)
    return run(csv(tmp_path, RIDES), *options)


def test_a_holder_rides_free_until_the_holding_ends_and_the_summary_says_so(
    tmp_path: Path,
) -> None:
    out = tmp_path / "charges.parquet"
    row = "c1,elderly,2025-11-01T00:00:00,2025-11-03T13:00:00"
    other = "c9,veterans,2025-11-01T00:00:00,2025-11-30T13:00:00"
    result = with_holdings(tmp_path, held(tmp_path, row, other), "--out", str(out))
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["revenue"], found["relief"]) == (7000, 3500)
    assert found["relief_by_reason"] == {"elderly": 3500}
    table = pl.read_parquet(out).select("tap_id", "charge", "relief", "relief_reason")
    assert table.rows() == [("v1-1", 0, 3500, "elderly"), ("v1-3", 3500, 0, ""),
                            ("v1-2", 3500, 0, "")]  # fmt: skip


def test_a_wrong_holding_is_named_and_the_others_count(tmp_path: Path) -> None:
    rows = (
        "c1,elderly,2025-11-01T00:00:00,2025-11-30T00:00:00",
        "c2,royalty,2025-11-01T00:00:00,2025-11-30T00:00:00",
        ",elderly,soon,2025-11-30T00:00:00",
        "c2,elderly,2025-11-02T00:00:00,2025-11-01T00:00:00",
    )
    result = with_holdings(tmp_path, held(tmp_path, *rows))
    assert result.exit_code != 0
    assert json.loads(result.stdout)["relief"] == 7000
    assert [(row, field) for row, field, _ in faults(result)] == [
        (2, "code"), (3, "card_id"), (3, "start"), (4, "end"),
    ]  # fmt: skip


def test_a_file_of_holdings_without_a_column_is_refused(tmp_path: Path) -> None:
    result = with_holdings(tmp_path, held(tmp_path, "c1,elderly", header="card_id,code"))
    assert [field for _, field, _ in faults(result)] == ["start", "end"]
