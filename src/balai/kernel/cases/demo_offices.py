"""Offices of the demonstration where letters are signed, by accounts of the demonstration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from balai.kernel.access.models import User
from balai.kernel.documents import actions as documents
from balai.kernel.documents.queries.numbering import offices
from balai.kernel.regions.queries import City, place

if TYPE_CHECKING:
    from balai.kernel.documents.models import Office

CODE = "429"


def ensure_offices(city: City, villages: Iterable[str], heads: Mapping[str, User]) -> None:
    """An office for each village and its district with somebody who signs there; one that is set
    up already stays as it is.
    """
    standing = {each.region_code for each in offices(city.slug)}
    wanted = {code for village in villages for code in (village, village.rpartition(".")[0])}
    for code in sorted(wanted - standing):
        village = code.count(".") == 3
        role, post = ("cases.village_head", "head") if village else ("cases.district", "camat")
        title = _title(code, village=village)
        office = _office(city, code, title, village=village)
        documents.ensure_signatory(office, post, title=title, name=f"{title.split()[0]} contoh",
                                   user=heads[role])  # fmt: skip


def _office(city: City, code: str, title: str, *, village: bool) -> Office:
    name = place(code).name
    parts = code.split(".")[2:]
    return documents.ensure_office(
        city.slug, ".".join([CODE, *parts]), region_code=code, place=name, head_title=title,
        name=title.replace("Kepala ", "") if village else f"Kecamatan {name}",
        parent=f"Pemerintah Kabupaten {city.name}", address=f"Jalan contoh 1, {name}",
    )  # fmt: skip


def _title(code: str, *, village: bool) -> str:
    found = place(code)
    if not village:
        return f"Camat {found.name}"
    return f"{'Lurah' if found.kind == 'kelurahan' else 'Kepala Desa'} {found.name}"
