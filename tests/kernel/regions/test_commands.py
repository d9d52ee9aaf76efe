"""`balai regions`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from balai.kernel.problems import MissingError
from balai.kernel.regions.actions import install_cities
from balai.kernel.regions.commands import group


@pytest.fixture
def run(db):
    install_cities()

    def invoke(*arguments: str):
        return CliRunner().invoke(group, arguments, catch_exceptions=False)

    return invoke


def test_an_import_reports_in_json_alone_and_in_a_file(run, tmp_path):
    source, report = tmp_path / "list.csv", tmp_path / "report.json"
    source.write_text("kode;nama\n31.71.01.1001;Gambir\n31.71.01.1x;Cideng\n", encoding="utf-8")
    done = run("import", str(source), "--prefix", "31.71.01", "--level", "village",
               "--report", str(report), "--json")  # fmt: skip
    told = json.loads(done.stdout)
    assert (told["added"], told["issues"][0]["row"]) == (1, 3)
    assert json.loads(report.read_text(encoding="utf-8")) == told


def test_an_import_tells_each_issue_on_standard_error(run, tmp_path):
    source = tmp_path / "list.csv"
    source.write_text("kode,nama\n31.71.01,\n", encoding="utf-8")
    done = run("import", str(source), "--prefix", "31.71.01", "--dry-run")
    assert done.stdout == "1 rows, 0 added, 0 renamed, 0 reopened, 0 abolished, 0 unchanged\n"
    assert "row 2, nama" in done.stderr


def test_boundaries_are_imported_and_shown_on_the_way(run, shared_data):
    path = shared_data / "regions" / "makassar_kec.geojson"
    assert run("import-boundaries", str(path)).stdout == "15 features, 15 boundaries\n"


def test_a_region_is_shown_with_what_is_above_and_below(run):
    text = run("show", "31.71").stdout
    assert "in Indonesia > Daerah Khusus Ibukota Jakarta" in text
    assert "31.71.01  Gambir, kecamatan" in text
    told = json.loads(run("show", "31.71", "--json").stdout)
    assert (told["ancestors"], len(told["children"])) == (["ID", "31"], 8)
    with pytest.raises(MissingError):
        run("show", "99")


def test_a_region_is_found_by_name(run):
    assert run("find", "banyuwangi").stdout.startswith("35.10  Kabupaten Banyuwangi, kabupaten")
    assert json.loads(run("find", "tallo", "--json").stdout)[0]["code"] == "73.71.07"
    assert "No region" in run("find", "Atlantis").stderr
