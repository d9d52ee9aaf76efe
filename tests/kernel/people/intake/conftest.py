"""A city with two districts and a handful of villages, and lists of its residents."""

from __future__ import annotations

import pytest

from balai.kernel.access.origin import Origin
from balai.kernel.people.intake.actions import import_now
from balai.kernel.regions.models import City, Region

HEADER = "NIK;NO_KK;NAMA_LGKP;JENIS_KELAMIN;TMPT_LHR;TGL_LHR;ALAMAT;RT;RW;KODE_WILAYAH;SHDK"
CARD = "3510190101100001"
FAMILY = (
    f"3510191708850001;{CARD};Budi Santoso;L;Banyuwangi;17-08-1985;Jl. Kawah 1;1;2;3510192001;"
    "KEPALA KELUARGA",
    f"3510195209880002;{CARD};Siti Aminah;P;Jember;12/09/1988;Jl. Kawah 1;1;2;35.10.19.2001;ISTRI",
    f"3510190305150001;{CARD};Rangga;L;Banyuwangi;2015-05-03;Jl. Kawah 1;1;2;35.10.19.2001;ANAK",
)
ORIGIN = Origin(actor="petugas", address=None, channel="test")


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.KEYS_ROOT = tmp_path / "keys"
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def banyuwangi(db):
    """The regency 35.10 with districts 19 and 20, three villages and an abolished one."""
    top = Region.objects.create(
        scheme="iso3166", code="ID", level="country", name="Indonesia", path="ID"
    )
    above = {"ID": top}
    rows = [
        ("35", "province", "Jawa Timur"), ("35.10", "city", "Kabupaten Banyuwangi"),
        ("35.10.19", "district", "Licin"), ("35.10.20", "district", "Glagah"),
        ("35.10.19.2001", "village", "Licin"), ("35.10.19.2002", "village", "Tamansari"),
        ("35.10.20.2001", "village", "Kemiren"), ("35.10.20.2002", "village", "Tamansari"),
        ("35.09", "city", "Kabupaten Jember"), ("35.09.01", "district", "Jombang"),
        ("35.09.01.2001", "village", "Jombang"),
    ]  # fmt: skip
    for code, level, name in rows:
        parent = above[code.rpartition(".")[0] or "ID"]
        above[code] = Region.objects.create(
            code=code, level=level, name=name, parent=parent, path=f"{parent.path}/{code}"
        )
    Region.objects.create(
        code="35.10.19.2009",
        level="village",
        name="Lama",
        parent=above["35.10.19"],
        path="ID/35/35.10/35.10.19/35.10.19.2009",
        valid_to="2020-01-01",
        succeeded_by=above["35.10.19.2002"],
    )
    for slug, code in (("banyuwangi", "35.10"), ("jember", "35.09")):
        City.objects.create(
            slug=slug,
            name=slug.title(),
            region=above[code],
            country="ID",
            time_zone="Asia/Jakarta",
            currency="IDR",
            languages=["id", "en"],
        )
    return "banyuwangi"


@pytest.fixture
def bring_in(banyuwangi, as_application):
    """Import lines under the usual header, as the role that serves."""

    def run(*lines: str, header: str = HEADER, city: str = "banyuwangi", **options):
        content = options.pop("content", None) or "\n".join((header, *lines)).encode()
        options.setdefault("file_name", "warga.csv")
        return import_now(content, city=city, origin=ORIGIN, tell=lambda _: None, **options)

    return run
