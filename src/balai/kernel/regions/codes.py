"""The code scheme of the Ministry of Home Affairs (Kemendagri): 31, 31.71, 31.71.01, 31.71.01.1001.

The form is that of Permendagri 72/2019 on codes and data of government regions: two digits for
the province, two for the city (71 and above is a kota, below a kabupaten), two for the district,
four for the village (the first is 1 for a kelurahan, 2 for a desa).
"""

from __future__ import annotations

import re

SCHEME = "kemendagri"
COUNTRY = "ID"
COUNTRY_SCHEME = "iso3166"
LEVELS = ("province", "city", "district", "village")
FORM = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")
FIRST_KOTA = 71


def is_code(text: str) -> bool:
    """Whether the text has the form of a Kemendagri code."""
    return FORM.fullmatch(text) is not None


def level_of(code: str) -> str:
    """`province`, `city`, `district` or `village`, by the number of the code's parts."""
    return LEVELS[code.count(".")]


def parent_of(code: str) -> str:
    """The code one level up; the country for a province."""
    return code.rpartition(".")[0] or COUNTRY


def path_of(code: str) -> str:
    """The codes from the country down to this one, joined by `/`."""
    parts = code.split(".")
    return "/".join([COUNTRY, *(".".join(parts[:n]) for n in range(1, len(parts) + 1))])


def kind_of(code: str, name: str) -> str:
    """What the law calls the region, as far as its code and name say it; else empty."""
    level = level_of(code)
    last = code.rpartition(".")[2]
    if level == "city":
        kind = "kota" if int(last) >= FIRST_KOTA else "kabupaten"
        return f"{kind}-administrasi" if " administrasi " in name.casefold() else kind
    if level == "village":
        return {"1": "kelurahan", "2": "desa"}.get(last[0], "")
    return "kecamatan" if level == "district" else ""


def is_under(code: str, prefix: str) -> bool:
    """Whether the code is the prefix or below it, whole parts compared."""
    return not prefix or code == prefix or code.startswith(prefix + ".")


def is_above(code: str, prefix: str) -> bool:
    """Whether the code is a true ancestor of the prefix."""
    return prefix.startswith(code + ".")
