"""What a cell means: one text in, a value or the kind of its fault out.

Each reader is called once for every different text of a column, so that plain Python is quick
enough for a million rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

EXCEL_EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's 1900 system, whose 29 February 1900 never was (true from 1 March 1900 on)."""
EXCEL_DAYS = range(61, 60_000)
MOST_YEARS = 130
MOST_DATES = 65_536
"""As many texts of dates are remembered as there are days in the lives of the living, and some."""
DOUBTFUL_YEARS = 110
MONTHS = {
    "JAN": 1, "FEB": 2, "PEB": 2, "MAR": 3, "APR": 4, "MEI": 5, "MAY": 5, "JUN": 6, "JUL": 7,
    "AGU": 8, "AGS": 8, "AUG": 8, "SEP": 9, "OKT": 10, "OCT": 10, "NOV": 11, "NOP": 11, "DES": 12,
    "DEC": 12,
}  # fmt: skip
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2}|\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED = re.compile(r"(\d{1,2})[-/. ]+([A-Za-z]{3,9})\.?[-/., ]+(\d{2}|\d{4})")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")
SEXES = {
    **dict.fromkeys(("L", "LK", "LAKI", "LAKILAKI", "PRIA", "M", "MALE", "1"), "m"),
    **dict.fromkeys(("P", "PR", "PEREMPUAN", "WANITA", "F", "FEMALE", "2"), "f"),
}
PHONE_DIGITS = range(8, 15)


class Read(NamedTuple):
    """What a text means, or the kind of its fault; `other` fills the words of the fault."""

    value: Any = None
    kind: str = ""
    other: str = ""


Reader = Callable[[str], Read]


@lru_cache(maxsize=MOST_DATES)
def read_date(text: str, *, on: date) -> Read:
    """A birth date in the forms 17-08-1985, 17/08/1985, 1985-08-17, 17 Agustus 1985 or a day
    number of Excel; day before month. `on` is the day of the import.
    """
    found = _calendar_day(_TIME.sub("", text.strip()))
    if found.value is None:
        return found
    return _plausible(found.value, on)


def _calendar_day(text: str) -> Read:
    if text.isdecimal() and len(text) <= 5 and int(text) in EXCEL_DAYS:
        return Read(EXCEL_EPOCH + timedelta(days=int(text)))
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
    elif (match := _NAMED.fullmatch(text)) and match[2][:3].upper() in MONTHS:
        day, month, year = match[1], str(MONTHS[match[2][:3].upper()]), match[3]
    else:
        return Read(kind="date_form")
    if len(year) == 2:
        return Read(kind="date_two_digits")
    try:
        return Read(date(int(year), int(month), int(day)))
    except ValueError:
        return Read(kind="date_impossible")


def _plausible(day: date, on: date) -> Read:
    if day > on:
        return Read(kind="date_future")
    age = on.year - day.year - ((on.month, on.day) < (day.month, day.day))
    if age > MOST_YEARS:
        return Read(kind="date_too_old")
    return Read(day, "date_very_old" if age > DOUBTFUL_YEARS else "")


def read_sex(text: str) -> Read:
    """`m` or `f` from L/P, words of both languages, or 1/2."""
    found = SEXES.get(letters(text))
    return Read(found) if found else Read(kind="sex_unknown")


def read_block(text: str) -> Read:
    """An RT or RW as three digits; 0 says that there is none."""
    digits = re.sub(r"^(RT|RW)[. ]*", "", text.upper()).removesuffix(".0")
    if not (digits.isascii() and digits.isdecimal() and int(digits) < 1000):
        return Read(kind="rt_form")
    return Read(f"{int(digits):03}" if int(digits) else None)


def read_phone(text: str) -> Read:
    """A telephone number as E.164, Indonesian where it has no country's number."""
    digits = re.sub(r"[\s().-]", "", text)
    if digits.startswith("+"):
        number = digits[1:]
    elif digits.startswith("00"):
        number = digits[2:]
    elif digits.startswith("62"):
        number = digits
    else:
        number = f"62{digits.removeprefix('0')}"
    if not (number.isascii() and number.isdecimal() and len(number) in PHONE_DIGITS):
        return Read(kind="phone_form")
    return Read(f"+{number}")


def choice_reader(words: Mapping[str, int], *, unknown: str = "choice_unknown",
                  fallback: int | None = None, shown: str = "") -> Reader:  # fmt: skip
    """A reader of one of several words (compared by letters and digits only), or of its code.

    `fallback` stands for a word that is not known; `shown` lists the words for the remedy.
    """
    known = {letters(word): code for word, code in words.items()}
    codes = set(known.values())

    def read(text: str) -> Read:
        key = letters(text)
        if key in known:
            return Read(known[key])
        if key.isdecimal() and int(key) in codes:
            return Read(int(key))
        return Read(fallback, unknown, shown)

    return read


def letters(text: str) -> str:
    """The text's letters and digits in capitals."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


@dataclass(frozen=True, slots=True)
class Places:
    """The regions as the import needs them, by Kemendagri code.

    `successors`: an abolished code's successor, or "" where none is known; `names`: letters of a
    village's name (and `district|village`) to the codes of the villages in the city that bear it;
    `districts`: the six digits a NIK may begin with, those of abolished districts too;
    `unlisted`: codes of districts whose villages are not known here at all.
    """

    within: str
    within_name: str
    known: frozenset[str]
    successors: Mapping[str, str]
    names: Mapping[str, tuple[str, ...]]
    districts: frozenset[str]
    unlisted: frozenset[str] = frozenset()

    def holds(self, code: str) -> bool:
        """Whether the code lies in the city or village that the import is for."""
        return f"{code}.".startswith(f"{self.within}.")


def read_region(text: str, places: Places) -> Read:
    """A region's code in the form 35.10.19.2004, written with or without points."""
    digits = re.sub(r"[.\s-]", "", text.removesuffix(".0"))
    if not (digits.isascii() and digits.isdecimal() and len(digits) in (4, 6, 10)):
        return Read(kind="region_form")
    code = ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part)
    if code not in places.known:
        if code.rpartition(".")[0] in places.unlisted and places.holds(code):
            return Read(code, "village_unlisted")
        return Read(kind="region_unknown")
    return _current(code, places)


def _current(code: str, places: Places) -> Read:
    kind = other = ""
    if (successor := places.successors.get(code)) is not None:
        kind, other = ("region_abolished", successor) if successor else ("region_ended", "")
        code = successor or code
    if not places.holds(code):
        return Read(kind="region_elsewhere", other=f"{places.within_name} ({places.within})")
    if not kind and code.count(".") < 3:
        kind = "region_shallow"
    return Read(code, kind, other)


def read_village(text: str, places: Places) -> Read:
    """A village by its code, or by its name in the city; `district|village` where both stand."""
    district, _, village = text.rpartition("|")
    if re.fullmatch(r"[\d.\s-]{4,}", village):
        return read_region(village, places)
    # Only the village's own name has its type in front in many exports.
    name = re.sub(r"^(KELURAHAN|DESA|KEL\.?|DS\.?) ", "", village.upper())
    found: tuple[str, ...] = ()
    if district:
        district = re.sub(r"^(KECAMATAN|KEC\.?) ", "", district.upper())
        found = places.names.get(f"{letters(district)}|{letters(name)}", ())
    found = found or (places.names.get(letters(name), ()) if not district else ())
    if not found:
        where = district.title() or places.within_name
        return Read(kind="village_unknown", other=where)
    if len(found) > 1:
        return Read(kind="village_ambiguous", other=", ".join(found[:5]))
    return _current(found[0], places)
