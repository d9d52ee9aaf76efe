"""An office in a city, who signs for it, and documents of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.documents import actions
from balai.kernel.documents.models import Document, Office, Signatory
from balai.kernel.documents.signers.base import Passphrase
from balai.kernel.regions.models import City, Region

BY = Origin("petugas", None, "test")
PASSWORD = Passphrase("kata-sandi-uji")
LETTER = {
    "name": "Siti Aminah", "nik": "3510194505900003", "address": "Dusun Kampung Baru, RT 02 RW 01",
    "statement": "benar warga desa kami.", "purpose": "pengajuan kredit usaha rakyat",
}  # fmt: skip
JOINT = {
    "name": "Siti Aminah", "address": "Dusun Kampung Baru", "addressee": "Dinas Koperasi",
    "purpose": "mengurus izin usaha",
}  # fmt: skip


@dataclass(frozen=True)
class Hall:
    """The village office, with the head and the district head who sign."""

    office: Office
    district: Office
    head: User
    camat: User
    signatory: Signatory

    def issue(self, kind: str = "surat-keterangan", key: str = "k", **changes: Any) -> Document:
        data = {"surat-keterangan": LETTER, "surat-pengantar-bersama": JOINT}[kind]
        arguments = {
            "office": self.office.code, "city": "banyuwangi", "data": data, "about": None, "by": BY,
            "key": key, **changes,
        }  # fmt: skip
        return actions.issue(kind, **arguments)

    def sign(self, document: Document, user: User | None = None, **changes: Any) -> Document:
        who = user or self.head
        arguments = {"secret": PASSWORD, "by": Origin(who.username, None, "test"), **changes}
        return actions.sign(document.id, user=who, **arguments)


@pytest.fixture
def keys_root(settings: Any, tmp_path: Path) -> Path:
    """A folder of keys of the test's own."""
    settings.KEYS_ROOT = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def hall(db: None, keys_root: Path) -> Hall:
    return build_hall()


def build_hall() -> Hall:
    place_city()
    office = actions.ensure_office(
        "banyuwangi", "429.509", region_code="35.10.20.2004", name="Desa Tamansari",
        parent="Pemerintah Kabupaten Banyuwangi, Kecamatan Licin", place="Tamansari",
        address="Jalan contoh 1, Tamansari", head_title="Kepala Desa Tamansari",
    )  # fmt: skip
    district = actions.ensure_office(
        "banyuwangi", "429.500", region_code="35.10.20", name="Kecamatan Licin", place="Licin",
        head_title="Camat Licin",
    )  # fmt: skip
    head = account("kades")
    camat = account("camat-licin")
    signatory = actions.ensure_signatory(
        office, "head", title="Kepala Desa Tamansari", name="Kepala desa contoh", user=head
    )
    actions.ensure_signatory(
        district, "camat", title="Camat Licin", name="Camat contoh", user=camat
    )
    return Hall(office, district, head, camat, signatory)


def account(name: str) -> User:
    found = User.objects.filter(username=name).first()
    return found or User.objects.create_user(name, password=PASSWORD.value)


def place_city() -> None:
    """Banyuwangi with a region of its own, where the tests' database has none."""
    if City.objects.filter(slug="banyuwangi").exists():
        return
    facts = {"scheme": "iso3166", "level": "country", "name": "Indonesia", "path": "ID"}
    country = Region.objects.get_or_create(code="ID", defaults=facts)[0]
    region = Region.objects.create(
        code="35.10", level="city", kind="kabupaten", name="Banyuwangi", parent=country,
        path="ID/35.10",
    )  # fmt: skip
    district = Region.objects.create(
        code="35.10.20", level="district", kind="kecamatan", name="Licin", parent=region,
        path="ID/35.10/35.10.20",
    )  # fmt: skip
    Region.objects.create(
        code="35.10.20.2004", level="village", kind="desa", name="Tamansari", parent=district,
        path="ID/35.10/35.10.20/35.10.20.2004",
    )  # fmt: skip
    City.objects.create(
        slug="banyuwangi", name="Banyuwangi", region=region, country="ID",
        time_zone="Asia/Jakarta", currency="IDR", band="gajah-oling", languages=["id", "en"],
    )  # fmt: skip
