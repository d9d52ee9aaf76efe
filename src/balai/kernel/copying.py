"""Batches into an append-only table by COPY, once per key.

A batch is first copied straight into its table. Only where a key is there already is it copied
into a temporary table, from which the new rows are taken and the old ones compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, connections, transaction
from psycopg import sql

from balai.kernel.identifiers import time_ordered_ids

CHUNK_LINES = 2000
CHUNK_BYTES = 256 * 1024
NULL = r"\N"
BINARY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
BINARY_TAIL = b"\xff\xff"


def escaped(text: str) -> str:
    """`text` as a field of COPY's text format."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def copy_once(
    table: str, columns: Sequence[str], lines: Sequence[str], *, key: str, using: str = "default"
) -> tuple[int, str | None]:
    """Copy `lines` (COPY text format, without line ends) into `table`, each key at most once.

    The rows get time-ordered UUIDs as their `id`: a volatile default in the database would make
    COPY insert, and log, one row at a time.

    `lines` are in the order of their keys, so that two batches that share keys wait for each
    other instead of deadlocking. Returns how many rows are new, and the first key whose kept row
    differs from the line, or None. With a differing key the caller must roll back.
    """
    rows = [f"{i}\t{line}" for i, line in zip(time_ordered_ids(len(lines)), lines, strict=True)]
    return _once(table, columns, rows, len(rows), key, columns, using)


def copy_binary_once(
    table: str,
    columns: Sequence[str],
    rows: bytes,
    *,
    count: int,
    key: str,
    compared: Sequence[str],
    using: str = "default",
) -> tuple[int, str | None]:
    """As `copy_once`, for `count` rows in COPY's binary format, which the server need not parse.

    `rows` are whole tuples, one after the other: field count, `id`, then `columns`, each with its
    length before it (PostgreSQL's manual, COPY, Binary Format). `compared` are the columns whose
    difference makes another body.
    """
    return _once(table, columns, rows, count, key, compared, using)


def _once(
    table: str,
    columns: Sequence[str],
    rows: Sequence[str] | bytes,
    count: int,
    key: str,
    compared: Sequence[str],
    using: str,
) -> tuple[int, str | None]:
    with transaction.atomic(using=using):
        try:
            with transaction.atomic(using=using):
                _copy(sql.Identifier(table), ("id", *columns), rows, using)
            return count, None
        except IntegrityError as error:
            if not _is_about(error, table, key, using):
                raise
        return _copy_staged(table, columns, rows, key, compared, using)


def _is_about(error: IntegrityError, table: str, key: str, using: str) -> bool:
    diagnosis = getattr(error.__cause__, "diag", None)
    name = diagnosis.constraint_name if diagnosis else None
    if not name:
        return False
    with connections[using].cursor() as cursor:
        constraints: dict[str, Any] = connections[using].introspection.get_constraints(
            cursor, table
        )
    found: dict[str, Any] = constraints.get(name, {})
    return bool(found.get("unique")) and found.get("columns") == [key]


def _copy_staged(
    table: str,
    columns: Sequence[str],
    rows: Sequence[str] | bytes,
    key: str,
    compared: Sequence[str],
    using: str,
) -> tuple[int, str | None]:
    staged = sql.Identifier(f"staged_{uuid4().hex}")
    parts = {
        "staged": staged,
        "table": sql.Identifier(table),
        "key": sql.Identifier(key),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
        "kept": _qualified("kept", compared),
        "given": _qualified("given", compared),
    }
    with connections[using].cursor() as cursor:
        run = cursor.execute
        run(sql.SQL(
            "CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS"
            " SELECT id, {columns} FROM {table} WITH NO DATA").format(**parts))  # fmt: skip
        _copy(staged, ("id", *columns), rows, using)
        run(sql.SQL(
            "INSERT INTO {table} (id, {columns}) SELECT id, {columns} FROM {staged} ORDER BY ctid"
            " ON CONFLICT ({key}) DO NOTHING").format(**parts))  # fmt: skip
        new = cursor.rowcount
        run(sql.SQL(
            "SELECT given.{key} FROM {staged} AS given JOIN {table} AS kept USING ({key})"
            " WHERE ({kept}) IS DISTINCT FROM ({given}) ORDER BY 1 LIMIT 1"
        ).format(**parts))  # fmt: skip
        differing = cursor.fetchone()
        run(sql.SQL("DROP TABLE {staged}").format(**parts))
    return new, differing[0] if differing else None


def _qualified(name: str, columns: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(name, column) for column in columns)


def _copy(
    table: sql.Identifier,
    columns: Sequence[str],
    rows: Sequence[str] | bytes,
    using: str,
) -> None:
    connection = connections[using]
    binary = isinstance(rows, bytes)
    statement = sql.SQL("COPY {} ({}) FROM STDIN" + (" (FORMAT binary)" if binary else "")).format(
        table, sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    connection.ensure_connection()
    # Django does not translate the errors of psycopg's copy by itself.
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for chunk in _binary(rows) if isinstance(rows, bytes) else _chunks(rows):
            copy.write(chunk)


def _chunks(lines: Sequence[str]) -> Iterable[bytes]:
    for start in range(0, len(lines), CHUNK_LINES):
        yield ("\n".join(lines[start : start + CHUNK_LINES]) + "\n").encode()


def _binary(rows: bytes) -> Iterable[bytes]:
    yield BINARY_HEAD
    for start in range(0, len(rows), CHUNK_BYTES):
        yield rows[start : start + CHUNK_BYTES]
    yield BINARY_TAIL
