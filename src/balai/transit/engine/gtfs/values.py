"""From columns of text to typed columns; a value that does not fit is reported and made null."""

from collections.abc import Callable

import polars as pl

from balai.transit.engine.gtfs.columns import Column, Table, dtype
from balai.transit.engine.gtfs.issues import DEFAULT_TAKEN, ROW_LEFT_OUT, VALUE_EMPTIED
from balai.transit.engine.gtfs.text import ROW, Source


def typed(rows: pl.DataFrame, table: Table, source: Source) -> pl.DataFrame:
    """Convert every column of ``table`` and leave out rows that lack a required value."""
    for column in table.columns:
        if column.header not in rows.columns:
            rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(column.header))
    given = rows
    typed_rows = rows.select(ROW, *(_convert(given, column, source) for column in table.columns))
    return _complete(given, typed_rows, table, source)


def report(
    source: Source, kind: str, rows: pl.DataFrame, column: Column, other: str | None = None
) -> None:
    """Record one issue of ``kind`` for each of ``rows``, with the value of ``column``."""
    if len(rows):
        values = rows.select(ROW, column.header).iter_rows()
        found = ((row, value, other) for row, value in values)
        source.log.add_rows(kind, source.file, found, len(rows), column.header)


def _convert(given: pl.DataFrame, column: Column, source: Source) -> pl.Series:
    text = given[column.header]
    if text.null_count() == len(text):
        values = pl.Series(column.name, [None] * len(text), dtype=dtype(column))
    elif column.type in ("id", "text"):
        values = _as_words(given, column, source)
    else:
        kind, convert = _CONVERSIONS[column.type]
        values = convert(text, source)
        _report_bad(given, values, kind, column, source)
        values = _in_range(given, values, column, source).cast(dtype(column))
    values = values.rename(column.name)
    return values if column.default is None else values.fill_null(column.default)


def _fate(column: Column) -> str:
    if column.required:
        return ROW_LEFT_OUT
    return VALUE_EMPTIED if column.default is None else DEFAULT_TAKEN


def _report_bad(
    given: pl.DataFrame, values: pl.Series, kind: str, column: Column, source: Source
) -> None:
    bad = given[column.header].is_not_null() & values.is_null()
    report(source, kind, given.filter(bad), column, _fate(column))


def _as_words(given: pl.DataFrame, column: Column, source: Source) -> pl.Series:
    text = given[column.header]
    most = source.limits.text_characters
    if column.type == "text":
        long = (text.str.len_chars() > most).fill_null(False)
        report(source, "text_cut", given.filter(long), column, str(most))
        return text.str.slice(0, most) if long.any() else text
    most = source.limits.identifier_characters
    long = (text.str.len_chars() > most).fill_null(False)
    report(source, "too_long", given.filter(long), column, str(most))
    # Left in place here: the row goes as a whole in `_complete`, so that no reference to it hangs.
    return text


def _in_range(given: pl.DataFrame, values: pl.Series, column: Column, source: Source) -> pl.Series:
    low, high = column.low, column.high
    if column.type in ("int8", "int32"):
        bits = 7 if column.type == "int8" else 31
        low = -(2**bits) if low is None else low
        high = 2**bits - 1 if high is None else high
    outside = pl.Series([False]).new_from_index(0, len(values))
    if low is not None:
        outside |= (values < low).fill_null(False)
    if high is not None:
        outside |= (values > high).fill_null(False)
    if not outside.any():
        return values
    report(source, "out_of_range", given.filter(outside), column, _fate(column))
    return values.set(outside, None)


def _integers(text: pl.Series, source: Source) -> pl.Series:
    # Spreadsheets and data frames write whole numbers as 1.0.
    whole = text.str.replace(r"\.0+$", "")
    plain = whole.str.contains(r"^[+-]?\d{1,18}$")
    return whole.set(~plain.fill_null(False), None).cast(pl.Int64, strict=False)


def _floats(text: pl.Series, source: Source) -> pl.Series:
    values = text.cast(pl.Float64, strict=False)
    return values.set(~values.is_finite().fill_null(False), None)


def _prices(text: pl.Series, source: Source) -> pl.Series:
    plain = text.str.contains(r"^[+-]?\d{1,12}(\.\d{0,4})?$|^[+-]?\.\d{1,4}$")
    kept = text.set(~plain.fill_null(False), None)
    return (
        kept.str.replace(r"^\+", "").str.replace(r"\.$", "").cast(pl.Decimal(18, 4), strict=False)
    )


def _dates(text: pl.Series, source: Source) -> pl.Series:
    plain = text.str.contains(r"^(19|20|21)\d{6}$")
    kept = text.set(~plain.fill_null(False), None)
    return kept.str.to_date("%Y%m%d", strict=False)


def _times(text: pl.Series, source: Source) -> pl.Series:
    parts = text.str.extract_groups(r"^(\d{1,3}):([0-5]\d):([0-5]\d)$").struct.unnest()
    hours, minutes, seconds = (part.cast(pl.Int32) for part in parts.get_columns())
    values = hours * 3600 + minutes * 60 + seconds
    late = (hours > source.limits.latest_hour).fill_null(False)
    return values.set(late, None) if late.any() else values


_CONVERSIONS: dict[str, tuple[str, Callable[[pl.Series, Source], pl.Series]]] = {
    "int8": ("bad_number", _integers),
    "int32": ("bad_number", _integers),
    "float": ("bad_number", _floats),
    "lat": ("bad_number", _floats),
    "lon": ("bad_number", _floats),
    "price": ("bad_number", _prices),
    "date": ("bad_date", _dates),
    "time": ("bad_time", _times),
}


def _complete(
    given: pl.DataFrame, rows: pl.DataFrame, table: Table, source: Source
) -> pl.DataFrame:
    """Leave out rows whose identifiers are too long or that lack a required value."""
    kept = pl.Series([True]).new_from_index(0, len(rows))
    for column in table.columns:
        if column.type == "id":
            most = source.limits.identifier_characters
            kept &= (rows[column.name].str.len_chars() <= most).fill_null(True)
        if column.required:
            missing = given[column.header].is_null()
            report(source, "missing_value", given.filter(missing), column)
            kept &= rows[column.name].is_not_null()
    return rows if kept.all() else rows.filter(kept)
