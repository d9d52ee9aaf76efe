"""Records in the form in which they are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balai.kernel.people.linkage.engine.spelling import skeleton, sounding

if TYPE_CHECKING:
    import polars as pl

COLUMNS = (
    "unique_id", "name", "sorted_name", "joined", "words", "first", "last", "skeleton", "born",
    "born_swapped", "day_month", "year", "sex", "village", "district", "mother", "sorted_mother",
    "mother_words", "family", "phone",
)  # fmt: skip


def comparable(records: pl.DataFrame) -> pl.DataFrame:
    """The columns of `COLUMNS` from person, name, birth_date, sex, region, mother_name, family
    and phone (an index; null where not known). Empty texts become null: unknown is no difference.
    """
    import polars as pl

    frame = records.select(
        pl.col("person").cast(pl.String).alias("unique_id"),
        _each(records["name"], sounding).alias("name"),
        _each(records["name"], skeleton).alias("skeleton"),
        _each(records["mother_name"], sounding).alias("mother"),
        pl.col("birth_date").dt.strftime("%Y-%m-%d").alias("born"),
        pl.col("birth_date").dt.strftime("%d-%m").alias("day_month"),
        pl.col("birth_date").dt.strftime("%Y").alias("year"),
        # The date with day and month changed round, where such a day could have been meant.
        pl.when(pl.col("birth_date").dt.day() <= 12)
        .then(pl.col("birth_date").dt.strftime("%Y-%d-%m")).alias("born_swapped"),
        _or_null("sex"), _or_null("region").alias("village"),
        pl.col("region").str.split(".").list.head(3).list.join(".").alias("district"),
        pl.col("family").cast(pl.String), pl.col("phone").cast(pl.String),
    )  # fmt: skip
    words, mothers = pl.col("name").str.split(" "), pl.col("mother").str.split(" ")
    return frame.with_columns(
        mothers.list.sort().list.join(" ").alias("sorted_mother"), mothers.alias("mother_words"),
        words.list.sort().list.join(" ").alias("sorted_name"), words.alias("words"),
        pl.col("name").str.replace_all(" ", "").alias("joined"),
        words.list.first().alias("first"), words.list.last().alias("last"),
    ).select(COLUMNS)  # fmt: skip


def _each(texts: pl.Series, change: object) -> pl.Series:
    """The texts changed, each different one once."""
    import polars as pl

    assert callable(change)
    known = texts.drop_nulls().unique().to_list()
    found = {text: change(text) or None for text in known}
    return texts.replace_strict(found, default=None, return_dtype=pl.String)


def _or_null(name: str) -> pl.Expr:
    import polars as pl

    return pl.when(pl.col(name) != "").then(pl.col(name)).alias(name)
