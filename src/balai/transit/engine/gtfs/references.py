"""Judges rows against each other: keys that repeat and references to what is not there."""

from collections.abc import Iterator, Mapping

import polars as pl

from balai.transit.engine.gtfs.columns import Column, Table
from balai.transit.engine.gtfs.text import ROW, Source


def without_duplicates(rows: pl.DataFrame, table: Table, source: Source) -> pl.DataFrame:
    """Keep the first row of each key and report the others."""
    if not table.key or len(rows) < 2:
        return rows
    first = rows.select(pl.struct(table.key).is_first_distinct()).to_series()
    if first.all():
        return rows
    repeated = rows.filter(~first)
    keys = repeated.select(
        ROW, pl.concat_str(pl.col(table.key).cast(pl.String), separator=" ", ignore_nulls=True)
    )
    header = ", ".join(table.column(name).header for name in table.key)
    found = ((row, value, None) for row, value in keys.iter_rows())
    source.log.add_rows("duplicate_key", source.file, found, len(repeated), header)
    return rows.filter(first)


def with_references(
    rows: pl.DataFrame, table: Table, kept: Mapping[str, pl.DataFrame], source: Source
) -> pl.DataFrame:
    """Leave out rows, or empty their fields, where what they refer to was not kept."""
    for column in table.columns:
        if column.refers and len(rows):
            rows = _resolved(rows, table, column, kept, source)
    return rows


def _resolved(
    rows: pl.DataFrame,
    table: Table,
    column: Column,
    kept: Mapping[str, pl.DataFrame],
    source: Source,
) -> pl.DataFrame:
    targets = [
        (rows if name == table.name else kept[name])[key]
        for name, _, key in (target.partition(".") for target in column.refers)
    ]
    values = rows[column.name]
    orphan = values.is_not_null() & ~values.is_in(pl.concat(targets).drop_nulls().implode())
    if not orphan.any():
        return rows
    empty = column.orphan == "empty"
    files = ", ".join(target.partition(".")[0] + ".txt" for target in column.refers)
    found = ((row, value, files) for row, value in _pairs(rows.filter(orphan), column))
    kind = "orphan_value" if empty else "orphan_reference"
    source.log.add_rows(kind, source.file, found, int(orphan.sum()), column.header)
    if empty:
        return rows.with_columns(pl.when(~orphan).then(column.name).alias(column.name))
    return rows.filter(~orphan)


def _pairs(rows: pl.DataFrame, column: Column) -> Iterator[tuple[int, str]]:
    return rows.select(ROW, column.name).iter_rows()
