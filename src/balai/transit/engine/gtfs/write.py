"""Writes tables as a GTFS zip, byte for byte the same for the same tables."""

import io
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING

from balai.transit.engine.gtfs.columns import Column, Table
from balai.transit.engine.gtfs.schema import TABLES

if TYPE_CHECKING:
    import polars as pl

# A zip entry needs a date; the earliest a zip can hold keeps the bytes free of the clock.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_feed(tables: "Mapping[str, pl.DataFrame]") -> bytes:
    """Pack tables named and typed as in :data:`~balai.transit.engine.gtfs.schema.TABLES`.

    Columns that hold nothing are left out unless required; so are tables of no rows, except those
    the standard requires. A table may lack optional columns.

    Raises:
        ValueError: a table or column is not one of GTFS, or a required column is absent.
    """
    unknown = tables.keys() - TABLES.keys()
    if unknown:
        raise ValueError(f"not tables of GTFS: {', '.join(sorted(unknown))}")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, table in TABLES.items():
            rows = tables.get(name)
            if rows is not None and (len(rows) or table.required or name == "calendar"):
                entry = zipfile.ZipInfo(table.file, _EPOCH)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, _as_csv(rows, table))
    return packed.getvalue()


def _as_csv(rows: "pl.DataFrame", table: Table) -> bytes:
    names = {column.name for column in table.columns}
    required = {column.name for column in table.columns if column.required}
    if not set(rows.columns) <= names or not required <= set(rows.columns):
        odd = sorted(set(rows.columns) - names) + sorted(required - set(rows.columns))
        raise ValueError(f"{table.file}: unknown or missing columns {', '.join(odd)}")
    written = [
        column
        for column in table.columns
        if column.name in rows.columns
        and (column.required or rows[column.name].null_count() < len(rows))
    ] or [table.columns[0]]
    text = rows.select(_as_text(column) for column in written)
    return text.write_csv(line_terminator="\r\n", quote_style="necessary").encode()


def _as_text(column: Column) -> "pl.Expr":
    import polars as pl

    from balai.transit.engine.gtfs.checks import clock

    value = pl.col(column.name)
    if column.type == "time":
        value = clock(value)
    elif column.type == "date":
        value = value.dt.strftime("%Y%m%d")
    elif column.type == "price":
        value = value.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    return value.cast(pl.String).alias(column.header)
