"""Reading a NIK (nomor induk kependudukan), the number a resident of Indonesia bears for life.

Sixteen digits: the district of first registration (PPKKCC), the birth date as DDMMYY with 40 added
to a woman's day, and a serial from 0001 (UU 23/2006 art. 13; PP 40/2019). There is no check digit.
A NIK never changes, also when its bearer moves or a birth date or sex is corrected: that it
differs from the record is worth a warning and no more. District codes that have been abolished
still stand in the NIK of whoever was registered there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import date
from typing import Literal

LENGTH = 16
WOMEN_DAYS = 40
SEPARATORS = re.compile(r"[\s.\-]+")
MASK = "•"

Knows = Callable[[str], bool] | Container[str]
"""Whether a district's code (`35.10.19`) is or was one: a function, or a set of codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing about a NIK: its machine-readable kind, what is wrong, and the mend."""

    kind: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NikReading:
    """What a NIK says. `errors` make it no NIK; `warnings` are for a person to look at.

    `district` is dotted (`35.10.19`); `birth_date` takes the latest century that is not in the
    future; `sex` is `m` or `f`. What could not be read is empty.
    """

    digits: str
    errors: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    district: str = ""
    birth_date: date | None = None
    sex: Literal["m", "f", ""] = ""
    serial: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.errors


def digits_of(text: str) -> str:
    """The number without the spaces, dots and dashes people write into it."""
    return SEPARATORS.sub("", text)


def masked(number: str) -> str:
    """`3510••••••••0001`: the first and last four letters of a number, the rest hidden.

    A number of eight letters or fewer shows its last two only.
    """
    if len(number) <= 8:
        return MASK * max(len(number) - 2, 0) + number[-2:]
    return number[:4] + MASK * (len(number) - 8) + number[-4:]


def read_nik(
    text: str,
    knows: Knows,
    *,
    on: date,
    sex: str = "",
    birth_date: date | None = None,
) -> NikReading:
    """Read a NIK; `on` is the day against which a two-digit year is placed in its century.

    Errors: not 16 digits; a district that is and was none; an impossible date; serial 0000.
    Warnings: `sex` (`m`, `f`) or `birth_date` of the record, where given, differ from the NIK's.
    """
    digits = digits_of(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) == LENGTH):
        return NikReading(digits=digits, errors=(_malformed(digits),))
    district = f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}"
    born, told_sex = _birth(digits[6:12], on)
    errors = [
        *([] if _known(district, knows) else [_unknown_district(district)]),
        *([] if born else [_impossible_date(digits[6:12])]),
        *([_serial_zero()] if digits[12:] == "0000" else []),
    ]
    warnings = _mismatches(born, told_sex, birth_date, sex)
    return NikReading(
        digits=digits, errors=tuple(errors), warnings=tuple(warnings), district=district,
        birth_date=born, sex=told_sex, serial=digits[12:],
    )  # fmt: skip


def make_nik(district: str, born: date, sex: str, serial: int) -> str:
    """A well-formed NIK, for records that are generated. ValueError for parts that do not fit."""
    code = district.replace(".", "")
    if not re.fullmatch(r"\d{6}", code) or not 1 <= serial <= 9999 or sex not in ("m", "f"):
        raise ValueError(f"no NIK can be made of {district!r}, {sex!r}, {serial}")
    day = born.day + (WOMEN_DAYS if sex == "f" else 0)
    return f"{code}{day:02}{born.month:02}{born.year % 100:02}{serial:04}"


def _known(district: str, knows: Knows) -> bool:
    return knows(district) if callable(knows) else district in knows


def _birth(part: str, on: date) -> tuple[date | None, Literal["m", "f", ""]]:
    day, month, year = int(part[:2]), int(part[2:4]), int(part[4:])
    sex: Literal["m", "f"] = "f" if day > WOMEN_DAYS else "m"
    if sex == "f":
        day -= WOMEN_DAYS
    this_century = on.year - on.year % 100
    for century in (this_century, this_century - 100):
        try:
            born = date(century + year, month, day)
        except ValueError:
            continue
        if born <= on:
            return born, sex
    return None, ""


def _mismatches(
    born: date | None, told_sex: str, birth_date: date | None, sex: str
) -> list[Remark]:
    found = []
    if born and birth_date and (born.day, born.month, born.year % 100) != (
        birth_date.day, birth_date.month, birth_date.year % 100
    ):  # fmt: skip
        found.append(
            Remark(kind="birth-date-differs",
                   problem="the birth date in the NIK differs from the record's",
                   remedy="Check the birth certificate; the NIK stays as it is")
        )  # fmt: skip
    if told_sex and sex and told_sex != sex:
        found.append(
            Remark(kind="sex-differs", problem="the sex in the NIK differs from the record's",
                   remedy="Check the family card; the NIK stays as it is")
        )  # fmt: skip
    return found


def _malformed(digits: str) -> Remark:
    if digits.isascii() and digits.isdigit():
        problem = f"a NIK has {LENGTH} digits, this has {len(digits)}"
    else:
        problem = "a NIK has digits only" if digits else "the NIK is empty"
    return Remark(kind="malformed", problem=problem,
                  remedy="Copy it from the identity card or family card")  # fmt: skip


def _unknown_district(district: str) -> Remark:
    return Remark(kind="unknown-district", problem=f"no district has or had the code {district}",
                  remedy="Check the first six digits")  # fmt: skip


def _impossible_date(part: str) -> Remark:
    return Remark(
        kind="impossible-date",
        problem=f"{part} is no birth date (DDMMYY, women day + 40)",
        remedy="Check the seventh to twelfth digits",
    )


def _serial_zero() -> Remark:
    return Remark(kind="serial-zero", problem="the serial is 0000; serials begin with 0001",
                  remedy="Check the last four digits")  # fmt: skip
