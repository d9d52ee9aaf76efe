"""Bringing the tree to the state of a region file, and polygons into it."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from balai.kernel.problems import ConflictError, MissingError, ProblemError
from balai.kernel.regions import queries
from balai.kernel.regions.actions import (
    import_boundaries,
    import_regions,
    install_cities,
    record_successor,
    register_city,
    set_other_code,
)

pytestmark = pytest.mark.django_db
DAY = date(2025, 4, 25)
LATER = date(2026, 3, 1)


@pytest.fixture
def cities() -> None:
    install_cities()


@pytest.fixture
def csv_file(tmp_path: Path):
    def write(*rows: str, name: str = "regions.csv") -> Path:
        path = tmp_path / name
        path.write_text("kode,nama\n" + "\n".join(rows) + "\n", encoding="utf-8")
        return path

    return write


def take(path: Path, on: date = DAY, **options):
    return import_regions(path, on=on, origin="test list", **options)


VILLAGES = ("31.71.01.1001,Gambir", "31.71.01.1002,Cideng", "31.71.01.1003,Petojo Utara")
WITHIN = {"prefix": "31.71.01", "levels": ("village",)}


def test_the_cities_ship_with_their_districts_and_no_more(cities):
    slugs = [city.slug for city in queries.cities()]
    counts = [len(queries.descendants(code, level="district")) for code in ("31", "73.71", "35.10")]
    assert slugs == ["banyuwangi", "jakarta", "makassar"]
    assert counts == [44, 15, 25]
    assert queries.descendants("ID", level="village") == ()


def test_installing_the_cities_again_undoes_nothing(cities, csv_file):
    take(csv_file("31.71.01,Gambir Raya"), prefix="31.71.01", levels=("district",))
    assert install_cities() == ("jakarta", "makassar", "banyuwangi")
    assert queries.place("31.71.01").name == "Gambir Raya"


def test_the_whole_country_goes_in_and_changes_nothing_again(cities, shared_data):
    source = shared_data / "regions" / "wilayah_2025.csv"
    first = take(source)
    again = take(source)
    assert (first.rows, len(first.added), first.unchanged) == (91_599, 91_599 - 95, 95)
    assert (again.added, again.renamed, again.abolished, again.faults) == ((), {}, (), ())
    counts = [len(queries.descendants(code, level="village")) for code in ("31", "73.71", "35.10")]
    assert counts == [267, 153, 217]
    # A first list cannot say since when its codes hold.
    assert queries.place("11.01").valid_from is None


def test_good_rows_go_in_and_bad_ones_are_named_with_their_mend(cities, csv_file):
    done = take(
        csv_file("\ufeff31.71.01.1001, Gambir  Baru ", "31.71.01.10,Odd", "31.71.01.1002,",
                 "31.71.01.1001,Gambir Baru", "31.99.01.1001,Orphan"),
        prefix="31",
    )  # fmt: skip
    told = [(fault.row, fault.field, fault.value) for fault in done.faults]
    assert told == [
        (3, "kode", "31.71.01.10"), (4, "nama", "31.71.01.1002"), (5, "kode", "31.71.01.1001"),
        (None, "kode", "31.99.01.1001"),
    ]  # fmt: skip
    assert all(fault.remedy for fault in done.faults)
    assert done.added == ("31.71.01.1001",)
    assert queries.place("31.71.01.1001").name == "Gambir Baru"


def test_nothing_is_abolished_where_a_code_could_not_be_read(cities, csv_file):
    take(csv_file(*VILLAGES), **WITHIN)
    done = take(csv_file(VILLAGES[0], "31.71.01.ten,Cideng"), **WITHIN)
    assert done.abolished == ()
    assert "1 rows" in done.withheld


def test_a_faulty_row_does_not_abolish_its_code(cities, csv_file):
    take(csv_file(*VILLAGES), **WITHIN)
    assert take(csv_file(*VILLAGES[:2], "31.71.01.1003,"), **WITHIN).abolished == ()


def test_a_missing_code_ends_the_day_before_and_is_still_found(cities, csv_file):
    take(csv_file(*VILLAGES), **WITHIN)
    done = take(csv_file(*VILLAGES[:2], "31.71.01.1004,Petojo Selatan"), LATER, **WITHIN)
    old = queries.find("Petojo Utara")[0]
    assert done.abolished == ("31.71.01.1003",)
    assert old.valid_to == date(2026, 2, 28)
    assert [each.code[-4:] for each in queries.children("31.71.01")] == ["1001", "1002", "1004"]
    assert queries.place("31.71.01.1004").valid_from == LATER


def test_an_abolished_code_leads_to_its_successor(cities, csv_file):
    take(csv_file(*VILLAGES), **WITHIN)
    take(csv_file(*VILLAGES[:2]), LATER, **WITHIN)
    record_successor("31.71.01.1003", "31.71.01.1002")
    assert queries.resolve("31.71.01.1003", date(2026, 1, 1)).name == "Petojo Utara"
    assert queries.resolve("31.71.01.1003", LATER).name == "Cideng"
    with pytest.raises(ConflictError, match="has not been abolished"):
        record_successor("31.71.01.1002", "31.71.01.1003")


def test_an_abolished_code_that_comes_back_is_reopened(cities, csv_file):
    take(csv_file(*VILLAGES), **WITHIN)
    take(csv_file(*VILLAGES[:2]), LATER, **WITHIN)
    done = take(csv_file(*VILLAGES), date(2026, 6, 1), **WITHIN)
    assert done.reopened == ("31.71.01.1003",)
    assert queries.place("31.71.01.1003").valid_to is None


def test_a_changed_name_keeps_the_old_one(cities, csv_file):
    take(csv_file("31,Daerah Khusus Jakarta"), LATER, prefix="31", levels=("province",))
    found = queries.find("Daerah Khusus Ibukota")[0]
    assert (found.code, found.name) == ("31", "Daerah Khusus Jakarta")
    assert found.former_names == ("Daerah Khusus Ibukota Jakarta",)


def test_a_file_cut_short_is_refused_whole(cities, csv_file):
    with pytest.raises(ProblemError, match=r"49 of 51 codes.*--abolish-many"):
        take(csv_file("31,Daerah Khusus Ibukota Jakarta", "31.71,Kota Administrasi Jakarta Pusat"),
             prefix="31")  # fmt: skip
    assert len(queries.descendants("31", level="district")) == 44


def test_a_dry_run_tells_the_same_and_changes_nothing(cities, csv_file):
    path = csv_file(*VILLAGES)
    tried = take(path, dry_run=True, **WITHIN)
    assert queries.children("31.71.01") == ()
    assert take(path, **WITHIN).added == tried.added


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"code;label\n31;x\n", "nama"), (b"", "kode"), (b"kode,nama\n31,\xff\n", "UTF-8")],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, content, said):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(ProblemError, match=said):
        take(path)


@pytest.mark.parametrize("area", ["makassar", "banyuwangi", "dki"])
@pytest.mark.parametrize(("kind", "level"), [("kec", "district"), ("kel", "village")])
def test_every_label_lies_inside_its_polygon(cities, shared_data, area, kind, level):
    folder = shared_data / "regions"
    code = {"makassar": "73.71", "banyuwangi": "35.10", "dki": "31"}[area]
    if kind == "kel":
        take(folder / "wilayah_2025.csv", prefix=code)
    done = import_boundaries(folder / f"{area}_{kind}.geojson", origin="test polygons")
    places = queries.descendants(code, level=level)
    assert done.faults == ()
    assert len(done.codes) == len(places) == done.features
    found = queries.locate_many([(p.lat, p.lon) for p in places], level=level, under=code)
    # Where polygons of the source overlap, the lower code may hold the other's label.
    assert sum(a != p.code for a, p in zip(found, places, strict=True)) <= len(places) * 0.02


def test_features_that_cannot_be_used_are_named(cities, tmp_path):
    square = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]

    def feature(code, coordinates):
        return {"type": "Feature", "properties": {"kode": code},
                "geometry": {"type": "Polygon", "coordinates": coordinates}}  # fmt: skip

    path = tmp_path / "shapes.geojson"
    features = [feature("31.71.01", square), feature("31.71.01", square), feature("99", square),
                feature("31.71.02", [[[0, 0], [1, 1], [0, 0]]]),
                feature("31.71.03", [[[1, 200]] * 4]),
                feature("31.71.04", None), {"type": "Feature"}, None]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    done = import_boundaries(path, origin="test")
    assert done.codes == ("31.71.01",)
    assert [fault.row for fault in done.faults] == [2, 3, 4, 5, 6, 7, 8]


def test_a_point_is_located_in_its_district(cities, shared_data):
    import_boundaries(shared_data / "regions" / "dki_kec.geojson", origin="test")
    monas = queries.locate(-6.1754, 106.8272, level="district")
    assert monas is not None
    assert monas.name == "Gambir"
    assert queries.locate(3.0, 101.0, level="district") is None


def test_the_map_of_a_city_is_light(cities, shared_data):
    import_boundaries(shared_data / "regions" / "dki_kec.geojson", origin="test")
    drawn = queries.district_map("jakarta")
    assert len(drawn["features"]) == 44
    assert drawn["features"][2]["properties"]["name"] == "Gambir"
    assert len(json.dumps(drawn)) < 45_000


def test_villages_thinned_for_a_map_keep_their_borders_shared(cities, shared_data):
    folder = shared_data / "regions"
    take(folder / "wilayah_2025.csv", prefix="73.71")
    import_boundaries(folder / "makassar_kel.geojson", origin="test")
    shares = []
    for tolerance in (0.0, 0.001):
        drawn = queries.district_map("makassar", level="village", tolerance=tolerance)
        rings = [ring for feature in drawn["features"] for ring in _rings(feature["geometry"])]
        edges = [frozenset(map(tuple, edge)) for ring in rings for edge in pairwise(ring)]
        shares.append((len(edges) - len(set(edges))) / len(edges))
    # The source itself has borders of which only one neighbour has a corner.
    assert shares[0] > 0.25
    assert shares[1] > 0.9 * shares[0]


def _rings(geometry):
    polygons = geometry["coordinates"]
    return [r for p in (polygons if geometry["type"] == "MultiPolygon" else [polygons]) for r in p]


def test_a_city_from_elsewhere_can_be_registered(cities):
    register_city(slug="manila", name="Manila", country="PH", time_zone="Asia/Manila",
                  currency="PHP", languages=["en"])  # fmt: skip
    city = queries.city_by_slug("manila")
    assert (city.region_code, city.zone.key) == ("PH-manila", "Asia/Manila")
    assert queries.lineage("PH-manila") == ("PH", "PH-manila")
    with pytest.raises(ProblemError) as refused:
        register_city(slug="Atlantis!", name="A", country="XX", time_zone="Sea", currency="gold")
    assert {f.field for f in refused.value.faults} == {"slug", "time_zone", "currency", "country"}


def test_a_place_knows_its_city(cities):
    for code, slug in (("31.71.01", "jakarta"), ("73.71", "makassar")):
        found = queries.city_of(code)
        assert found is not None
        assert found.slug == slug
    assert queries.city_of("73") is None


def test_another_scheme_leads_to_the_region_while_it_holds(cities):
    set_other_code("35.10", "kemdikbud", "052500", end=date(2025, 12, 31))
    assert queries.resolve("052500", DAY, scheme="kemdikbud").name == "Kabupaten Banyuwangi"
    with pytest.raises(MissingError):
        queries.resolve("052500", LATER, scheme="kemdikbud")
    with pytest.raises(ConflictError):
        set_other_code("73.71", "kemdikbud", "052500")


def test_the_tree_nests_as_deep_as_asked(cities):
    nested = queries.tree("31", depth=2)
    assert len(nested["children"]) == 6
    assert nested["children"][1]["children"][0]["name"] == "Gambir"
    assert queries.tree("31", depth=1)["children"][0]["children"] == []


def test_a_name_is_found_without_its_kind_and_within_a_region(cities):
    assert queries.find("makassar")[0].code == "73.71"
    assert [each.code for each in queries.find("makas", under="31")] == ["31.75.08"]
    assert queries.find("%") == ()
