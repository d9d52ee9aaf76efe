"""The words that files use for coded values, and the regions a file may name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from balai.kernel.people import facts
from balai.kernel.people.intake.engine import Context
from balai.kernel.people.intake.engine.values import Places, letters
from balai.kernel.regions import queries as regions

FIELDS = {
    "religion": "religion", "marital": "marital_status", "education": "education",
    "occupation": "occupation", "relation": "relation",
}  # fmt: skip
"""A field of the import, and its list in `facts/codes.yaml`."""

ALSO: Mapping[str, Mapping[str, int]] = {
    "religion": {"Protestan": 2, "Kristen Protestan": 2, "Kristian": 2, "Christian": 2,
                 "Katholik": 3, "Katolik Roma": 3, "Budha": 5, "Kong Hu Cu": 6, "Konghucu": 6,
                 "Kepercayaan": 7, "Penghayat kepercayaan": 7, "Lainnya": 7},
    "marital": {"Belum menikah": 1, "Lajang": 1, "Single": 1, "Menikah": 2, "Kawin tercatat": 2,
                "Kawin belum tercatat": 2, "Kawin tidak tercatat": 2, "Married": 2},
    "education": {"Tidak sekolah": 1, "Belum sekolah": 1, "SD": 3, "Tamat SD": 3, "SMP": 4,
                  "SLTP": 4, "SMA": 5, "SMK": 5, "SLTA": 5, "D1": 6, "D2": 6, "D3": 7,
                  "Akademi": 7, "Diploma III": 7, "Akademi/Diploma III/S. Muda": 7, "D4": 8,
                  "S1": 8, "Sarjana": 8, "S2": 9, "Magister": 9, "S3": 10, "Doktor": 10},
    "occupation": {"Tidak bekerja": 1, "Belum bekerja": 1, "Ibu rumah tangga": 2, "IRT": 2,
                   "Pelajar": 3, "Mahasiswa": 3, "Pensiunan PNS": 4, "PNS": 5, "ASN": 5, "TNI": 6,
                   "Polri": 7, "Petani": 9, "Pekebun": 9, "Nelayan": 11, "Swasta": 15,
                   "Pegawai swasta": 15, "Honorer": 18, "Buruh": 19, "Buruh tani": 20,
                   "Wirausaha": 88},
    "relation": {"Kepala": 1, "KK": 1, "Isteri": 3, "Anak kandung": 4, "Anak angkat": 4,
                 "Anak tiri": 4, "Orangtua": 7, "Famili": 9, "Saudara": 9, "Keponakan": 9,
                 "Pembantu rumah tangga": 10, "Wife": 3},
}  # fmt: skip
"""Words that exports use besides those of the list itself."""


@cache
def choices() -> Mapping[str, Mapping[str, int]]:
    """The codes of each coded field by word; the list's own words come first."""
    return {
        field: {
            **{words["id"]: code for code, words in facts.codes(name).items()},
            **{words["en"]: code for code, words in facts.codes(name).items()},
            **ALSO[field],
        }
        for field, name in FIELDS.items()
    }


def context_for(region_code: str, *, village: str, on: date) -> Context:
    """What the rows of an import into this region are judged against."""
    return Context(on=on, places=places_of(region_code), village=village, choices=choices())


def places_of(region_code: str) -> Places:
    """The regions a file for this one may name."""
    within = regions.place(region_code, scheme="kemendagri")
    everything = regions.codes_with_successors("kemendagri")
    listed = {code.rpartition(".")[0] for code in everything if code.count(".") == 3}
    districts = {code for code in everything if code.count(".") == 2}
    return Places(
        within=region_code,
        within_name=within.name,
        known=frozenset(everything),
        successors={code: heir for code, heir in everything.items() if heir is not None},
        names=_names(region_code),
        districts=frozenset(code.replace(".", "") for code in facts.districts() | districts),
        unlisted=frozenset(districts - listed),
    )


def _names(region_code: str) -> dict[str, tuple[str, ...]]:
    """Villages by the letters of their name, and of district and name together."""
    found: dict[str, list[str]] = {}
    districts = {each.code: each for each in regions.descendants(region_code, level="district")}
    for village in regions.descendants(region_code, level="village"):
        for name in {village.name, *village.former_names}:
            found.setdefault(letters(name), []).append(village.code)
            if district := districts.get(village.parent):
                key = f"{letters(district.name)}|{letters(name)}"
                found.setdefault(key, []).append(village.code)
    return {name: tuple(codes) for name, codes in found.items()}
