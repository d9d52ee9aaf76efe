"""Reach is measured from every district, once for a day and network, and grows with the minutes."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from balai.kernel.events.measures import MeasureQuery, read, records
from balai.kernel.jobs.kinds import schedules
from balai.kernel.problems import MissingError, ProblemError
from balai.kernel.regions.actions import import_boundaries, import_population
from balai.transit.actions import measure_reach as measuring
from balai.transit.actions.import_feed import Provenance, import_feed
from balai.transit.actions.measure_reach import measure_reach, measure_when_due
from balai.transit.commands.reach import reach
from balai.transit.demo.feed import demo_feed
from balai.transit.models import ReachMeasurement

DAY = date(2025, 9, 2)


def test_a_city_without_a_timetable_is_told(jakarta) -> None:
    with pytest.raises(MissingError, match="Import a feed"):
        measure_reach("jakarta", DAY)


def test_reach_grows_with_the_minutes_and_is_weighed_by_people(
    jakarta, shared_data, tmp_path
) -> None:
    import_boundaries(shared_data / "regions" / "dki_kec.geojson", origin="test")
    feed = (shared_data / "transit" / "jakarta_tj.gtfs.zip").read_bytes()
    import_feed(feed, city="jakarta", provenance=Provenance())
    written = measure_reach("jakarta", DAY)
    rows = ReachMeasurement.objects.filter(basis="ground")
    assert written == rows.count() > 3 * 40
    assert measure_reach("jakarta", DAY) == 0, "the day is measured over this network"
    by_minutes = [sum(row.reached for row in rows.filter(minutes=m)) for m in (30, 45, 60)]
    assert 0 < by_minutes[0] < by_minutes[1] < by_minutes[2]

    printed = json.loads(
        CliRunner().invoke(reach, ["--city", "jakarta", "--day", f"{DAY}", "--json"]).stdout
    )
    assert printed["written"] == 0
    assert [each["minutes"] for each in printed["within"]] == [30, 45, 60]
    told = [each["share"] for each in printed["within"]]

    query = MeasureQuery(city="jakarta", start=DAY, end=DAY)
    shares = [
        read(f"transit.pairs_reached_{m}", query).total
        / read(f"transit.pairs_weighed_{m}", query).total
        for m in (30, 45, 60)
    ]
    assert 0 < shares[0] < shares[1] < shares[2] < 1
    assert told == pytest.approx(shares, abs=1e-6)
    assert records("transit.pairs_reached_30", query).total == written // 3

    codes = sorted(rows.values_list("place", flat=True).distinct())
    centre = "31.71.01"
    people = tmp_path / "people.csv"
    people.write_text(
        "kode,penduduk\n" + "".join(f"{c},{10**6 if c == centre else 1}\n" for c in codes)
    )
    import_population(people, year=2025, origin="test")
    ReachMeasurement.objects.all().delete()
    measure_reach("jakarta", DAY)
    assert set(ReachMeasurement.objects.values_list("basis", flat=True)) == {"people"}
    of_the_centre = ReachMeasurement.objects.get(place=centre, minutes=60)
    assert of_the_centre.reached > 0.5 * of_the_centre.all, "nearly all live where they set out"


@pytest.fixture
def small(jakarta):
    import_feed(demo_feed(), city="jakarta", provenance=Provenance(source="Demo"))
    return "jakarta"


def test_what_cannot_be_measured_is_said(small):
    """No boundaries, no such city, no such day."""
    for arguments, error in (
        (["--city", "jakarta", "--day", "2026-11-23"], "no boundaries"),
        (["--city", "atlantis"], "atlantis"),
        (["--city", "jakarta", "--day", "1999-01-04"], "1999-01-04"),
    ):
        raised = CliRunner().invoke(reach, arguments).exception
        assert isinstance(raised, ProblemError)
        assert error in " ".join(raised.lines())
    wrong = CliRunner().invoke(reach, ["--city", "jakarta", "--day", "soon"])
    assert wrong.exit_code == 2
    assert "soon" in wrong.stderr
    assert "no boundaries" in measure_when_due("jakarta", date(2026, 11, 23))["why"]


def test_reach_is_measured_once_a_month_on_a_working_day_and_anew_for_another_network(
    small, monkeypatch
):
    days = []

    def measured(city: str, day: date) -> int:
        network = measuring.current_network(city).fingerprint
        row = {"city": city, "place": "31.71.01", "name": "x", "minutes": 30, "basis": "ground"}
        ReachMeasurement.objects.create(
            day=day, weight=1, all=1, reached=1, network=network, **row
        )  # fmt: skip
        days.append(day)
        return 1

    monkeypatch.setattr(measuring, "measure_reach", measured)
    assert measure_when_due("jakarta", date(2026, 11, 7))["rows"] == 1, "a Saturday"
    assert measure_when_due("jakarta", date(2026, 11, 8))["rows"] == 0
    assert measure_when_due("jakarta", date(2026, 11, 30))["rows"] == 0
    assert measure_when_due("jakarta", date(2026, 12, 1))["rows"] == 1
    import_feed(demo_feed(), city="jakarta", name="second", provenance=Provenance())
    assert measure_when_due("jakarta", date(2026, 12, 2))["rows"] == 1
    assert days == [date(2026, 11, 9), date(2026, 12, 1), date(2026, 12, 2)]
    assert "transit.measure-reach" in {kind.name for kind, _ in schedules()}
