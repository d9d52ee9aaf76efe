"""Reach is measured from every district, once for a day and network, and grows with the minutes."""

from __future__ import annotations

from datetime import date

import pytest

from balai.kernel.events.measures import MeasureQuery, read, records
from balai.kernel.problems import MissingError
from balai.kernel.regions.actions import import_boundaries, import_population
from balai.transit.actions.import_feed import Provenance, import_feed
from balai.transit.actions.measure_reach import measure_reach
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

    query = MeasureQuery(city="jakarta", start=DAY, end=DAY)
    shares = [
        read(f"transit.pairs_reached_{m}", query).total
        / read(f"transit.pairs_weighed_{m}", query).total
        for m in (30, 45, 60)
    ]
    assert 0 < shares[0] < shares[1] < shares[2] < 1
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
