"""`balai transit import` as a script meets it: output, report, exit codes."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from balai.kernel.problems import ProblemError
from balai.transit.commands.import_feed import import_feed
from balai.transit.demo.feed import demo_feed
from balai.transit.queries.feed import current_feed

SHOWN = {"file", "row", "field", "value", "problem", "remedy"}


def run(*arguments):
    return CliRunner().invoke(import_feed, [str(argument) for argument in arguments])


def test_dry_run_prints_json_alone_and_reports_all_issues(feed_path, tmp_path):
    report = tmp_path / "report.json"
    result = run(feed_path("jakarta_tj"), "--dry-run", "--json", "--report", report)
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert printed == json.loads(report.read_text(encoding="utf-8"))
    assert printed["files"]["stop_times.txt"] == {"rows": 24705, "kept": 24705}
    assert printed["files"]["shapes.txt"] == {"rows": 0, "kept": 0}
    assert not printed["imported"]
    assert len(printed["issues"]) == sum(printed["issue_totals"].values())
    assert all(issue.keys() >= SHOWN for issue in printed["issues"])
    assert "reading the feed" in result.stderr


def test_the_printed_list_is_short_and_says_how_many_more(feed_path):
    result = run(feed_path("jakarta_tj"), "--dry-run")
    assert "and 640 more like it" in result.stdout
    assert "trips.txt, row 2, shape_id (6D-L02_shp)" in result.stdout
    assert len(result.stdout.splitlines()) < 50


@pytest.mark.django_db
def test_import_publishes_for_the_city_once(feed_path):
    first = json.loads(run(feed_path("manila"), "--city", "manila", "--json").stdout)
    assert first["imported"]
    assert current_feed("manila").pk == first["feed_version"]
    assert current_feed("manila").source == "manila.gtfs.zip"
    again = json.loads(run(feed_path("manila"), "--city", "manila", "--json").stdout)
    assert again["already_imported"]
    assert not again["imported"]
    assert again["feed_version"] == first["feed_version"]
    assert again["files"] == first["files"]


@pytest.mark.django_db
def test_a_city_that_does_not_run_here_is_said_for_it_may_be_misspelt(tmp_path):
    path = tmp_path / "feed.zip"
    path.write_bytes(demo_feed())
    result = run(path, "--city", "jakrta", "--json")
    assert "No city 'jakrta' runs here yet" in result.stderr
    assert json.loads(result.stdout)["city"] == "jakrta"


def test_what_is_no_feed_is_one_problem_with_its_mend(tmp_path):
    path = tmp_path / "feed.zip"
    path.write_text("not a zip")
    for given in (path, tmp_path / "absent.zip", tmp_path):
        result = run(given, "--dry-run")
        assert isinstance(result.exception, ProblemError)
        assert len(result.exception.lines()) == 1
        assert result.stdout == ""


def test_the_shell_turns_a_refusal_into_exit_code_2_and_needs_no_database(tmp_path):
    path = tmp_path / "feed.zip"
    path.write_text("not a zip")
    done = subprocess.run(
        [sys.executable, "-c", "from balai.shell.cli import main; main()",
         "transit", "import", str(path), "--dry-run"],
        env={**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
             "DJANGO_SETTINGS_MODULE": "balai.shell.settings", "BALAI_HOME": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("The file is not a zip file. ")
