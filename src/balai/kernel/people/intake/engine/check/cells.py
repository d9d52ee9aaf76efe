"""Judging what stands in single cells: numbers, texts, coded values, places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from balai.kernel.people.intake.engine import numbers
from balai.kernel.people.intake.engine.check.context import Context
from balai.kernel.people.intake.engine.check.found import Found, where
from balai.kernel.people.intake.engine.reading import Table
from balai.kernel.people.intake.engine.values import (
    Read,
    Reader,
    choice_reader,
    read_block,
    read_date,
    read_phone,
    read_region,
    read_sex,
    read_village,
)

if TYPE_CHECKING:
    import polars as pl

TEXT_LIMITS = {"name": 150, "birth_place": 100, "address": 250, "hamlet": 100, "mother_name": 150}
CHOICES = ("religion", "marital", "education", "occupation")
OTHER_RELATIVE = 11
LETTER = r"\p{L}"
DOUBTFUL = r"[0-9!#$%&*+:;<=>@^_{|}~\[\]\\]"
DAMAGED = r"[\u{FFFD}?]|Ã.|â€"


def empty_fields(table: Table) -> Iterator[Found]:
    """Required fields that are empty."""
    import polars as pl

    for name in ("nik", "name", "sex", "birth_date"):
        if name in table.columns.places:
            yield where(table.frame, pl.col(name).is_null(), "missing_value", name)


def judge_number(
    frame: pl.DataFrame, name: str, context: Context, found: list[Found]
) -> pl.DataFrame:
    """Judge a NIK or KK by its form; what was judged stands in the column `<name>_clean`."""
    import polars as pl

    clean = f"{name}_clean"
    if name not in frame.columns:
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias(clean))
    frame = frame.with_columns(numbers.digits_of(pl.col(name)).alias(clean))
    for fault in numbers.faults(name, clean, sorted(context.places.districts)):
        found.append(where(frame, fault.condition, fault.kind, name, fault.other))
    if name == "kk":
        found.append(where(frame, pl.col(name).is_null(), "kk_missing", name))
    return frame


def judge_texts(
    frame: pl.DataFrame, _table: Table, _context: Context, found: list[Found]
) -> pl.DataFrame:
    """Texts: how long they are, and what stands in a name."""
    import polars as pl

    for name, most in TEXT_LIMITS.items():
        if name in frame.columns:
            long = pl.col(name).str.len_chars() > most
            found.append(where(frame, long, "too_long", name, pl.lit(str(most))))
    if "name" in frame.columns:
        text = pl.col("name")
        lettered = text.str.contains(LETTER)
        damaged = text.str.contains(DAMAGED)
        found.append(where(frame, ~lettered, "name_characters", "name"))
        found.append(where(frame, lettered & damaged, "name_damaged", "name"))
        doubtful = lettered & ~damaged & text.str.contains(DOUBTFUL)
        found.append(where(frame, doubtful, "name_doubtful", "name"))
    return frame


def judge_values(
    frame: pl.DataFrame, _table: Table, context: Context, found: list[Found]
) -> pl.DataFrame:
    """Columns whose texts are read one by one: dates, sexes, codes, RT and RW, telephones."""
    import polars as pl

    readers: dict[str, tuple[Reader, Any]] = {
        "birth_date": (lambda text: read_date(text, on=context.on), pl.Date),
        "sex": (read_sex, pl.String), "rt": (read_block, pl.String),
        "rw": (read_block, pl.String), "phone": (read_phone, pl.String),
        "relation": (_relation_reader(context.choices.get("relation", {})), pl.Int16),
    }  # fmt: skip
    for name in CHOICES:
        words = context.choices.get(name, {})
        readers[name] = (choice_reader(words, shown=_some(words)), pl.Int16)
    for name, (reader, kind) in readers.items():
        frame = _read_column(frame, name, reader, kind, found)
    return frame


def _relation_reader(words: Mapping[str, int]) -> Reader:
    return choice_reader(
        words, unknown="relation_unknown", fallback=OTHER_RELATIVE, shown=_some(words)
    )


def _some(words: Mapping[str, int], most: int = 12) -> str:
    """The first word of each code, a few of them."""
    firsts: dict[int, str] = {}
    for word, code in words.items():
        firsts.setdefault(code, word)
    shown = list(firsts.values())
    return ", ".join(shown[:most]) + (" …" if len(shown) > most else "")


def _read_column(
    frame: pl.DataFrame, name: str, reader: Reader, kind: Any, found: list[Found],
    texts: pl.Expr | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Add `<name>_read`, the values of the column's texts, and collect the texts' faults."""
    import polars as pl

    out = f"{name}_read"
    if texts is None and name not in frame.columns:
        return frame.with_columns(pl.lit(None, dtype=kind).alias(out))
    frame = frame.with_columns((texts if texts is not None else pl.col(name)).alias("_text"))
    meanings = {text: reader(text) for text in frame["_text"].drop_nulls().unique().to_list()}
    frame = frame.with_columns(
        pl.col("_text")
        .replace_strict({t: m.value for t, m in meanings.items()}, default=None, return_dtype=kind)
        .alias(out)
    )
    found.extend(_faulty(frame, name, meanings))
    return frame.drop("_text")


def _faulty(frame: pl.DataFrame, name: str, meanings: Mapping[str, Read]) -> Iterator[Found]:
    import polars as pl

    for kind in sorted({meaning.kind for meaning in meanings.values()} - {""}):
        others = {text: m.other for text, m in meanings.items() if m.kind == kind}
        other = pl.col("_text").replace_strict(others, default="", return_dtype=pl.String)
        shown = pl.col(name) if name in frame.columns else pl.col("_text")
        yield where(frame, pl.col("_text").is_in(list(others)), kind, name, other, shown)


def judge_place(
    frame: pl.DataFrame, _table: Table, context: Context, found: list[Found]
) -> pl.DataFrame:
    """Add `place`: the code from its column, by the village's name, or the one given for all."""
    import polars as pl

    places, default = context.places, context.village or None
    frame = _read_column(frame, "region", lambda t: read_region(t, places), pl.String, found)
    named = "village" in frame.columns
    texts = None
    if named:
        district = pl.col("district") if "district" in frame.columns else pl.lit(None, pl.String)
        village = pl.concat_str(district.fill_null(""), pl.lit("|"), pl.col("village"))
        # A name is asked only where no code stands.
        texts = village if "region" not in frame.columns else pl.when(
            pl.col("region").is_null()).then(village)  # fmt: skip
    frame = _read_column(frame, "village", lambda t: read_village(t, places), pl.String, found,
                         texts)  # fmt: skip
    written = [pl.col(name) for name in ("region", "village") if name in frame.columns]
    empty = pl.all_horizontal([each.is_null() for each in written]) if written else pl.lit(True)
    frame = frame.with_columns(
        pl.when(empty).then(pl.lit(default, pl.String))
        .otherwise(pl.coalesce("region_read", "village_read")).alias("place")
    )  # fmt: skip
    if default is None:
        name = "region" if "region" in frame.columns or not named else "village"
        found.append(where(frame, empty, "missing_value", name))
    return frame
