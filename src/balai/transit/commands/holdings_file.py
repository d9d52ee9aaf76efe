"""Which card holds which concession or pass when, from a CSV or Parquet file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from balai.kernel.problems import Fault, ProblemError
from balai.transit.commands.tap_file import FAULTS_KEPT, TapFile, instants, read_table, text_of
from balai.transit.engine.fares.dating import AnyTariff
from balai.transit.engine.fares.holdings import Holdings

REQUIRED = ("card_id", "code", "start", "end")


def read_holdings(
    path: Path, tariff: AnyTariff, file: TapFile
) -> tuple[Holdings, tuple[Fault, ...], int]:
    """The holdings of the taps' cards; the faults of rows that cannot be used; how many are faulty.

    Holdings of other cards are left out. Raises ProblemError where the file as a whole cannot be
    read: not CSV or Parquet, empty, a column missing.
    """
    table = read_table(path)
    missing = [name for name in REQUIRED if name not in table.columns]
    if missing:
        remedy = f"Add it; the file has {', '.join(table.columns[:12])}"
        faults = tuple(
            Fault(field=name, problem="the column is missing", remedy=remedy) for name in missing
        )
        raise ProblemError("Columns are missing", faults=faults)
    codes = {each.code: kind for kind, each in enumerate(tariff.entitlements())}
    parsed = table.select(
        text_of("card_id"),
        instants(table["start"], tariff.zone).alias("start"),
        instants(table["end"], tariff.zone).alias("end"),
        kind=text_of("code").replace_strict(codes, default=None, return_dtype=pl.Int16)
        if codes
        else pl.lit(None, pl.Int16),
    )
    bad = parsed.select(
        card_id=pl.col("card_id") == "",
        code=pl.col("kind").is_null(),
        start=pl.col("start").is_null(),
        end=pl.col("end").is_null() | (pl.col("end") < pl.col("start")).fill_null(False),
    )
    wrong = bad.select(pl.any_horizontal(pl.all())).to_series()
    return (
        _holdings(parsed.filter(~wrong), file),
        tuple(_faults(table, bad, wrong, list(codes))),
        int(wrong.sum()),
    )


def _holdings(good: pl.DataFrame, file: TapFile) -> Holdings:
    """The engine's arrays, with the cards' numbers of the taps."""
    cards = pl.DataFrame({"card_id": file.identities["card_id"], "card": file.taps.card}).unique()
    held = good.join(cards, on="card_id", how="inner", maintain_order="left")

    def numbers(name: str) -> np.ndarray[Any, Any]:
        return held[name].cast(pl.Int64).to_numpy()

    return Holdings(numbers("card"), numbers("kind"), numbers("start"), numbers("end"))


def _faults(
    table: pl.DataFrame, bad: pl.DataFrame, wrong: pl.Series, codes: list[str]
) -> Iterator[Fault]:
    """The first faults in order of row."""
    known = ", ".join(codes) if codes else "none: the tariff has no concessions and no passes"
    problems = {
        "card_id": ("is missing", "Give the card's id"),
        "code": ("is no concession or pass of the tariff", f"Write one of {known}"),
        "start": ("is no time", "Write ISO 8601 such as 2025-09-01T00:00:00+07:00"),
        "end": (
            "is no time, or lies before the start",
            "Write the last second, such as 2025-09-30T23:59:59+07:00",
        ),
    }
    for row in wrong.arg_true().head(FAULTS_KEPT).to_list():
        for field, (problem, remedy) in problems.items():
            if bad[field][row]:
                value = table[field][row]
                yield Fault(row=row + 1, field=field, value="" if value is None else str(value),
                            problem=problem, remedy=remedy)  # fmt: skip
