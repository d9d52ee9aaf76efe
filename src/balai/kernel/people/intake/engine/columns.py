"""Which column of a file is which: the headings that are in use, and those the import knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SYNONYMS: dict[str, tuple[str, ...]] = {
    "nik": ("NIK", "NO NIK", "NOMOR NIK", "NOMOR INDUK KEPENDUDUKAN", "NO KTP", "NOMOR KTP",
            "NATIONAL ID", "IDENTITY NUMBER"),
    "kk": ("NO KK", "KK", "NOMOR KK", "NOKK", "NO KARTU KELUARGA", "NOMOR KARTU KELUARGA",
           "FAMILY CARD", "FAMILY CARD NUMBER", "HOUSEHOLD NUMBER"),
    "name": ("NAMA LGKP", "NAMA", "NAMA LENGKAP", "NAMA PENDUDUK", "NAME", "FULL NAME"),
    "sex": ("JENIS KELAMIN", "JK", "JNS KELAMIN", "JENIS KLMIN", "KELAMIN", "L P", "SEX", "GENDER"),
    "birth_place": ("TMPT LHR", "TEMPAT LAHIR", "TEMPATLAHIR", "TMP LAHIR", "TMP LHR",
                    "PLACE OF BIRTH", "BIRTH PLACE", "BIRTHPLACE"),
    "birth_date": ("TGL LHR", "TANGGAL LAHIR", "TANGGALLAHIR", "TGL LAHIR", "DATE OF BIRTH",
                   "BIRTH DATE", "BIRTHDATE", "DOB"),
    "address": ("ALAMAT", "ALAMAT RUMAH", "ALAMAT LENGKAP", "JALAN", "ADDRESS", "STREET"),
    "rt": ("RT", "NO RT", "NOMOR RT"),
    "rw": ("RW", "NO RW", "NOMOR RW"),
    "hamlet": ("DUSUN", "LINGKUNGAN", "HAMLET"),
    "region": ("KODE WILAYAH", "KODE KELURAHAN", "KODE DESA", "KODE KEL", "KODE DESA KELURAHAN",
               "KODE KEMENDAGRI", "WILAYAH", "REGION CODE", "VILLAGE CODE", "REGION"),
    "village": ("KELURAHAN", "DESA", "DESA KELURAHAN", "KELURAHAN DESA", "NAMA KEL", "NAMA DESA",
                "NAMA KELURAHAN", "VILLAGE"),
    "district": ("KECAMATAN", "NAMA KEC", "NAMA KECAMATAN", "KEC", "DISTRICT"),
    "relation": ("SHDK", "STAT HBKEL", "HUBUNGAN KELUARGA", "STATUS HUBUNGAN", "HUB KELUARGA",
                 "STATUS HUBUNGAN DALAM KELUARGA", "HUBUNGAN", "KK LEVEL", "RELATIONSHIP",
                 "RELATION TO HEAD"),
    "marital": ("STATUS KAWIN", "STAT KWN", "STATUS PERKAWINAN", "STATUS PERNIKAHAN", "KAWIN",
                "MARITAL STATUS"),
    "religion": ("AGAMA", "RELIGION"),
    "education": ("PENDIDIKAN", "PENDIDIKAN TERAKHIR", "PDDK AKH", "PENDIDIKAN KK",
                  "PENDIDIKAN DALAM KK", "EDUCATION"),
    "occupation": ("PEKERJAAN", "JENIS PKRJN", "JENIS PEKERJAAN", "OCCUPATION", "JOB"),
    "phone": ("TELEPON", "NO HP", "HP", "NO TELP", "NO TELEPON", "NOMOR HP", "NOMOR TELEPON",
              "TELP", "PHONE", "MOBILE", "PHONE NUMBER"),
    "mother_name": ("NAMA IBU", "NAMA LGKP IBU", "IBU", "NAMA LENGKAP IBU", "IBU KANDUNG",
                    "NAMA IBU KANDUNG", "MOTHER NAME", "MOTHER S NAME", "MOTHER"),
    "source_row": ("BARIS", "NO BARIS", "SOURCE ROW"),
}  # fmt: skip
"""Headings by field, the one that exports use first; compared without case, `_`, `.` and `/`."""

IGNORED = frozenset({"NO", "NO URUT", "NOMOR", "MASALAH", "PERBAIKAN"})
REQUIRED = ("nik", "name", "sex", "birth_date")
PLACES = ("region", "village")
_FIELD_OF = {heading: field for field, headings in SYNONYMS.items() for heading in headings}


@dataclass(frozen=True, slots=True)
class Columns:
    """What a header says.

    `places`: the position of each known field. `headings`: its heading as written. `unknown`:
    headings that are not used here. `repeated`: headings of a field that was found before.
    """

    places: dict[str, int]
    headings: dict[str, str]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]

    def missing(self, *, has_village: bool) -> tuple[str, ...]:
        """The required fields that no column gives; `has_village`: one village holds for all."""
        lacking = [field for field in REQUIRED if field not in self.places]
        if not has_village and not any(field in self.places for field in PLACES):
            lacking.append("region")
        return tuple(lacking)


def heading_of(field: str) -> str:
    """The heading of a field in files that are written here: `NAMA_LGKP`."""
    return SYNONYMS[field][0].replace(" ", "_")


def recognise(header: Sequence[str]) -> Columns:
    """Which field each column of a header holds; the first of two alike counts."""
    places: dict[str, int] = {}
    headings: dict[str, str] = {}
    unknown, repeated = [], []
    for at, written in enumerate(header):
        key = normal(written)
        field = _FIELD_OF.get(key)
        if field is None:
            if key and key not in IGNORED:
                unknown.append(written.strip())
        elif field in places:
            repeated.append(written.strip())
        else:
            places[field], headings[field] = at, written.strip()
    return Columns(places, headings, tuple(unknown), tuple(repeated))


def normal(heading: str) -> str:
    """A heading in capitals, with single spaces for everything that is no letter or digit."""
    return re.sub(r"[^A-Z0-9]+", " ", heading.upper().replace("\ufeff", "")).strip()
