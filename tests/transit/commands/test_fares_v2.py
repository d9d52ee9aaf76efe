"""`balai transit fares-v2` as a script meets it."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from balai.kernel.problems import ProblemError
from balai.transit.commands.fares_v2 import drafted, fares_v2
from balai.transit.demo.feed import demo_feed
from balai.transit.engine.fares_v2 import fares_of
from balai.transit.engine.gtfs import read_feed
from balai.transit.models import TariffVersion
from balai.transit.queries.tariffs import tariff_from_draft, tariff_on


@pytest.fixture(scope="module")
def feed_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("feed") / "feed.zip"
    path.write_bytes(demo_feed())
    return path


def run(*arguments: object) -> Any:
    return CliRunner().invoke(fares_v2, [str(each) for each in arguments])


def exported(feed_path: Path, out: Path, tariff: str) -> dict[str, Any]:
    done = run("export", "--tariff", tariff, "--feed", feed_path, "--out", out, "--json")
    assert done.exit_code == 0, done.exception
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_export_writes_a_feed_that_reads_without_a_fault(feed_path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    report = exported(feed_path, out, "jaklingko-integrated")
    assert report["rows"]["fare_leg_rules"] > 0
    assert {each["parameter"] for each in report["unsaid"]} >= {"per_km", "distance_price"}
    feed = read_feed(io.BytesIO(out.read_bytes()))
    book, issues = fares_of(feed)
    assert not issues
    assert book.prioritised
    assert len(feed["trips"]) == len(read_feed(io.BytesIO(feed_path.read_bytes()))["trips"])


def test_the_same_export_has_the_same_bytes(feed_path: Path, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        exported(feed_path, tmp_path / name, "ok-otrip-trial")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_place_that_cannot_be_written_to_is_named(feed_path: Path, tmp_path: Path) -> None:
    for out in (tmp_path / "absent" / "out.zip", tmp_path / "feed.txt" / "out.zip"):
        (tmp_path / "feed.txt").write_text("a file, not a folder")
        done = run("export", "--tariff", "ok-otrip-trial", "--feed", feed_path, "--out", out)
        assert isinstance(done.exception, ProblemError)
        (fault,) = done.exception.faults
        assert (fault.field, fault.value) == ("--out", str(out))
    assert [each.name for each in tmp_path.iterdir()] == ["feed.txt"]


def test_an_exported_tariff_comes_back_whole_as_a_draft(
    jakarta: str, feed_path: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.zip"
    exported(feed_path, out, "jaklingko-integrated")
    done = run("import", out, "--name", "jaklingko-again", "--json")
    assert done.exit_code == 0, done.exception
    version = TariffVersion.objects.get(name="jaklingko-again")
    assert version.state == "draft"
    ours = tariff_on("jaklingko-integrated", date(2026, 11, 1))
    again = tariff_from_draft("jaklingko-integrated", version.parameters)
    assert again == ours


def test_a_feed_without_the_extension_gives_what_the_standard_says(
    feed_path: Path, tmp_path: Path
) -> None:
    import zipfile

    exported(feed_path, tmp_path / "out.zip", "transjakarta")
    with (
        zipfile.ZipFile(tmp_path / "out.zip") as whole,
        zipfile.ZipFile(tmp_path / "bare.zip", "w") as bare,
    ):
        for name in whole.namelist():
            if name != "balai_fares.json":
                bare.writestr(name, whole.read(name))
    found = drafted((tmp_path / "bare.zip").read_bytes(), "bare.zip", "transjakarta",
                    date(2026, 1, 1))  # fmt: skip
    assert found["parameters"]["mode_price"]["value"]["brt"] == 3500
    assert found["parameters"]["timed_price"]["value"][0]["price"] == 2000
    assert found["parameters"]["rule"]["value"] == "per-boarding"
    assert not found["whole"]


def test_what_cannot_be_read_is_a_problem_and_writes_nothing(
    feed_path: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.zip"
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(b"no zip")
    for arguments, told in (
        (("export", "--tariff", "transjakarta", "--feed", wrong, "--out", out), "zip"),
        (("import", wrong, "--dry-run"), "zip"),
        (("import", feed_path, "--dry-run"), "fare_leg_rules"),
        (("export", "--tariff", "ok-otrip-trial", "--on", "2010-01-01", "--feed", feed_path,
          "--out", out), "did not hold"),
    ):  # fmt: skip
        done = run(*arguments)
        assert isinstance(done.exception, ProblemError), arguments
        assert told in " ".join(done.exception.lines())
    assert not out.exists()
