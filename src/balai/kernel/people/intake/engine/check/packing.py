"""Judged rows in little memory, and back.

A number of sixteen digits takes eight bytes as a number; what is left shrinks to a third when it
is compressed, so that the rows of a file take a quarter of its size.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

NUMBERS = ("nik", "kk")
DIGITS = 16
PARTS = 64


class JudgedRows:
    """Judged rows (see `Checked.good`), compressed, in parts that no family is divided among.

    Part and order depend on the rows alone, so that whoever judges the file again finds the same.
    """

    def __init__(self) -> None:
        self.count = 0
        self.cards: set[str] = set()
        self._parts: list[list[bytes]] = [[] for _ in range(PARTS)]

    def add(self, good: pl.DataFrame) -> None:
        """Keep the rows of a piece of the file."""
        import polars as pl

        self.count += good.height
        self.cards.update(good["kk"].drop_nulls().to_list())
        # The last digits of a family card are its serial; whoever has none goes by row.
        part = pl.coalesce(pl.col("kk").cast(pl.UInt64), pl.col("row").cast(pl.UInt64)) % PARTS
        kept = good.with_columns(
            part.alias("part"), *(pl.col(name).cast(pl.UInt64) for name in NUMBERS)
        )
        for (number,), rows in kept.partition_by("part", include_key=False, as_dict=True).items():
            out = io.BytesIO()
            rows.write_ipc(out, compression="zstd")
            self._parts[int(number)].append(out.getvalue())

    def pieces(self, size: int) -> Iterator[pl.DataFrame]:
        """The rows in pieces of at least `size`, but for the last, by family card and row."""
        import polars as pl

        waiting: list[pl.DataFrame] = []
        for part in self._parts:
            waiting += [pl.read_ipc(io.BytesIO(each)) for each in part]
            if sum(each.height for each in waiting) >= size:
                yield _sorted(waiting)
                waiting = []
        if waiting:
            yield _sorted(waiting)


def _sorted(parts: list[pl.DataFrame]) -> pl.DataFrame:
    import polars as pl

    rows = pl.concat(parts).with_columns(
        pl.col(name).cast(pl.String).str.zfill(DIGITS) for name in NUMBERS
    )
    return rows.sort("kk", "row", nulls_last=True)


def as_written(good: pl.DataFrame) -> pl.DataFrame:
    """Judged rows as the texts of a file that say the same: `row` and a text for each field."""
    import polars as pl

    texts = [name for name in good.columns if name not in ("row", "birth_date", "sex")]
    return good.select(
        "row", pl.col("birth_date").dt.strftime("%d-%m-%Y"),
        pl.col("sex").replace({"m": "L", "f": "P"}),
        *(pl.col(name).cast(pl.String) for name in texts),
    )  # fmt: skip
