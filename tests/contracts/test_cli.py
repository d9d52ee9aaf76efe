"""The command line's contracts: JSON alone on standard output, problems a line each, exit 2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "tap_id,card_id,at,direction,mode,route_id,stop_id,km\n"
WORKED = HEAD + (
    "a1,card,2018-02-01T07:00:00+07:00,in,angkot,JAK.1,s1,\n"
    "a2,card,2018-02-01T07:20:00+07:00,out,angkot,JAK.1,s2,4\n"
    "b1,card,2018-02-01T07:30:00+07:00,in,bus,2,s3,\n"
    "b2,card,2018-02-01T08:00:00+07:00,out,bus,2,s4,9\n"
    "c1,card,2018-02-01T08:10:00+07:00,in,angkot,JAK.2,s5,\n"
    "c2,card,2018-02-01T08:30:00+07:00,out,angkot,JAK.2,s6,3\n"
)


@pytest.fixture
def taps(tmp_path: Path) -> Path:
    path = tmp_path / "taps.csv"
    path.write_text(WORKED)
    return path


def test_the_worked_fare_is_priced(balai, taps: Path, tmp_path: Path) -> None:
    charges = tmp_path / "charges.csv"
    said = balai("transit", "price", taps, "--tariff", "ok-otrip-trial", "--out", charges, "--json")
    assert said.code == 0, said.err
    assert said.json["journeys"] == 1
    assert said.json["boardings"] == 3
    assert said.json["revenue"] == 5_000
    rows = [line.split(",") for line in charges.read_text().splitlines()]
    column = rows[0].index("charge")
    assert [int(row[column]) for row in rows[1:]] == [3_000, 2_000, 0]


def test_every_bad_tap_is_named_in_a_line_of_its_own(balai, taps: Path) -> None:
    bad = {
        "x1,card,2018-02-01T07:00:00+07:00,in,zeppelin,1,s1,": ["row 7", "mode", "zeppelin"],
        "x2,card,yesterday,in,bus,1,s1,": ["row 8", "at", "yesterday"],
        "x3,card,2018-02-01T07:00:00+07:00,up,bus,1,s1,": ["row 9", "direction", "up"],
        "x4,card,2018-02-01T07:00:00+07:00,out,bus,1,s1,-3": ["row 10", "km", "-3"],
    }
    taps.write_text(WORKED + "\n".join(bad) + "\n")
    said = balai("transit", "price", taps, "--tariff", "ok-otrip-trial", "--json")
    assert said.code == 2
    lines = said.err.strip().splitlines()
    assert len(lines) == len(bad), said.err
    for line, names in zip(lines, bad.values(), strict=True):
        assert all(name in line for name in names), line


@pytest.mark.parametrize(
    "arguments",
    [
        ["transit", "price", "absent.csv", "--tariff", "ok-otrip-trial"],
        ["transit", "plan", "--feed", "absent.zip", "--from", "0,0", "--to", "0,0", "--at", "x"],
        ["transit", "import", "absent.zip"],
        ["network", "formula", "1 +", "--values", "absent.json"],
        ["nonsense"],
    ],
)
def test_wrong_input_ends_with_2_and_plain_words(balai, arguments: list[str]) -> None:
    said = balai(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert said.err.strip()
    assert "Traceback" not in said.err


def test_an_unknown_tariff_lists_those_there_are(balai, taps: Path) -> None:
    said = balai("transit", "price", taps, "--tariff", "free-for-all")
    assert said.code == 2
    assert "ok-otrip-trial" in said.err


def test_a_trip_is_planned_as_json(balai, feed_path) -> None:
    said = balai(
        "transit", "plan", "--feed", feed_path("jakarta_tj"),
        "--from=-6.2441,106.7984", "--to=-6.1754,106.8272",
        "--at", "2025-09-01T07:30", "--tariff", "ok-otrip-trial", "--json",
    )  # fmt: skip
    assert said.code == 0, said.err
    journeys = said.json["journeys"]
    assert journeys
    for journey in journeys:
        assert {"depart", "arrive", "transfers", "fare", "legs"} <= journey.keys()
        for leg in journey["legs"]:
            wanted = {"mode", "route_id", "from_stop", "to_stop", "depart", "arrive"}
            assert wanted <= leg.keys()
    marks = {(each["arrive"], each["transfers"], each["fare"]) for each in journeys}
    assert not any(
        all(x <= y for x, y in zip(one, other, strict=True)) and one != other
        for one in marks
        for other in marks
    )


def test_engine_commands_leave_the_database_alone() -> None:
    code = (
        "import sys; from balai.shell.cli import group;"
        "c = group.make_context('balai', ['transit']);"
        "t = group.get_command(c, 'transit'); t.get_command(c, 'price'); t.get_command(c, 'plan');"
        "print([m for m in ('psycopg', 'django.db', 'numba', 'polars') if m in sys.modules])"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "balai.shell.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == "[]"
