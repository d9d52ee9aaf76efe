"""NIK and family card numbers, a whole column at once.

Both have 16 digits: the district (6), a date (6, the day raised by 40 for women in a NIK) and a
serial from 0001. There is no check digit. The same rules for one number stand in
`balai.kernel.people.engine.nik`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from balai.kernel.people.intake.engine.issues import masked
from balai.kernel.people.intake.engine.reading import NUMBER_MARK

if TYPE_CHECKING:
    import polars as pl

WHOLE = r"^[0-9]{16}$"
SCIENTIFIC = r"^[0-9][.,]?[0-9]*[eE]\+?[0-9]{1,2}$"
FEWEST_TO_JUDGE_ROUNDING = 10
INEXACT_FROM = "9007199254740993"
"""The first whole number that a spreadsheet's floating point cannot hold."""


class Fault(NamedTuple):
    """Where a number is faulty: the condition over the frame, the kind, and what fills it in."""

    condition: pl.Expr
    kind: str
    other: pl.Expr | None = None


def digits_of(text: pl.Expr) -> pl.Expr:
    """The number without the mark of a spreadsheet's number, and without separators."""
    return text.str.replace_all(rf"[{NUMBER_MARK}\s.\-]", "").str.replace(",0*$", "")


def is_whole(clean: str) -> pl.Expr:
    """Whether the column holds 16 digits."""
    import polars as pl

    return pl.col(clean).str.contains(WHOLE).fill_null(value=False)


def faults(name: str, clean: str, districts: Sequence[str]) -> Iterator[Fault]:
    """The faults of form in the column `name`, cleaned in `clean`; at most one to a row."""
    import polars as pl

    text, number = pl.col(name), pl.col(clean)
    whole = is_whole(clean)
    marked = text.str.starts_with(NUMBER_MARK)
    scientific = text.str.contains(SCIENTIFIC)
    lost = scientific | (marked & (number.str.ends_with("0") | (number >= INEXACT_FROM) | ~whole))
    yield Fault(lost, f"{name}_number")
    yield Fault(marked & ~lost & whole, f"{name}_kept_number")
    if name == "nik":
        strange = ~number.str.contains(r"^[0-9]*$")
        yield Fault(~lost & strange, "nik_characters")
        length = number.str.len_chars()
        yield Fault(~lost & ~strange & ~whole & text.is_not_null(), "nik_length", length)
    else:
        yield Fault(~lost & ~whole & text.is_not_null(), "kk_form")
    sound = whole & ~lost
    serial = number.str.ends_with("0000")
    yield Fault(sound & serial, f"{name}_serial")
    known = number.str.slice(0, 6).is_in(list(districts))
    yield Fault(sound & ~serial & ~known, f"{name}_region", number.str.slice(0, 6))
    if name == "nik":
        yield Fault(sound & ~serial & known & ~_has_day(number), "nik_date")


def _has_day(number: pl.Expr) -> pl.Expr:
    """Whether digits 7 to 12 are a day of the calendar in one of the two centuries."""
    import polars as pl

    day = number.str.slice(6, 2).cast(pl.Int32, strict=False)
    day = pl.when(day > 40).then(day - 40).otherwise(day)
    month = number.str.slice(8, 2).cast(pl.Int32, strict=False)
    leap = number.str.slice(10, 2).cast(pl.Int32, strict=False) % 4 == 0
    february = pl.when(leap).then(29).otherwise(28)
    longest = pl.when(month == 2).then(february).when(
        month.is_in([4, 6, 9, 11])).then(30).otherwise(31)  # fmt: skip
    return (day >= 1) & (day <= longest) & month.is_between(1, 12)


def mismatches(nik: str, birth_date: str, sex: str) -> tuple[pl.Expr, pl.Expr]:
    """Where birth date and where sex differ from what the NIK says; false where one is unknown."""
    import polars as pl

    number, born = pl.col(nik), pl.col(birth_date)
    day = number.str.slice(6, 2).cast(pl.Int32, strict=False)
    is_female = day > 40
    told = pl.concat_str(
        pl.when(is_female).then(day - 40).otherwise(day).cast(pl.String).str.zfill(2),
        number.str.slice(8, 4),
    )
    differs = is_whole(nik) & (told != born.dt.strftime("%d%m%y"))
    other = is_whole(nik) & (pl.col(sex) != pl.when(is_female).then(pl.lit("f")).otherwise(
        pl.lit("m")))  # fmt: skip
    return differs.fill_null(value=False), other.fill_null(value=False)


def whole_numbers(clean: pl.Series) -> pl.Series:
    """The different numbers of 16 digits. That all of ten end in 0 happens by chance once in ten
    thousand million lists: a spreadsheet has rounded them.
    """
    told = clean.drop_nulls()
    return told.filter(told.str.contains(WHOLE)).unique()


def shown(text: str) -> str:
    """A number for a report: without the mark, and with six of its digits at most."""
    return masked(text.removeprefix(NUMBER_MARK))
