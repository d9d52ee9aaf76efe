"""Counts of people come in by file: good rows stay, bad ones are named."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from balai.kernel.problems import ProblemError
from balai.kernel.regions.actions import import_population, install_cities
from balai.kernel.regions.commands import group
from balai.kernel.regions.queries import population_below

HEAD = "kode,penduduk\n"


@pytest.fixture
def file(db, tmp_path):
    install_cities()

    def write(text: str):
        path = tmp_path / "people.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_good_rows_stay_and_bad_ones_are_named(file) -> None:
    path = file(HEAD + "31.71.01,100\n31.71.99,5\n31.71.02,5.5\n31.71.01,7\n31.71.03,-1\n")
    done = import_population(path, year=2025, origin="count")
    assert (done.rows, done.regions, done.people) == (5, 1, 100)
    told = [(fault.row, fault.field, fault.value) for fault in done.faults]
    assert told == [(3, "kode", "31.71.99"), (4, "penduduk", "5.5"),
                    (5, "kode", "31.71.01"), (6, "penduduk", "-1")]  # fmt: skip
    assert population_below("31.71", level="district")["31.71.01"].people == 100


def test_the_latest_count_is_told_and_a_repeat_replaces_its_year(file) -> None:
    import_population(file(HEAD + "31.71.01,100\n"), year=2020, origin="old")
    import_population(file("code;people\n31.71.01;140\n"), year=2025, origin="new")
    import_population(file(HEAD + "31.71.01,150\n"), year=2025, origin="newer")
    found = population_below("31", level="district")["31.71.01"]
    assert (found.people, found.year, found.source) == (150, 2025, "newer")


def test_a_dry_run_changes_nothing(file) -> None:
    assert (
        import_population(file(HEAD + "31.71.01,1\n"), year=2025, origin="x", dry_run=True).regions
        == 1
    )
    assert population_below("31", level="district") == {}


@pytest.mark.parametrize(("text", "year"), [("a,b\n1,2\n", 2025), ("", 2025), (HEAD, 25)])
def test_what_is_no_count_is_refused(file, text, year) -> None:
    with pytest.raises(ProblemError):
        import_population(file(text), year=year, origin="x")


def test_the_command_tells_counts_and_issues(file) -> None:
    path = file(HEAD + "31.71.01,100\nxx,1\n")
    done = CliRunner().invoke(
        group, ["import-population", str(path), "--year", "2025", "--json"],
        catch_exceptions=False,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert (told["regions"], told["issues"][0]["row"]) == (1, 3)
