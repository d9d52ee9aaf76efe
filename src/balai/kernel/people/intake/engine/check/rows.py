"""Judging rows against themselves and against the rows before them in the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from balai.kernel.people.intake.engine import numbers
from balai.kernel.people.intake.engine.check.cells import OTHER_RELATIVE
from balai.kernel.people.intake.engine.check.found import Found, rows_in_error, where
from balai.kernel.people.intake.engine.reading import Table

if TYPE_CHECKING:
    import polars as pl


def _no_numbers() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(
        schema={"number": pl.UInt64, "first_row": pl.Int64, "first_told": pl.UInt64}
    )


def _no_heads() -> pl.Series:
    import polars as pl

    return pl.Series([], dtype=pl.UInt64)


@dataclass(slots=True)
class Seen:
    """What the pieces of a file before this one held, so that a file may be judged in pieces.

    `numbers`: each NIK (u64), the row it stands in first, and a digest of that row's texts.
    `heads`: the family cards that have a head. `is_rounded`: every NIK so far ends in 0, and they
    are too many for chance; `is_exact`: one does not.
    """

    numbers: pl.DataFrame = field(default_factory=_no_numbers)
    heads: pl.Series = field(default_factory=_no_heads)
    is_rounded: bool = False
    is_exact: bool = False


def judge_rounding(
    frame: pl.DataFrame, _table: Table, seen: Seen, found: list[Found]
) -> pl.DataFrame:
    """NIKs of which a spreadsheet has rounded every one."""
    whole = numbers.whole_numbers(frame["nik_clean"])
    if len(whole):
        all_end_in_0 = bool(whole.str.ends_with("0").all())
        seen.is_exact = seen.is_exact or not all_end_in_0
        many = seen.is_rounded or len(whole) >= numbers.FEWEST_TO_JUDGE_ROUNDING
        seen.is_rounded = many and not seen.is_exact
    if seen.is_rounded:
        found.append(where(frame, numbers.is_whole("nik_clean"), "nik_rounded", "nik"))
    return frame


def judge_identity(
    frame: pl.DataFrame, _table: Table, _seen: Seen, found: list[Found]
) -> pl.DataFrame:
    """Where birth date and sex in the NIK are others than given. A NIK never changes, so that
    neither may keep a row out.
    """
    import polars as pl

    date_differs, sex_differs = numbers.mismatches("nik_clean", "birth_date_read", "sex_read")
    day = pl.col("birth_date_read").dt.strftime("%d-%m-%Y")
    found.append(where(frame, date_differs, "nik_birth_date", "birth_date", value=day))
    found.append(where(frame, sex_differs, "nik_sex", "sex"))
    return frame


def judge_repeats(
    frame: pl.DataFrame, table: Table, seen: Seen, found: list[Found]
) -> pl.DataFrame:
    """Rows after the first with the same NIK: the same again, or somebody else's number.

    The first is the first that has no error of its own, so that a broken row bars no good one.
    """
    import polars as pl

    wrong = rows_in_error(found)
    told = [name for name in table.columns.places if name != "source_row"]
    sound = frame.filter(numbers.is_whole("nik_clean") & ~pl.col("row").is_in(wrong)).select(
        "row", "nik", pl.col("nik_clean").cast(pl.UInt64).alias("number"),
        pl.struct(told).hash(seed=0).alias("told"),
    )  # fmt: skip
    firsts = sound.unique("number", keep="first", maintain_order=True).select(
        "number", pl.col("row").alias("first_row"), pl.col("told").alias("first_told")
    )
    fresh = firsts.join(seen.numbers, on="number", how="anti")
    seen.numbers = pl.concat([seen.numbers, fresh])
    repeats = sound.join(seen.numbers, on="number", how="left").filter(
        pl.col("row") != pl.col("first_row")
    )
    same, first = pl.col("told") == pl.col("first_told"), pl.col("first_row")
    found.append(where(repeats, ~same, "nik_repeated", "nik", first))
    found.append(where(repeats, same, "row_repeated", "nik", first))
    again = repeats.filter(same)["row"].implode()
    return frame.with_columns(pl.col("row").is_in(again).alias("again"))


def judge_household(
    frame: pl.DataFrame, _table: Table, seen: Seen, found: list[Found]
) -> pl.DataFrame:
    """Families with more than one head: who stands first in the file keeps that place."""
    import polars as pl

    wrong = rows_in_error(found)
    heads = frame.filter(
        numbers.is_whole("kk_clean") & (pl.col("relation_read") == 1) & ~pl.col("again")
        & ~pl.col("row").is_in(wrong)
    ).with_columns(pl.col("kk_clean").cast(pl.UInt64).alias("card"))  # fmt: skip
    nth = pl.int_range(pl.len()).over("card")
    more = heads.filter((nth > 0) | pl.col("card").is_in(seen.heads.implode()))
    seen.heads = pl.concat([seen.heads, heads["card"]]).unique()
    name = "relation" if "relation" in frame.columns else "kk"
    found.append(where(more, pl.lit(True), "two_heads", name))
    demoted = pl.col("row").is_in(more["row"].implode())
    return frame.with_columns(
        pl.when(demoted).then(OTHER_RELATIVE).otherwise(pl.col("relation_read"))
        .cast(pl.Int16).alias("relation_read")
    )  # fmt: skip
