"""Taps from a CSV or Parquet file: what can be priced, and what is wrong row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from balai.kernel.problems import Fault, ProblemError
from balai.transit.engine.fares.dating import AnyTariff
from balai.transit.engine.fares.modes import MODE_CODES, Mode
from balai.transit.engine.fares.taps import IN, MOST_METRES, OUT, UNKNOWN, TapArrays

REQUIRED = ("tap_id", "card_id", "at", "direction", "mode")
DISTANCES = ("km", "farthest_km")
EPOCH = r"^[+-]?\d{1,11}(\.\d+)?$"
ISO = (
    r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:[.,]\d+)?\s*"
    r"(?:(Z|z)|([+-])(\d{2}):?(\d{2})?)?$"
)
FAULTS_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class TapFile:
    """A file's good taps, in its order: identities as written, arrays for the engine; and faults.

    `refused` counts the rows with a fault; `faults` has the first thousand.
    """

    identities: pl.DataFrame
    taps: TapArrays
    faults: tuple[Fault, ...]
    refused: int


def read_taps(path: Path, tariff: AnyTariff) -> TapFile:
    """Read the taps a tariff is to price.

    Raises ProblemError where the file as a whole cannot be read: not CSV or Parquet, empty, a
    column missing. A row that cannot be priced becomes a fault with its row, field and mend.
    """
    table = read_table(path)
    missing = [name for name in REQUIRED if name not in table.columns]
    if tariff.needs_distance and "km" not in table.columns:
        missing.append("km")
    if missing:
        faults = tuple(
            Fault(field=name, problem="the column is missing", remedy=_column_mend(table, name))
            for name in missing
        )
        raise ProblemError("Columns are missing", faults=faults)
    parsed = _parsed(table, tariff)
    bad = _bad_rows(parsed, tariff)
    bad = bad.with_columns(any=pl.any_horizontal(bad.columns))
    faults = tuple(_faults(table, parsed, bad))
    good = parsed.filter(~bad["any"])
    return TapFile(
        identities=good.select("tap_id", "card_id"),
        taps=_arrays(good),
        faults=faults,
        refused=int(bad["any"].sum()),
    )


def read_table(path: Path) -> pl.DataFrame:
    """The file's columns as they are; CSV all text.

    Raises ProblemError where the file is empty, or neither CSV nor Parquet.
    """
    with path.open("rb") as file:
        parquet = file.read(4) == b"PAR1"
    if path.stat().st_size == 0:
        raise _unreadable(path, "the file is empty", "Write a header and one row a tap")
    if path.suffix.lower() == ".parquet" and not parquet:
        raise _unreadable(path, "is not a Parquet file", "Write it again, or name it .csv")
    try:
        table = pl.read_parquet(path) if parquet else pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        kind = "Parquet" if parquet else "CSV in UTF-8"
        problem = f"cannot be read as {kind}: {str(error).splitlines()[0]}"
        raise _unreadable(path, problem, f"Write it again as {kind}") from error
    return table.rename({name: name.strip() for name in table.columns})


def _unreadable(path: Path, problem: str, remedy: str) -> ProblemError:
    fault = Fault(field=path.name, problem=problem, remedy=remedy)
    return ProblemError("The file cannot be read", faults=(fault,))


def _column_mend(table: pl.DataFrame, name: str) -> str:
    return f"Add {name}; the file has {', '.join(table.columns[:12])}"


def _parsed(table: pl.DataFrame, tariff: AnyTariff) -> pl.DataFrame:
    """Typed columns; null where a value cannot be understood."""
    codes = {code: number for number, code in enumerate(MODE_CODES)}
    directions = {"in": IN, "out": OUT}
    return table.select(
        text_of("tap_id"),
        text_of("card_id"),
        instants(table["at"], tariff.zone),
        direction=text_of("direction").str.to_lowercase().replace_strict(
            directions, default=None, return_dtype=pl.Int8
        ),
        mode=text_of("mode").str.to_lowercase().replace_strict(
            codes, default=None, return_dtype=pl.Int8
        ),
        mode_text=text_of("mode"),
        **{name: _metres(table, name) for name in DISTANCES},
        **{f"{name}_text": text_of(name) if name in table.columns else pl.lit("")
           for name in DISTANCES},
    )  # fmt: skip


def text_of(name: str) -> pl.Expr:
    """A column as text without blanks around it; empty where there is nothing."""
    return pl.col(name).cast(pl.String).fill_null("").str.strip_chars()


def _metres(table: pl.DataFrame, name: str) -> pl.Expr:
    if name not in table.columns:
        return pl.lit(None, pl.Float64)
    return (text_of(name).cast(pl.Float64, strict=False) * 1000).round()


def instants(at: pl.Series, zone: str) -> pl.Series:
    """Seconds since 1970 UTC from whole or decimal seconds, times, or text of either kind."""
    if at.dtype.is_numeric():
        return at.cast(pl.Float64, strict=False).floor().cast(pl.Int64, strict=False).alias("at")
    if isinstance(at.dtype, pl.Datetime):
        if at.dtype.time_zone is None:
            at = at.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        return at.dt.epoch("s").alias("at")
    text = at.cast(pl.String).fill_null("").str.strip_chars().alias("text").to_frame()
    part = pl.col("text").str.extract
    local = (part(ISO, 1) + " " + part(ISO, 2) + part(ISO, 3).fill_null(":00")).str.to_datetime(
        "%Y-%m-%d %H:%M:%S", strict=False, time_unit="us"
    )
    sign = pl.when(part(ISO, 5) == "-").then(-1).otherwise(1)
    ahead = sign * (
        part(ISO, 6).cast(pl.Int64) * 3600 + part(ISO, 7).fill_null("0").cast(pl.Int64) * 60
    )
    here = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    instant = (
        pl.when(part(ISO, 4).is_not_null())
        .then(local.dt.epoch("s"))
        .when(part(ISO, 6).is_not_null())
        .then(local.dt.epoch("s") - ahead)
        .otherwise(here.dt.epoch("s"))
    )
    epoch = pl.col("text").cast(pl.Float64, strict=False).floor().cast(pl.Int64, strict=False)
    is_epoch = pl.col("text").str.contains(EPOCH)
    return text.select(at=pl.when(is_epoch).then(epoch).otherwise(instant)).to_series()


def _bad_rows(parsed: pl.DataFrame, tariff: AnyTariff) -> pl.DataFrame:
    """A column of flags for each kind of fault, named `field problem-key`."""
    out, blank = pl.col("direction") == OUT, pl.col("mode_text") == ""
    distance = [int(mode) for mode in tariff.needs_distance]
    unpriced = [int(mode) for mode in Mode if mode not in tariff.modes]
    flags = {
        "tap_id missing": pl.col("tap_id") == "",
        "card_id missing": pl.col("card_id") == "",
        "at unread": pl.col("at").is_null() | (pl.col("at").abs() > 10**11),
        "direction unknown": pl.col("direction").is_null(),
        "mode unknown": pl.col("mode").is_null() & ~(out.fill_null(False) & blank),
        "mode unpriced": pl.col("mode").is_in(unpriced).fill_null(False),
        "km needed": out & pl.col("mode").is_in(distance) & (pl.col("km_text") == ""),
    }
    for name in DISTANCES:
        written = pl.col(f"{name}_text") != ""
        in_range = pl.col(name).is_between(0, MOST_METRES) & pl.col(name).is_finite()
        flags[f"{name} unread"] = written & ~in_range.fill_null(False)
    flags["tap_id reused"] = _reused(parsed)
    return parsed.select(**{key: flag.fill_null(False) for key, flag in flags.items()})


def _reused(parsed: pl.DataFrame) -> pl.Expr:
    """Whether a tap's identity stands on rows that are not copies of one another.

    Such rows are all refused: which of them is the tap cannot be known.
    """
    content = ["card_id", "at", "direction", "mode", "km", "farthest_km"]
    alike = parsed.select("tap_id", *content).unique()
    if len(alike) == alike["tap_id"].n_unique():
        return pl.lit(False)
    again = alike.filter(pl.col("tap_id").is_duplicated() & (pl.col("tap_id") != ""))["tap_id"]
    return pl.col("tap_id").is_in(again.unique().implode())


PROBLEMS = {
    "tap_id missing": ("is missing", "Give the validator's id and its sequence number"),
    "tap_id reused": (
        "stands for taps that differ",
        "Number each validator's taps without repeats, or send copies unchanged",
    ),
    "card_id missing": ("is missing", "Give the card's id"),
    "at unread": (
        "is no time",
        "Write ISO 8601 such as 2025-09-01T07:30:00+07:00, or seconds since 1970",
    ),
    "direction unknown": ("is no direction", "Write in or out"),
    "mode unknown": ("is no mode", f"Write one of {', '.join(MODE_CODES)}"),
    "mode unpriced": ("has no price under the tariff", "Choose a tariff that covers the mode"),
    "km needed": ("is missing where the price goes by distance", "Give the kilometres ridden"),
    "km unread": ("is no distance", "Write kilometres of 0 or more, such as 6.25"),
    "farthest_km unread": ("is no distance", "Write kilometres of 0 or more, such as 6.25"),
}


def _faults(table: pl.DataFrame, parsed: pl.DataFrame, bad: pl.DataFrame) -> Iterator[Fault]:
    """The first faults in order of row."""
    rows = bad["any"].arg_true().head(FAULTS_KEPT)
    del parsed
    for row, flags in zip(rows.to_list(), bad[rows].iter_rows(named=True), strict=True):
        for key, (problem, remedy) in PROBLEMS.items():
            if flags[key]:
                field = key.split(" ", 1)[0]
                value = table[field][row] if field in table.columns else ""
                text = "" if value is None else str(value)
                yield Fault(row=row + 1, field=field, value=text, problem=problem, remedy=remedy)


def _arrays(good: pl.DataFrame) -> TapArrays:
    """The engine's arrays: cards and taps numbered in the order of their written ids."""

    def numbers(expression: pl.Expr) -> np.ndarray[Any, Any]:
        return good.select(expression.cast(pl.Int64)).to_series().to_numpy()

    metres = pl.when(pl.col("direction") == OUT).then(pl.col("km")).otherwise(pl.col("farthest_km"))
    return TapArrays(
        card=numbers(pl.col("card_id").rank("dense") - 1),
        at=numbers(pl.col("at")),
        direction=numbers(pl.col("direction")),
        mode=numbers(pl.col("mode").fill_null(UNKNOWN)),
        metres=numbers(metres.fill_null(UNKNOWN)),
        tap=numbers(pl.col("tap_id").rank("dense")),
    )
