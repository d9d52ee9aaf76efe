"""The demonstration's documents: two offices of Banyuwangi, and letters in every state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.access.queries import find_user
from balai.kernel.documents import actions
from balai.kernel.documents.models import Document, Office
from balai.kernel.problems import MissingError
from balai.kernel.regions.queries import find_city
from balai.kernel.row_security import rows_of

CITY = "banyuwangi"
BY = Origin(actor="demo", channel="demo")
PARENT = "Pemerintah Kabupaten Banyuwangi"
NAMES = (
    "Siti Aminah", "Slamet Riyadi", "Ni Luh Ayu Lestari", "Ahmad Fauzi", "Sri Wahyuni",
    "Bambang Hariyanto", "Dewi Kartika", "Moh. Rofiq", "Endang Purwati", "Agus Setiawan",
    "Nur Hidayah", "Suparman",
)  # fmt: skip
"""Women and men in turn: a woman's NIK has 40 added to the day of birth."""


def build(tell: Callable[[str], None]) -> None:
    """Make what is missing; again: changes nothing."""
    city = find_city(CITY)
    if city is None:
        return
    with rows_of(city.region_code):
        village, district = _offices()
        before = Document.objects.filter(city=CITY, request_key__startswith="demo:").count()
        made = [_letter(village, number, name) for number, name in enumerate(NAMES)]
        joint = [_joint(village, number, name) for number, name in enumerate(NAMES[:4])]
        _receipt(district)
        if before == 0:
            _sign(made[:7], joint[:2])
            actions.void(made[5].id, reason="Keperluan batal, atas permintaan pemohon", by=BY)
            actions.reissue(
                made[6].id, reason="Alamat salah tulis", by=BY, key="demo:mended",
                changes={"address": "Dusun Krajan, RT 03 RW 01, Desa Tamansari"},
            )  # fmt: skip
        now = Document.objects.filter(city=CITY, request_key__startswith="demo:").count()
    tell(f"documents: {now} letters of generated residents in Banyuwangi, {now - before} new")


def _offices() -> tuple[Office, Office]:
    district = actions.ensure_office(
        CITY, "429.509", region_code="35.10.24", name="Kecamatan Licin", parent=PARENT,
        address="Jalan Raya Licin (alamat contoh)", place="Licin", head_title="Camat Licin",
    )  # fmt: skip
    village = actions.ensure_office(
        CITY, "429.509.04", region_code="35.10.24.2008", name="Desa Tamansari",
        parent=f"{PARENT}, Kecamatan Licin", address="Jalan contoh 1, Tamansari",
        place="Tamansari", head_title="Kepala Desa Tamansari",
    )  # fmt: skip
    actions.ensure_signatory(
        district, "camat", title="Camat Licin", name="Camat contoh", user=_user("camat")
    )
    actions.ensure_signatory(
        village, "head", title="Kepala Desa Tamansari", name="Kepala desa contoh",
        user=_user("kades"),
    )  # fmt: skip
    return village, district


def _user(name: str) -> User | None:
    try:
        return find_user(name)
    except MissingError:
        return None


def _letter(office: Office, number: int, name: str) -> Document:
    data = {
        "name": name, "nik": f"351024{number + 1 + 40 * (number % 2 == 0):02}0590{number + 1:04}",
        "birth": f"Banyuwangi, {number + 1} Mei 1990",
        "address": f"Dusun Kampung Baru, RT {number % 4 + 1:02} RW 01, Desa Tamansari",
        "statement": "benar warga desa kami dan menjalankan usaha kopi bubuk sejak 2021.",
        "purpose": "pengajuan kredit usaha rakyat",
    }  # fmt: skip
    return _issued("surat-keterangan", office, f"demo:letter:{number}", data)


def _joint(office: Office, number: int, name: str) -> Document:
    data = {
        "name": name, "address": "Dusun Krajan, Desa Tamansari",
        "addressee": "Dinas Koperasi dan Usaha Mikro", "purpose": "mengurus nomor induk berusaha",
    }  # fmt: skip
    return _issued("surat-pengantar-bersama", office, f"demo:joint:{number}", data)


def _receipt(office: Office) -> None:
    actions.ensure_signatory(
        office, "treasurer", title="Bendahara Penerimaan", name="Bendahara contoh"
    )
    data = {
        "payer": "Paguyuban Kopi Tamansari", "amount": "350000", "method": "QRIS",
        "account": "Retribusi pemakaian balai desa", "paid_on": "2026-11-02",
    }  # fmt: skip
    _issued("kwitansi", office, "demo:receipt", data)


def _issued(kind: str, office: Office, key: str, data: Mapping[str, str]) -> Document:
    return actions.issue(
        kind, office=office.code, city=CITY, data=data, about=None, by=BY, key=key, generated=True
    )


def _sign(letters: list[Document], joint: list[Document]) -> None:
    head, camat = _user("kades"), _user("camat")
    if head is None or camat is None:
        return
    for each in (*letters, *joint):
        actions.sign(each.id, user=head, by=BY, proved=True)
    actions.sign(joint[0].id, user=camat, by=BY, proved=True)
